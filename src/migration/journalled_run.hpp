#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/connection.hpp"
#include "migration/history.hpp"
#include "migration/journal_state.hpp"
#include "migration/journal_stream.hpp"
#include "migration/loaded_step.hpp"
#include "migration/lock_patience.hpp"

namespace tradewind::migration {

/// Runs one migration outside a transaction from where its journal says it stopped, and cleans up what a
/// statement that failed half way has left: only an invalid index that was not there before it began.
class JournalledRun {
 public:
  JournalledRun(database::Connection& connection, const History& history, const LoadedStep& step,
                const RunFacts& facts, const LockPatience& patience);

  /// Throws Error{outcome_unknown} for a step that may have run and can't be looked up,
  /// Error{checksum_mismatch} for one that changed since it ran.
  std::optional<database::Failure> run(database::Listener& listener);

  /// Statements that are done and journalled.
  std::size_t statements_kept() const;

 private:
  void read_states();
  void read_states_after(std::optional<std::size_t> failed);
  void drop(const std::vector<InvalidIndex>& indexes) const;
  bool settle(const database::Failure& failure, std::size_t segment);
  bool done_before(const database::Failure& failure, std::size_t segment) const;
  bool wait_for_lock(const database::Failure& failure, std::optional<std::size_t> segment, int attempt,
                     database::Listener& listener);
  std::optional<std::size_t> segment_of(const database::Failure& failure) const;
  void journal(std::size_t segment, std::string_view state, const std::optional<std::string>& error) const;
  const Segment& segment(std::size_t index) const { return step_.script->segments()[index]; }
  std::string_view text_of(std::size_t segment_index) const {
    return step_.script->text_of(segment(segment_index).first);
  }

  database::Connection& connection_;
  const History& history_;
  const LoadedStep& step_;
  const RunFacts& facts_;
  LockPatience patience_;
  std::vector<SegmentState> states_;
};

}  // namespace tradewind::migration
