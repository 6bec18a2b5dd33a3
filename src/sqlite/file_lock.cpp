#include "sqlite/file_lock.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"
#include "sqlite/dump.hpp"

namespace tradewind::sqlite {
namespace {

namespace fs = std::filesystem;
constexpr int patience_ms = 3000;

Handle opened(const fs::path& path) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, nullptr);
  Handle result(handle);
  if (code != SQLITE_OK) fail(handle, fmt::format("can't open {}", base::printable(path.string())));
  sqlite3_busy_timeout(handle, patience_ms);
  return result;
}

bool has_open(const fs::path& process, const struct stat& file) {
  std::error_code ignored;
  for (fs::directory_iterator entry(process / "fd", ignored), end; entry != end; entry.increment(ignored)) {
    struct stat info {};
    if (::stat(entry->path().c_str(), &info) == 0 && info.st_dev == file.st_dev && info.st_ino == file.st_ino)
      return true;
  }
  return false;
}

LockTimeout in_use(const fs::path& path, const std::vector<std::string>& others) {
  const std::string who = others.empty() ? "another process" : base::listed(others);
  return {Code::lock_timeout, fmt::format("{} is open in {}", base::printable(path.string()), who),
          "stop it (it would go on with the old file), then run the same command again"};
}

}  // namespace

std::vector<std::string> holders(const fs::path& path) {
  struct stat file {};
  std::vector<std::string> found;
  if (::stat(path.c_str(), &file) != 0) return found;
  std::error_code ignored;
  for (fs::directory_iterator entry("/proc", ignored), end; entry != end; entry.increment(ignored)) {
    const std::string pid = entry->path().filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos || pid == std::to_string(::getpid()))
      continue;
    if (!has_open(entry->path(), file)) continue;
    std::string name;
    std::getline(std::ifstream(entry->path() / "comm"), name);
    found.push_back(fmt::format("pid {} ({})", pid, base::printable(name)));
  }
  return found;
}

FileLock::FileLock(const fs::path& path) : handle_(opened(path)) {
  try {
    // Nobody else may be connected then, in WAL mode too; it lasts longer than a transaction.
    execute(handle_.get(), "PRAGMA locking_mode = EXCLUSIVE");
    execute(handle_.get(), "BEGIN EXCLUSIVE; COMMIT");
    is_wal_ = value(handle_.get(), "PRAGMA journal_mode") == "wal";
    // All of the log goes into the file. The journal mode stays what it is: a process that is killed here
    // leaves the file as it was.
    if (is_wal_ && value(handle_.get(), "PRAGMA wal_checkpoint(TRUNCATE)") != "0")
      throw in_use(path, holders(path));
  } catch (const LockTimeout&) {
    throw in_use(path, holders(path));
  }
  // An idle connection holds no lock, and would write to the file under its new name.
  if (const auto others = holders(path); !others.empty()) throw in_use(path, others);
}

void FileLock::copy_to(const fs::path& to) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(
      to.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, nullptr);
  const Handle target(raw);
  if (code != SQLITE_OK) fail(raw, fmt::format("can't write {}", base::printable(to.string())));
  execute(raw, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
  sqlite3_backup* copy = sqlite3_backup_init(raw, "main", handle_.get(), "main");
  if (copy != nullptr) sqlite3_backup_step(copy, -1);
  if (copy == nullptr || sqlite3_backup_finish(copy) != SQLITE_OK)
    fail(raw, fmt::format("can't write {}", base::printable(to.string())));
}

void FileLock::moved() {
  // What SQLite would remove in the end, by its name, is another file's from now on.
  int yes = 1;
  sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_PERSIST_WAL, &yes);
}

}  // namespace tradewind::sqlite
