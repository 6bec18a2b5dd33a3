#include "ops/written_tables.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/text.hpp"
#include "database/dialect.hpp"

namespace tradewind::ops {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & 0x80) != 0;
}

/// A bare or quoted name at the front, perhaps with its schema; empty if there is none.
std::string_view name_at(std::string_view text) {
  std::size_t end = 0;
  bool in_quotes = false;
  for (; end < text.size(); ++end) {
    const char c = text[end];
    if (c == '"') in_quotes = !in_quotes;
    if (!in_quotes && c != '"' && c != '.' && !is_word(c)) break;
  }
  return text.substr(0, end);
}

/// What stands behind INTO, UPDATE and COPY, outside strings.
std::vector<std::string_view> candidates(std::string_view text) {
  std::vector<std::string_view> names;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '\'') in_string = !in_string;
    if (in_string || !is_word(text[i])) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    while (i < text.size() && is_word(text[i])) ++i;
    const std::string word = base::lower(text.substr(begin, i - begin));
    if (word != "into" && word != "update" && word != "copy") continue;
    const std::size_t next = text.find_first_not_of(" \t\r\n", i);
    if (next == std::string_view::npos) break;
    if (const std::string_view name = name_at(text.substr(next)); !name.empty()) names.push_back(name);
  }
  return names;
}

std::string unquoted(std::string_view name) {
  if (!name.starts_with('"')) return base::lower(name);
  std::string result(name.substr(1, name.size() - 2));
  for (std::size_t at = result.find("\"\""); at != std::string::npos; at = result.find("\"\"", at + 1))
    result.erase(at, 1);
  return result;
}

}  // namespace

WrittenTables::WrittenTables(database::Connection& connection, const migration::Script& script)
    : connection_(connection) {
  for (std::size_t i = 0; i < script.statements().size(); ++i) {
    for (const std::string_view name : candidates(script.text_of(i))) add(name);
  }
}

void WrittenTables::add(std::string_view name) {
  const auto is_it = [&](const Table& table) { return table.name == name; };
  if (std::any_of(tables_.begin(), tables_.end(), is_it)) return;
  const std::size_t dot = name.find("\".") != name.npos ? name.find("\".") + 1 : name.find('.');
  const bool qualified = dot != name.npos;
  const database::Parameter schema =
      qualified ? database::Parameter(unquoted(name.substr(0, dot))) : database::Parameter();
  const std::string table = unquoted(qualified ? name.substr(dot + 1) : name);
  const std::vector<database::Parameter> wanted = {schema, table};
  // A word that only looks like a table's name names none.
  if (connection_.query(connection_.dialect().find_table(), wanted).empty()) return;
  Table& added = tables_.emplace_back();
  added.name = name;
  added.quoted = (schema ? base::quoted(*schema) + "." : "") + base::quoted(table);
  added.before = rows_of(added);
}

std::int64_t WrittenTables::rows_of(const Table& table) const {
  return std::stoll(std::string(connection_.query("SELECT count(*) FROM " + table.quoted).text(0, 0)));
}

std::vector<SeedTable> WrittenTables::counted() const {
  std::vector<SeedTable> result;
  result.reserve(tables_.size());
  for (const Table& table : tables_) {
    const std::int64_t rows = rows_of(table);
    result.push_back({table.name, rows, rows - table.before});
  }
  return result;
}

}  // namespace tradewind::ops
