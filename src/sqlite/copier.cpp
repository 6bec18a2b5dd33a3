#include "sqlite/copier.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <future>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/dump.hpp"
#include "sqlite/handle.hpp"
#include "sqlite/replica.hpp"

namespace tradewind::sqlite {
namespace {

namespace fs = std::filesystem;
using database::Connection;
using database::CopyFacts;
using database::CopyOptions;
using database::OpenSettings;

constexpr int pages_at_once = 4096;

struct FinishBackup {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

OpenSettings only_there(const OpenSettings& source, const fs::path& path) {
  OpenSettings settings = source;
  settings.url = {
      .scheme = "sqlite", .text = "sqlite:" + path.string(), .path = path.string(), .options = {}};
  settings.pragmas.clear();
  settings.create = false;
  // A journal that a crash left behind must be rolled back, which a reader may not.
  settings.read_only = false;
  return settings;
}

/// Has the disk begin with what is written so far, so that there is little left to wait for in the end. Only
/// a help: whether it works is of no account.
class EarlyFlush {
 public:
  explicit EarlyFlush(const fs::path& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~EarlyFlush() {
    if (running_.valid()) running_.wait();
    if (file_ >= 0) ::close(file_);
  }
  EarlyFlush(const EarlyFlush&) = delete;
  EarlyFlush& operator=(const EarlyFlush&) = delete;

  /// Does not wait for a disk that is busy.
  void begin() {
    if (file_ < 0 ||
        (running_.valid() && running_.wait_for(std::chrono::seconds(0)) != std::future_status::ready))
      return;
    running_ = std::async(std::launch::async,
                          [file = file_] { ::sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE); });
  }

 private:
  int file_;
  std::future<void> running_;
};

/// Copies page by page. What is written meanwhile by others is not in the copy if `holds` a read
/// transaction; else it makes SQLite begin again.
class PageCopy {
 public:
  PageCopy(sqlite3* source, const OpenSettings& settings, const CopyOptions& options)
      : source_(source), settings_(settings), options_(options) {}

  void write(const fs::path& to) {
    const Handle target = create(to);
    const bool is_wal = value(source_, "PRAGMA journal_mode") == "wal";
    if (is_wal) hold();
    const std::unique_ptr<sqlite3_backup, FinishBackup> backup(
        sqlite3_backup_init(target.get(), "main", source_, "main"));
    if (backup == nullptr) fail(target.get(), "can't begin the copy");
    EarlyFlush flush(to);
    copy(backup.get(), flush);
  }

 private:
  static Handle create(const fs::path& path) {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(
        path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, nullptr);
    Handle result(handle);
    if (code != SQLITE_OK) fail(handle, fmt::format("can't write {}", base::printable(path.string())));
    // Nobody looks at it before it is complete, and it is flushed to disk in the end.
    execute(handle, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE");
    return result;
  }

  void hold() { execute(source_, "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1"); }

  void copy(sqlite3_backup* backup, EarlyFlush& flush) {
    std::uint64_t copied = 0;
    auto waiting_since = std::chrono::steady_clock::now();
    for (int code = SQLITE_OK; code != SQLITE_DONE;) {
      if (settings_.stopping()) throw Error(Code::interrupted, "stopped on request");
      code = sqlite3_backup_step(backup, pages_at_once);
      const auto total = static_cast<std::uint64_t>(sqlite3_backup_pagecount(backup));
      const auto left = static_cast<std::uint64_t>(sqlite3_backup_remaining(backup));
      if (options_.progress) options_.progress("pages", total - std::min(left, total), total);
      const int kind = code & 0xFF;
      if (kind == SQLITE_BUSY || kind == SQLITE_LOCKED) {
        if (std::chrono::steady_clock::now() - waiting_since > settings_.busy_timeout)
          throw LockTimeout(Code::lock_timeout, "the database file stays locked by another process",
                            "wait until its transaction is over, then try again");
        sqlite3_sleep(5);
        continue;
      }
      if (code != SQLITE_OK && code != SQLITE_DONE) {
        if (kind == SQLITE_FULL)
          throw Error(Code::disk_full, "the copy can't be written: no room left",
                      "make room, or choose a folder on another disk");
        throw Error(Code::statement_failed, fmt::format("the copy failed: {}", sqlite3_errstr(code)));
      }
      waiting_since = std::chrono::steady_clock::now();
      copied += pages_at_once;
      flush.begin();
      // Somebody writes all the time: writers wait for one round.
      if (copied > 3 * (total + pages_at_once) && sqlite3_get_autocommit(source_) != 0) hold();
    }
  }

  sqlite3* source_;
  const OpenSettings& settings_;
  const CopyOptions& options_;
};

class SqliteCopier : public database::Copier {
 public:
  CopyFacts save(const OpenSettings& source, const fs::path& folder, const std::string& name,
                 const CopyOptions& options, const std::function<void(Connection&)>& look) const override {
    if (source.url.path == ":memory:")
      throw Error(Code::usage, "a database in memory can't be backed up from outside", "name a file");
    if (!exists(source))
      throw Error(Code::no_such_database,
                  fmt::format("there is no database file {}", base::printable(source.url.path)),
                  "check the path");
    const auto connection = open(only_there(source, source.url.path));
    auto* handle = static_cast<sqlite3*>(connection->native_handle());
    CopyFacts facts{.layout = options.plain_sql ? "sql" : "sqlite",
                    .tool = fmt::format("SQLite {}", sqlite3_libversion()),
                    .data = name + (options.plain_sql ? ".sql" : ".sqlite"),
                    .settings = {"PRAGMA journal_mode = " + value(handle, "PRAGMA journal_mode")}};
    if (options.plain_sql) {
      execute(handle, "BEGIN");
      dump_as_sql(handle, folder / facts.data, options.progress, source.stop);
      if (options.complete) options.complete(folder / facts.data);
      look(*connection);
      return facts;
    }
    PageCopy(handle, source, options).write(folder / facts.data);
    // Whoever reads it beside us takes our locks on it away; nobody else has it.
    if (options.complete) options.complete(folder / facts.data);
    OpenSettings copy = only_there(source, folder / facts.data);
    copy.pragmas["mmap_size"] = "2147418112";  // to count the rows is to read all of it
    look(*open(std::move(copy)));
    return facts;
  }

  std::unique_ptr<database::Replica> load(const OpenSettings& target, const fs::path& folder,
                                          const CopyFacts& facts, const CopyOptions& options,
                                          std::string_view moment) const override {
    return load_replica(target, folder, facts, options, moment);
  }
  std::unique_ptr<database::Replica> kept(const OpenSettings& target,
                                          const std::string& name) const override {
    return kept_replica(target, name);
  }
  bool exists(const OpenSettings& target) const override {
    std::error_code ignored;
    return fs::exists(target.url.path, ignored);
  }
  std::string name_of(const OpenSettings& target) const override {
    return fs::path(target.url.path).filename().string();
  }
  std::string identity(const OpenSettings& target) const override {
    std::error_code failed;
    const fs::path real = fs::weakly_canonical(fs::absolute(target.url.path), failed);
    return "sqlite:" + (failed ? fs::path(target.url.path) : real).string();
  }
  std::vector<std::string> left_behind(const OpenSettings& target) const override {
    return unfinished_replicas(target);
  }
  std::string_view tables() const override {
    return "SELECT '\"' || replace(name, '\"', '\"\"') || '\"' FROM pragma_table_list WHERE schema = 'main' "
           "AND "
           "type IN ('table', 'shadow') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
  }
  std::string_view flaws() const override {
    return "SELECT 'rows of ' || \"table\" || ' refer to rows of ' || parent || ' that are not there', "
           "count(*) FROM pragma_foreign_key_check GROUP BY 1 ORDER BY 1";
  }
  std::string_view damage() const override {
    // Values that a constraint forbids are whole all the same.
    return "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok' AND "
           "integrity_check NOT LIKE 'CHECK constraint failed in %' AND integrity_check NOT LIKE '% value in "
           "%'";
  }
  std::string_view size() const override {
    return "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)";
  }
};

}  // namespace

const database::Copier& copier() {
  static const SqliteCopier instance;
  return instance;
}

}  // namespace tradewind::sqlite
