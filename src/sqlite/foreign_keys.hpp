#pragma once

#include <sqlite3.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace tradewind::sqlite {

/// Rows without their parent, counted by child and parent table: PRAGMA foreign_key_check as data. A
/// migration runs with enforcement off, so what it breaks shows as more of them than before.
using Orphans = std::map<std::pair<std::string, std::string>, std::size_t>;

struct KeyState {
  Orphans orphans;
  /// Tables that can't be checked, and SQLite's word why: mostly, what their keys refer to is not unique.
  std::map<std::string, std::string> unfit;
};

/// None if it could not be looked at; the reason is the handle's last error.
std::optional<KeyState> key_state(sqlite3* handle);

/// What is worse in `now`, and what to do about it.
struct KeyProblem {
  std::string message;
  std::string hint;
};
std::optional<KeyProblem> new_problem(const KeyState& before, const KeyState& now);

/// Rows of child and parent: keys whose parent columns are no key, for which there is no check in SQLite.
std::string unfit_keys_query();
/// Rows of child, number (rowid) and parent of every orphan in the tables that can be checked.
std::string orphans_query();

}  // namespace tradewind::sqlite
