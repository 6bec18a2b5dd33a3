#include "sqlite/dialect.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "sqlite/foreign_keys.hpp"
#include "sqlite/session.hpp"

namespace tradewind::sqlite {

using database::HistoryTables;
using database::TransactionSettings;

std::string_view SqliteDialect::find_table() const {
  return "SELECT '', m.name, c.name, 1 FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c "
         "WHERE m.type = 'table' AND m.name = $2 AND coalesce($1, '') = '' ORDER BY c.cid";
}

std::string_view SqliteDialect::default_schema() const {
  return "SELECT ''";
}

HistoryTables SqliteDialect::history_tables(std::string_view, std::string_view table) const {
  const std::string name(table);
  const std::string stem = name == "schema_migrations" ? "schema_migration" : name;
  return {base::quoted(name), base::quoted(stem + "_steps"), base::quoted(stem + "_events")};
}

std::vector<std::string> SqliteDialect::create_history(const HistoryTables& t) const {
  static constexpr std::string_view now = "DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))";
  return {fmt::format("CREATE TABLE IF NOT EXISTS {} (\n"
                      "    migration_id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
                      "    version TEXT NOT NULL UNIQUE,\n"
                      "    name TEXT NOT NULL,\n"
                      "    description TEXT,\n"
                      "    batch INTEGER NOT NULL,\n"
                      "    checksum TEXT NOT NULL,\n"
                      "    applied_at TEXT NOT NULL {},\n"
                      "    applied_by TEXT NOT NULL,\n"
                      "    execution_time_ms REAL NOT NULL,\n"
                      "    down_sql TEXT,\n"
                      "    transactional INTEGER NOT NULL CHECK (transactional IN (0, 1))\n)",
                      t.migrations, now),
          fmt::format("CREATE TABLE IF NOT EXISTS {} (\n"
                      "    version TEXT NOT NULL,\n"
                      "    direction TEXT NOT NULL CHECK (direction IN ('up', 'down')),\n"
                      "    position INTEGER NOT NULL,\n"
                      "    sha TEXT NOT NULL,\n"
                      "    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),\n"
                      "    error TEXT,\n"
                      "    note TEXT,\n"
                      "    updated_at TEXT NOT NULL {},\n"
                      "    PRIMARY KEY (version, direction, position)\n)",
                      t.steps, now),
          fmt::format("CREATE TABLE IF NOT EXISTS {} (\n"
                      "    event_id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
                      "    version TEXT,\n"
                      "    event TEXT NOT NULL CHECK (event IN\n"
                      "        ('applied', 'reverted', 'failed', 'repaired', 'baselined', 'adopted',\n"
                      "        'backed-up')),\n"
                      "    occurred_at TEXT NOT NULL {},\n"
                      "    who TEXT NOT NULL,\n"
                      "    error TEXT,\n"
                      "    note TEXT\n)",
                      t.events, now)};
}

std::vector<std::string> SqliteDialect::begin(const TransactionSettings& settings) const {
  // Inside a transaction the foreign_keys pragma does nothing, and a rebuild of a table with it on deletes
  // its children.
  std::vector<std::string> commands;
  if (!settings.only_data) commands.emplace_back("PRAGMA foreign_keys = OFF");
  if (write_ahead_log_)
    commands.emplace_back(settings.durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  commands.emplace_back("BEGIN IMMEDIATE");
  return commands;
}

std::vector<std::string> SqliteDialect::clean_session(const TransactionSettings&) const {
  return {std::string(end_of_session)};
}

std::vector<std::string> SqliteDialect::before_outside(const TransactionSettings&) const {
  return {"PRAGMA foreign_keys = OFF"};
}

std::string SqliteDialect::guard_not_applied(const HistoryTables& t) const {
  return fmt::format("SELECT 1 FROM {} WHERE version = $1", t.migrations);
}

std::string SqliteDialect::guard_applied(const HistoryTables& t) const {
  return fmt::format("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM {} WHERE version = $1)", t.migrations);
}

std::string SqliteDialect::guard_not_done(const HistoryTables& t) const {
  return fmt::format(
      "SELECT 1 FROM {} WHERE version = $1 AND direction = $2 AND position = CAST($3 AS INTEGER) AND state = "
      "'done'",
      t.steps);
}

// RETURNING gives the row as it was before AFTER triggers had their way with it, so the event looks again.
std::vector<std::string> SqliteDialect::record_applied(const HistoryTables& t) const {
  return {fmt::format("INSERT INTO {} (version, applied_by, execution_time_ms, name, description, batch, "
                      "checksum, down_sql, transactional) "
                      "VALUES ($1, $2, $6, $7, $8, $5, $4, $9, $10) RETURNING execution_time_ms",
                      t.migrations),
          fmt::format("INSERT INTO {} (version, event, who) SELECT $1, $3, $2 WHERE EXISTS (SELECT 1 FROM {} "
                      "WHERE version = $1 AND checksum = $4 AND batch = CAST($5 AS INTEGER)) RETURNING 1",
                      t.events, t.migrations)};
}

std::vector<std::string> SqliteDialect::record_reverted(const HistoryTables& t) const {
  return {fmt::format("DELETE FROM {} WHERE version = $1 RETURNING CAST($4 AS REAL)", t.migrations),
          fmt::format("INSERT INTO {} (version, event, who) SELECT $1, $3, $2 "
                      "WHERE NOT EXISTS (SELECT 1 FROM {} WHERE version = $1) RETURNING 1",
                      t.events, t.migrations)};
}

std::vector<std::string> SqliteDialect::integrity_checks() const {
  return {
      "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
      fmt::format(
          "SELECT 'a foreign key of ' || child || ' refers to columns of ' || parent || ' that are no "
          "key of it, so it is not checked: give them a UNIQUE index' FROM ({})",
          unfit_keys_query()),
      fmt::format("SELECT 'a row of ' || child || ' refers to a row of ' || parent || ' that is not there, "
                  "rowid ' || coalesce(number, '?') FROM ({})",
                  orphans_query())};
}

}  // namespace tradewind::sqlite
