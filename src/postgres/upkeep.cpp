#include "postgres/upkeep.hpp"

#include <fmt/format.h>

namespace tradewind::postgres {
namespace {

using database::Connection;
using database::FoundTable;
using database::Rows;
using database::UpkeepWork;

/// name, quoted, has a unique index that CONCURRENTLY can go by, is populated; only what may be refreshed.
constexpr std::string_view views_query =
    "SELECT c.oid::regclass::text, format('%I.%I', n.nspname, c.relname), EXISTS (SELECT 1 FROM pg_index i"
    "   WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL"
    "   AND 0 <> ALL (i.indkey::int2[]))::int, c.relispopulated::int"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind = 'm' AND pg_has_role(c.relowner, 'USAGE') ORDER BY c.oid";

/// name, quoted, dead rows, needs a vacuum, needs statistics; only what the user may vacuum.
constexpr std::string_view tables_query =
    "SELECT s.relid::regclass::text, format('%I.%I', s.schemaname, s.relname), s.n_dead_tup,"
    " (s.n_dead_tup > 1000 + 0.1 * s.n_live_tup)::int,"
    " ((s.last_analyze IS NULL AND s.last_autoanalyze IS NULL AND s.n_mod_since_analyze > 0)"
    "   OR s.n_mod_since_analyze > 1000 + 0.1 * s.n_live_tup)::int"
    " FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid"
    " WHERE c.relkind IN ('r', 'm') AND pg_has_role(c.relowner, 'USAGE') ORDER BY 1";

/// name, quoted, needs statistics, quoted leaf; a row for each leaf. Autovacuum looks at leaves alone.
/// Servers before 14 do not say when such a table was analysed.
constexpr std::string_view partitioned_query =
    "SELECT c.oid::regclass::text, format('%I.%I', n.nspname, c.relname),"
    " (bool_or(s.n_live_tup > 0) OVER w AND (NOT EXISTS (SELECT 1 FROM pg_stats p WHERE p.schemaname = "
    "n.nspname"
    "   AND p.tablename = c.relname AND p.inherited) OR coalesce(max(s.last_autoanalyze) OVER w"
    "   > coalesce(pg_stat_get_last_analyze_time(c.oid), now() - interval '1 day'), false)))::int,"
    " format('%I.%I', s.schemaname, s.relname)"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL "
    "pg_partition_tree(c.oid) AS t"
    " JOIN pg_stat_user_tables s ON s.relid = t.relid AND t.isleaf"
    " WHERE c.relkind = 'p' AND NOT c.relispartition AND pg_has_role(c.relowner, 'USAGE')"
    " WINDOW w AS (PARTITION BY c.oid) ORDER BY 1, 4";

class PostgresUpkeep : public database::Upkeep {
 public:
  std::vector<std::string> session() const override {
    return {std::string(usual_lock_timeout), "SET TimeZone = 'UTC'", "SET client_min_messages = 'error'"};
  }

  std::int64_t standby_lag(Connection& connection) const override {
    const Rows rows = connection.query(
        "SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(replay_lsn, flush_lsn, "
        "write_lsn, "
        "sent_lsn))), 0)::bigint FROM pg_stat_replication WHERE state IN ('streaming', 'catchup')");
    return rows.integer(0, 0);
  }

  std::string unseen_standbys(Connection& connection) const override {
    const Rows rows = connection.query(
        "SELECT quote_ident(current_user) FROM pg_stat_replication WHERE state IS NULL LIMIT 1");
    if (rows.empty()) return {};
    return fmt::format(
        "how far standbys are behind can't be seen, so nothing waited for them: GRANT pg_monitor TO {};",
        rows.text(0, 0));
  }

  std::unique_ptr<database::OldRows> old_rows(Connection& connection, const FoundTable& table,
                                              const RetentionRule& rule) const override {
    return postgres::old_rows(connection, table, rule);
  }

  std::vector<UpkeepWork> partitions(Connection& connection, const FoundTable& table,
                                     const PartitionRule& rule, std::size_t most_moved) const override {
    return partition_work(connection, table, rule, most_moved);
  }

  std::vector<UpkeepWork> refreshes(Connection& connection) const override {
    const Rows rows = connection.query(views_query);
    std::vector<UpkeepWork> result;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      UpkeepWork& work = result.emplace_back();
      work.task = MaintenanceTask::refresh;
      work.table = rows.text(row, 0);
      work.action = "refresh";
      if (!rows.is_true(row, 3)) {
        // Nobody can read it yet, so nobody is kept from it.
        work.statements.push_back(fmt::format("REFRESH MATERIALIZED VIEW {}", rows.text(row, 1)));
      } else if (rows.is_true(row, 2)) {
        work.statements.push_back(
            fmt::format("REFRESH MATERIALIZED VIEW CONCURRENTLY {}", rows.text(row, 1)));
      } else {
        work.action = "not refreshed";
        work.note = "it has no unique index on columns, without which readers would be kept out";
      }
    }
    return result;
  }

  std::vector<UpkeepWork> vacuums(Connection& connection, VacuumPolicy policy,
                                  const std::set<std::string>& changed) const override {
    const Rows rows = connection.query(tables_query);
    std::vector<UpkeepWork> result;
    std::set<std::string> done;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::string quoted(rows.text(row, 1));
      const bool vacuum =
          policy == VacuumPolicy::all || rows.is_true(row, 3) || is_changed(connection, quoted, changed);
      if (!vacuum && !rows.is_true(row, 4)) continue;
      UpkeepWork& work = result.emplace_back();
      work.table = rows.text(row, 0);
      work.action = vacuum ? "vacuum and analyze" : "analyze";
      if (vacuum) work.note = fmt::format("{} dead rows", rows.text(row, 2));
      work.statements.push_back(fmt::format("{} {}", vacuum ? "VACUUM (ANALYZE)" : "ANALYZE", quoted));
      done.insert(quoted);
    }
    analyze_partitioned(connection, policy, done, result);
    return result;
  }

  std::vector<IndexFinding> indexes(Connection& connection) const override {
    return index_findings(connection);
  }

 private:
  /// Those that lack statistics of the whole, and those of which a leaf gets new ones.
  static void analyze_partitioned(Connection& connection, VacuumPolicy policy,
                                  const std::set<std::string>& leaves, std::vector<UpkeepWork>& works) {
    const Rows rows = connection.query(partitioned_query);
    std::string last;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::string quoted(rows.text(row, 1));
      const bool stale = policy == VacuumPolicy::all || rows.is_true(row, 2) ||
                         leaves.contains(std::string(rows.text(row, 3)));
      if (!stale || quoted == last) continue;
      last = quoted;
      UpkeepWork& work = works.emplace_back();
      work.table = rows.text(row, 0);
      work.action = "analyze";
      work.statements.push_back("ANALYZE " + quoted);
    }
  }

  /// Itself, or as a partition of what was changed.
  static bool is_changed(Connection& connection, const std::string& quoted,
                         const std::set<std::string>& changed) {
    for (const std::string& table : changed) {
      const std::vector<database::Parameter> both = {quoted, table};
      if (!connection
               .query("SELECT 1 WHERE $1::regclass = $2::regclass OR $1::regclass IN (SELECT relid FROM "
                      "pg_partition_tree($2::regclass))",
                      both)
               .empty())
        return true;
    }
    return false;
  }
};

}  // namespace

const database::Upkeep& upkeep() {
  static const PostgresUpkeep instance;
  return instance;
}

}  // namespace tradewind::postgres
