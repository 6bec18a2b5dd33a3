#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <tradewind/error.hpp>

#include "base/mapped.hpp"
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
    const std::size_t kept = limit - rows.size();
    if (!pass(kept) && rows.empty()) {
      note_what_stays();
      return std::nullopt;
    }
    // The number of a row is where the next batch begins, so that no row is read twice.
    if (order_.size() == 1 && order_.front() == row_number_) {
      for (std::size_t row = 0; row < rows.size(); ++row) last_ = std::max(last_, rows.integer(row, 0));
      if (from_.empty() || base::number<std::int64_t>(from_).value_or(last_) < last_)
        from_ = std::to_string(last_);
    }
    return static_cast<std::int64_t>(rows.size());
  }

 private:
  /// The next batch begins behind the first `kept` rows that are still there: a trigger has not let them go.
  /// False if there are none.
  bool pass(std::size_t kept) {
    if (kept == 0) return false;
    const auto shown =
        base::mapped(order_, [](const std::string& column) { return fmt::format("quote({})", column); });
    const auto backwards = base::mapped(order_, [](const std::string& column) { return column + " DESC"; });
    const std::string columns = fmt::format("{}", fmt::join(order_, ", "));
    const Rows rows = connection_.query(
        fmt::format("SELECT {} FROM (SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT {}) ORDER BY {} LIMIT 1",
                    fmt::join(shown, ", "), columns, table_.quoted, condition(), columns, kept,
                    fmt::join(backwards, ", ")));
    if (rows.empty()) return false;
    std::vector<std::string> values;
    values.reserve(order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) values.emplace_back(rows.text(0, i));
    from_ = fmt::format("{}", fmt::join(values, ", "));
    return true;
  }

  void note_what_stays() {
    if (const std::int64_t left = count(); left > 0)
      notes_.push_back(fmt::format("{} stay, as a trigger does not let them go",
                                   base::counted(static_cast<std::size_t>(left), "row")));
  }

  /// Old, and behind the rows that were passed.
  std::string condition() const {
    return from_.empty() ? old_ : fmt::format("{} AND ({}) > ({})", old_, fmt::join(order_, ", "), from_);
  }

  std::string batch(std::size_t limit) const {
    return fmt::format(
        "DELETE FROM {0} WHERE {1} AND ({2}) IN (SELECT {2} FROM {0} WHERE {3} ORDER BY {4} LIMIT {5}) "
        "RETURNING {6}",
        table_.quoted, old_, key_, condition(), fmt::join(order_, ", "), limit,
        row_number_.empty() ? "1" : row_number_);
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
      // The first part an index can answer: a text's own zone may put it into the next day. A time of day, or
      // a number, is a day for julianday().
      old_ = fmt::format(
          "typeof({0}) = 'text' AND {0} < date({1}, '+2 days') AND {0} GLOB '[0-9][0-9][0-9][0-9]-*' AND "
          "julianday({0}) < julianday({1})",
          column_, base::literal(before_));
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
    row_number_ = name_of_row_number();
    const std::vector<std::string> primary = primary_key();
    if (row_number_.empty() && primary.empty())
      throw Error(
          Code::unsupported,
          fmt::format("{} has no key to tell its rows apart by: rowid, _rowid_ and oid are columns of it, "
                      "and it has no primary key; nothing was deleted",
                      base::printable(rule.table)),
          "give it a primary key, or rename one of those columns");
    key_ = row_number_.empty() ? fmt::format("{}", fmt::join(primary, ", ")) : row_number_;
    if (indexed) order_.push_back(column_);
    if (row_number_.empty()) {
      order_.insert(order_.end(), primary.begin(), primary.end());
    } else {
      order_.push_back(row_number_);
    }
    if (!indexed)
      notes_.push_back(fmt::format("no index begins with {}, so the whole table is read", column_));
  }

  std::vector<std::string> primary_key() {
    const std::vector<Parameter> name = {table_.name};
    const Rows key =
        connection_.query("SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk", name);
    return base::mapped(key.texts(0), base::quoted);
  }

  /// A column of that name hides it. Empty: none, or a table WITHOUT ROWID.
  std::string name_of_row_number() {
    const std::vector<Parameter> name = {table_.name};
    const Rows columns = connection_.query("SELECT lower(name) FROM pragma_table_xinfo($1)", name);
    for (const char* word : {"rowid", "_rowid_", "oid"}) {
      bool hidden = false;
      for (std::size_t row = 0; row < columns.size(); ++row) hidden = hidden || columns.text(row, 0) == word;
      if (!hidden) return has_row_number(word) ? word : std::string();
    }
    return {};
  }

  bool has_row_number(std::string_view word) {
    try {
      connection_.query(fmt::format("SELECT {} FROM {} LIMIT 0", word, table_.quoted));
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
    if (!found.empty())
      notes_.push_back(fmt::format("rows of {} that refer to them go too", base::listed(found.texts(0))));
  }

  Connection& connection_;
  FoundTable table_;
  std::string column_;
  std::string before_;
  std::string old_;                 ///< the condition
  std::string row_number_;          ///< what rowid is called here; empty: there is none
  std::string key_;                 ///< what tells a row from all others
  std::vector<std::string> order_;  ///< in which rows go: the time if there is an index, and the key
  std::string from_;                ///< the last values of `order_` that were passed, as SQL; empty: none
  std::int64_t last_ = INT64_MIN;   ///< row number
  std::vector<std::string> notes_;
};

}  // namespace

std::unique_ptr<database::OldRows> old_rows(Connection& connection, const FoundTable& table,
                                            const RetentionRule& rule) {
  return std::make_unique<SqliteOldRows>(connection, table, rule);
}

}  // namespace tradewind::sqlite
