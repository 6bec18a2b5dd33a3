#include "migration/journalled_run.hpp"

#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "migration/failure.hpp"

namespace tradewind::migration {
namespace {

using database::Failure;
using database::Role;
using sql::Kind;

constexpr int most_attempts = 8;

}  // namespace

JournalledRun::JournalledRun(database::Connection& connection, const History& history, const LoadedStep& step,
                             const RunFacts& facts, const LockPatience& patience)
    : connection_(connection), history_(history), step_(step), facts_(facts), patience_(patience) {}

void JournalledRun::read_states() {
  JournalState state = read_journal(connection_, history_, step_);
  states_ = std::move(state.segments);
  drop(state.leftovers);
}

/// In the same session: a file that is attached stays so, and can't be attached again.
void JournalledRun::read_states_after(std::optional<std::size_t> failed) {
  states_ = read_journal(connection_, history_, step_, true).segments;
  for (std::size_t i = 0; i < failed.value_or(states_.size()); ++i) {
    const sql::Statement& statement = step_.script->statements()[segment(i).first];
    if (states_[i].kind == SegmentState::Kind::session && sql::needs_no_transaction(statement.kind))
      states_[i].done = true;
  }
}

void JournalledRun::drop(const std::vector<InvalidIndex>& indexes) const {
  for (const InvalidIndex& index : indexes)
    connection_.query(connection_.dialect().drop_invalid_index(index.quoted));
}

std::optional<std::size_t> JournalledRun::segment_of(const Failure& failure) const {
  const bool of_statement = failure.tag.role == Role::statement || failure.tag.role == Role::check;
  if (!of_statement || failure.tag.unit != 0) return std::nullopt;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    if (failure.tag.statement >= segment(i).first &&
        failure.tag.statement < segment(i).first + segment(i).count)
      return i;
  }
  return std::nullopt;
}

void JournalledRun::journal(std::size_t index, std::string_view state,
                            const std::optional<std::string>& error) const {
  connection_.query(journal_statement(history_.tables()),
                    journal_parameters(step_, segment(index), states_[index], state, error));
}

/// A run that was cut off between the statement and its journal row: the statement's own complaint tells that
/// it was done. Not of an index that is there and invalid.
bool JournalledRun::done_before(const Failure& failure, std::size_t index) const {
  if (!states_[index].was_running) return false;
  const Kind kind = step_.script->statements()[segment(index).first].kind;
  if (failure.kind == Failure::Kind::already_exists && kind == Kind::index_concurrently)
    return left_by(text_of(index), invalid_indexes(connection_)).empty();
  if (failure.kind == Failure::Kind::already_exists) return kind == Kind::outside;
  if (failure.kind == Failure::Kind::not_there) {
    return kind == Kind::drop_index_concurrently || kind == Kind::detach_concurrently ||
           kind == Kind::outside;
  }
  return false;
}

/// Leaves the journal right after a failed segment; true if the run can go on.
bool JournalledRun::settle(const Failure& failure, std::size_t index) {
  if (states_[index].kind == SegmentState::Kind::session) return failure.kind == Failure::Kind::lock;
  if (done_before(failure, index)) {
    journal(index, "done", std::nullopt);
    states_[index].done = true;
    return true;
  }
  // Dropping would wait for whom the build waited for. As "running", the next run does it.
  const Kind kind = step_.script->statements()[segment(index).first].kind;
  if (failure.kind == Failure::Kind::interrupted && kind != Kind::plain) return false;
  if (!segment(index).transactional) drop(own_leftovers(connection_, text_of(index), states_[index].note));
  journal(index, "failed", failure.message);
  states_[index].was_running = false;
  return failure.kind == Failure::Kind::lock;
}

std::optional<Failure> JournalledRun::run(database::Listener& listener) {
  read_states();
  std::optional<std::size_t> stuck;
  for (int attempt = 0;; ++attempt) {
    JournalStream stream(connection_.dialect(), history_, step_, facts_, states_, patience_);
    std::optional<Failure> failed = connection_.run(stream, listener);
    if (!failed || is_open(*failed) || failed->waited || failed->kind == Failure::Kind::moved) return failed;
    const std::optional<std::size_t> index = segment_of(*failed);
    const bool goes_on = index ? settle(*failed, *index) : failed->kind == Failure::Kind::lock;
    if (!goes_on) return failed;
    if (failed->kind == Failure::Kind::lock) {
      if (attempt == 0 || index != stuck) {
        patience_.renew();
        attempt = 0;
      }
      stuck = index;
      if (!wait_for_lock(*failed, index, attempt, listener)) return failed;
    }
    read_states_after(index);
  }
}

/// False if the patience is over.
bool JournalledRun::wait_for_lock(const Failure& failure, std::optional<std::size_t> index, int attempt,
                                  database::Listener& listener) {
  const bool outside = index && !segment(*index).transactional;
  if (outside ? attempt >= most_attempts : patience_.is_over()) return false;
  listener.waiting(LockPatience::who(failure));
  if (outside) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200 * (attempt + 1)));
  } else {
    patience_.pause();
  }
  return true;
}

std::size_t JournalledRun::statements_kept() const {
  std::size_t kept = 0;
  try {
    for (const StepRecord& record : history_.steps(step_.plan.version)) {
      if (record.state != "done" || record.direction != name(step_.plan.direction)) continue;
      for (const Segment& part : step_.script->segments())
        kept += part.first + 1 == record.position ? part.count : 0;
    }
  } catch (const Error&) {
    return kept;
  }
  return kept;
}

}  // namespace tradewind::migration
