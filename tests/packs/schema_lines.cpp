#include "packs/schema_lines.hpp"

#include <fmt/format.h>

#include <regex>

namespace tradewind::test {
namespace {

const char* const postgres_columns = R"sql(
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::int, (a.attidentity <> '')::int,
       coalesce(pg_get_expr(d.adbin, d.adrelid), '')
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE 'schema\_migration%'
ORDER BY c.relname, a.attnum)sql";

const char* const sqlite_columns = R"sql(
SELECT m.name, c.name, c.type, c."notnull", c.pk AND m.sql LIKE '%' || c.name || ' %AUTOINCREMENT%',
       coalesce(c.dflt_value, '')
FROM sqlite_master m JOIN pragma_table_info(m.name) c
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND m.name NOT LIKE 'schema\_migration%' ESCAPE '\'
ORDER BY m.name, c.cid)sql";

const char* const postgres_indexes = R"sql(
SELECT replace(replace(pg_get_indexdef(i.indexrelid), ' ON public.', ' ON '), ' USING btree', '')
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
WHERE c.relnamespace = 'public'::regnamespace AND t.relname NOT LIKE 'schema\_migration%'
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY c.relname)sql";

const char* const sqlite_indexes = R"sql(
SELECT sql FROM sqlite_master
WHERE type = 'index' AND sql IS NOT NULL AND tbl_name NOT LIKE 'schema\_migration%' ESCAPE '\' ORDER BY name)sql";

const char* const postgres_rules = R"sql(
SELECT k.conname FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
WHERE k.connamespace = 'public'::regnamespace AND t.relname NOT LIKE 'schema\_migration%' AND k.contype <> 'n'
UNION SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace AND t.relname NOT LIKE 'schema\_migration%'
UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal)sql";

std::vector<std::smatch> matches(const std::string& text, const std::regex& pattern) {
  return {std::sregex_iterator(text.begin(), text.end(), pattern), std::sregex_iterator()};
}

/// SQLite has no catalog of constraints: their names stand in the statements that made the tables.
std::set<std::string> sqlite_rules(PackDatabase& database) {
  static const std::regex comment("--[^\n]*");
  static const std::regex name(R"(CONSTRAINT (\w+) (PRIMARY KEY|UNIQUE|CHECK|FOREIGN KEY))");
  static const std::regex rule(R"(\b(PRIMARY KEY|UNIQUE|CHECK|FOREIGN KEY)\b)");
  std::set<std::string> names;
  for (const auto& row :
       database.sql("SELECT sql, name, type FROM sqlite_master WHERE type IN ('table', 'trigger')"
                    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                    " AND tbl_name NOT LIKE 'schema\\_migration%' ESCAPE '\\'")) {
    if (row[2] == "trigger") names.insert(row[1]);
    const std::string text = std::regex_replace(row[0], comment, "");
    const auto named = matches(text, name);
    EXPECT_EQ(named.size(), matches(text, rule).size()) << "a constraint without a name: " << text;
    for (const std::smatch& match : named) EXPECT_TRUE(names.insert(match[1]).second) << match[1] << " twice";
  }
  return names;
}

std::string lines(const Rows& rows) {
  std::string text;
  for (const auto& row : rows) text += fmt::format("{}\n", fmt::join(row, " "));
  return text;
}

}  // namespace

std::vector<Column> columns_of(PackDatabase& database) {
  std::vector<Column> columns;
  for (const auto& row : database.sql(database.is_postgresql() ? postgres_columns : sqlite_columns)) {
    columns.push_back({row[0], row[1], row[2], row[3] == "1", row[4] == "1", row[5]});
  }
  return columns;
}

std::string column_lines(PackDatabase& database) {
  std::string text;
  std::string table;
  for (const Column& column : columns_of(database)) {
    if (column.table != table) text += column.table + "\n";
    table = column.table;
    text += fmt::format("  {} {}", column.name, column.type);
    if (column.generated) text += " numbered";
    if (column.required && !column.generated) text += " not null";
    if (!column.default_value.empty()) text += " default " + column.default_value;
    text += "\n";
  }
  return text;
}

std::string index_lines(PackDatabase& database) {
  return lines(database.sql(database.is_postgresql() ? postgres_indexes : sqlite_indexes));
}

std::set<std::string> rules_of(PackDatabase& database) {
  if (!database.is_postgresql()) return sqlite_rules(database);
  std::set<std::string> names;
  for (const auto& row : database.sql(postgres_rules)) names.insert(row[0]);
  return names;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace tradewind::test
