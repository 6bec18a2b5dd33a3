#include "migration/journalled_run.hpp"

#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "migration/failure.hpp"

namespace tradewind::migration {
namespace {

using database::Failure;
using database::Role;
using sql::Kind;

constexpr int most_attempts = 8;

/// SET, RESET and PRAGMA act on the session, so they are sent in every run and not journalled.
bool is_session_setting(std::string_view text) {
  const std::string front = base::lower(text.substr(0, 7));
  return front.starts_with("set ") || front.starts_with("reset ") || front == "pragma ";
}

/// REINDEX CONCURRENTLY builds NAME_ccnew beside NAME.
std::string original_name(std::string index) {
  const std::size_t suffix = index.rfind("_cc");
  if (suffix != std::string::npos &&
      (index.compare(suffix, 6, "_ccnew") == 0 || index.compare(suffix, 6, "_ccold") == 0))
    index.resize(suffix);
  return index;
}

/// schema."name" -> name
std::string bare_name(const std::string& qualified) {
  std::string name = qualified.substr(qualified.rfind('.') + 1);
  std::erase(name, '"');
  return original_name(name);
}

}  // namespace

JournalledRun::JournalledRun(database::Connection& connection, const History& history, const LoadedStep& step,
                             const RunFacts& facts, int patience_ms)
    : connection_(connection), history_(history), step_(step), facts_(facts), patience_ms_(patience_ms) {}

std::set<std::string> JournalledRun::invalid_indexes() const {
  std::set<std::string> result;
  const std::string_view query = connection_.dialect().invalid_indexes();
  if (query.empty()) return result;
  const database::Rows rows = connection_.query(query);
  for (std::size_t i = 0; i < rows.size(); ++i) result.emplace(rows.text(i, 0));
  return result;
}

void JournalledRun::read_states() {
  const Script& script = *step_.script;
  const std::set<std::string> invalid = invalid_indexes();
  const std::vector<StepRecord> records = history_.steps(step_.plan.version);
  states_.clear();
  for (std::size_t i = 0; i < script.segments().size(); ++i) {
    const Segment& part = segment(i);
    SegmentState& state = states_.emplace_back();
    state.sha = base::sha256(script.text_of(part));
    state.note = fmt::format("{}", fmt::join(invalid, "\n"));
    if (part.count == 1 && is_session_setting(text_of(i))) state.kind = SegmentState::Kind::session;
    for (const StepRecord& record : records) {
      if (record.position == part.first + 1 && record.direction == name(step_.plan.direction))
        resume(i, record);
    }
  }
}

void JournalledRun::resume(std::size_t index, const StepRecord& record) {
  SegmentState& state = states_[index];
  const auto refuse = [&](Code code, const std::string& message, const std::string& hint) {
    Error error(code, message, hint);
    step_.script->place(error, step_.script->statements()[segment(index).first].begin);
    throw Error(error);
  };
  if (record.state == "done") {
    if (record.sha != state.sha) {
      refuse(Code::checksum_mismatch,
             fmt::format("statement {} of {} ran before and was changed since", record.position,
                         step_.plan.version),
             "put it back as it was, and write the change as a statement or migration of its own; the "
             "statements before it are kept");
    }
    state.done = true;
    return;
  }
  if (record.state == "running" && !segment(index).transactional &&
      step_.script->statements()[segment(index).first].kind == Kind::plain) {
    refuse(Code::outcome_unknown,
           fmt::format("statement {} of {} was begun by a run that was cut off; whether it came to its end "
                       "can't be told",
                       record.position, step_.plan.version),
           fmt::format("look what it did. If it is to run again: `tradewind repair`, then `tradewind up`. If "
                       "it is complete: UPDATE {} SET state = 'done' "
                       "WHERE version = '{}' AND position = {}, then `tradewind up`",
                       history_.tables().steps, step_.plan.version, record.position));
  }
  // What a statement that failed has left was dropped at once; an index made since then is somebody else's.
  state.was_running = record.state == "running";
  if (!state.was_running) return;
  state.note = record.note;
  drop_own_invalid_indexes(index);
}

/// Only what is invalid now, was not before the statement first began, and has a name that the statement
/// knows.
void JournalledRun::drop_own_invalid_indexes(std::size_t index) {
  if (segment(index).transactional) return;
  for (const std::string& invalid : invalid_indexes()) {
    const bool old =
        fmt::format("\n{}\n", states_[index].note).find("\n" + invalid + "\n") != std::string::npos;
    const bool named = text_of(index).find(bare_name(invalid)) != std::string_view::npos;
    if (!old && named) connection_.query(connection_.dialect().drop_invalid_index(invalid));
  }
}

std::optional<std::size_t> JournalledRun::segment_of(const Failure& failure) const {
  if (failure.tag.role != Role::statement || failure.tag.unit != 0) return std::nullopt;
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
/// it was done.
bool JournalledRun::done_before(const Failure& failure, std::size_t index) const {
  if (!states_[index].was_running) return false;
  const Kind kind = step_.script->statements()[segment(index).first].kind;
  if (failure.kind == Failure::Kind::already_exists)
    return kind == Kind::index_concurrently || kind == Kind::outside;
  if (failure.kind == Failure::Kind::not_there) {
    return kind == Kind::drop_index_concurrently || kind == Kind::detach_concurrently ||
           kind == Kind::outside;
  }
  return false;
}

/// Leaves the journal right after a failed segment; true if the run can go on.
bool JournalledRun::settle(const Failure& failure, std::size_t index) {
  if (done_before(failure, index)) {
    journal(index, "done", std::nullopt);
    states_[index].done = true;
    return true;
  }
  // Dropping would wait for whom the build waited for. As "running", the next run does it.
  const Kind kind = step_.script->statements()[segment(index).first].kind;
  if (failure.kind == Failure::Kind::interrupted && kind != Kind::plain) return false;
  drop_own_invalid_indexes(index);
  journal(index, "failed", failure.message);
  states_[index].was_running = false;
  return failure.kind == Failure::Kind::lock;
}

std::optional<Failure> JournalledRun::run(database::Listener& listener) {
  read_states();
  for (int attempt = 0;; ++attempt) {
    JournalStream stream(connection_.dialect(), history_.tables(), step_, facts_, states_, patience_ms_);
    std::optional<Failure> failed = connection_.run(stream, listener);
    if (!failed || is_open(*failed) || failed->waited || failed->kind == Failure::Kind::moved) return failed;
    const std::optional<std::size_t> index = segment_of(*failed);
    if (!index || !settle(*failed, *index) || attempt >= most_attempts) return failed;
    if (failed->kind == Failure::Kind::lock) {
      listener.waiting(failed->blockers.empty() ? "a lock; trying again" : failed->blockers);
      std::this_thread::sleep_for(std::chrono::milliseconds(200 * (attempt + 1)));
    }
    read_states();
  }
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
