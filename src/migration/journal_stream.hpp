#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "database/dialect.hpp"
#include "migration/history.hpp"
#include "migration/journal_state.hpp"
#include "migration/loaded_step.hpp"
#include "migration/lock_patience.hpp"

namespace tradewind::migration {

/// The commands of one migration outside a transaction: each segment with its row in the journal, the history
/// row last. A segment that may stand in a transaction is one together with its row; of the others the intent
/// is recorded first. Tags: unit 0 are the segments, unit 1 is the history row with its transaction.
class JournalStream : public database::CommandStream {
 public:
  /// Transactions have the patience's short timeout, unless the migration sets its own.
  JournalStream(const database::Dialect& dialect, const History& history, const LoadedStep& step,
                const RunFacts& facts, const std::vector<SegmentState>& states, const LockPatience& patience);

  std::optional<database::Command> next() override;

 private:
  struct Queued {
    database::Role role = database::Role::setting;
    std::string text = {};
    std::vector<database::Parameter> parameters = {};
    std::optional<std::size_t> statement = {};
    bool in_transaction = false;
  };

  void queue_segment(std::size_t index);
  void queue_for_session(const Segment& segment);
  void queue_transaction(const Segment& segment, const SegmentState& state);
  void queue_outside(const Segment& segment, const SegmentState& state);
  std::string check_of(std::size_t statement) const;
  void queue_history();
  Queued journal(const Segment& segment, const SegmentState& state, std::string_view value,
                 bool in_transaction) const;
  database::Command emit(const Queued& queued) const;

  const database::Dialect& dialect_;
  const database::HistoryTables& tables_;
  std::string lock_key_;
  const LoadedStep& step_;
  const RunFacts& facts_;
  const std::vector<SegmentState>& states_;
  database::TransactionSettings settings_;
  bool own_lock_timeout_ = false;
  std::vector<Queued> queue_;
  std::size_t queued_ = 0;
  std::size_t segment_ = 0;
  bool history_queued_ = false;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

/// INSERT or UPDATE of a journal row: $1 version, $2 direction, $3 position, $4 sha, $5 state, $6 error, $7
/// note.
std::string journal_statement(const database::HistoryTables& tables);
std::vector<database::Parameter> journal_parameters(const LoadedStep& step, const Segment& segment,
                                                    const SegmentState& state, std::string_view value,
                                                    const std::optional<std::string>& error = std::nullopt);

}  // namespace tradewind::migration
