#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <tradewind/error.hpp>

#include "base/mapped.hpp"
#include "base/text.hpp"
#include "postgres/upkeep.hpp"

namespace tradewind::postgres {
namespace {

using database::Connection;
using database::FoundTable;
using database::Parameter;
using database::Rows;

struct KeyColumn {
  std::string name;  ///< quoted
  std::string type;
};

/// A table without partitions below it, and the order in which its rows are gone through.
struct Leaf {
  std::string quoted;
  std::vector<KeyColumn> key;
  /// Several rows may have the key's last value, so the next batch begins with it.
  bool by_time = false;
};

const std::map<std::string, double, std::less<>> units = {{"s", 1}, {"ms", 1e3}, {"us", 1e6}};

constexpr std::string_view leaves_query =
    "SELECT format('%I.%I', n.nspname, c.relname), c.oid::text FROM pg_class c"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND c.oid IN"
    " (SELECT relid FROM pg_partition_tree($1::regclass) WHERE isleaf UNION SELECT $1::regclass) ORDER BY 1";

constexpr std::string_view time_index_query =
    "SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam"
    " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
    " WHERE i.indrelid = $1::oid AND a.attname = $2 AND m.amname = 'btree' AND i.indisvalid"
    " AND i.indpred IS NULL LIMIT 1";

constexpr std::string_view primary_key_query =
    "SELECT quote_ident(a.attname), format_type(a.atttypid, a.atttypmod) FROM pg_index i"
    " CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(number, place)"
    " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number"
    " WHERE i.indrelid = $1::oid AND i.indisprimary AND k.place <= i.indnkeyatts ORDER BY k.place";

/// What refers to the table and is deleted along with it.
constexpr std::string_view cascades_query =
    "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint"
    " WHERE confrelid = $1::regclass AND contype = 'f' AND confdeltype = 'c' AND conparentid = 0 ORDER BY 1";

class PostgresOldRows : public database::OldRows {
 public:
  PostgresOldRows(Connection& connection, const FoundTable& table, const RetentionRule& rule)
      : connection_(connection), table_(table), column_(base::quoted(rule.column)) {
    find_cutoff(rule);
    find_leaves(rule);
    find_cascades();
  }

  std::string before() const override { return before_; }
  std::string note() const override { return fmt::format("{}", fmt::join(notes_, "; ")); }
  std::string statement(std::size_t limit) const override {
    return leaves_.empty() ? std::string() : batch(leaves_.front(), limit, false);
  }

  std::int64_t count() override {
    return std::stoll(std::string(
        connection_.query(fmt::format("SELECT count(*) FROM {} WHERE {}", table_.quoted, old_)).text(0, 0)));
  }

  std::optional<std::int64_t> delete_some(std::size_t limit) override {
    for (; at_ < leaves_.size(); ++at_, last_.clear()) {
      Leaf& leaf = leaves_[at_];
      const Rows rows = connection_.query(batch(leaf, limit, !last_.empty()), last_);
      if (rows.empty()) continue;
      const std::int64_t deleted = rows.integer(0, 0);
      if (deleted < rows.integer(0, 1)) note_kept_rows(leaf);
      if (deleted == 0 && (leaf.by_time || leaf.key.empty())) {
        tell_rows_apart(leaf);
        return deleted;
      }
      last_.clear();
      for (std::size_t i = 0; i < leaf.key.size(); ++i) last_.emplace_back(std::string(rows.text(0, 2 + i)));
      return deleted;
    }
    return std::nullopt;
  }

 private:
  void note_kept_rows(const Leaf& leaf) {
    const std::string note = fmt::format("{} keeps rows that a trigger does not let go", leaf.quoted);
    if (std::find(notes_.begin(), notes_.end(), note) == notes_.end()) notes_.push_back(note);
  }

  /// A batch of which nothing goes would come again and again. To sort by the place too is only worth it
  /// then.
  void tell_rows_apart(Leaf& leaf) {
    if (!last_.empty()) last_.emplace_back("(0,0)");
    leaf.key.push_back({"ctid", "tid"});
    leaf.by_time = false;
  }

  /// Rows that others have locked are left to the next run; the statement is one transaction.
  std::string batch(const Leaf& leaf, std::size_t limit, bool goes_on) const {
    const auto names = base::mapped(leaf.key, &KeyColumn::name);
    const auto backwards = base::mapped(names, [](const std::string& name) { return name + " DESC"; });
    const auto shown = base::mapped(names, [](const std::string& name) { return ", " + name + "::text"; });
    std::vector<std::string> values;
    values.reserve(leaf.key.size());
    for (const KeyColumn& column : leaf.key)
      values.push_back(fmt::format("${}::{}", values.size() + 1, column.type));
    std::string condition = old_;
    if (goes_on && !names.empty()) {
      condition += fmt::format(" AND ({}) {} ({})", fmt::join(names, ", "), leaf.by_time ? ">=" : ">",
                               fmt::join(values, ", "));
    }
    const std::string columns = names.empty() ? "" : fmt::format(", {}", fmt::join(names, ", "));
    return fmt::format(
        "WITH doomed AS MATERIALIZED (SELECT ctid AS place{} FROM ONLY {} WHERE {}{} LIMIT {} FOR UPDATE "
        "SKIP "
        "LOCKED), gone AS (DELETE FROM ONLY {} WHERE ctid = ANY (ARRAY(SELECT place FROM doomed)) RETURNING "
        "1) "
        "SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM doomed){} FROM doomed{} LIMIT 1",
        columns, leaf.quoted, condition,
        names.empty() ? "" : fmt::format(" ORDER BY {}", fmt::join(names, ", ")), limit, leaf.quoted,
        fmt::join(shown, ""), names.empty() ? "" : fmt::format(" ORDER BY {}", fmt::join(backwards, ", ")));
  }

  void find_cutoff(const RetentionRule& rule) {
    const std::vector<Parameter> seconds = {std::to_string(rule.keep.count())};
    const Rows times = connection_.query(
        "SELECT date_trunc('second', t)::text, extract(epoch FROM t)::text FROM (SELECT now() - "
        "make_interval(secs => $1::float8) AS t) AS c",
        seconds);
    before_ = times.text(0, 0);
    const std::vector<Parameter> column = {table_.quoted, rule.column};
    const std::string type(
        connection_
            .query("SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = $1::regclass AND "
                   "attname = $2 AND NOT attisdropped",
                   column)
            .text(0, 0));
    const std::string moment = base::literal(before_) + "::timestamptz";
    if (type == "timestamp with time zone") {
      old_ = fmt::format("{} < {}", column_, moment);
    } else if (type == "timestamp without time zone") {
      old_ = fmt::format("{} < {} AT TIME ZONE 'UTC'", column_, moment);
    } else if (type == "date") {
      old_ = fmt::format("{} < ({} AT TIME ZONE 'UTC')::date", column_, moment);
    } else {
      old_ = old_number(rule, type, times.real(0, 1));
    }
  }

  std::string old_number(const RetentionRule& rule, const std::string& type, double seconds) {
    static const std::set<std::string> numbers = {"smallint", "integer", "bigint",
                                                  "numeric",  "real",    "double precision"};
    if (!numbers.contains(type)) {
      throw Error(Code::configuration,
                  fmt::format("{}.{} is of type {}, which is no time", rule.table, rule.column, type),
                  "name a column with the time by which rows grow old");
    }
    const double factor = units.find(rule.unit)->second;
    const Rows newest =
        connection_.query(fmt::format("SELECT max({})::float8::text FROM {}", column_, table_.quoted));
    // 1973, in the unit: what is smaller counts in a longer one, and everything would look old.
    if (newest.at(0, 0) && newest.real(0, 0) < factor * 1e8) {
      throw Error(Code::configuration,
                  fmt::format("{}.{} does not count in \"{}\": its newest value is {}", rule.table,
                              rule.column, rule.unit, newest.text(0, 0)),
                  "say in which unit it counts: unit = \"s\", \"ms\" or \"us\"");
    }
    return fmt::format("{} < {:.0f}", column_, seconds * factor);
  }

  void find_leaves(const RetentionRule& rule) {
    const std::vector<Parameter> table = {table_.quoted};
    const Rows found = connection_.query(leaves_query, table);
    for (std::size_t row = 0; row < found.size(); ++row) {
      Leaf leaf{std::string(found.text(row, 0)), {}, false};
      const std::vector<Parameter> id = {std::string(found.text(row, 1))};
      const std::vector<Parameter> id_and_column = {id[0], rule.column};
      leaf.by_time = !connection_.query(time_index_query, id_and_column).empty();
      if (leaf.by_time) {
        leaf.key.push_back({column_, type_of(id_and_column)});
      } else {
        const Rows key = connection_.query(primary_key_query, id);
        for (std::size_t i = 0; i < key.size(); ++i)
          leaf.key.push_back({std::string(key.text(i, 0)), std::string(key.text(i, 1))});
      }
      leaves_.push_back(std::move(leaf));
    }
    const auto slow = [](const Leaf& leaf) { return !leaf.by_time; };
    if (std::any_of(leaves_.begin(), leaves_.end(), slow))
      notes_.push_back(fmt::format("no index begins with {}, so the whole table is read", column_));
  }

  std::string type_of(const std::vector<Parameter>& id_and_column) {
    return std::string(
        connection_
            .query("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = "
                   "$1::oid AND attname = $2",
                   id_and_column)
            .text(0, 0));
  }

  void find_cascades() {
    const std::vector<Parameter> table = {table_.quoted};
    const Rows found = connection_.query(cascades_query, table);
    if (!found.empty())
      notes_.push_back(fmt::format("rows of {} that refer to them go too", base::listed(found.texts(0))));
  }

  Connection& connection_;
  FoundTable table_;
  std::string column_;
  std::string before_;
  std::string old_;  ///< the condition
  std::vector<Leaf> leaves_;
  std::size_t at_ = 0;
  std::vector<Parameter> last_;  ///< the key of the last row of this leaf that went
  std::vector<std::string> notes_;
};

}  // namespace

std::unique_ptr<database::OldRows> old_rows(Connection& connection, const FoundTable& table,
                                            const RetentionRule& rule) {
  return std::make_unique<PostgresOldRows>(connection, table, rule);
}

}  // namespace tradewind::postgres
