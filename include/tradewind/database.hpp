/// A connection to one PostgreSQL database or one SQLite file.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] tradewind {

struct OpenOptions {
  /// Make a SQLite file that does not exist, and its folder. Without it, opening such a file fails.
  bool create = true;
  /// Never write: status and plan open a database so. A SQLite file that does not exist is then an empty
  /// one.
  bool read_only = false;
  /// How long to wait for a connection, and for SQLite's write lock.
  std::chrono::milliseconds connect_timeout{10000};
  std::chrono::milliseconds busy_timeout{30000};
  /// Set from a signal handler or another thread to cancel the running statement; may be null. Must outlive
  /// the database.
  const std::atomic<bool>* stop = nullptr;
  /// SQLite's pragmas that the URL does not set, by name: journal_mode, synchronous, cache_size, mmap_size,
  /// temp_store, foreign_keys. Servers take no notice of them.
  std::map<std::string, std::string> pragmas = {};
};

/// One row of text values; SQL NULL is an empty optional.
using Row = std::vector<std::optional<std::string>>;

/// Not thread safe: one thread at a time. Movable. Closes in the destructor.
class Database {
 public:
  /// `url`: postgres://, postgresql:// (every libpq option, several hosts), sqlite:PATH, sqlite::memory:,
  /// or a path that ends in .db, .sqlite or .sqlite3. Throws ConnectionError or Error{configuration}.
  static Database open(std::string_view url, const OpenOptions& options = {});

  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  /// "postgresql" or "sqlite".
  std::string engine() const;
  /// The URL with the password masked.
  std::string url() const;
  /// The server's or library's version: "15.18", "3.40.1".
  std::string server_version() const;

  /// Runs one statement and gives its rows. Throws Error{statement_failed}.
  std::vector<Row> query(std::string_view sql,
                         const std::vector<std::optional<std::string>>& parameters = {});

  /// The PGconn* or sqlite3* below, for an application that goes on with it. Borrowed: do not close it.
  void* native_handle() noexcept;

  class Implementation;
  Implementation& implementation() noexcept { return *implementation_; }

 private:
  explicit Database(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace tradewind
