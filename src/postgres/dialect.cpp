#include "postgres/dialect.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace tradewind::postgres {

using database::HistoryTables;
using database::TransactionSettings;

std::int64_t lock_number(std::string_view key) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return static_cast<std::int64_t>(hash);
}

std::string PostgresDialect::runner_lock_check(std::string_view key) const {
  return fmt::format(
      "SELECT 'a statement of the migration has released the lock that keeps other runners out, so another "
      "may "
      "have been at work meanwhile (pg_advisory_unlock_all() does that): it is not recorded as done' "
      "WHERE NOT EXISTS (SELECT 1 FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted AND "
      "objsubid = "
      "1 AND pid = pg_backend_pid() AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = "
      "current_database()) AND ((classid::bigint << 32) | objid::bigint) = {})",
      lock_number(key));
}

std::string_view PostgresDialect::find_table() const {
  return "SELECT n.nspname, c.relname, a.attname, (n.nspname = ANY (current_schemas(false)))::int"
         " FROM pg_catalog.pg_class c"
         " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
         " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
         " WHERE c.relname = $2 AND ($1::text IS NULL OR n.nspname = $1) AND c.relkind IN ('r', 'p')"
         " AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
         " ORDER BY array_position(current_schemas(false), n.nspname), n.nspname, a.attnum";
}

std::string_view PostgresDialect::default_schema() const {
  return "SELECT coalesce(current_schema(), '')";
}

HistoryTables PostgresDialect::history_tables(std::string_view schema, std::string_view table) const {
  const std::string prefix = base::quoted(schema.empty() ? "public" : schema) + ".";
  const std::string name(table);
  const std::string stem = name == "schema_migrations" ? "schema_migration" : name;
  return {prefix + base::quoted(name), prefix + base::quoted(stem + "_steps"),
          prefix + base::quoted(stem + "_events")};
}

std::vector<std::string> PostgresDialect::create_history(const HistoryTables& t) const {
  return {fmt::format("CREATE TABLE IF NOT EXISTS {} (\n"
                      "    migration_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
                      "    version text NOT NULL UNIQUE,\n"
                      "    name text NOT NULL,\n"
                      "    description text,\n"
                      "    batch integer NOT NULL,\n"
                      "    checksum text NOT NULL,\n"
                      "    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),\n"
                      "    applied_by text NOT NULL,\n"
                      "    execution_time_ms double precision NOT NULL,\n"
                      "    down_sql text,\n"
                      "    transactional boolean NOT NULL\n)",
                      t.migrations),
          fmt::format("CREATE TABLE IF NOT EXISTS {} (\n"
                      "    version text NOT NULL,\n"
                      "    direction text NOT NULL CHECK (direction IN ('up', 'down')),\n"
                      "    position integer NOT NULL,\n"
                      "    sha text NOT NULL,\n"
                      "    state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),\n"
                      "    error text,\n"
                      "    note text,\n"
                      "    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),\n"
                      "    PRIMARY KEY (version, direction, position)\n)",
                      t.steps),
          fmt::format("CREATE TABLE IF NOT EXISTS {} (\n"
                      "    event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
                      "    version text,\n"
                      "    event text NOT NULL CHECK (event IN\n"
                      "        ('applied', 'reverted', 'failed', 'repaired', 'baselined', 'adopted',\n"
                      "        'backed-up')),\n"
                      "    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),\n"
                      "    who text NOT NULL,\n"
                      "    error text,\n"
                      "    note text\n)",
                      t.events)};
}

std::string PostgresDialect::commit_mode(bool durable) const {
  if (!durable) return "SET LOCAL synchronous_commit = off";
  return flush_by_default_ ? std::string() : "SET LOCAL synchronous_commit = on";
}

std::vector<std::string> PostgresDialect::begin(const TransactionSettings& settings) const {
  std::vector<std::string> commands = {"BEGIN"};
  if (settings.lock_timeout_ms > 0)
    commands.push_back(fmt::format("SET LOCAL lock_timeout = {}", settings.lock_timeout_ms));
  return commands;
}

std::vector<std::string> PostgresDialect::clean_session(const TransactionSettings& settings) const {
  // RESET ALL leaves the role alone; DISCARD ALL would release the runner lock.
  std::vector<std::string> commands = {"SET SESSION AUTHORIZATION DEFAULT", "RESET ROLE", "RESET ALL"};
  if (settings.leaves_temporary) commands.emplace_back("DISCARD TEMP");
  if (settings.leaves_listening) commands.emplace_back("UNLISTEN *");
  if (settings.leaves_prepared) commands.emplace_back("DEALLOCATE ALL");
  if (settings.leaves_cursors) commands.emplace_back("CLOSE ALL");
  if (std::string mode = commit_mode(settings.durable); !mode.empty()) commands.push_back(std::move(mode));
  if (settings.goes_on && settings.lock_timeout_ms > 0) {
    commands.push_back(fmt::format("SET LOCAL lock_timeout = {}", settings.lock_timeout_ms));
  }
  return commands;
}

std::vector<std::string> PostgresDialect::before_outside(const TransactionSettings& settings) const {
  return {fmt::format("SET lock_timeout = {}", settings.lock_timeout_ms)};
}

std::vector<std::string> PostgresDialect::reset_session() const {
  return {"SET SESSION AUTHORIZATION DEFAULT", "RESET ROLE", "RESET ALL"};
}

// What others build shows without its index to a user who may not see their sessions: then any could be it.
std::string_view PostgresDialect::invalid_indexes() const {
  return "SELECT format('%I.%I', n.nspname, c.relname) AS quoted, n.nspname AS schema, c.relname AS name,"
         " EXISTS (SELECT 1 FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = "
         "i.indexrelid"
         " OR (p.relid IS NULL AND p.datid = (SELECT oid FROM pg_catalog.pg_database"
         " WHERE datname = current_database()))) AS being_built,"
         " rn.nspname AS relation_schema, r.relname AS relation, r.relkind IN ('i', 'I') AS is_index,"
         " pg_catalog.pg_table_is_visible(r.oid) AS on_path"
         " FROM pg_catalog.pg_index i"
         " JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
         " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
         " LEFT JOIN pg_catalog.pg_class toasted ON toasted.reltoastrelid = i.indrelid"
         " LEFT JOIN pg_catalog.pg_class rebuilt ON rebuilt.relnamespace = c.relnamespace"
         " AND rebuilt.relname = regexp_replace(c.relname, '_cc(new|old)[0-9]*$', '') AND rebuilt.oid <> "
         "c.oid"
         " CROSS JOIN LATERAL (SELECT coalesce(toasted.oid, i.indrelid) AS oid"
         " UNION SELECT relid FROM pg_catalog.pg_partition_ancestors(coalesce(toasted.oid, i.indrelid)) AS "
         "t(relid)"
         " UNION SELECT relid FROM pg_catalog.pg_partition_ancestors(rebuilt.oid) AS b(relid)) AS related"
         " JOIN pg_catalog.pg_class r ON r.oid = related.oid"
         " JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace"
         " WHERE NOT i.indisvalid AND c.relkind = 'i'"
         " ORDER BY 1, 5, 6";
}

std::string PostgresDialect::index_check(std::string_view index, std::string_view schema,
                                         std::string_view table) const {
  const auto is = [](const char* column, std::string_view name) {
    return name.empty() ? std::string()
                        : fmt::format(" AND {} = {}", column, base::literal(std::string(name)));
  };
  return fmt::format(
      "SELECT 'the index ' || quoted || ' is there and invalid: a build of it has failed or is not at its "
      "end, '"
      " || 'and IF NOT EXISTS leaves it so. Drop it with DROP INDEX CONCURRENTLY ' || quoted"
      " FROM ({}) AS invalid WHERE NOT is_index{}{}{}",
      invalid_indexes(), is("name", index), is("relation", table),
      schema.empty() ? " AND on_path" : is("relation_schema", schema));
}

std::string PostgresDialect::drop_invalid_index(std::string_view index) const {
  return fmt::format("DROP INDEX CONCURRENTLY IF EXISTS {}", index);
}

// The rest of the transaction is on its way when the answer comes, so a row alone would stop nothing: it
// divides by zero.
std::string PostgresDialect::guard_not_done(const HistoryTables& t) const {
  return fmt::format(
      "SELECT 1 FROM (SELECT 1 / (1 - count(*)) AS open FROM {} WHERE version = $1 AND direction = "
      "$2 AND position = $3::int AND state = 'done') AS journal WHERE open = 0",
      t.steps);
}

// These must fail if a trigger or rule has swallowed, altered or kept a row: they divide by zero. To look
// again is a statement of its own because triggers fire at a statement's end. Every parameter has to be
// mentioned.
std::vector<std::string> PostgresDialect::record_applied(const HistoryTables& t) const {
  return {
      fmt::format(
          "INSERT INTO {} (version, applied_by, execution_time_ms, name, description, batch, "
          "checksum, down_sql, transactional) VALUES ($1, $2, "
          "greatest($6::float8, 1000 * extract(epoch FROM clock_timestamp() - now())), "
          "$7, $8, $5::int, $4, $9, $10::int::boolean) RETURNING execution_time_ms / (version = $1 AND "
          "batch = $5::int AND checksum = $4 AND down_sql IS NOT DISTINCT FROM $9 AND transactional = "
          "$10::int::boolean)::int, $3::text",
          t.migrations),
      must_write(fmt::format(
          "INSERT INTO {} (version, event, who) SELECT $1, $3, $2 FROM (SELECT 1 / count(*) AS rows FROM {} "
          "WHERE version = $1 AND checksum = $4 AND batch = $5::int) AS recorded WHERE rows = 1 RETURNING 1",
          t.events, t.migrations))};
}

std::vector<std::string> PostgresDialect::record_reverted(const HistoryTables& t) const {
  return {
      fmt::format("WITH reverted AS (DELETE FROM {} WHERE version = $1 RETURNING 1) SELECT "
                  "greatest($4::float8, 1000 * extract(epoch FROM clock_timestamp() - now())) / count(*), "
                  "$2::text, $3::text FROM reverted",
                  t.migrations),
      must_write(fmt::format(
          "INSERT INTO {} (version, event, who) SELECT $1, $3, $2 FROM (SELECT 1 / (1 - count(*)) AS rows "
          "FROM {} WHERE version = $1) AS reverted WHERE rows = 1 RETURNING 1",
          t.events, t.migrations))};
}

std::string PostgresDialect::must_write(std::string statement) const {
  return fmt::format("WITH written AS ({}) SELECT 1 / count(*) FROM written", statement);
}

std::vector<std::string> PostgresDialect::integrity_checks() const {
  return {fmt::format(
      "SELECT DISTINCT 'index ' || quoted || ' is invalid: a concurrent build of it failed' FROM ({}) AS i"
      " WHERE NOT being_built",
      invalid_indexes())};
}

std::string PostgresDialect::utc(std::string_view column) const {
  return fmt::format("to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')", column);
}

}  // namespace tradewind::postgres
