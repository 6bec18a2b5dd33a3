#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sqlite/handle.hpp"

namespace tradewind::sqlite {

/// Other processes of this machine, as far as this user may see them, that have the file open:
/// "pid 4711 (trader)".
std::vector<std::string> holders(const std::filesystem::path& path);

/// A database file that nobody else has open, without a log beside it, kept so until the end of this object.
/// Its journal mode is then what it was.
class FileLock {
 public:
  /// Throws LockTimeout that names the others; Error{statement_failed} if the file is no database or damaged.
  explicit FileLock(const std::filesystem::path& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  /// The file has another name from now on.
  void moved_to(const std::filesystem::path& path) { path_ = path; }

 private:
  std::filesystem::path path_;
  Handle handle_;
  bool was_wal_ = false;
};

}  // namespace tradewind::sqlite
