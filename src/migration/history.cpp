#include "migration/history.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"

namespace tradewind::migration {
namespace {

using database::Parameter;
using database::Rows;

constexpr std::array<std::string_view, 10> our_columns = {
    "migration_id", "version",           "name",     "batch",        "checksum", "applied_at",
    "applied_by",   "execution_time_ms", "down_sql", "transactional"};

bool has(const std::vector<std::string>& columns, std::string_view name) {
  return std::find(columns.begin(), columns.end(), name) != columns.end();
}

std::vector<std::string> lacking(const std::vector<std::string>& columns) {
  std::vector<std::string> result;
  for (const std::string_view name : our_columns) {
    if (!has(columns, name)) result.emplace_back(name);
  }
  return result;
}

std::string_view owner(const std::vector<std::string>& columns) {
  if (has(columns, "dirty")) return "golang-migrate's";
  if (columns.size() == 1 && has(columns, "version")) return "dbmate's (or Rails')";
  return "another tool's";
}

}  // namespace

History::History(database::Connection& connection, std::string_view table) : connection_(connection) {
  const std::size_t dot = table.rfind('.');
  if (dot != std::string_view::npos) schema_ = std::string(table.substr(0, dot));
  table_ = std::string(table.substr(dot == std::string_view::npos ? 0 : dot + 1));
  if (table_.empty())
    throw Error(Code::configuration, "the history table has no name",
                "write --history-table NAME or SCHEMA.NAME");
}

void History::refuse_foreign(std::string_view schema, const std::vector<std::string>& columns) const {
  const std::vector<std::string> missing = lacking(columns);
  if (missing.empty()) return;
  const std::string shown = schema.empty() ? table_ : fmt::format("{}.{}", schema, table_);
  if (has(columns, "batch") && has(columns, "checksum") && has(columns, "down_sql")) {
    throw Error(Code::history_damaged,
                fmt::format("the history table {} lacks {}", shown, base::listed(missing)),
                "somebody altered it: put the columns back, from a backup if need be; nothing was changed");
  }
  throw Error(Code::history_foreign,
              fmt::format("the table {} is {}, not Tradewind's: it has the columns {}", shown, owner(columns),
                          base::listed(columns)),
              fmt::format("it is left alone. Keep Tradewind's history under another name with "
                          "`--history-table tradewind_migrations`, and take over "
                          "what is there with `tradewind baseline VERSION --history-table "
                          "tradewind_migrations`, VERSION being the last "
                          "migration that was applied"));
}

std::vector<History::Found> History::tables_found(const Rows& rows) {
  std::vector<Found> tables;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (tables.empty() || tables.back().schema != rows.text(i, 0)) {
      tables.push_back({std::string(rows.text(i, 0)), {}, rows.is_true(i, 3)});
    }
    tables.back().columns.emplace_back(rows.text(i, 2));
  }
  return tables;
}

/// With an empty search path nothing is on it; the history is where it is, and another tool's table counts
/// where ours would go.
const History::Found* History::find_without_path(const std::vector<Found>& tables) const {
  const auto ours =
      std::find_if(tables.begin(), tables.end(), [](const Found& t) { return lacking(t.columns).empty(); });
  if (ours != tables.end()) return &*ours;
  const database::Dialect& dialect = connection_.dialect();
  const std::string new_one = dialect.history_tables("", table_).migrations;
  const auto in_the_way = std::find_if(tables.begin(), tables.end(), [&](const Found& t) {
    return dialect.history_tables(t.schema, table_).migrations == new_one;
  });
  return in_the_way == tables.end() ? nullptr : &*in_the_way;
}

void History::find() {
  const std::vector<Parameter> parameters = {schema_.empty() ? Parameter() : Parameter(schema_), table_};
  const std::vector<Found> tables =
      tables_found(connection_.query(connection_.dialect().find_table(), parameters));
  std::string schema = schema_;
  const Found* found = nullptr;
  if (!tables.empty() && (tables.front().on_path || !schema_.empty())) found = &tables.front();
  if (found == nullptr && schema.empty()) {
    schema = std::string(connection_.query(connection_.dialect().default_schema()).text(0, 0));
    if (schema.empty()) found = find_without_path(tables);
  }
  if (found != nullptr) {
    refuse_foreign(found->schema, found->columns);
    schema = found->schema;
  }
  exists_ = found != nullptr;
  tables_ = connection_.dialect().history_tables(schema, table_);
}

std::vector<Applied> History::read(bool in_full) const {
  std::vector<Applied> result;
  if (!exists_) return result;
  const std::string more =
      in_full ? fmt::format(", {}, applied_by, execution_time_ms", connection_.dialect().utc("applied_at"))
              : std::string();
  const Rows rows = connection_.query(
      fmt::format("SELECT migration_id, version, name, batch, checksum, CASE WHEN down_sql IS NULL THEN 0 "
                  "ELSE 1 END, transactional{} FROM {} ORDER BY migration_id",
                  more, tables_.migrations));
  result.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Applied& row = result.emplace_back();
    row.id = rows.integer(i, 0);
    row.version = rows.text(i, 1);
    row.name = rows.text(i, 2);
    row.batch = static_cast<int>(rows.integer(i, 3));
    row.checksum = rows.text(i, 4);
    row.has_down = rows.is_true(i, 5);
    row.transactional = rows.is_true(i, 6);
    if (!in_full) continue;
    row.applied_at = rows.text(i, 7);
    row.applied_by = rows.text(i, 8);
    row.execution_time_ms = rows.real(i, 9);
  }
  return result;
}

std::vector<FailedMigration> History::failed() const {
  std::vector<FailedMigration> result;
  if (!exists_) return result;
  // A down that failed leaves its migration applied, unless a part of it ran outside a transaction.
  const Rows rows = connection_.query(fmt::format(
      "SELECT version, error FROM {0} AS e WHERE event = 'failed' AND NOT EXISTS "
      "(SELECT 1 FROM {0} AS later WHERE later.version = e.version AND later.event_id > e.event_id) "
      "AND (NOT EXISTS (SELECT 1 FROM {1} AS m WHERE m.version = e.version) OR EXISTS (SELECT 1 FROM {2} AS "
      "s "
      "WHERE s.version = e.version AND s.direction = 'down' AND s.state IN ('done', 'running'))) "
      "ORDER BY event_id",
      tables_.events, tables_.migrations, tables_.steps));
  for (std::size_t i = 0; i < rows.size(); ++i)
    result.push_back({std::string(rows.text(i, 0)), std::string(rows.text(i, 1))});
  return result;
}

std::vector<EventRecord> History::events() const {
  std::vector<EventRecord> result;
  if (!exists_) return result;
  const Rows rows = connection_.query(fmt::format(
      "SELECT event_id, version, event, {}, error FROM {} WHERE version IS NOT NULL ORDER BY event_id",
      connection_.dialect().utc("occurred_at"), tables_.events));
  result.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    result.push_back({rows.integer(i, 0), std::string(rows.text(i, 1)), std::string(rows.text(i, 2)),
                      std::string(rows.text(i, 3)), std::string(rows.text(i, 4))});
  }
  return result;
}

std::vector<StepRecord> History::steps(std::string_view version) const {
  std::vector<StepRecord> result;
  if (!exists_) return result;
  const std::vector<Parameter> parameters = {version.empty() ? Parameter() : Parameter(version)};
  const Rows rows = connection_.query(
      fmt::format("SELECT version, direction, position, sha, state, error, note FROM {} "
                  "WHERE version = coalesce($1, version) ORDER BY version, direction, position",
                  tables_.steps),
      parameters);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    result.push_back({std::string(rows.text(i, 0)), std::string(rows.text(i, 1)),
                      static_cast<std::size_t>(rows.integer(i, 2)), std::string(rows.text(i, 3)),
                      std::string(rows.text(i, 4)), std::string(rows.text(i, 5)),
                      std::string(rows.text(i, 6))});
  }
  return result;
}

std::string History::down_sql(std::string_view version) const {
  const std::vector<Parameter> parameters = {std::string(version)};
  const Rows rows = connection_.query(
      fmt::format("SELECT down_sql FROM {} WHERE version = $1", tables_.migrations), parameters);
  return rows.empty() ? std::string() : std::string(rows.text(0, 0));
}

void History::record_event(std::string_view version, std::string_view event, std::string_view who,
                           const std::optional<std::string>& error) const {
  const std::vector<Parameter> parameters = {std::string(version), std::string(event), std::string(who),
                                             error};
  connection_.query(
      fmt::format("INSERT INTO {} (version, event, who, error) VALUES ($1, $2, $3, $4)", tables_.events),
      parameters);
}

void History::record_backup(std::string_view name, std::string_view who) const {
  const std::vector<Parameter> parameters = {std::string(who), std::string(name)};
  connection_.query(
      fmt::format("INSERT INTO {} (event, who, note) VALUES ('backed-up', $1, $2)", tables_.events),
      parameters);
}

void History::accept_checksum(std::string_view version, std::string_view checksum) const {
  const std::vector<Parameter> parameters = {std::string(version), std::string(checksum)};
  connection_.query(fmt::format("UPDATE {} SET checksum = $2 WHERE version = $1", tables_.migrations),
                    parameters);
}

void History::clear_steps(std::string_view version) const {
  const std::vector<Parameter> parameters = {std::string(version)};
  connection_.query(fmt::format("DELETE FROM {} WHERE version = $1 AND state <> 'done'", tables_.steps),
                    parameters);
}

}  // namespace tradewind::migration
