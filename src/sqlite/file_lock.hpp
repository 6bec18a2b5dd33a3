#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sqlite/handle.hpp"

namespace tradewind::sqlite {

/// Other processes of this machine, as far as this user may see them, that have the file open:
/// "pid 4711 (trader)".
std::vector<std::string> holders(const std::filesystem::path& path);

/// A database file that nobody else has open, kept so until the end of this object. Its log is empty.
class FileLock {
 public:
  /// Throws LockTimeout that names the others; Error{statement_failed} if the file is no database or damaged.
  explicit FileLock(const std::filesystem::path& path);

  bool is_wal() const { return is_wal_; }
  /// Through the connection that has the lock: who opens the file beside it and closes it again loses the
  /// lock.
  void copy_to(const std::filesystem::path& to);
  /// Before the file gets another name, and another one its own.
  void moved();

 private:
  Handle handle_;
  bool is_wal_ = false;
};

}  // namespace tradewind::sqlite
