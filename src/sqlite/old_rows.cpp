#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"
#include "sqlite/upkeep.hpp"

namespace tradewind::sqlite {
namespace {

using database::Connection;
using database::FoundTable;
using database::Parameter;
using database::Rows;

class SqliteOldRows : public database::OldRows {
 public:
  SqliteOldRows(Connection& connection, const FoundTable& table, const RetentionRule& rule)
      : connection_(connection), table_(table), column_(base::quoted(rule.column)) {
    find_cutoff(rule);
    find_order(rule);
    find_cascades();
  }

  std::string before() const override { return before_; }
  std::string note() const override { return fmt::format("{}", fmt::join(notes_, "; ")); }
  std::string statement(std::size_t limit) const override { return batch(limit); }

  std::int64_t count() override {
    return connection_.query(fmt::format("SELECT count(*) FROM {} WHERE {}", table_.quoted, old_))
        .integer(0, 0);
  }

  std::optional<std::int64_t> delete_some(std::size_t limit) override {
    const Rows rows = connection_.query(batch(limit));
    if (rows.empty()) {
      if (key_ != by_rowid || count() > 0) note_what_stays();
      return std::nullopt;
    }
    if (key_ == by_rowid) {
      for (std::size_t row = 0; row < rows.size(); ++row) last_ = std::max(last_, rows.integer(row, 0));
      passed_ = true;
    }
    return static_cast<std::int64_t>(rows.size());
  }

 private:
  enum Key { by_rowid, by_time, by_primary_key };

  void note_what_stays() {
    if (const std::int64_t left = count(); left > 0)
      notes_.push_back(fmt::format("{} stay, as a trigger does not let them go",
                                   base::counted(static_cast<std::size_t>(left), "row")));
  }

  std::string batch(std::size_t limit) const {
    const std::string key = key_ == by_primary_key ? primary_key_ : "rowid";
    const std::string from = key_ == by_rowid && passed_ ? fmt::format(" AND rowid > {}", last_) : "";
    return fmt::format(
        "DELETE FROM {0} WHERE ({1}) IN (SELECT {1} FROM {0} WHERE {2}{3} ORDER BY {4} LIMIT {5}) "
        "RETURNING {6}",
        table_.quoted, key, old_, from, key_ == by_rowid ? "rowid" : column_, limit,
        key_ == by_primary_key ? "1" : "rowid");
  }

  /// What text and numbers in the column mean is told by one of its values.
  void find_cutoff(const RetentionRule& rule) {
    const std::vector<Parameter> seconds = {fmt::format("-{} seconds", rule.keep.count())};
    const Rows times = connection_.query(
        "SELECT strftime('%Y-%m-%d %H:%M:%SZ', 'now', $1), strftime('%s', 'now', $1)", seconds);
    before_ = times.text(0, 0);
    const Rows kind = connection_.query(
        fmt::format("SELECT typeof({0}), max({0}) FROM {1} WHERE {0} IS NOT NULL", column_, table_.quoted));
    const std::string_view type = kind.text(0, 0);
    if (type == "text") {
      // The first part an index can answer: a text's own zone may put it into the next day.
      old_ = fmt::format(
          "typeof({0}) = 'text' AND {0} < date({1}, '+2 days') AND julianday({0}) < julianday({1})", column_,
          base::literal(before_));
      return;
    }
    const std::int64_t factor = rule.unit == "us" ? 1000000 : rule.unit == "ms" ? 1000 : 1;
    if (kind.at(0, 1) && kind.integer(0, 1) < factor * 100000000) {
      throw Error(Code::configuration,
                  fmt::format("{}.{} does not count in \"{}\": its newest value is {}", rule.table,
                              rule.column, rule.unit, kind.text(0, 1)),
                  "say in which unit it counts: unit = \"s\", \"ms\" or \"us\"");
    }
    old_ = fmt::format("typeof({0}) IN ('integer', 'real') AND {0} < {1}", column_,
                       times.integer(0, 1) * factor);
  }

  void find_order(const RetentionRule& rule) {
    const std::vector<Parameter> names = {table_.name, rule.column};
    const bool indexed =
        !connection_
             .query(
                 "SELECT 1 FROM pragma_index_list($1) AS i JOIN pragma_index_info(i.name) AS c "
                 "WHERE c.seqno = 0 AND c.name = $2 AND i.partial = 0",
                 names)
             .empty();
    const std::vector<Parameter> name = {table_.name};
    const Rows key =
        connection_.query("SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk", name);
    std::vector<std::string> columns;
    for (std::size_t row = 0; row < key.size(); ++row) columns.push_back(base::quoted(key.text(row, 0)));
    primary_key_ = fmt::format("{}", fmt::join(columns, ", "));
    key_ = !has_rowid() ? by_primary_key : indexed ? by_time : by_rowid;
    if (!indexed)
      notes_.push_back(fmt::format("no index begins with {}, so the whole table is read", column_));
  }

  bool has_rowid() {
    try {
      connection_.query(fmt::format("SELECT rowid FROM {} LIMIT 0", table_.quoted));
      return true;
    } catch (const LockTimeout&) {
      throw;
    } catch (const Error&) {
      return false;  // WITHOUT ROWID
    }
  }

  void find_cascades() {
    const std::vector<Parameter> name = {table_.name};
    const Rows found = connection_.query(
        "SELECT DISTINCT m.name FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS k "
        "WHERE m.type = 'table' AND lower(k.\"table\") = lower($1) AND k.on_delete = 'CASCADE' ORDER BY 1",
        name);
    std::vector<std::string> tables;
    for (std::size_t row = 0; row < found.size(); ++row) tables.emplace_back(found.text(row, 0));
    if (!tables.empty())
      notes_.push_back(fmt::format("rows of {} that refer to them go too", base::listed(tables)));
  }

  Connection& connection_;
  FoundTable table_;
  std::string column_;
  std::string before_;
  std::string old_;  ///< the condition
  std::string primary_key_;
  Key key_ = by_rowid;
  bool passed_ = false;
  std::int64_t last_ = INT64_MIN;  ///< rowid
  std::vector<std::string> notes_;
};

}  // namespace

std::unique_ptr<database::OldRows> old_rows(Connection& connection, const FoundTable& table,
                                            const RetentionRule& rule) {
  return std::make_unique<SqliteOldRows>(connection, table, rule);
}

}  // namespace tradewind::sqlite
