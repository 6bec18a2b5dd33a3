#include "postgres/pipeline.hpp"

#include <poll.h>

#include <algorithm>
#include <memory>

#include <fmt/format.h>

namespace tradewind::postgres {

using database::Command;
using database::Failure;
using database::Role;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds tick{50};

}  // namespace

Pipeline::Pipeline(PGconn* connection, const database::OpenSettings& settings, PreparedStatements& prepared,
                   database::Listener& listener, std::function<void(milliseconds)> idle)
    : connection_(connection),
      settings_(settings),
      prepared_(prepared),
      listener_(listener),
      idle_(std::move(idle)),
      heard_(steady_clock::now()) {}

std::optional<Failure> Pipeline::run(database::CommandStream& commands) {
  PQsetnonblocking(connection_, 1);
  PQenterPipelineMode(connection_);
  while (!failure_) {
    const auto command = commands.next();
    if (!command) break;
    if (settings_.stopping()) {
      last_sent_ = command->tag;
      stop_here();
      break;
    }
    if (command->copy_data) {
      failure_ = copy(*command);
      continue;
    }
    send(*command);
    if (!command->in_transaction) {
      synchronise();
      drain();
      continue;
    }
    if (command->flush || commands_since_flush_ >= 64) ask_for_answers();
    while (!failure_ && window_is_full()) exchange_or_wait();
  }
  synchronise();
  drain();
  if (PQstatus(connection_) == CONNECTION_OK) {
    PQexitPipelineMode(connection_);
    PQsetnonblocking(connection_, 0);
  }
  if (failure_) prepared_.names.clear();
  return failure_;
}

void Pipeline::send(const Command& command) {
  if (command.repeated) {
    send_prepared(command);
  } else {
    send_once(command);
  }
}

const char* Pipeline::terminated(std::string_view text) {
  buffer_.assign(text);
  return buffer_.c_str();
}

void Pipeline::collect_parameters(const Command& command) {
  parameters_.clear();
  for (const database::Parameter& value : command.parameters)
    parameters_.push_back(value ? value->c_str() : nullptr);
}

void Pipeline::send_once(const Command& command) {
  collect_parameters(command);
  const int count = static_cast<int>(parameters_.size());
  if (PQsendQueryParams(connection_, terminated(command.text), count, nullptr, parameters_.data(), nullptr,
                        nullptr, 0) == 0) {
    return fail_disconnected();
  }
  sent(command, false);
}

void Pipeline::send_prepared(const Command& command) {
  collect_parameters(command);
  auto [found, is_new] = prepared_.names.try_emplace(std::string(command.text));
  if (is_new) {
    found->second = fmt::format("tradewind_{}", prepared_.next++);
    if (PQsendPrepare(connection_, found->second.c_str(), terminated(command.text), 0, nullptr) == 0)
      return fail_disconnected();
    sent(command, true);
  }
  const int count = static_cast<int>(parameters_.size());
  if (PQsendQueryPrepared(connection_, found->second.c_str(), count, parameters_.data(), nullptr, nullptr,
                          0) == 0) {
    return fail_disconnected();
  }
  sent(command, false);
}

void Pipeline::sent(const Command& command, bool internal) {
  pending_.push_back(
      {command.tag, static_cast<std::uint32_t>(command.text.size()), internal, std::string(command.text)});
  pending_bytes_ += command.text.size();
  ++commands_since_flush_;
  last_sent_ = command.tag;
}

void Pipeline::ask_for_answers() {
  commands_since_flush_ = 0;
  if (PQsendFlushRequest(connection_) == 0) return fail_disconnected();
  exchange();
}

void Pipeline::synchronise() {
  if (PQstatus(connection_) != CONNECTION_OK || PQpipelineSync(connection_) == 0) return fail_disconnected();
  sync_pending_ = true;
}

void Pipeline::drain() {
  while (PQstatus(connection_) == CONNECTION_OK && sync_pending_) exchange_or_wait();
}

void Pipeline::exchange() {
  if (PQflush(connection_) < 0 || PQconsumeInput(connection_) == 0) {
    take_results();
    return fail_disconnected();
  }
  take_results();
}

void Pipeline::exchange_or_wait() {
  if (commands_since_flush_ > 0 && !sync_pending_) {
    commands_since_flush_ = 0;
    PQsendFlushRequest(connection_);
  }
  const int unsent = PQflush(connection_);
  if (unsent < 0) {
    PQconsumeInput(connection_);
    take_results();
    return fail_disconnected();
  }
  take_results();
  if (pending_.empty() && !sync_pending_) return;
  if (!window_is_full() && !sync_pending_) return;
  pollfd socket{.fd = PQsocket(connection_),
                .events = static_cast<short>(POLLIN | (unsent > 0 ? POLLOUT : 0)),
                .revents = 0};
  const int ready = ::poll(&socket, 1, static_cast<int>(tick.count()));
  cancel_if_stopping();
  if (ready > 0) {
    heard_ = steady_clock::now();
    exchange();
  } else if (ready == 0) {
    idle_(std::chrono::duration_cast<milliseconds>(steady_clock::now() - heard_));
  }
}

void Pipeline::take_results() {
  while ((!pending_.empty() || sync_pending_) && PQisBusy(connection_) == 0) {
    const Result result(PQgetResult(connection_));
    if (result != nullptr && PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) {
      sync_pending_ = false;
      return;
    }
    if (result != nullptr) {
      take(result.get());
    } else if (front_answered_) {
      finish_front();
    } else {
      return PQstatus(connection_) == CONNECTION_OK ? void() : fail_disconnected();
    }
  }
}

void Pipeline::take(const PGresult* result) {
  if (pending_.empty()) return;
  front_answered_ = true;
  const Sent& front = pending_.front();
  current_value_.clear();
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
      if (PQntuples(result) > 0 && PQnfields(result) > 0) current_value_ = PQgetvalue(result, 0, 0);
      return;
    case PGRES_PIPELINE_ABORTED:
      front_failed_ = true;
      return;
    default:
      break;
  }
  front_failed_ = true;
  if (failure_) return;
  failure_ = failure(result, front.text, front.tag);
  if (settings_.stopping() && failure_->sqlstate == "57014") failure_->kind = Failure::Kind::interrupted;
  // A trigger or rule that swallowed the history row leaves a division by zero: see the dialect.
  if (front.tag.role == Role::history && failure_->sqlstate == "22012")
    failure_->kind = Failure::Kind::unrecorded;
}

void Pipeline::finish_front() {
  const Sent front = std::move(pending_.front());
  pending_.pop_front();
  pending_bytes_ -= front.bytes;
  const bool failed = std::exchange(front_failed_, false);
  front_answered_ = false;
  if (!failed && !front.internal && (!failure_ || failure_->kind == Failure::Kind::interrupted)) {
    listener_.done(front.tag, current_value_);
  }
}

void Pipeline::fail_disconnected() {
  sync_pending_ = false;
  if (failure_ && failure_->kind != Failure::Kind::interrupted && pending_.empty()) return;
  if (failure_ && failure_->kind == Failure::Kind::disconnected) return;
  failure_.emplace();
  failure_->kind = Failure::Kind::disconnected;
  failure_->tag = pending_.empty() ? last_sent_ : pending_.front().tag;
  failure_->message = message(connection_);
}

void Pipeline::stop_here() {
  failure_.emplace();
  failure_->kind = Failure::Kind::interrupted;
  failure_->tag = last_sent_;
  failure_->message = "interrupted";
}

void Pipeline::cancel_if_stopping() {
  if (!settings_.stopping()) return;
  const auto now = steady_clock::now();
  if (now - cancelled_ < milliseconds(100)) return;
  cancelled_ = now;
  cancel(connection_);
}

std::optional<Failure> Pipeline::copy(const Command& command) {
  synchronise();
  drain();
  if (failure_) return failure_;
  PQexitPipelineMode(connection_);
  PQsetnonblocking(connection_, 0);
  Result result(PQexec(connection_, terminated(command.text)));
  std::string_view data = *command.copy_data;
  if (PQresultStatus(result.get()) == PGRES_COPY_IN) {
    while (!data.empty() && !settings_.stopping()) {
      const std::string_view piece = data.substr(0, 65536);
      if (PQputCopyData(connection_, piece.data(), static_cast<int>(piece.size())) != 1) break;
      data.remove_prefix(piece.size());
    }
    PQputCopyEnd(connection_, settings_.stopping() ? "interrupted" : nullptr);
    result.reset(PQgetResult(connection_));
    while (const Result more{PQgetResult(connection_)}) continue;
  }
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
    Failure failed = failure(result.get(), command.text, command.tag);
    if (settings_.stopping()) failed.kind = Failure::Kind::interrupted;
    PQsetnonblocking(connection_, 1);
    PQenterPipelineMode(connection_);
    return failed;
  }
  listener_.done(command.tag, {});
  last_sent_ = command.tag;
  PQsetnonblocking(connection_, 1);
  PQenterPipelineMode(connection_);
  return std::nullopt;
}

}  // namespace tradewind::postgres
