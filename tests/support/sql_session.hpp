/// Plain SQL past the library under test, on libpq and sqlite3 themselves: to prepare, to look and to get in
/// the way.
#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::test {

/// The last statement's rows as text; a NULL reads "NULL".
using Rows = std::vector<std::vector<std::string>>;

class SqlError : public std::runtime_error {
 public:
  SqlError(const std::string& message, std::string state)
      : std::runtime_error(message), state_(std::move(state)) {}
  /// PostgreSQL's SQLSTATE, or SQLite's extended result code as text.
  const std::string& sqlstate() const noexcept { return state_; }

 private:
  std::string state_;
};

/// A session that stays open: a test holds locks and transactions with it. One thread at a time.
class PostgresSession {
 public:
  /// Throws SqlError if no connection can be made.
  explicit PostgresSession(const std::string& url);
  ~PostgresSession();
  PostgresSession(PostgresSession&&) noexcept;
  PostgresSession& operator=(PostgresSession&&) noexcept;

  /// Runs one or several statements; throws SqlError at the first that fails.
  Rows sql(const std::string& text);
  /// Sends without waiting; `finish` gives the rows of the last statement sent.
  void send(const std::string& text);
  Rows finish();
  /// The server process's id.
  int backend() const;
  /// 150004 for 15.4.
  int server_version() const;

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

/// As above, on a SQLite file, made if it is not there. Pragmas are SQLite's defaults.
class SqliteSession {
 public:
  explicit SqliteSession(const std::filesystem::path& path);
  ~SqliteSession();
  SqliteSession(SqliteSession&&) noexcept;
  SqliteSession& operator=(SqliteSession&&) noexcept;

  Rows sql(const std::string& text);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

/// A SQLite file, opened anew for each call.
class SqliteFile {
 public:
  explicit SqliteFile(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const noexcept { return path_; }
  std::string url() const { return "sqlite:" + path_.string(); }
  Rows sql(const std::string& text) const { return SqliteSession(path_).sql(text); }

 private:
  std::filesystem::path path_;
};

}  // namespace tradewind::test
