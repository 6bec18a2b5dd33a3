#pragma once

#include <sqlite3.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradewind::sqlite {

/// What ends a migration's session, in plans as well: to SQLite it is a comment.
inline constexpr std::string_view end_of_session =
    "-- what the migration has set in its session ends here, its temporary tables too";

/// What statements have set in their session, put back as it was. Costs next to nothing where no statement
/// has a PRAGMA, ATTACH or temporary object in it.
class Session {
 public:
  /// Before each of the migration's own statements.
  void watch(sqlite3* handle, std::string_view statement);
  bool is_touched() const { return touched_; }
  /// What can't be put back in a transaction stays for the next call.
  void put_back(sqlite3* handle);

 private:
  void remember(sqlite3* handle);

  bool touched_ = false;
  std::vector<std::pair<std::string, std::string>> pragmas_;  ///< names and values before the first change
};

}  // namespace tradewind::sqlite
