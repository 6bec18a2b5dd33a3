#include "ops/maintain.hpp"

#include <algorithm>
#include <random>
#include <thread>

#include <fmt/format.h>

#include "base/text.hpp"
#include "database/dialect.hpp"

namespace tradewind::ops {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view lock_key = "tradewind maintain";
/// A batch that takes longer holds its rows for too long: the next one is smaller.
constexpr milliseconds long_batch{1000};

/// Keeps other maintenance out while it lives.
std::unique_ptr<database::RunnerLock> exclusive(database::Connection& connection) {
  try {
    return connection.lock_runners(lock_key, milliseconds(0), [](std::string_view) {});
  } catch (const LockTimeout& error) {
    const std::string said = error.message();
    const std::size_t colon = said.find(": ");
    throw LockTimeout(Code::runner_busy,
                      "another maintain is at work on this database" +
                          (colon == std::string::npos ? std::string() : said.substr(colon)),
                      "wait until it is done; nothing was done by this run");
  }
}

/// The session's settings of a run, taken back in the end.
class Session {
 public:
  Session(database::Connection& connection, const std::vector<std::string>& settings)
      : connection_(connection) {
    for (const std::string& text : settings) connection_.query(text);
  }
  ~Session() {
    try {
      for (const std::string& text : connection_.dialect().reset_session()) connection_.query(text);
    } catch (const Error&) {
      return;  // the connection is lost: its settings went with it
    }
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

 private:
  database::Connection& connection_;
};

}  // namespace

Maintenance::Maintenance(database::Connection& connection, const database::Upkeep& upkeep,
                         const MaintenancePolicy& policy, const MaintainOptions& options,
                         const std::atomic<bool>* stop)
    : connection_(connection),
      upkeep_(upkeep),
      policy_(policy),
      options_(options),
      stop_(stop),
      observer_(options.observer == nullptr ? nobody_ : *options.observer) {}

MaintenanceReport Maintenance::run() {
  const auto begun = steady_clock::now();
  check_policy();
  find_tables();
  const auto lock = options_.dry_run ? nullptr : exclusive(connection_);
  const Session session(connection_, upkeep_.session());
  for (const MaintenanceTask task : {MaintenanceTask::partitions, MaintenanceTask::retention,
                                     MaintenanceTask::refresh, MaintenanceTask::vacuum}) {
    if (wants(task) && !stopping()) run_task(task);
  }
  if (wants(MaintenanceTask::indexes) && !stopping()) report_.indexes = upkeep_.indexes(connection_);
  report_.elapsed_ms = std::chrono::duration<double, std::milli>(steady_clock::now() - begun).count();
  return std::move(report_);
}

bool Maintenance::wants(MaintenanceTask task) const {
  return !options_.only || *options_.only == task;
}

void Maintenance::check_policy() const {
  static const std::set<std::string> units = {"s", "ms", "us"};
  static const std::set<std::string> periods = {"day", "week", "month", "year"};
  for (const RetentionRule& rule : policy_.retention) {
    if (rule.keep.count() <= 0 || !units.contains(rule.unit))
      throw Error(Code::configuration,
                  fmt::format("the retention of {} has no time to keep, or no unit", rule.table));
  }
  for (const PartitionRule& rule : policy_.partitions) {
    if (rule.ahead < 0 || rule.keep.count() < 0 || !periods.contains(rule.every))
      throw Error(Code::configuration, fmt::format("the partitions of {} can't be so", rule.table));
  }
  if (policy_.batch == 0) throw Error(Code::configuration, "a batch of no rows");
}

void Maintenance::find_tables() {
  if (wants(MaintenanceTask::retention)) {
    for (const RetentionRule& rule : policy_.retention)
      retention_.push_back({&rule, found(rule.table, rule.column, "retention")});
  }
  if (!wants(MaintenanceTask::partitions)) return;
  for (const PartitionRule& rule : policy_.partitions)
    partitions_.push_back({&rule, found(rule.table, {}, "partitions")});
}

database::FoundTable Maintenance::found(const std::string& name, const std::string& column,
                                        const std::string& key) const {
  const std::size_t dot = name.find('.');
  const std::string table = dot == name.npos ? name : name.substr(dot + 1);
  const std::vector<database::Parameter> wanted = {
      dot == name.npos ? database::Parameter() : database::Parameter(name.substr(0, dot)), table};
  const database::Rows rows = connection_.query(connection_.dialect().find_table(), wanted);
  if (rows.empty()) {
    throw Error(Code::configuration,
                fmt::format("there is no table {} that [maintain.{}] speaks of", base::printable(name), key),
                "correct its name, or run `tradewind up` first if a pending migration makes it");
  }
  const std::string schema(rows.text(0, 0));
  std::vector<std::string> columns;
  for (std::size_t row = 0; row < rows.size() && rows.text(row, 0) == schema; ++row)
    columns.emplace_back(rows.text(row, 2));
  if (!column.empty() && std::find(columns.begin(), columns.end(), column) == columns.end()) {
    const std::string near = base::nearest(column, columns);
    throw Error(Code::configuration,
                fmt::format("table {} has no column {}", base::printable(name), base::printable(column)),
                near.empty() ? "it has " + base::listed(columns) : fmt::format("did you mean {}?", near));
  }
  return {schema, table, (schema.empty() ? "" : base::quoted(schema) + ".") + base::quoted(table)};
}

void Maintenance::run_task(MaintenanceTask task) {
  switch (task) {
    case MaintenanceTask::partitions:
      for (const Partitioned& p : partitions_)
        plan_and_do(task, p.rule->table,
                    [&] { return upkeep_.partitions(connection_, p.table, *p.rule, policy_.batch); });
      return;
    case MaintenanceTask::retention:
      for (const Retention& retention : retention_) {
        if (!stopping()) delete_old(retention);
      }
      return;
    case MaintenanceTask::refresh:
      if (policy_.refresh) plan_and_do(task, {}, [&] { return upkeep_.refreshes(connection_); });
      return;
    case MaintenanceTask::vacuum:
      if (policy_.vacuum != VacuumPolicy::off)
        plan_and_do(task, {}, [&] { return upkeep_.vacuums(connection_, policy_.vacuum, changed_); });
      return;
    case MaintenanceTask::indexes:
      return;
  }
}

/// A step's failure is its own; a lost connection ends the run.
void Maintenance::timed(MaintenanceStep& step, const std::function<void()>& work) {
  const auto begun = steady_clock::now();
  observer_.step_started(step);
  try {
    work();
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error& error) {
    step.error = error;
  }
  step.elapsed_ms = std::chrono::duration<double, std::milli>(steady_clock::now() - begun).count();
  observer_.step_finished(step);
  report_.steps.push_back(step);
}

void Maintenance::plan_and_do(MaintenanceTask task, const std::string& table,
                              const std::function<std::vector<database::UpkeepWork>()>& plan) {
  std::vector<database::UpkeepWork> works;
  try {
    patiently([&] { works = plan(); });
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error& error) {
    MaintenanceStep& step = report_.steps.emplace_back();
    step.task = task;
    step.table = table;
    step.action = "plan";
    step.error = error;
    observer_.step_finished(step);
  }
  for (const database::UpkeepWork& work : works) {
    if (!stopping()) do_work(work);
  }
}

void Maintenance::do_work(const database::UpkeepWork& work) {
  MaintenanceStep step;
  step.task = work.task;
  step.table = work.table;
  step.action = work.action;
  step.rows = work.rows;
  step.note = work.note;
  step.error = work.error;
  if (options_.dry_run || work.statements.empty()) {
    step.statements = work.statements;
    if (step.error) observer_.step_finished(step);
    report_.steps.push_back(std::move(step));
    return;
  }
  timed(step, [&] {
    try {
      patiently([&] { execute(work, step); });
    } catch (const Error&) {
      undo(work);
      throw;
    }
  });
}

void Maintenance::undo(const database::UpkeepWork& work) {
  if (!work.undo) return;
  try {
    for (const std::string& text : work.undo(connection_)) connection_.query(text);
  } catch (const Error&) {
    return;  // what kept the work from its end is told; the next run finds what this one has left
  }
}

void Maintenance::execute(const database::UpkeepWork& work, MaintenanceStep& step) {
  if (work.carry_out) {
    step.note = work.carry_out(connection_);
    return;
  }
  const std::vector<std::string> statements = work.rest ? work.rest(connection_) : work.statements;
  if (!work.in_transaction) {
    for (const std::string& text : statements) connection_.query(text);
    return;
  }
  connection_.query("BEGIN");
  try {
    for (const std::string& text : statements) connection_.query(text);
    connection_.query("COMMIT");
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error&) {
    connection_.query("ROLLBACK");
    throw;
  }
}

void Maintenance::delete_old(const Retention& retention) {
  MaintenanceStep step;
  step.task = MaintenanceTask::retention;
  step.table = retention.rule->table;
  step.action = "delete old rows";
  timed(step, [&] {
    const auto rows = upkeep_.old_rows(connection_, retention.table, *retention.rule);
    step.action = "delete rows before " + rows->before();
    if (options_.dry_run) {
      step.rows = rows->count();
      step.statements.push_back(rows->statement(policy_.batch));
    } else {
      delete_batches(*rows, step);
    }
    step.note = rows->note();
    if (const std::string unseen = tell_once(upkeep_.unseen_standbys(connection_)); !unseen.empty())
      step.note += (step.note.empty() ? "" : "; ") + unseen;
    if (step.rows > 0) changed_.insert(retention.table.quoted);
  });
}

std::string Maintenance::tell_once(const std::string& text) {
  return !text.empty() && told_.insert(text).second ? text : std::string();
}

void Maintenance::delete_batches(database::OldRows& rows, MaintenanceStep& step) {
  std::size_t size = policy_.batch;
  while (true) {
    refuse_stop();
    wait_for_standbys();
    std::optional<std::int64_t> deleted;
    const auto begun = steady_clock::now();
    patiently([&] { deleted = rows.delete_some(size); });
    if (!deleted) return;
    step.rows += *deleted;
    observer_.rows_deleted(step, step.rows);
    const bool took_long = steady_clock::now() - begun > long_batch;
    size = took_long ? std::max<std::size_t>(size / 2, 1) : std::min(size * 2, policy_.batch);
    sleep(policy_.pause);
  }
}

void Maintenance::refuse_stop() const {
  if (stopping()) throw Error(Code::interrupted, "stopped on request", "the next run goes on from here");
}

/// Locks are asked for with a short timeout and again after a while, so that nobody queues up behind us.
void Maintenance::patiently(const std::function<void()>& work) {
  const auto deadline = steady_clock::now() + options_.patience;
  std::minstd_rand random(std::random_device{}());
  for (unsigned longest = 100;; longest = std::min(2000U, longest * 2)) {
    try {
      return work();
    } catch (const LockTimeout& error) {
      refuse_stop();
      if (steady_clock::now() >= deadline) throw;
      observer_.waiting(error.message());
    }
    sleep(milliseconds(50 + random() % longest));
  }
}

void Maintenance::wait_for_standbys() {
  const auto deadline = steady_clock::now() + options_.patience;
  for (std::int64_t lag = 0; (lag = upkeep_.standby_lag(connection_)) > policy_.standby_lag;) {
    refuse_stop();
    if (steady_clock::now() >= deadline) {
      throw LockTimeout(
          Code::lock_timeout,
          fmt::format("a standby is {} behind", base::counted(static_cast<std::size_t>(lag), "byte")),
          "see why it does not keep up; the next run goes on from here");
    }
    observer_.waiting(
        fmt::format("a standby, {} behind", base::counted(static_cast<std::size_t>(lag), "byte")));
    sleep(milliseconds(200));
  }
}

void Maintenance::sleep(milliseconds time) const {
  const auto end = steady_clock::now() + time;
  while (!stopping() && steady_clock::now() < end)
    std::this_thread::sleep_for(
        std::min<steady_clock::duration>(milliseconds(50), end - steady_clock::now()));
}

}  // namespace tradewind::ops
