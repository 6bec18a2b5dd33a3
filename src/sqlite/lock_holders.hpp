#pragma once

#include <string>
#include <vector>

namespace tradewind::sqlite {

/// A process with a database file, as /proc tells it. Nothing is opened: to close a file that SQLite has open
/// would drop its locks.
struct FileUser {
  int pid = 0;
  std::string command;    ///< its program's name
  std::string since;      ///< when it began: UTC, ISO 8601
  bool writes = false;    ///< holds the lock that keeps other writers out
  bool excludes = false;  ///< keeps readers out too
};

/// Those that hold locks of the file or have it open, without this process. What /proc does not let this user
/// see is left out.
std::vector<FileUser> file_users(const std::string& path);

/// "pid 4711 (python3, since 2026-01-14T09:30:12Z)" of those that write; empty if there are none.
std::string writers_of(const std::string& path);

}  // namespace tradewind::sqlite
