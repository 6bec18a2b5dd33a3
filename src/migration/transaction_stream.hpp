#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "database/dialect.hpp"
#include "migration/loaded_step.hpp"

namespace tradewind::migration {

struct StreamOptions {
  bool atomic = false;        ///< one transaction around all steps
  bool durable_each = false;  ///< every commit is flushed, not only the last
  bool last_durable = true;   ///< the last step's commit is flushed
  bool watched = false;       ///< someone looks at each statement's progress
  int lock_timeout_ms = 0;
};

/// The commands of steps that run in transactions: each its own BEGIN, statements, history row, COMMIT.
class TransactionStream : public database::CommandStream {
 public:
  TransactionStream(const database::Dialect& dialect, const database::HistoryTables& tables,
                    std::span<const LoadedStep> steps, const RunFacts& facts, const StreamOptions& options);

  std::optional<database::Command> next() override;

 private:
  struct Queued {
    database::Role role;
    std::string text;
    std::size_t parameters = 0;  ///< how many of parameters_ it takes
    bool repeated = false;
  };

  void begin_step();
  void end_step();
  database::Command emit(const Queued& queued);
  database::Command emit_statement();
  bool is_one_of_many();
  database::TransactionSettings settings() const;
  bool is_last() const { return step_ + 1 == steps_.size(); }

  const database::Dialect& dialect_;
  const database::HistoryTables& tables_;
  std::span<const LoadedStep> steps_;
  const RunFacts& facts_;
  StreamOptions options_;
  std::size_t step_ = 0;
  enum class Phase { before, begin, body, end } phase_ = Phase::before;
  std::vector<Queued> queue_;
  std::size_t queued_ = 0;
  std::size_t statement_ = 0;
  std::size_t row_end_ = 0;  ///< of the statements in a row that change data and begin before statement_
  bool row_is_long_ = false;
  std::vector<database::Parameter> parameters_;
  std::chrono::steady_clock::time_point begun_;
};

}  // namespace tradewind::migration
