#include "sqlite/dump.hpp"

#include <cerrno>
#include <cstdio>
#include <fstream>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/durable_files.hpp"
#include "base/text.hpp"

namespace tradewind::sqlite {
namespace {

namespace fs = std::filesystem;

class TextFile {
 public:
  explicit TextFile(const fs::path& path) : path_(path), file_(std::fopen(path.c_str(), "we")) {
    if (file_ == nullptr) base::fail_on_file("write", path, errno);
  }
  ~TextFile() {
    if (file_ != nullptr) std::fclose(file_);
  }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  void write(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size())
      base::fail_on_file("write", path_, errno);
  }
  void close() {
    if (std::fclose(std::exchange(file_, nullptr)) != 0) base::fail_on_file("write", path_, errno);
  }

 private:
  fs::path path_;
  std::FILE* file_;
};

class Rowset {
 public:
  Rowset(sqlite3* handle, std::string_view sql) : handle_(handle), statement_(prepare(handle, sql)) {
    if (statement_ == nullptr) fail(handle, "can't read the database");
  }
  bool next() {
    const int code = sqlite3_step(statement_.get());
    if (code != SQLITE_ROW && code != SQLITE_DONE) fail(handle_, "can't read the database");
    return code == SQLITE_ROW;
  }
  std::string text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    if (bytes == nullptr) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
  }

 private:
  sqlite3* handle_;
  Prepared statement_;
};

/// A text with a NUL in it can't stand in quotes, nor infinity as a word.
std::string as_literal(const std::string& column) {
  return fmt::format(
      "CASE WHEN typeof({0}) = 'text' AND instr({0}, char(0)) > 0 THEN 'CAST(' || quote(CAST({0} AS BLOB)) "
      "|| "
      "' AS TEXT)' WHEN typeof({0}) = 'real' AND abs({0}) = 9e999 THEN "
      "CASE WHEN {0} > 0 THEN '9e999' ELSE '-9e999' END ELSE quote({0}) END",
      column);
}

/// Behind a comment the end needs a line of its own, which elsewhere would become part of the statement.
std::string ended(const std::string& sql) {
  const std::size_t line = sql.rfind('\n') == std::string::npos ? 0 : sql.rfind('\n');
  return sql + (sql.find("--", line) == std::string::npos ? ";\n" : "\n;\n");
}

class Dump {
 public:
  Dump(sqlite3* handle, const fs::path& to, const database::CopyProgress& progress,
       const std::atomic<bool>* stop)
      : handle_(handle), file_(to), progress_(progress), stop_(stop) {}

  void write() {
    for (const char* name : {"encoding", "user_version", "application_id"})
      file_.write(fmt::format("PRAGMA {} = {};\n", name,
                              base::literal(value(handle_, fmt::format("PRAGMA {}", name)))));
    file_.write("PRAGMA foreign_keys = OFF;\nBEGIN TRANSACTION;\n");
    const auto total = std::stoull(value(handle_, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"));
    std::uint64_t done = 0;
    Rowset tables(
        handle_,
        "SELECT s.name, s.sql, t.type FROM sqlite_schema AS s JOIN pragma_table_list AS t "
        "ON t.name = s.name AND t.schema = 'main' WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite\\_%' "
        "ESCAPE '\\' ORDER BY s.rowid");
    while (tables.next()) {
      if (progress_) progress_(tables.text(0), done++, total);
      write_table(tables.text(0), tables.text(1), tables.text(2));
    }
    write_counters();
    Rowset others(handle_,
                  "SELECT sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL ORDER BY "
                  "CASE type WHEN 'index' THEN 0 WHEN 'view' THEN 1 ELSE 2 END, rowid");
    while (others.next()) file_.write(ended(others.text(0)));
    if (has_virtual_) file_.write("PRAGMA writable_schema = RESET;\n");
    file_.write("COMMIT;\n");
    file_.close();
  }

 private:
  void write_table(const std::string& name, const std::string& sql, const std::string& type) {
    if (type == "virtual") return write_virtual(name, sql);
    if (type != "shadow") file_.write(ended(sql));
    write_rows(name, type == "shadow");
  }

  /// Its rows are in tables of its own, which come with it: only its name is written down.
  void write_virtual(const std::string& name, const std::string& sql) {
    if (!has_virtual_) file_.write("PRAGMA writable_schema = ON;\n");
    has_virtual_ = true;
    file_.write(
        fmt::format("INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', {0}, "
                    "{0}, 0, {1});\n",
                    base::literal(name), base::literal(sql)));
    Rowset shadows(handle_,
                   fmt::format("SELECT s.sql FROM sqlite_schema AS s JOIN pragma_table_list AS t ON t.name = "
                               "s.name AND t.schema = 'main' WHERE t.type = 'shadow' AND s.name LIKE {} "
                               "ESCAPE '\\' ORDER BY s.rowid",
                               base::literal(escaped(name) + "\\_%")));
    while (shadows.next()) file_.write(ended(shadows.text(0)));
  }

  static std::string escaped(const std::string& name) {
    std::string result;
    for (const char c : name) {
      if (c == '%' || c == '_' || c == '\\') result += '\\';
      result += c;
    }
    return result;
  }

  void write_rows(const std::string& name, bool is_shadow) {
    std::string columns;
    std::string values;
    Rowset list(handle_,
                fmt::format("SELECT name FROM pragma_table_xinfo({}) WHERE hidden IN (0, 1) ORDER BY cid",
                            base::literal(name)));
    while (list.next()) {
      const std::string column = base::quoted(list.text(0));
      columns += (columns.empty() ? "" : ", ") + column;
      values += (values.empty() ? "" : " || ', ' || ") + as_literal(column);
    }
    if (columns.empty()) return;
    Rowset rows(handle_, fmt::format("SELECT {} FROM {}", values, base::quoted(name)));
    // What a virtual table begins with stands in its tables already.
    const std::string front = fmt::format("INSERT {}INTO {} ({}) VALUES (", is_shadow ? "OR REPLACE " : "",
                                          base::quoted(name), columns);
    while (rows.next()) {
      if (stop_ != nullptr && stop_->load()) throw Error(Code::interrupted, "stopped on request");
      file_.write(front);
      file_.write(rows.text(0));
      file_.write(");\n");
    }
  }

  void write_counters() {
    if (value(handle_, "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'") == "0") return;
    file_.write("DELETE FROM sqlite_sequence;\n");
    Rowset rows(handle_, "SELECT quote(name), quote(seq) FROM sqlite_sequence");
    while (rows.next())
      file_.write(fmt::format("INSERT INTO sqlite_sequence VALUES ({}, {});\n", rows.text(0), rows.text(1)));
  }

  sqlite3* handle_;
  TextFile file_;
  const database::CopyProgress& progress_;
  const std::atomic<bool>* stop_;
  bool has_virtual_ = false;
};

}  // namespace

void fail(sqlite3* handle, std::string_view what) {
  const database::Failure failed = failure(handle, {});
  const std::string message = fmt::format("{}: {}", what, failed.message);
  using Kind = database::Failure::Kind;
  if (failed.kind == Kind::lock)
    throw LockTimeout(Code::lock_timeout, message,
                      "another process works on the file: wait for it, then try again")
        .with_sqlstate(failed.sqlstate);
  const Code code = failed.kind == Kind::disk_full     ? Code::disk_full
                    : failed.kind == Kind::read_only   ? Code::read_only
                    : failed.kind == Kind::permission  ? Code::permission
                    : failed.kind == Kind::interrupted ? Code::interrupted
                                                       : Code::statement_failed;
  throw Error(code, message, code == Code::disk_full ? "make room, then run the same command again" : "")
      .with_sqlstate(failed.sqlstate);
}

void execute(sqlite3* handle, const std::string& sql) {
  if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(handle, sql);
}

std::string value(sqlite3* handle, std::string_view sql) {
  Rowset rows(handle, sql);
  return rows.next() ? rows.text(0) : std::string();
}

void dump_as_sql(sqlite3* handle, const fs::path& to, const database::CopyProgress& progress,
                 const std::atomic<bool>* stop) {
  Dump(handle, to, progress, stop).write();
}

void run_sql_file(sqlite3* handle, const fs::path& from, const database::CopyProgress& progress,
                  const std::atomic<bool>* stop) {
  std::ifstream file(from, std::ios::binary);
  if (!file) base::fail_on_file("read", from, errno);
  std::error_code ignored;
  const std::uint64_t total = fs::file_size(from, ignored);
  std::uint64_t done = 0;
  std::size_t number = 0;
  std::size_t begun_at = 1;
  std::string statement;
  for (std::string line; std::getline(file, line);) {
    ++number;
    done += line.size() + 1;
    if (statement.empty()) begun_at = number;
    statement += line + "\n";
    // To look at a long statement again with each of its lines would take for ever.
    if (!base::trimmed(line).ends_with(';') || sqlite3_complete(statement.c_str()) == 0) continue;
    if (stop != nullptr && stop->load()) throw Error(Code::interrupted, "stopped on request");
    if (sqlite3_exec(handle, statement.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      fail(handle, fmt::format("{}:{}", base::printable(from.string()), begun_at));
    statement.clear();
    if (progress) progress("statements", done, total);
  }
  if (!base::trimmed(statement).empty()) execute(handle, statement);
  if (sqlite3_get_autocommit(handle) == 0)
    throw Error(Code::bad_file,
                fmt::format("{} ends in the middle of a transaction", base::printable(from.string())),
                "it was cut off: use another backup");
}

}  // namespace tradewind::sqlite
