#include "ops/ledger.hpp"

#include <chrono>
#include <unordered_set>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <tradewind/error.hpp>

namespace tradewind::ops {
namespace {

using database::Parameter;
using migration::EventRecord;

constexpr std::string_view table =
    "CREATE TABLE IF NOT EXISTS migration_history (\n"
    "    migration_id TEXT PRIMARY KEY,\n"
    "    migration_name TEXT NOT NULL,\n"
    "    database_path TEXT NOT NULL,\n"
    "    applied_at INTEGER NOT NULL,\n"
    "    applied_date TEXT NOT NULL,\n"
    "    duration_seconds REAL,\n"
    "    status TEXT NOT NULL CHECK(status IN ('applied', 'rolled_back', 'failed')),\n"
    "    error_message TEXT\n"
    ")";

constexpr std::string_view insertion =
    "INSERT OR IGNORE INTO migration_history VALUES ($1, $2, $3, strftime('%s', $4), $4, $5, $6, $7)";

/// Empty for what is no run.
std::string status_of(const EventRecord& event) {
  if (event.event == "failed") return "failed";
  if (event.event == "reverted") return "rolled_back";
  return event.event == "repaired" ? "" : "applied";
}

/// By version and status: the time of the last run, where it is known.
std::map<std::pair<std::string, std::string>, double> durations(const migration::History& history,
                                                                const LedgerUpdate& update) {
  std::map<std::pair<std::string, std::string>, double> result;
  for (const migration::Applied& row : history.applied_in_full())
    result[{row.version, "applied"}] = row.execution_time_ms / 1000;
  for (const Step& step : update.steps) {
    const bool up = step.direction == Direction::up;
    result[{step.version, up ? "applied" : "rolled_back"}] = step.execution_time_ms / 1000;
  }
  return result;
}

std::string now() {
  const auto time = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), (time - seconds).count());
}

std::unordered_set<std::string> ids_in(database::Connection& ledger) {
  std::unordered_set<std::string> ids;
  const std::vector<Parameter> name = {std::string(), std::string("migration_history")};
  if (ledger.query(ledger.dialect().find_table(), name).empty()) return ids;
  const database::Rows rows = ledger.query("SELECT migration_id FROM migration_history");
  for (std::size_t i = 0; i < rows.size(); ++i) ids.emplace(rows.text(i, 0));
  return ids;
}

/// It may have ended already; the error on its way says why.
void roll_back(database::Connection& ledger) {
  try {
    ledger.query("ROLLBACK");
  } catch (const Error&) {
    return;
  }
}

}  // namespace

std::vector<LedgerRow> ledger_rows(const migration::History& history, const std::string& place,
                                   const LedgerUpdate& update) {
  auto times = durations(history, update);
  std::vector<LedgerRow> rows;
  const auto add = [&](const EventRecord& event, const std::string& number) {
    const std::string status = status_of(event);
    if (status.empty()) return;
    const std::string id = fmt::format("{}/{}/{}/{}", update.name, event.version, event.occurred_at, number);
    rows.push_back({id, event.version, place, event.occurred_at, std::nullopt, status,
                    status == "failed" ? Parameter(event.error) : Parameter()});
  };
  for (const EventRecord& event : history.events()) add(event, std::to_string(event.id));
  for (const RefusedRun& run : update.refused) add({0, run.version, "failed", now(), run.error}, "refused");
  // The time that is known is that of the last run of its kind.
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    const auto time = times.find({row->name, row->status});
    if (time == times.end()) continue;
    row->seconds = time->second;
    times.erase(time);
  }
  return rows;
}

std::size_t write_ledger(database::Connection& ledger, const std::vector<LedgerRow>& rows) {
  const std::unordered_set<std::string> there = ids_in(ledger);
  std::vector<const LedgerRow*> missing;
  for (const LedgerRow& row : rows) {
    if (!there.contains(row.id)) missing.push_back(&row);
  }
  if (missing.empty()) return 0;
  ledger.query("BEGIN IMMEDIATE");
  try {
    ledger.query(table);
    for (const LedgerRow* row : missing) {
      const std::vector<Parameter> values = {
          row->id,
          row->name,
          row->path,
          row->time,
          row->seconds ? Parameter(fmt::format("{:.6f}", *row->seconds)) : Parameter(),
          row->status,
          row->error};
      ledger.query(insertion, values);
    }
    ledger.query("COMMIT");
  } catch (const Error&) {
    roll_back(ledger);
    throw;
  }
  return missing.size();
}

}  // namespace tradewind::ops
