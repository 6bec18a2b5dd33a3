#include "migration/journal_state.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/mapped.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"

namespace tradewind::migration {
namespace {

using sql::Kind;

/// CREATE [LOCAL | GLOBAL] TEMPORARY ...
bool makes_temporary(std::string_view text) {
  std::istringstream words(base::lower(text.substr(0, 200)));
  std::string word;
  if (!(words >> word) || word != "create") return false;
  words >> word;
  if (word == "local" || word == "global") words >> word;
  return word == "temp" || word == "temporary";
}

class Reader {
 public:
  Reader(database::Connection& connection, const History& history, const LoadedStep& step, bool same_session)
      : connection_(connection),
        history_(history),
        step_(step),
        script_(*step.script),
        same_session_(same_session) {}

  JournalState read();

 private:
  void resume(std::size_t index, const StepRecord& record);
  void refuse_lost_table() const;
  [[noreturn]] void refuse(std::size_t index, Code code, const std::string& message,
                           const std::string& hint) const;
  const Segment& segment(std::size_t index) const { return script_.segments()[index]; }

  database::Connection& connection_;
  const History& history_;
  const LoadedStep& step_;
  const Script& script_;
  bool same_session_;
  JournalState state_;
};

JournalState Reader::read() {
  const std::vector<std::string> invalid = base::mapped(invalid_indexes(connection_), &InvalidIndex::quoted);
  const std::vector<StepRecord> records = history_.steps(step_.plan.version);
  for (std::size_t i = 0; i < script_.segments().size(); ++i) {
    const Segment& part = segment(i);
    SegmentState& state = state_.segments.emplace_back();
    state.sha = base::sha256(script_.text_of(part));
    state.note = fmt::format("{}", fmt::join(invalid, "\n"));
    if (part.count == 1 && script_.statements()[part.first].for_session) {
      state.kind = SegmentState::Kind::session;
      continue;
    }
    for (const StepRecord& record : records) {
      if (record.position == part.first + 1 && record.direction == name(step_.plan.direction))
        resume(i, record);
    }
  }
  if (!same_session_) refuse_lost_table();
  return std::move(state_);
}

/// A temporary table went with its session, and what is not done yet may need it.
void Reader::refuse_lost_table() const {
  const auto is_left = [](const SegmentState& s) {
    return s.kind == SegmentState::Kind::journalled && !s.done;
  };
  if (std::none_of(state_.segments.begin(), state_.segments.end(), is_left)) return;
  for (std::size_t i = 0; i < state_.segments.size(); ++i) {
    const Segment& part = segment(i);
    if (!state_.segments[i].done || part.count != 1 || !makes_temporary(script_.text_of(part.first)))
      continue;
    refuse(i, Code::unsupported,
           fmt::format(
               "statement {} of {} made a temporary table in a run that did not come to its end, and it went "
               "with that run's session",
               part.first + 1, step_.plan.version),
           fmt::format(
               "put it between BEGIN and COMMIT with all that uses it, or make it an ordinary table and drop "
               "it at the end. Then have the statements from it on run again: DELETE FROM {} WHERE version = "
               "'{}' AND position >= {}; what they did before stays, so look first",
               history_.tables().steps, step_.plan.version, part.first + 1));
  }
}

void Reader::refuse(std::size_t index, Code code, const std::string& message, const std::string& hint) const {
  Error error(code, message, hint);
  script_.place(error, script_.statements()[segment(index).first].begin);
  throw Error(error);
}

void Reader::resume(std::size_t index, const StepRecord& record) {
  SegmentState& state = state_.segments[index];
  const std::string& version = step_.plan.version;
  if (record.state == "done") {
    if (record.sha != state.sha) {
      refuse(index, Code::checksum_mismatch,
             fmt::format("statement {} of {} ran before and was changed since", record.position, version),
             "put it back as it was, and write the change as a statement or migration of its own; the "
             "statements before it are kept");
    }
    state.done = true;
    return;
  }
  // What a statement that failed has left was dropped at once; an index made since then is somebody else's.
  if (record.state != "running") return;
  const std::size_t first = segment(index).first;
  if (!segment(index).transactional && script_.statements()[first].kind == Kind::plain) {
    refuse(index, Code::outcome_unknown,
           fmt::format("statement {} of {} was begun by a run that was cut off; whether it came to its end "
                       "can't be told",
                       record.position, version),
           fmt::format("look what it did. If it is to run again: `tradewind repair`, then `tradewind up`. If "
                       "it is complete: UPDATE {} SET state = 'done' "
                       "WHERE version = '{}' AND position = {}, then `tradewind up`",
                       history_.tables().steps, version, record.position));
  }
  state.was_running = true;
  state.note = record.note;
  if (segment(index).transactional) return;
  for (InvalidIndex& left : own_leftovers(connection_, script_.text_of(first), state.note))
    state_.leftovers.push_back(std::move(left));
}

}  // namespace

JournalState read_journal(database::Connection& connection, const History& history, const LoadedStep& step,
                          bool same_session) {
  return Reader(connection, history, step, same_session).read();
}

std::vector<InvalidIndex> own_leftovers(database::Connection& connection, std::string_view statement,
                                        std::string_view note) {
  const std::string before = fmt::format("\n{}\n", note);
  std::vector<InvalidIndex> fresh = invalid_indexes(connection);
  std::erase_if(fresh, [&](const InvalidIndex& index) {
    return index.being_built || before.find("\n" + index.quoted + "\n") != std::string::npos;
  });
  return left_by(statement, fresh);
}

}  // namespace tradewind::migration
