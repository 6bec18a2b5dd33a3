#include "sqlite/session.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sqlite/handle.hpp"

namespace tradewind::sqlite {
namespace {

/// Of the connection and not of the file, and seen by statements that follow.
constexpr std::array<std::string_view, 24> session_pragmas = {"analysis_limit",
                                                              "automatic_index",
                                                              "cache_size",
                                                              "cache_spill",
                                                              "cell_size_check",
                                                              "count_changes",
                                                              "checkpoint_fullfsync",
                                                              "defer_foreign_keys",
                                                              "full_column_names",
                                                              "fullfsync",
                                                              "ignore_check_constraints",
                                                              "journal_size_limit",
                                                              "legacy_alter_table",
                                                              "locking_mode",
                                                              "mmap_size",
                                                              "query_only",
                                                              "read_uncommitted",
                                                              "recursive_triggers",
                                                              "reverse_unordered_selects",
                                                              "short_column_names",
                                                              "temp_store",
                                                              "threads",
                                                              "trusted_schema",
                                                              "writable_schema"};

bool begins_with(std::string_view text, std::string_view word) {
  return base::lower(text.substr(0, word.size())) == word;
}

/// Over-caution costs a few prepared statements, no more.
bool may_touch_session(std::string_view statement) {
  if (statement.size() < 7) return false;
  switch (statement.front() | 0x20) {
    case 'p':
      return begins_with(statement, "pragma");
    case 'a':
      return begins_with(statement, "attach");
    case 'c':
      return begins_with(statement, "create") && base::lower(statement).find("temp") != std::string::npos;
    default:
      return false;
  }
}

std::optional<std::string> first_value(sqlite3* handle, const std::string& sql) {
  const Prepared query = prepare(handle, sql);
  if (query == nullptr || sqlite3_step(query.get()) != SQLITE_ROW) return std::nullopt;
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(query.get(), 0));
  return text == nullptr ? std::nullopt : std::optional<std::string>(text);
}

bool succeeds(sqlite3* handle, const std::string& sql) {
  return sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
}

std::vector<std::string> texts(sqlite3* handle, std::string_view sql) {
  std::vector<std::string> result;
  const Prepared query = prepare(handle, sql);
  while (query != nullptr && sqlite3_step(query.get()) == SQLITE_ROW)
    result.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(query.get(), 0)));
  return result;
}

/// The shadow tables of a virtual one go with it.
void drop_temporary(sqlite3* handle) {
  for (const std::string& drop :
       texts(handle,
             "SELECT 'DROP ' || type || ' IF EXISTS temp.\"' || replace(name, '\"', '\"\"') || '\"' "
             "FROM sqlite_temp_master WHERE type IN ('trigger', 'view', 'table') AND name NOT LIKE "
             "'sqlite\\_%' "
             "ESCAPE '\\' ORDER BY type = 'table', sql NOT LIKE 'CREATE VIRTUAL%'"))
    succeeds(handle, drop);
}

bool detach_all(sqlite3* handle) {
  bool all = true;
  for (const std::string& name :
       texts(handle, "SELECT name FROM pragma_database_list WHERE name NOT IN ('main', 'temp')"))
    all = succeeds(handle, "DETACH " + base::quoted(name)) && all;
  return all;
}

}  // namespace

void Session::remember(sqlite3* handle) {
  for (const std::string_view name : session_pragmas) {
    if (auto value = first_value(handle, fmt::format("PRAGMA {}", name)))
      pragmas_.emplace_back(name, std::move(*value));
  }
}

void Session::watch(sqlite3* handle, std::string_view statement) {
  if (!may_touch_session(statement)) return;
  if (pragmas_.empty()) remember(handle);
  touched_ = true;
}

void Session::put_back(sqlite3* handle) {
  // What case_sensitive_like was can't be asked for.
  bool all = succeeds(handle, "PRAGMA case_sensitive_like = OFF");
  for (const auto& [name, value] : pragmas_)
    all = succeeds(handle, fmt::format("PRAGMA {} = {}", name, value)) && all;
  drop_temporary(handle);
  touched_ = !(detach_all(handle) && all);
}

}  // namespace tradewind::sqlite
