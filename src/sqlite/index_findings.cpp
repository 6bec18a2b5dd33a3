#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sqlite/upkeep.hpp"

namespace tradewind::sqlite {
namespace {

using database::Connection;
using database::Rows;

/// "a, b" as a part of a name: "a_b".
std::string joined_by_underscores(std::string_view columns) {
  std::string result;
  for (const char c : columns) {
    if (c != ' ') result += c == ',' ? '_' : c;
  }
  return result;
}

struct Index {
  std::string name;
  std::string table;
  bool unique = false;
  bool made = false;  ///< by CREATE INDEX; only such a one can be dropped
  std::vector<std::string> columns;
};

std::vector<Index> all_indexes(Connection& connection) {
  const Rows rows = connection.query(
      "SELECT i.name, m.name, i.\"unique\", i.origin = 'c', coalesce(c.name, '(expression)') || ' ' || "
      "c.desc || ' ' || "
      "c.coll FROM sqlite_master AS m JOIN pragma_index_list(m.name) AS i JOIN pragma_index_xinfo(i.name) AS "
      "c "
      "WHERE m.type = 'table' AND i.partial = 0 AND c.key = 1 ORDER BY m.name, i.name, c.seqno");
  std::vector<Index> result;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (result.empty() || result.back().name != rows.text(row, 0))
      result.push_back({std::string(rows.text(row, 0)),
                        std::string(rows.text(row, 1)),
                        rows.is_true(row, 2),
                        rows.is_true(row, 3),
                        {}});
    result.back().columns.emplace_back(rows.text(row, 4));
  }
  return result;
}

bool begins_with(const std::vector<std::string>& whole, const std::vector<std::string>& part) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

/// `a` is no use beside `b`.
bool is_covered(const Index& a, const Index& b) {
  const auto has_expression = [](const std::string& column) { return column.starts_with("(expression)"); };
  if (&a == &b || a.table != b.table || !a.made || !begins_with(b.columns, a.columns)) return false;
  if (std::any_of(a.columns.begin(), a.columns.end(), has_expression)) return false;
  if (a.columns.size() < b.columns.size()) return !a.unique;
  if (a.unique != b.unique) return b.unique;
  return !b.made || a.name > b.name;
}

void find_duplicates(Connection& connection, std::vector<IndexFinding>& findings) {
  const std::vector<Index> indexes = all_indexes(connection);
  for (const Index& a : indexes) {
    const auto other =
        std::find_if(indexes.begin(), indexes.end(), [&](const Index& b) { return is_covered(a, b); });
    if (other == indexes.end()) continue;
    findings.push_back(
        {"duplicate", a.table, a.name,
         (other->columns.size() == a.columns.size() ? "the same as " : "its columns are the first of ") +
             other->name,
         fmt::format("DROP INDEX {};", base::quoted(a.name))});
  }
}

/// The columns of each foreign key of which no index begins with all, in whatever order.
void find_missing(Connection& connection, std::vector<IndexFinding>& findings) {
  const Rows rows = connection.query(
      "WITH keys AS (SELECT m.name AS child, k.id, k.\"table\" AS parent, k.\"from\" AS column FROM "
      "sqlite_master AS m "
      "JOIN pragma_foreign_key_list(m.name) AS k WHERE m.type = 'table') "
      "SELECT child, parent, group_concat(column, ', ') FROM keys AS o GROUP BY child, id HAVING NOT EXISTS "
      "(SELECT 1 FROM pragma_index_list(o.child) AS i WHERE i.partial = 0 AND NOT EXISTS (SELECT 1 FROM keys "
      "AS k WHERE "
      "k.child = o.child AND k.id = o.id AND k.column NOT IN (SELECT c.name FROM pragma_index_info(i.name) "
      "AS c WHERE "
      "c.seqno < (SELECT count(*) FROM keys AS n WHERE n.child = o.child AND n.id = o.id)))) AND NOT EXISTS "
      "(SELECT 1 FROM pragma_table_info(o.child) AS p WHERE p.pk = 1 AND p.name = o.column) ORDER BY 1, 3");
  for (std::size_t row = 0; row < rows.size(); ++row) {
    findings.push_back(
        {"missing", std::string(rows.text(row, 0)), "",
         fmt::format("the foreign key ({}) to {} has none: each change of a row there reads this table",
                     rows.text(row, 2), rows.text(row, 1)),
         fmt::format("CREATE INDEX idx_{0}_{2} ON {1} ({3});", rows.text(row, 0),
                     base::quoted(rows.text(row, 0)), joined_by_underscores(rows.text(row, 2)),
                     rows.text(row, 2))});
  }
}

}  // namespace

std::vector<IndexFinding> index_findings(Connection& connection) {
  std::vector<IndexFinding> findings;
  find_duplicates(connection, findings);
  find_missing(connection, findings);
  return findings;
}

}  // namespace tradewind::sqlite
