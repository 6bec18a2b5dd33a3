#include "postgres/examiner.hpp"

#include <array>

#include <fmt/format.h>

#include "postgres/releases.hpp"

namespace tradewind::postgres {
namespace {

using database::Connection;
using database::ExaminerOptions;
using database::Rows;

/// Gives severity, subject, message, advice; $1 is the time in seconds from which on it is bad.
struct QueriedCheck {
  std::string_view name;
  std::string_view query;
};

constexpr std::string_view connection_query =
    "SELECT 'warning', 'TLS', 'the connection to ' || host(inet_server_addr()) || ' is not encrypted',"
    " 'set sslmode=verify-full in the URL, or DB_SSLMODE' FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND "
    "NOT ssl"
    " AND NOT (inet_server_addr() <<= '127.0.0.0/8' OR inet_server_addr() = '::1') AND $1::float8 >= 0"
    " UNION ALL SELECT 'note', 'standby', 'this server is a standby: it can only be read', 'name the primary "
    "to change"
    " anything, or several hosts with target_session_attrs=read-write' WHERE pg_is_in_recovery()"
    " UNION ALL SELECT CASE WHEN used >= most THEN 'bad' ELSE 'warning' END, 'max_connections', format('%s "
    "of %s"
    " connections are taken', used, most), 'put a pool in front, or raise max_connections'"
    " FROM (SELECT count(*) AS used, current_setting('max_connections')::int -"
    "   current_setting('superuser_reserved_connections')::int -"
    "   coalesce(current_setting('reserved_connections', true)::int, 0) AS most FROM pg_stat_activity"
    "   WHERE backend_type = 'client backend') AS c WHERE used >= 0.9 * most";

/// major, version, the server's day
constexpr std::string_view version_query =
    "SELECT current_setting('server_version_num')::int / 10000, "
    "split_part(current_setting('server_version'), ' ', 1),"
    " to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD')";

constexpr std::string_view settings_query =
    "SELECT v.severity, v.name, v.name || ' is ' || current_setting(v.name) || ': ' || v.message, 'set it to "
    "' || v.good"
    " || ' in postgresql.conf' || CASE WHEN v.name = 'synchronous_commit' THEN ', or for the role that "
    "trades' ELSE ''"
    " END FROM (VALUES"
    " ('bad', 'fsync', 'on', 'a crash of the machine can destroy the whole cluster'),"
    " ('bad', 'full_page_writes', 'on', 'a crash of the machine can leave torn pages that nothing repairs'),"
    " ('bad', 'zero_damaged_pages', 'off', 'damaged pages are wiped out instead of reported'),"
    " ('bad', 'ignore_checksum_failure', 'off', 'damaged pages are read as if they were whole'),"
    " ('warning', 'synchronous_commit', 'on', 'commits that were answered are lost in a crash'),"
    " ('warning', 'autovacuum', 'on', 'tables bloat, and in the end the server stops to prevent a "
    "wraparound'),"
    " ('warning', 'track_counts', 'on', 'autovacuum does not know what to do'))"
    " AS v(severity, name, good, message) WHERE $1::float8 >= 0 AND current_setting(v.name, true) ="
    " CASE v.good WHEN 'on' THEN 'off' ELSE 'on' END"
    " UNION ALL SELECT CASE WHEN age > 1900000000 THEN 'bad' ELSE 'warning' END, 'wraparound', format('the "
    "oldest"
    " transaction number is %s old; at 2147483647 the server stops', age), 'find what keeps VACUUM from its "
    "work: old"
    " transactions, replication slots, prepared transactions; then VACUUM (FREEZE)'"
    " FROM (SELECT age(datfrozenxid) AS age FROM pg_database WHERE datname = current_database()) AS a"
    " WHERE age > 1000000000"
    // One that holds no position holds no log either; those of a standby that are copies are nobody's to
    // read.
    " UNION ALL SELECT 'warning', slot_name, format('a replication slot that nobody reads keeps %s of "
    "write-ahead log,'"
    " || ' and more and more', pg_size_pretty(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN"
    " pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, restart_lsn))),"
    " format('SELECT pg_drop_replication_slot(%L);', slot_name) FROM pg_replication_slots AS s WHERE NOT "
    "active"
    " AND restart_lsn IS NOT NULL AND coalesce(to_jsonb(s) ->> 'synced', 'false') <> 'true'";

/// Who waits, for whom, since when. Servers before 14 tell since when its statement runs; a prepared
/// transaction has no process (pid 0), and is known by a lock of its own on the same thing and by that on its
/// number.
constexpr std::string_view locks_query =
    "SELECT CASE WHEN s.waited > $1::float8 THEN 'bad' ELSE 'warning' END, 'pid ' || w.pid,"
    " format('%1$s (%2$s) ' || CASE WHEN l.since IS NULL THEN 'waits for a lock%3$s, in a statement that "
    "began'"
    "   || ' %4$s s ago' ELSE 'has waited %4$s s for a lock%3$s' END || ', held by %5$s', w.usename,"
    "   left(regexp_replace(w.query, '\\s+', ' ', 'g'), 80), coalesce(' on ' || l.relation::regclass, ''),"
    "   round(s.waited::numeric, 1), CASE WHEN b.pid <> 0 THEN"
    "   format('pid %s (%s%s)', b.pid, h.usename, coalesce(', ' || nullif(h.application_name, ''), '')) ||"
    "   format(', %s for %s s, since %s: %s', h.state, round(extract(epoch FROM clock_timestamp() -"
    "   h.state_change)::numeric), to_char(h.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS\"Z\"'),"
    "   left(regexp_replace(h.query, '\\s+', ' ', 'g'), 80)) WHEN x.gid IS NULL THEN 'a prepared "
    "transaction' ELSE"
    "   format('the prepared transaction %L of %s, since %s', x.gid, x.owner,"
    "   to_char(x.prepared AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS\"Z\"')) END),"
    " CASE WHEN b.pid <> 0 THEN format('let it end, or: SELECT pg_terminate_backend(%s);', b.pid) ELSE"
    "   format('COMMIT PREPARED %L; or ROLLBACK PREPARED %1$L;', coalesce(x.gid, '...')) END"
    " FROM pg_stat_activity w CROSS JOIN LATERAL (SELECT DISTINCT unnest(pg_blocking_pids(w.pid))) AS b(pid)"
    " LEFT JOIN pg_stat_activity h ON h.pid = b.pid"
    " LEFT JOIN LATERAL (SELECT k.*, (to_jsonb(k) ->> 'waitstart')::timestamptz AS since FROM pg_locks k"
    "   WHERE k.pid = w.pid AND NOT k.granted LIMIT 1) AS l ON true"
    " LEFT JOIN LATERAL (SELECT p.* FROM pg_locks k JOIN pg_locks o ON o.virtualtransaction = "
    "k.virtualtransaction"
    "   AND o.pid IS NULL AND o.locktype = 'transactionid' JOIN pg_prepared_xacts p ON p.transaction = "
    "o.transactionid"
    "   WHERE b.pid = 0 AND k.granted AND k.pid IS NULL"
    "   AND (k.locktype, k.database, k.relation, k.page, k.tuple, k.virtualxid, k.transactionid, k.classid, "
    "k.objid,"
    "   k.objsubid) IS NOT DISTINCT FROM (l.locktype, l.database, l.relation, l.page, l.tuple, l.virtualxid,"
    "   l.transactionid, l.classid, l.objid, l.objsubid)) AS x ON true"
    " CROSS JOIN LATERAL (SELECT extract(epoch FROM clock_timestamp() - coalesce(l.since, "
    "w.query_start))::float8"
    "   AS waited) AS s WHERE w.datname = current_database() ORDER BY s.waited DESC";

constexpr std::string_view transactions_query =
    "SELECT CASE WHEN state LIKE 'idle in transaction%' AND for_s > $1::float8 THEN 'bad' ELSE 'warning' "
    "END, 'pid ' ||"
    " pid, format('%s (%s) has had a transaction open for %s s, %s: %s', usename, "
    "coalesce(nullif(application_name, ''),"
    " 'no name'), round(for_s::numeric), state, left(regexp_replace(query, '\\s+', ' ', 'g'), 80)),"
    " 'it holds its locks and keeps VACUUM from cleaning up: end it, or: SELECT pg_terminate_backend(' || "
    "pid || ');'"
    " FROM (SELECT *, extract(epoch FROM clock_timestamp() - xact_start)::float8 AS for_s FROM "
    "pg_stat_activity"
    "   WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend') "
    "AS a"
    " WHERE for_s > $1::float8"
    " UNION ALL SELECT 'bad', gid, format('a prepared transaction of %s is left over from %s', owner,"
    " to_char(prepared AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS\"Z\"')), format('COMMIT PREPARED %L; or "
    "ROLLBACK"
    " PREPARED %1$L;', gid) FROM pg_prepared_xacts WHERE database = current_database() AND"
    " extract(epoch FROM clock_timestamp() - prepared) > $1::float8";

constexpr std::string_view indexes_query =
    "SELECT 'bad', i.indexrelid::regclass::text, format('the index on %s is invalid: a concurrent build of "
    "it failed',"
    " i.indrelid::regclass), format('DROP INDEX CONCURRENTLY %s; and make it anew', i.indexrelid::regclass)"
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid AND c.relkind = 'i' AND "
    "$1::float8 >="
    " 0 AND NOT EXISTS (SELECT 1 FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)";

constexpr std::string_view constraints_query =
    "SELECT 'warning', conrelid::regclass::text, format('constraint %I is not validated: rows from before it "
    "may not"
    " comply', conname), format('ALTER TABLE %s VALIDATE CONSTRAINT %I;', conrelid::regclass, conname) FROM "
    "pg_constraint"
    " WHERE NOT convalidated AND conrelid <> 0 AND $1::float8 >= 0"
    " UNION ALL SELECT DISTINCT 'bad', t.tgrelid::regclass::text, format('the triggers of foreign key %I are "
    "disabled: it"
    " is not enforced', k.conname), format('ALTER TABLE %s ENABLE TRIGGER ALL; and look for orphans', "
    "t.tgrelid::regclass)"
    " FROM pg_trigger t JOIN pg_constraint k ON k.oid = t.tgconstraint WHERE t.tgenabled = 'D' AND k.contype "
    "= 'f'";

/// The newest bound of each table partitioned by time: rows beyond it have no place, or go to the default.
constexpr std::string_view partitions_query =
    "WITH parts AS (SELECT i.inhparent, c.oid, pg_get_expr(c.relpartbound, c.oid) AS bound FROM pg_inherits i"
    "   JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_partitioned_table p ON p.partrelid = i.inhparent"
    "   JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]"
    "   WHERE p.partstrat = 'r' AND p.partnatts = 1 AND a.atttypid IN ('timestamptz'::regtype, "
    "'timestamp'::regtype,"
    "   'date'::regtype)),"
    " ends AS (SELECT inhparent, bool_or(bound = 'DEFAULT') AS has_default,"
    "   max(substring(bound FROM 'TO \\(''([^'']+)''\\)$')::timestamptz) AS newest,"
    "   max(substring(bound FROM 'TO \\(''([^'']+)''\\)$')::timestamptz -"
    "     substring(bound FROM 'FROM \\(''([^'']+)''\\)')::timestamptz) AS length, bool_or(bound ~ "
    "'MAXVALUE') AS open"
    "   FROM parts GROUP BY inhparent)"
    " SELECT CASE WHEN newest <= now() AND NOT has_default THEN 'bad' ELSE 'warning' END, "
    "inhparent::regclass::text,"
    "   CASE WHEN newest <= now() THEN 'its partitions ended on ' ELSE 'its last partition ends on ' END ||"
    "   to_char(newest, 'YYYY-MM-DD') || CASE WHEN has_default THEN '; later rows go to the default "
    "partition' ELSE"
    "   '; later rows are refused' END, 'make partitions ahead: [maintain.partitions] and `tradewind "
    "maintain partitions`'"
    " FROM ends WHERE NOT open AND newest < now() + length AND $1::float8 >= 0";

/// Of an owned one, also the end of its column's type.
constexpr std::string_view sequences_query =
    "SELECT CASE WHEN used > 0.95 THEN 'bad' ELSE 'warning' END, name, format('%s %% of its numbers are "
    "used: %s of %s',"
    " round(100 * used), last_value, most), CASE WHEN of_column IS NULL THEN 'ALTER SEQUENCE ' || name || ' "
    "AS bigint NO"
    " MAXVALUE;' ELSE 'make ' || of_column || ' a bigint, in time: it rewrites the table' END FROM (SELECT *,"
    "   last_value::numeric / most AS used FROM (SELECT c.oid::regclass::text AS name, s.last_value, "
    "a.attrelid::regclass"
    "   || '.' || a.attname AS of_column, least(s.max_value, CASE a.atttypid WHEN 'int2'::regtype THEN 32767 "
    "WHEN"
    "   'int4'::regtype THEN 2147483647 END) AS most FROM pg_sequences s JOIN pg_namespace n ON n.nspname = "
    "s.schemaname"
    "   JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.sequencename AND c.relkind = 'S'"
    "   LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', "
    "'i')"
    "     AND d.refclassid = 'pg_class'::regclass"
    "   LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
    "   WHERE s.last_value IS NOT NULL AND s.increment_by > 0 AND NOT s.cycle) AS x) AS y"
    " WHERE used > 0.8 AND $1::float8 >= 0 ORDER BY used DESC";

constexpr std::array<QueriedCheck, 8> queried = {{{"connection", connection_query},
                                                  {"settings", settings_query},
                                                  {"locks", locks_query},
                                                  {"transactions", transactions_query},
                                                  {"indexes", indexes_query},
                                                  {"constraints", constraints_query},
                                                  {"partitions", partitions_query},
                                                  {"sequences", sequences_query}}};

DiagnosisSeverity severity_of(std::string_view text) {
  return text == "bad"       ? DiagnosisSeverity::bad
         : text == "warning" ? DiagnosisSeverity::warning
                             : DiagnosisSeverity::note;
}

std::vector<Diagnosis> ask(Connection& connection, std::string_view query, const ExaminerOptions& options) {
  const std::vector<database::Parameter> seconds = {fmt::format("{}", options.long_seconds)};
  const Rows rows = connection.query(query, seconds);
  std::vector<Diagnosis> found;
  found.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    found.push_back({{},
                     severity_of(rows.text(row, 0)),
                     std::string(rows.text(row, 1)),
                     std::string(rows.text(row, 2)),
                     std::string(rows.text(row, 3))});
  }
  return found;
}

std::vector<Diagnosis> check_version(Connection& connection, const ExaminerOptions&) {
  const Rows rows = connection.query(version_query);
  auto found = support_finding(static_cast<int>(rows.integer(0, 0)), rows.text(0, 1), rows.text(0, 2));
  return found ? std::vector<Diagnosis>{*std::move(found)} : std::vector<Diagnosis>();
}

class PostgresExaminer : public database::Examiner {
 public:
  std::vector<database::Check> checks() const override {
    std::vector<database::Check> all;
    all.reserve(queried.size() + 2);
    for (const QueriedCheck& check : queried) {
      all.push_back(
          {check.name, [query = check.query](Connection& connection, const ExaminerOptions& options) {
             return ask(connection, query, options);
           }});
    }
    all.insert(all.begin() + 1, {"version", check_version});
    all.push_back({"orphans", find_orphans});
    return all;
  }
};

}  // namespace

const database::Examiner& examiner() {
  static const PostgresExaminer instance;
  return instance;
}

}  // namespace tradewind::postgres
