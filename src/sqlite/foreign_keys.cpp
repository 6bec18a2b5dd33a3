#include "sqlite/foreign_keys.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/text.hpp"
#include "sqlite/handle.hpp"

namespace tradewind::sqlite {
namespace {

// SQLite's rule: the parent's columns are its primary key, or those of a UNIQUE index without a WHERE. A
// parent that is not there is no mismatch.
constexpr std::string_view with_unfit =
    "WITH keys AS (SELECT m.name AS child, k.id AS id, k.\"table\" AS parent, count(*) AS columns, "
    "sum(k.\"to\" IS NULL) AS implied FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS k "
    "WHERE m.type = 'table' GROUP BY 1, 2, 3), "
    "unfit AS MATERIALIZED (SELECT child, parent FROM keys WHERE EXISTS (SELECT 1 FROM sqlite_master AS p "
    "WHERE p.type IN ('table', 'view') AND lower(p.name) = lower(keys.parent)) "
    "AND NOT (columns = (SELECT count(*) FROM pragma_table_info(keys.parent) WHERE pk > 0) "
    "AND columns = implied + (SELECT count(*) FROM pragma_table_info(keys.parent) AS c, "
    "pragma_foreign_key_list(keys.child) AS k WHERE k.id = keys.id AND c.pk > 0 "
    "AND lower(k.\"to\") = lower(c.name))) "
    "AND NOT EXISTS (SELECT 1 FROM pragma_index_list(keys.parent) AS i WHERE i.\"unique\" "
    "AND NOT i.partial AND columns = (SELECT count(*) FROM pragma_index_info(i.name)) "
    "AND columns = (SELECT count(*) FROM pragma_index_info(i.name) AS c, "
    "pragma_foreign_key_list(keys.child) AS k WHERE k.id = keys.id AND lower(k.\"to\") = lower(c.name)))) ";

std::string column(sqlite3_stmt* statement, int index) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, index));
  return text == nullptr ? std::string() : std::string(text);
}

/// False with an error left in the handle.
bool add_orphans(sqlite3* handle, const std::string& pragma, Orphans& orphans) {
  const Prepared check = prepare(handle, pragma);
  if (check == nullptr) return false;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(check.get())) == SQLITE_ROW)
    ++orphans[{column(check.get(), 0), column(check.get(), 2)}];
  return code == SQLITE_DONE;
}

/// "foreign key mismatch", or a collation that only the application has: no fault of the check's.
bool is_unfit(sqlite3* handle) {
  return (sqlite3_errcode(handle) & 0xFF) == SQLITE_ERROR;
}

std::optional<std::vector<std::string>> table_names(sqlite3* handle) {
  std::vector<std::string> names;
  const Prepared query = prepare(handle, "SELECT name FROM sqlite_master WHERE type = 'table'");
  if (query == nullptr) return std::nullopt;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(query.get())) == SQLITE_ROW) names.push_back(column(query.get(), 0));
  if (code != SQLITE_DONE) return std::nullopt;
  return names;
}

}  // namespace

std::optional<KeyState> key_state(sqlite3* handle) {
  KeyState state;
  if (add_orphans(handle, "PRAGMA foreign_key_check", state.orphans)) return state;
  if (!is_unfit(handle)) return std::nullopt;
  // One such key anywhere keeps SQLite from checking any table at all.
  state.orphans.clear();
  const auto names = table_names(handle);
  if (!names) return std::nullopt;
  for (const std::string& name : *names) {
    if (add_orphans(handle, fmt::format("PRAGMA foreign_key_check({})", base::quoted(name)), state.orphans))
      continue;
    if (!is_unfit(handle)) return std::nullopt;
    state.unfit[name] = sqlite3_errmsg(handle);
  }
  return state;
}

std::optional<KeyProblem> new_problem(const KeyState& before, const KeyState& now) {
  for (const auto& [table, complaint] : now.unfit) {
    const auto found = before.unfit.find(table);
    const bool old = found != before.unfit.end() && found->second == complaint;
    if (old || !complaint.starts_with("foreign key mismatch")) continue;
    return KeyProblem{
        fmt::format("a foreign key of {} would refer to columns that are no key of their table ({})", table,
                    complaint),
        "make the columns that it refers to the primary key, or give them a UNIQUE index: a table that is "
        "built anew needs the UNIQUE of the old one too"};
  }
  for (const auto& [tables, count] : now.orphans) {
    const auto found = before.orphans.find(tables);
    const std::size_t old = found == before.orphans.end() ? 0 : found->second;
    if (count <= old) continue;
    return KeyProblem{
        fmt::format("{} in {} would refer to rows of {} that are not there (FOREIGN KEY constraint failed)",
                    base::counted(count - old, "row"), tables.first, tables.second),
        "migrations run with foreign key actions off, so a delete cascades nowhere: delete or move the "
        "children too"};
  }
  return std::nullopt;
}

std::string unfit_keys_query() {
  return fmt::format("{}SELECT DISTINCT child, parent FROM unfit", with_unfit);
}

std::string orphans_query() {
  return fmt::format(
      "{}, fit AS MATERIALIZED (SELECT name FROM sqlite_master WHERE type = 'table' "
      "AND name NOT IN (SELECT child FROM unfit)) "
      "SELECT o.\"table\" AS child, o.rowid AS number, o.parent AS parent "
      "FROM fit, pragma_foreign_key_check(fit.name) AS o",
      with_unfit);
}

}  // namespace tradewind::sqlite
