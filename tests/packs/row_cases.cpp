#include "packs/row_cases.hpp"

#include <fmt/format.h>

#include <set>

#include "packs/schema_lines.hpp"

namespace tradewind::test {
namespace {

const std::string above_all_numbers = "9e999";

const RightRow& right_row(const std::vector<RightRow>& rows, const std::string& table) {
  for (const RightRow& row : rows) {
    if (row.table == table) return row;
  }
  throw std::out_of_range("no right row for " + table);
}

/// SQLite does not say which reference fails: it is the one that a check of the row let in unchecked finds.
void expect_reference_refused(PackDatabase& database, const RowCase& each, const std::string& statement) {
  database.expect_refused(statement, "FOREIGN KEY constraint failed");
  database.sql("PRAGMA foreign_keys = OFF; BEGIN");
  database.sql(statement);
  const Rows found =
      database.sql("SELECT \"from\" FROM pragma_foreign_key_check('" + each.table +
                   "') v JOIN pragma_foreign_key_list('" + each.table + "') f ON f.id = v.fkid");
  database.sql("ROLLBACK; PRAGMA foreign_keys = ON");
  ASSERT_EQ(found.size(), 1U) << each.rule << ": " << statement;
  EXPECT_TRUE(each.bad.contains(found[0][0])) << each.rule << " is of " << found[0][0];
}

void try_case(PackDatabase& database, const RowCase& each, const Values& row) {
  if (!each.good.empty()) database.expect_accepted(insert(database, each.table, row, each.good));
  const std::string statement = insert(database, each.table, row, each.bad);
  if (database.is_postgresql()) {
    database.expect_refused(statement, each.on_postgresql.empty() ? each.rule : each.on_postgresql);
  } else if (each.rule.starts_with("fk_")) {
    expect_reference_refused(database, each, statement);
  } else {
    database.expect_refused(statement, each.on_sqlite.empty() ? each.rule : each.on_sqlite);
  }
}

void try_nulls(PackDatabase& database, const std::vector<RightRow>& rows) {
  for (const Column& column : columns_of(database)) {
    if (!column.required || column.generated) continue;
    const std::string why = database.is_postgresql()
                                ? "null value in column \"" + column.name + "\""
                                : "NOT NULL constraint failed: " + column.table + "." + column.name;
    const Values& row = right_row(rows, column.table).row;
    database.expect_refused(insert(database, column.table, row, {{column.name, "NULL"}}), why);
  }
}

/// SQLite keeps what it is given where no check looks at it.
void try_kinds(PackDatabase& database, const std::vector<RightRow>& rows) {
  for (const Column& column : columns_of(database)) {
    if (column.type == "TEXT" || column.generated) continue;
    const Values& row = right_row(rows, column.table).row;
    const std::string why = "CHECK constraint failed";
    database.expect_refused(insert(database, column.table, row, {{column.name, "'text'"}}), why);
    if (column.type == "INTEGER")
      database.expect_refused(insert(database, column.table, row, {{column.name, "0.5"}}), why);
  }
}

}  // namespace

RowCase of_column(const std::string& table, const std::string& column, const std::string& bad,
                  const std::string& good, const std::string& on) {
  RowCase each = {table, "ck_" + table + "_" + column, {{column, bad}}, {}, on};
  if (!good.empty()) each.good = {{column, good}};
  return each;
}

RowCases number(const std::string& table, const std::string& column) {
  return {of_column(table, column, "'NaN'", "-0.00000001", postgresql_engine),
          of_column(table, column, "'text'", "-0.00000001", sqlite_engine),
          of_column(table, column, above_all_numbers, {}, sqlite_engine),
          of_column(table, column, "-" + above_all_numbers, {}, sqlite_engine)};
}

RowCases not_negative(const std::string& table, const std::string& column) {
  return {of_column(table, column, "-0.001", "0"), of_column(table, column, "'NaN'", {}, postgresql_engine),
          of_column(table, column, "'text'", {}, sqlite_engine),
          of_column(table, column, above_all_numbers, {}, sqlite_engine)};
}

RowCases positive(const std::string& table, const std::string& column) {
  return {of_column(table, column, "0", "0.00000001"), of_column(table, column, "-1"),
          of_column(table, column, "'NaN'", {}, postgresql_engine),
          of_column(table, column, "'text'", {}, sqlite_engine),
          of_column(table, column, above_all_numbers, {}, sqlite_engine)};
}

RowCases not_empty(const std::string& table, const std::string& column) {
  return {of_column(table, column, "''")};
}

RowCases one_of(const std::string& table, const std::string& column, const std::vector<std::string>& words) {
  RowCases cases = {of_column(table, column, "'something else'"), of_column(table, column, "''")};
  for (const std::string& word : words) {
    std::string other_case = word;
    for (char& c : other_case) c = static_cast<char>(static_cast<unsigned char>(c) ^ 0x20U);
    const bool letters = word.find_first_of("_0123456789") == std::string::npos;
    cases.push_back(of_column(table, column, letters ? "'" + other_case + "'" : "'?'", "'" + word + "'"));
  }
  return cases;
}

RowCases seconds(const std::string& table, const std::string& column) {
  return {of_column(table, column, "-1", "1767605400"), of_column(table, column, "1767605400.5"),
          of_column(table, column, "1767605400000"), of_column(table, column, "253402300800"),
          of_column(table, column, "'2026-01-05 09:30:00'")};
}

RowCases day(const std::string& table, const std::string& column) {
  return {of_column(table, column, "'2026-02-30'", "'2024-02-29'"),
          of_column(table, column, "'2026-1-5'"),
          of_column(table, column, "'05.01.2026'"),
          of_column(table, column, "'2026-01-05 00:00:00'"),
          of_column(table, column, "'now'"),
          of_column(table, column, "''"),
          of_column(table, column, "2461045")};
}

RowCases between(const std::string& table, const std::string& column, const std::string& below,
                 const std::string& lowest, const std::string& highest, const std::string& above) {
  return {of_column(table, column, below, lowest), of_column(table, column, above, highest)};
}

RowCase taken(const std::string& table, const std::string& rule, const Values& key,
              const std::string& columns) {
  return {table, rule, key, {}, {}, "UNIQUE constraint failed: " + columns};
}

RowCases all_of(const std::vector<RowCases>& parts) {
  RowCases all;
  for (const RowCases& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::string insert(const PackDatabase& database, const std::string& table, Values row,
                   const Values& changes) {
  for (const auto& [column, value] : changes) row[column] = value;
  std::vector<std::string> columns;
  std::vector<std::string> values;
  for (const auto& [column, value] : row) {
    columns.push_back(column);
    values.push_back(value);
  }
  return fmt::format("INSERT INTO {} ({}) {}VALUES ({})", table, fmt::join(columns, ", "),
                     database.is_postgresql() ? "OVERRIDING SYSTEM VALUE " : "", fmt::join(values, ", "));
}

void try_rows(PackDatabase& database, const std::vector<RightRow>& rows, const RowCases& cases) {
  const std::string engine = database.is_postgresql() ? postgresql_engine : sqlite_engine;
  for (const RightRow& row : rows) database.sql(insert(database, row.table, row.row, row.first));
  for (const RightRow& row : rows) database.expect_accepted(insert(database, row.table, row.row, {}));
  std::set<std::string> tried;
  for (const RowCase& each : cases) {
    if (!each.on.empty() && each.on != engine) continue;
    tried.insert(each.rule);
    try_case(database, each, right_row(rows, each.table).row);
  }
  EXPECT_EQ(tried, rules_of(database)) << "the rules with a bad row, and those of the database";
  try_nulls(database, rows);
  if (!database.is_postgresql()) try_kinds(database, rows);
}

}  // namespace tradewind::test
