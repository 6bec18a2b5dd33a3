#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <tradewind/migrator.hpp>

#include "database/connection.hpp"
#include "migration/history.hpp"
#include "migration/loaded_step.hpp"
#include "sql/grammar.hpp"

namespace tradewind::migration {

struct RunnerOptions {
  bool atomic = false;
  bool durable_each = false;
  std::chrono::milliseconds runner_patience{std::chrono::minutes(10)};
  std::chrono::milliseconds lock_patience{std::chrono::seconds(60)};
  Observer* observer = nullptr;
  const std::atomic<bool>* stop = nullptr;
};

/// Turns the history into what a plan says, under the runner lock, whatever happens on the way.
class Runner {
 public:
  /// Given what is applied, says what to do; asked again when another runner was faster.
  using Planner = std::function<Draft(const std::vector<Applied>&)>;

  Runner(database::Connection& connection, const sql::Grammar& grammar, const Files& files, History& history,
         RunnerOptions options);

  RunResult run(const Planner& planner, const std::vector<Applied>& applied);
  /// Records the plan's steps without running them.
  RunResult record(const Planner& planner, const std::vector<Applied>& applied, std::string_view event);
  /// All that run() would send, per step.
  std::vector<Step> dry_run(const Planner& planner, const std::vector<Applied>& applied);
  void create_history();
  /// The steps with their statements.
  std::vector<LoadedStep> load(const std::vector<PlannedStep>& steps);

 private:
  /// What the history will say of this run.
  void establish_facts(const std::vector<Applied>& applied);
  RunResult run_or_record(const Planner& planner, const std::vector<Applied>& applied, bool record_only);
  void execute(std::vector<LoadedStep>& steps);
  void run_transactions(std::span<LoadedStep> steps);
  void run_journalled(LoadedStep& step, std::size_t index, std::size_t count);
  /// `open`: the steps whose outcome is not known; `at`: the one that the failure is about.
  void resolve(std::span<LoadedStep> open, const LoadedStep& at, const database::Failure& failure,
               const std::function<std::size_t()>& kept = {});
  /// Over a new connection; none if it can't be told.
  std::optional<std::vector<Applied>> look_again();
  LoadedStep load_up(const PlannedStep& planned) const;
  LoadedStep load_down(const PlannedStep& planned) const;
  std::vector<LoadedStep> load_for(const std::vector<PlannedStep>& steps, bool record_only);
  std::vector<Step> finished() const;
  void refuse_atomic(const std::vector<LoadedStep>& steps) const;
  [[noreturn]] void fail(const database::Failure& failure, const LoadedStep& step,
                         std::size_t statements_kept = 0);
  [[noreturn]] void fail(const Error& error, const std::string& version, std::size_t statements_kept = 0,
                         bool record = true);
  void flush() const;
  bool stopping() const { return options_.stop != nullptr && options_.stop->load(); }
  void tell_waiting(std::string_view who) const;
  void tell_notice(std::string_view text) const;

  database::Connection& connection_;
  const sql::Grammar& grammar_;
  const Files& files_;
  History& history_;
  RunnerOptions options_;
  RunFacts facts_;
  std::vector<LoadedStep>* running_ = nullptr;
  std::vector<Step> finished_before_;  ///< by this run, before it planned again
  std::vector<std::string> notes_;
};

}  // namespace tradewind::migration
