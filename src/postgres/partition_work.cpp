#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"
#include "postgres/upkeep.hpp"

namespace tradewind::postgres {
namespace {

using database::Connection;
using database::FoundTable;
using database::Parameter;
using database::Rows;
using database::UpkeepWork;

/// A concurrent detach is two transactions: what a killed run left detached is known by its comment.
constexpr std::string_view doomed = "tradewind: detached, to be dropped";

/// name, quoted, ends before $2, is the default, is half detached
constexpr std::string_view partitions_query =
    "SELECT c.relname, format('%I.%I', n.nspname, c.relname),"
    " coalesce((substring(b.bound FROM 'TO \\(''([^'']+)''\\)$'))::timestamptz"
    "   <= now() - make_interval(secs => $2::float8) AND $2::float8 > 0, false)::int,"
    " (b.bound = 'DEFAULT')::int, (coalesce(to_jsonb(i) ->> 'inhdetachpending', 'f') = 'true')::int"
    " FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    " CROSS JOIN LATERAL (SELECT pg_get_expr(c.relpartbound, c.oid)) AS b(bound)"
    " WHERE i.inhparent = $1::regclass ORDER BY c.relname";

/// Of the periods from this one to $3 ahead, those that no partition holds: name, from, to.
constexpr std::string_view missing_query =
    "WITH wanted AS (SELECT date_trunc($2, now()) + n * ('1 ' || $2)::interval AS a,"
    "   date_trunc($2, now()) + (n + 1) * ('1 ' || $2)::interval AS z FROM generate_series(0, $3::int) AS n),"
    " bounds AS (SELECT pg_get_expr(c.relpartbound, c.oid) AS b FROM pg_inherits i"
    "   JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::regclass),"
    " held AS (SELECT coalesce(substring(b FROM 'FROM \\(''([^'']+)''\\)')::timestamptz, '-infinity') AS a,"
    "   coalesce(substring(b FROM 'TO \\(''([^'']+)''\\)$')::timestamptz, 'infinity') AS z"
    "   FROM bounds WHERE b <> 'DEFAULT')"
    " SELECT to_char(a, CASE $2 WHEN 'year' THEN 'YYYY' WHEN 'month' THEN 'YYYY_MM' ELSE 'YYYY_MM_DD' END),"
    " a::text, z::text FROM wanted w"
    " WHERE NOT EXISTS (SELECT 1 FROM held h WHERE h.a < w.z AND h.z > w.a) ORDER BY w.a";

class Partitions {
 public:
  Partitions(Connection& connection, const FoundTable& table, const PartitionRule& rule)
      : connection_(connection), table_(table), rule_(rule) {
    const std::vector<Parameter> name = {table_.quoted};
    const Rows kind = connection_.query(
        "SELECT partstrat, partnatts, quote_ident(a.attname), format_type(a.atttypid, NULL) FROM "
        "pg_partitioned_table p JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = "
        "p.partattrs[0] "
        "WHERE p.partrelid = $1::regclass",
        name);
    if (kind.empty() || kind.text(0, 0) != "r" || kind.text(0, 1) != "1") {
      throw Error(Code::configuration,
                  fmt::format("table {} is not partitioned by the range of one column", rule.table),
                  "take it out of [maintain.partitions]");
    }
    column_ = kind.text(0, 2);
    const std::vector<Parameter> wanted = {table_.quoted, std::to_string(rule.keep.count())};
    found_ = connection_.query(partitions_query, wanted);
    for (std::size_t row = 0; row < found_.size(); ++row) {
      if (found_.is_true(row, 3)) default_ = found_.text(row, 1);
    }
  }

  std::vector<UpkeepWork> work() {
    make();
    for (std::size_t row = 0; row < found_.size(); ++row) {
      if (found_.is_true(row, 2) || found_.is_true(row, 4)) drop(row);
    }
    drop_left_over();
    return std::move(work_);
  }

 private:
  UpkeepWork& add(std::string action) {
    UpkeepWork& work = work_.emplace_back();
    work.task = MaintenanceTask::partitions;
    work.table = rule_.table;
    work.action = std::move(action);
    return work;
  }

  void make() {
    const std::vector<Parameter> wanted = {table_.quoted, rule_.every, std::to_string(rule_.ahead)};
    const Rows missing = connection_.query(missing_query, wanted);
    if (!rule_.make.empty()) {
      if (missing.empty() && !default_holds_rows()) return;
      std::vector<std::string> names;
      for (std::size_t row = 0; row < missing.size(); ++row) names.emplace_back(missing.text(row, 0));
      UpkeepWork& work = add(names.empty() ? "move rows out of the default partition"
                                           : fmt::format("make partitions {}", base::listed(names)));
      work.statements.push_back(fmt::format("SELECT {}.{}({})", base::quoted(table_.schema),
                                            base::quoted(rule_.make), rule_.ahead));
      return;
    }
    for (std::size_t row = 0; row < missing.size(); ++row)
      make_one(std::string(missing.text(row, 0)), std::string(missing.text(row, 1)),
               std::string(missing.text(row, 2)));
  }

  /// Built aside and attached: CREATE TABLE ... PARTITION OF would lock readers out. Attaching fails while
  /// the default partition holds rows of the time, so they move first.
  void make_one(const std::string& suffix, const std::string& from, const std::string& to) {
    const std::string name = base::quoted(table_.schema) + "." + base::quoted(table_.name + "_" + suffix);
    UpkeepWork& work = add("make partition " + suffix);
    work.in_transaction = true;
    const std::string bounds = fmt::format("{0} >= '{1}' AND {0} < '{2}'", column_, from, to);
    work.statements.push_back(fmt::format("CREATE TABLE {} (LIKE {} INCLUDING ALL)", name, table_.quoted));
    if (!default_.empty()) {
      work.statements.push_back(fmt::format("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", default_));
      work.statements.push_back(
          fmt::format("WITH moved AS (DELETE FROM {} WHERE {} RETURNING *) INSERT INTO "
                      "{} SELECT * FROM moved",
                      default_, bounds, name));
    }
    work.statements.push_back(
        fmt::format("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ('{}') TO ('{}')", table_.quoted,
                    name, from, to));
  }

  bool default_holds_rows() {
    return !default_.empty() && !connection_.query(fmt::format("SELECT 1 FROM {} LIMIT 1", default_)).empty();
  }

  void drop(std::size_t row) {
    const std::string name(found_.text(row, 1));
    const bool half_detached = found_.is_true(row, 4);
    UpkeepWork& work = add(fmt::format("drop partition {}", found_.text(row, 0)));
    work.rows = rows_of(name);
    const std::string detach = fmt::format("ALTER TABLE {} DETACH PARTITION {}", table_.quoted, name);
    const std::string drop = fmt::format("DROP TABLE {}", name);
    // Beside a default partition it can't be done concurrently; nor on servers before 14.
    if (!half_detached && (!default_.empty() || std::stoi(connection_.server_version()) < 14)) {
      work.in_transaction = true;
      work.statements = {detach, drop};
      return;
    }
    work.statements = {fmt::format("COMMENT ON TABLE {} IS '{}'", name, doomed),
                       detach + (half_detached ? " FINALIZE" : " CONCURRENTLY"), drop};
  }

  void drop_left_over() {
    const std::vector<Parameter> wanted = {table_.schema, table_.name + "\\_%", std::string(doomed)};
    const Rows left = connection_.query(
        "SELECT c.relname, format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON "
        "n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname LIKE $2 AND c.relkind = 'r' AND NOT "
        "c.relispartition AND obj_description(c.oid, 'pg_class') = $3",
        wanted);
    for (std::size_t row = 0; row < left.size(); ++row) {
      UpkeepWork& work = add(fmt::format("drop {}, detached by a run that did not end", left.text(row, 0)));
      work.rows = rows_of(std::string(left.text(row, 1)));
      work.statements.push_back(fmt::format("DROP TABLE {}", left.text(row, 1)));
    }
  }

  std::int64_t rows_of(const std::string& table) {
    return std::stoll(std::string(connection_.query("SELECT count(*) FROM " + table).text(0, 0)));
  }

  Connection& connection_;
  const FoundTable& table_;
  const PartitionRule& rule_;
  std::string column_;
  std::string default_;
  Rows found_;
  std::vector<UpkeepWork> work_;
};

}  // namespace

std::vector<UpkeepWork> partition_work(Connection& connection, const FoundTable& table,
                                       const PartitionRule& rule) {
  return Partitions(connection, table, rule).work();
}

}  // namespace tradewind::postgres
