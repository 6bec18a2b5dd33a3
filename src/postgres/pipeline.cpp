#include "postgres/pipeline.hpp"

#include <poll.h>

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "base/text.hpp"

namespace tradewind::postgres {

using database::Command;
using database::Failure;
using database::Role;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds tick{50};
/// The server answers at least so often.
constexpr std::size_t commands_a_flush = 256;
/// On a failure, the server logs the batch that the statement stands in.
constexpr std::size_t send_size = 16384;
constexpr std::size_t message_overhead = 50;

}  // namespace

Pipeline::Pipeline(PGconn* connection, const database::OpenSettings& settings, PreparedStatements& prepared,
                   ShieldedListener& listener, std::function<void(milliseconds)> idle)
    : connection_(connection),
      settings_(settings),
      prepared_(prepared),
      listener_(listener),
      idle_(std::move(idle)),
      heard_(steady_clock::now()) {}

std::optional<Failure> Pipeline::run(database::CommandStream& commands) {
  enter_pipeline();
  while (!failure_) {
    const auto command = commands.next();
    if (!command) break;
    if (stopping()) {
      last_sent_ = command->tag;
      stop_here();
      break;
    }
    if (command->one_of_many) {
      collect(*command);
      if (batch_.text.size() >= batch_size_.bytes()) run_batch();
      continue;
    }
    run_batch();
    if (failure_) break;
    if (command->copy_data) {
      failure_ = copy(*command, *command->copy_data);
      continue;
    }
    send(*command);
    if (!command->in_transaction) {
      synchronise();
      drain();
      continue;
    }
    if (command->flush || commands_since_flush_ >= commands_a_flush) ask_for_answers();
    keep_pace(*command);
    if (window_is_full()) make_room();
  }
  if (!failure_) run_batch();
  synchronise();
  drain();
  if (PQstatus(connection_) == CONNECTION_OK) leave_pipeline();
  if (failure_) prepared_.names.clear();
  return failure_;
}

void Pipeline::enter_pipeline() {
  PQsetnonblocking(connection_, 1);
  PQenterPipelineMode(connection_);
}

void Pipeline::leave_pipeline() {
  PQexitPipelineMode(connection_);
  PQsetnonblocking(connection_, 0);
}

void Pipeline::send(const Command& command) {
  if (base::lower(command.text.substr(0, 10)) == "deallocate") prepared_.names.clear();
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
  synchronised_ = false;
}

void Pipeline::ask_for_answers() {
  commands_since_flush_ = 0;
  if (PQsendFlushRequest(connection_) == 0) fail_disconnected();
}

void Pipeline::synchronise() {
  if (PQstatus(connection_) != CONNECTION_OK || PQpipelineSync(connection_) == 0) return fail_disconnected();
  sync_pending_ = true;
}

void Pipeline::drain() {
  exchange_until([this](bool) { return !sync_pending_; });
}

/// Half a window at a time: one command for each answer would cost two system calls a command.
void Pipeline::make_room() {
  ask_for_answers();
  exchange_until([this](bool) { return failure_ || has_room(); });
}

/// libpq tries to send anew with each command that it gets while the socket is full.
void Pipeline::keep_pace(const Command& command) {
  unsent_ += command.text.size() + message_overhead;
  if (unsent_ < send_size) return;
  unsent_ = 0;
  exchange_until([this](bool all_sent) { return failure_ || all_sent; });
}

template <typename Reached>
void Pipeline::exchange_until(Reached reached) {
  while (PQstatus(connection_) == CONNECTION_OK) {
    const int unsent = PQflush(connection_);
    if (unsent < 0) PQconsumeInput(connection_);
    take_results();
    if (unsent < 0) return fail_disconnected();
    if (reached(unsent == 0)) return;
    wait(unsent > 0);
  }
}

void Pipeline::wait(bool to_send) {
  pollfd socket{.fd = PQsocket(connection_),
                .events = static_cast<short>(POLLIN | (to_send ? POLLOUT : 0)),
                .revents = 0};
  const int ready = ::poll(&socket, 1, static_cast<int>(tick.count()));
  cancel_if_stopping();
  if (ready == 0) idle_(std::chrono::duration_cast<milliseconds>(steady_clock::now() - heard_));
  if (ready <= 0) return;
  heard_ = steady_clock::now();
  if (PQconsumeInput(connection_) != 0) return;
  take_results();
  fail_disconnected();
}

void Pipeline::take_results() {
  while ((!pending_.empty() || sync_pending_) && PQisBusy(connection_) == 0) {
    const Result result(PQgetResult(connection_));
    if (result != nullptr && PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) {
      sync_pending_ = false;
      synchronised_ = true;
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
      if (front.internal || failure_) return;
      failure_ = database::unmet(front.tag, static_cast<std::size_t>(PQntuples(result)), current_value_);
      front_failed_ = failure_.has_value();
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
  if (stopping() && failure_->sqlstate == "57014") failure_->kind = Failure::Kind::interrupted;
  // What a role does not promise divides by zero, see the dialect; some rules can't stand with RETURNING.
  const bool divided = failure_->sqlstate == "22012";
  if (front.tag.role == Role::guard && divided) failure_->kind = Failure::Kind::moved;
  if (front.tag.role == Role::history && (divided || failure_->sqlstate == "0A000"))
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
  if (!stopping()) return;
  const auto now = steady_clock::now();
  if (now - cancelled_ < milliseconds(100)) return;
  cancelled_ = now;
  cancel(connection_);
}

}  // namespace tradewind::postgres
