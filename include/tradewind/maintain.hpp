/// Upkeep of a database: old rows deleted in small batches, partitions made ahead and old ones dropped,
/// materialised views refreshed, tables vacuumed and analysed, indexes looked at.
///
///     auto database = tradewind::Database::open(url);
///     tradewind::MaintenancePolicy policy;
///     policy.retention.push_back({.table = "ohlcv_data", .column = "timestamp", .keep =
///     std::chrono::days(90)}); for (const auto& step : tradewind::maintain(database, policy, {.dry_run =
///     true}).steps)
///       std::cout << step.table << ": " << step.rows << " rows would go\n";
///
/// Every batch is a transaction of its own: whatever ends a run, the next one goes on from there.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/database.hpp>
#include <tradewind/error.hpp>

namespace [[gnu::visibility("default")]] tradewind {

/// Rows of `table` whose `column` is older than `keep` go. Rows without a time stay.
struct RetentionRule {
  std::string table;  ///< perhaps with its schema: "audit.events"
  std::string column;
  std::chrono::seconds keep{0};
  /// What a number in the column counts since 1970: "s", "ms" or "us". Times need none.
  std::string unit = "s";
};

/// A table partitioned by range of a time.
struct PartitionRule {
  std::string table;
  std::string every = "month";  ///< "day", "week", "month" or "year": the length of a partition
  int ahead = 3;                ///< so many partitions beyond the current one are there
  /// Partitions that end longer ago are detached and dropped. Zero: none.
  std::chrono::seconds keep{0};
  /// A function of the schema that makes them, called with `ahead`; empty: they are made here, named
  /// TABLE_YYYY_MM.
  std::string make = {};
};

enum class VacuumPolicy {
  off,
  needed,  ///< tables that this run or others have changed much
  all,     ///< every table; SQLite: the whole file is written anew, which keeps writers out
};

/// What tradewind.toml's [maintain] and a pack's say.
struct MaintenancePolicy {
  std::vector<RetentionRule> retention;
  std::vector<PartitionRule> partitions;
  VacuumPolicy vacuum = VacuumPolicy::needed;
  bool refresh = true;                                ///< materialised views
  std::size_t batch = 1000;                           ///< rows a transaction deletes at most
  std::chrono::milliseconds pause{50};                ///< between batches
  std::int64_t standby_lag = std::int64_t{64} << 20;  ///< bytes a standby may be behind before deletes wait
};

/// The parts of a run, in their order.
enum class MaintenanceTask { partitions, retention, refresh, vacuum, indexes };
inline constexpr MaintenanceTask maintenance_tasks[] = {MaintenanceTask::partitions,
                                                        MaintenanceTask::retention, MaintenanceTask::refresh,
                                                        MaintenanceTask::vacuum, MaintenanceTask::indexes};
std::string_view name(MaintenanceTask task) noexcept;

/// Something done, or of a dry run, something that would be.
struct MaintenanceStep {
  MaintenanceTask task = MaintenanceTask::retention;
  std::string table;
  std::string action;  ///< "delete rows before 2026-08-23 06:00:00+00", "make partition", "vacuum"
  std::vector<std::string> statements;  ///< only of a dry run
  std::int64_t rows = 0;                ///< that went, or would go
  double elapsed_ms = 0;
  std::string note;            ///< what should be known of it
  std::optional<Error> error;  ///< it failed, or stopped before its end; the others run all the same
};

/// An index, or the lack of one, that costs something.
struct IndexFinding {
  std::string kind;  ///< "unused", "duplicate", "invalid", "bloated", "missing", "sequential-scans"
  std::string table;
  std::string index;  ///< empty where there is none
  std::string detail;
  std::string advice;  ///< a statement, or a sentence
};

struct MaintenanceReport {
  std::vector<MaintenanceStep> steps;
  std::vector<IndexFinding> indexes;
  double elapsed_ms = 0;
};

/// Progress of maintain(); every call comes from the thread that runs it.
class MaintenanceObserver {
 public:
  virtual ~MaintenanceObserver() = default;
  virtual void step_started(const MaintenanceStep& step);
  /// `rows` are gone so far.
  virtual void rows_deleted(const MaintenanceStep& step, std::int64_t rows);
  /// For whom, or for what.
  virtual void waiting(std::string_view who);
  virtual void step_finished(const MaintenanceStep& step);
};

struct MaintainOptions {
  bool dry_run = false;
  /// One part of it; none: all.
  std::optional<MaintenanceTask> only = {};
  /// How long to go on trying for a lock, and to wait for a standby.
  std::chrono::milliseconds patience{std::chrono::seconds(60)};
  MaintenanceObserver* observer = nullptr;  ///< may be null
};

/// Runs the policy. What fails is told in its step. A stop that is asked for ends the run after the current
/// batch, and its step has the error `interrupted`. Throws Error{configuration} for a table or column that is
/// not there, before anything is done; LockTimeout if another maintain() is at work; ConnectionError.
MaintenanceReport maintain(Database& database, const MaintenancePolicy& policy,
                           const MaintainOptions& options = {});

/// "90 days", "30d", "12 hours", "2 weeks", "1 year" (365 days), "50ms". Throws Error{configuration}.
std::chrono::milliseconds parse_duration(std::string_view text);

}  // namespace tradewind
