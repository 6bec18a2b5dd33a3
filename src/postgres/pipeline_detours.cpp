// What can't go through libpq's pipeline mode: statements that share one message, and the rows of a COPY.
#include <algorithm>

#include "postgres/pipeline.hpp"

namespace tradewind::postgres {

using database::Command;
using database::Failure;

namespace {

constexpr std::size_t piece_size = 65536;

}  // namespace

void Pipeline::collect(const Command& command) {
  batch_.tags.push_back(command.tag);
  batch_.begins.push_back(batch_.text.size());
  batch_.text.append(command.text).append(";\n");
}

void Pipeline::run_batch() {
  if (batch_.tags.empty()) return;
  if (!synchronised_) {
    synchronise();
    drain();
  }
  if (failure_) return;
  PQexitPipelineMode(connection_);
  last_sent_ = batch_.tags.front();
  const auto begun = std::chrono::steady_clock::now();
  if (PQsendQuery(connection_, batch_.text.c_str()) == 0) return fail_disconnected();
  for (std::size_t statement = 0;; ++statement) {
    const Result result(next_result());
    if (result == nullptr) break;
    take_batch_answer(result.get(), std::min(statement, batch_.tags.size() - 1));
  }
  batch_size_.took(batch_.text.size(), std::chrono::steady_clock::now() - begun);
  batch_ = {};
  if (PQstatus(connection_) == CONNECTION_OK) PQenterPipelineMode(connection_);
}

void Pipeline::await_answer() {
  for (;;) {
    const int unsent = PQflush(connection_);
    if (unsent < 0 || PQstatus(connection_) != CONNECTION_OK) return fail_disconnected();
    if (PQisBusy(connection_) == 0) return;
    wait(unsent > 0);
  }
}

void Pipeline::take_batch_answer(const PGresult* result, std::size_t statement) {
  const ExecStatusType status = PQresultStatus(result);
  last_sent_ = batch_.tags[statement];
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
    return listener_.done(batch_.tags[statement], {});
  if (failure_) return;
  failure_ = failure(result, batch_.text, batch_.tags[statement]);
  if (failure_->offset) *failure_->offset -= std::min(*failure_->offset, batch_.begins[statement]);
  if (stopping() && failure_->sqlstate == "57014") failure_->kind = Failure::Kind::interrupted;
}

std::optional<Failure> Pipeline::copy(const Command& command, std::string_view rows) {
  synchronise();
  drain();
  if (failure_) return failure_;
  PQexitPipelineMode(connection_);
  last_sent_ = command.tag;
  if (PQsendQuery(connection_, terminated(command.text)) == 0) fail_disconnected();
  Result result(next_result());
  if (PQresultStatus(result.get()) == PGRES_COPY_IN) {
    send_rows(rows);
    result.reset(next_result());
  }
  if (failure_) return failure_;
  while (const Result more{next_result()}) continue;
  if (PQstatus(connection_) == CONNECTION_OK) PQenterPipelineMode(connection_);
  if (failure_) return failure_;
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
    Failure failed = failure(result.get(), command.text, command.tag);
    if (stopping() && failed.kind != Failure::Kind::disconnected) failed.kind = Failure::Kind::interrupted;
    return failed;
  }
  listener_.done(command.tag, {});
  return std::nullopt;
}

/// Piece by piece: what the socket does not take is kept in memory by libpq.
void Pipeline::send_rows(std::string_view rows) {
  while (!rows.empty() && !stopping() && !failure_) {
    const std::string_view piece = rows.substr(0, piece_size);
    if (PQputCopyData(connection_, piece.data(), static_cast<int>(piece.size())) < 0) break;
    rows.remove_prefix(piece.size());
    for (int unsent = PQflush(connection_); unsent != 0; unsent = PQflush(connection_)) {
      if (unsent < 0 || PQstatus(connection_) != CONNECTION_OK) return fail_disconnected();
      if (stopping()) break;
      wait(true);
    }
  }
  if (!failure_ && PQputCopyEnd(connection_, stopping() ? "interrupted" : nullptr) != 1) fail_disconnected();
}

/// The next result of a statement that was sent on its own; null after the last, and when the connection is
/// lost.
PGresult* Pipeline::next_result() {
  await_answer();
  return PQstatus(connection_) == CONNECTION_OK ? PQgetResult(connection_) : nullptr;
}

}  // namespace tradewind::postgres
