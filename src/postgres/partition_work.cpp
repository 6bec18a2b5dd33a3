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

/// quoted; the default partition, if there is one
constexpr std::string_view default_query =
    "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE i.inhparent = $1::regclass AND pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT'";

/// A table whose foreign keys refer to $1 or its partition $2: a DELETE there acts on it.
constexpr std::string_view referrer_query =
    "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
    " AND confrelid IN ($1::regclass, $2::regclass) ORDER BY conparentid, 1 LIMIT 1";

/// Those that a row is made of: the rest are computed.
constexpr std::string_view columns_query =
    "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
    " WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''";

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
  Partitions(Connection& connection, const FoundTable& table, const PartitionRule& rule,
             std::size_t most_moved)
      : connection_(connection), table_(table), rule_(rule), most_moved_(most_moved) {
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
    const Rows rest = connection_.query(default_query, name);
    if (!rest.empty()) default_ = rest.text(0, 0);
  }

  std::vector<UpkeepWork> work() {
    make();
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
      UpkeepWork& work =
          add(missing.empty() ? "move rows out of the default partition"
                              : fmt::format("make partitions {}", base::listed(missing.texts(0))));
      work.statements.push_back(fmt::format("SELECT {}.{}({})", base::quoted(table_.schema),
                                            base::quoted(rule_.make), rule_.ahead));
      return;
    }
    for (std::size_t row = 0; row < missing.size(); ++row)
      make_one(std::string(missing.text(row, 0)), std::string(missing.text(row, 1)),
               std::string(missing.text(row, 2)));
  }

  /// Built aside and attached: CREATE TABLE ... PARTITION OF would lock readers out. Attaching fails while
  /// the default partition holds rows of the time, so they move first. An identity is the parent's alone.
  void make_one(const std::string& suffix, const std::string& from, const std::string& to) {
    const std::string name = base::quoted(table_.schema) + "." + base::quoted(table_.name + "_" + suffix);
    UpkeepWork& work = add("make partition " + suffix);
    work.in_transaction = true;
    work.statements.push_back(
        fmt::format("CREATE TABLE {} (LIKE {} INCLUDING ALL EXCLUDING IDENTITY)", name, table_.quoted));
    const std::string bounds = fmt::format("{0} >= '{1}' AND {0} < '{2}'", column_, from, to);
    if (!default_.empty() && !move(work, name, bounds)) return;
    work.statements.push_back(
        fmt::format("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ('{}') TO ('{}')", table_.quoted,
                    name, from, to));
  }

  /// Nobody gets at the default partition while rows move. False if they must not.
  bool move(UpkeepWork& work, const std::string& name, const std::string& bounds) {
    const std::vector<Parameter> both = {table_.quoted, default_};
    const Rows referrer = connection_.query(referrer_query, both);
    const std::size_t rows = rows_to_move(bounds);
    if (rows > most_moved_)
      return refuse(
          work, fmt::format("more than {} of its time in {}", base::counted(most_moved_, "row"), default_),
          "a larger `batch` in [maintain] lets them move, in one transaction that keeps everybody out of "
          "the default partition: at a quiet time");
    if (rows > 0 && !referrer.empty())
      return refuse(
          work,
          fmt::format("rows of its time in {}, and {} refers to it: to move them is to delete them there, "
                      "which a foreign key refuses or hands on",
                      default_, referrer.text(0, 0)),
          "drop the foreign keys, run this again, and add them again, in a transaction of your own");
    work.statements.push_back(fmt::format("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", default_));
    if (!referrer.empty()) return true;
    const std::vector<Parameter> table = {table_.quoted};
    const std::string columns(connection_.query(columns_query, table).text(0, 0));
    work.statements.push_back(
        fmt::format("WITH moved AS (DELETE FROM {0} WHERE {1} RETURNING {2}) INSERT INTO {3} "
                    "({2}) SELECT {2} FROM moved",
                    default_, bounds, columns, name));
    return true;
  }

  static bool refuse(UpkeepWork& work, const std::string& reason, std::string advice) {
    work.statements.clear();
    work.error = Error(Code::unsupported, fmt::format("not made: there are {}; nothing was changed", reason),
                       std::move(advice));
    return false;
  }

  /// As far as it matters.
  std::size_t rows_to_move(const std::string& bounds) {
    return static_cast<std::size_t>(
        connection_
            .query(fmt::format("SELECT count(*) FROM (SELECT 1 FROM {} WHERE {} LIMIT {}) AS r", default_,
                               bounds, most_moved_ + 1))
            .integer(0, 0));
  }

  bool default_holds_rows() {
    return !default_.empty() && !connection_.query(fmt::format("SELECT 1 FROM {} LIMIT 1", default_)).empty();
  }

  Connection& connection_;
  const FoundTable& table_;
  const PartitionRule& rule_;
  std::size_t most_moved_;
  std::string column_;
  std::string default_;
  std::vector<UpkeepWork> work_;
};

}  // namespace

std::vector<UpkeepWork> partition_work(Connection& connection, const FoundTable& table,
                                       const PartitionRule& rule, std::size_t most_moved) {
  std::vector<UpkeepWork> works = Partitions(connection, table, rule, most_moved).work();
  for (UpkeepWork& work : partition_drops(connection, table, rule)) works.push_back(std::move(work));
  return works;
}

}  // namespace tradewind::postgres
