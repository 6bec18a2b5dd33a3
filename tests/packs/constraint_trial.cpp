#include "packs/constraint_trial.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

namespace tradewind::test {
namespace {

// Partitions repeat the constraints of their table; the history is not the pack's.
constexpr const char* all_constraints = R"sql(
WITH pack_table AS (
  SELECT oid, relname FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    AND relname NOT LIKE 'schema\_migration%'
)
SELECT c.conname, t.relname, c.contype::text, pg_get_constraintdef(c.oid),
       (SELECT string_agg(a.attname, ' ' ORDER BY k.position)
        FROM unnest(c.conkey) WITH ORDINALITY AS k (number, position)
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number)
FROM pg_constraint c JOIN pack_table t ON t.oid = c.conrelid
WHERE c.contype <> 'n' AND c.conparentid = 0
UNION ALL
SELECT i.relname, t.relname, 'i', pg_get_indexdef(i.oid), ''
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pack_table t ON t.oid = x.indrelid
WHERE x.indisunique AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype IN ('u', 'p'))
ORDER BY 1)sql";

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::string with_column(const std::string& assignment, const CatalogConstraint& constraint) {
  const std::size_t mark = assignment.find('$');
  if (mark == std::string::npos || constraint.columns.size() != 1) return assignment;
  return assignment.substr(0, mark) + constraint.columns[0] + assignment.substr(mark + 1);
}

std::set<std::string> literals(const std::string& definition) {
  static const std::regex literal("'([^']*)'");
  std::set<std::string> found;
  for (std::sregex_iterator match(definition.begin(), definition.end(), literal), end; match != end; ++match)
    found.insert((*match)[1]);
  return found;
}

/// The constraint or NULL column that an error names; else the whole message.
std::string refused_by(const std::string& message) {
  static const std::regex named("(?:constraint|null value in column) \"([^\"]+)\"");
  std::smatch match;
  return std::regex_search(message, match, named) ? match[1].str() : message;
}

}  // namespace

ConstraintCase between(const std::string& constraint, double low, double high, double step) {
  const auto set = [](double value) { return fmt::format("$ = {}", value); };
  return {constraint, {set(low - step), set(high + step)}, {set(low), set(high)}};
}

Trial::Trial(PackDatabase& database, ConstraintCases cases) : database_(database), cases_(std::move(cases)) {
  for (const auto& row : database_.sql(all_constraints)) {
    const bool fresh =
        constraints_.emplace(row[0], CatalogConstraint{row[1], row[2], words(row[4]), row[3]}).second;
    EXPECT_TRUE(fresh) << "two constraints are named " << row[0];
  }
}

const CatalogConstraint& Trial::constraint(const std::string& name) const {
  const auto found = constraints_.find(name);
  if (found == constraints_.end()) throw std::runtime_error("there is no constraint " + name);
  return found->second;
}

/// What refuses the assignment; "accepted" if nothing does.
std::string Trial::outcome(const std::string& table, const std::string& assignment,
                           const std::string& row) const {
  std::string result = "no such row";
  database_.sql("BEGIN");
  try {
    const std::string update =
        fmt::format("UPDATE {} SET {} WHERE id = '{}' RETURNING id; SET CONSTRAINTS ALL IMMEDIATE", table,
                    assignment, row);
    const std::string count = fmt::format("SELECT count(*) FROM {} WHERE id = '{}'", table, row);
    if (database_.sql(count) == Rows{{"1"}}) {
      database_.sql(update);
      result = "accepted";
    }
  } catch (const SqlError& error) {
    result = refused_by(error.what());
  }
  database_.sql("ROLLBACK");
  return result;
}

void Trial::try_case(const ConstraintCase& it, const std::string& row) const {
  const CatalogConstraint& found = constraint(it.constraint);
  if (!it.values.empty()) {
    const std::vector<std::string> expected = words(it.values);
    EXPECT_EQ(literals(found.definition), std::set<std::string>(expected.begin(), expected.end()))
        << it.constraint;
  }
  for (const std::string& bad : it.bad)
    EXPECT_EQ(outcome(found.table, with_column(bad, found), row), it.constraint) << found.table << " " << bad;
  for (const std::string& good : it.good)
    EXPECT_EQ(outcome(found.table, with_column(good, found), row), "accepted")
        << it.constraint << " " << good;
}

/// A reference to what is not there.
void Trial::try_foreign_key(const std::string& name, const std::string& row) const {
  const CatalogConstraint& key = constraint(name);
  std::string assignment;
  for (const std::string& column : key.columns) {
    const std::string type = database_.sql(fmt::format(
        "SELECT atttypid::regtype FROM pg_attribute WHERE attrelid = '{}'::regclass AND attname = '{}'",
        key.table, column))[0][0];
    const char* nowhere = type == "uuid"     ? "ffffffff-ffff-4fff-8fff-ffffffffffff"
                          : type == "bigint" ? "-1"
                                             : "NOWHERE";
    assignment += fmt::format("{}{} = '{}'", assignment.empty() ? "" : ", ", column, nowhere);
  }
  EXPECT_EQ(outcome(key.table, assignment, row), name) << assignment;
}

void Trial::try_primary_key(const std::string& name, const std::string& row, const std::string& other) const {
  const CatalogConstraint& key = constraint(name);
  const std::string columns = fmt::format("{}", fmt::join(key.columns, ", "));
  const std::string assignment =
      fmt::format("({}) = (SELECT {} FROM {} WHERE id = '{}')", columns, columns, key.table, other);
  const std::string refused = outcome(key.table, assignment, row);
  // A partition's index has a name of its own.
  EXPECT_TRUE(refused == name || refused.ends_with("_pkey")) << name << ": " << refused;
}

void Trial::run(const std::string& row, const std::string& other) const {
  std::set<std::string> tried;
  for (const ConstraintCase& it : cases_) {
    EXPECT_FALSE(it.bad.empty()) << it.constraint;
    EXPECT_FALSE(it.good.empty() && it.values.empty() && constraint(it.constraint).kind != "f")
        << it.constraint;
    try_case(it, row);
    tried.insert(it.constraint);
  }
  for (const auto& [name, found] : constraints_) {
    if (found.kind == "p") {
      try_primary_key(name, row, other);
    } else if (found.kind == "f" && !tried.contains(name)) {
      try_foreign_key(name, row);
    } else {
      EXPECT_TRUE(tried.contains(name)) << name << " has no case: " << found.definition;
    }
  }
}

void Trial::refuse_nulls(const std::string& row) const {
  std::set<std::string> tables;
  for (const auto& [name, found] : constraints_) tables.insert(found.table);
  for (const std::string& table : tables) {
    const Rows columns = database_.sql(fmt::format(
        "SELECT attname FROM pg_attribute WHERE attrelid = '{}'::regclass AND attnotnull AND attnum > 0",
        table));
    EXPECT_GT(columns.size(), 2U) << table;
    for (const auto& column : columns) {
      const std::string result = outcome(table, column[0] + " = NULL", row);
      // What a trigger writes is not NULL whatever the statement says: accepted, as the column can't be NULL.
      EXPECT_TRUE(result == column[0] || result == "accepted") << table << "." << column[0] << ": " << result;
    }
  }
}

std::vector<std::string> Trial::delete_rules() const {
  std::vector<std::string> rules;
  static const std::regex rule("ON DELETE (CASCADE|SET NULL|RESTRICT)");
  for (const auto& [name, found] : constraints_) {
    if (found.kind != "f") continue;
    std::smatch match;
    const bool named = std::regex_search(found.definition, match, rule);
    rules.push_back(name + " " + (named ? match[1].str() : "NO ACTION"));
  }
  return rules;
}

std::vector<std::string> Trial::unused_foreign_keys() const {
  std::vector<std::string> unused;
  for (const auto& [name, found] : constraints_) {
    if (found.kind != "f") continue;
    const std::string all = fmt::format("{}", fmt::join(found.columns, " IS NOT NULL AND "));
    if (database_.sql(fmt::format("SELECT count(*) FROM {} WHERE {} IS NOT NULL", found.table, all)) ==
        Rows{{"0"}})
      unused.push_back(name);
  }
  return unused;
}

}  // namespace tradewind::test
