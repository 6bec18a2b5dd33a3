#include "sqlite/connection.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <random>
#include <thread>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"
#include "sqlite/bulk.hpp"
#include "sqlite/dialect.hpp"
#include "sqlite/foreign_keys.hpp"
#include "sqlite/handle.hpp"
#include "sqlite/lock_holders.hpp"
#include "sqlite/session.hpp"
#include "sqlite/syntax.hpp"

namespace tradewind::sqlite {
namespace {

namespace fs = std::filesystem;
using database::Command;
using database::Failure;
using database::OpenSettings;
using database::Role;
using database::Rows;

constexpr std::array<std::string_view, 6> pragma_options = {"journal_mode", "synchronous", "cache_size",
                                                            "mmap_size",    "temp_store",  "foreign_keys"};

class SqliteConnection final : public database::Connection {
 public:
  explicit SqliteConnection(OpenSettings settings) : settings_(std::move(settings)) { connect(); }

  const database::Dialect& dialect() const override { return *dialect_; }
  std::string server_version() const override { return sqlite3_libversion(); }
  std::string place() const override { return settings_.url.path; }
  Rows query(std::string_view sql, std::span<const database::Parameter> parameters) override;
  std::optional<Failure> run(database::CommandStream& commands, database::Listener& listener) override;
  std::optional<database::SyntaxProblem> syntax_problem(
      std::span<const std::string_view> statements) override {
    return syntax_.first_problem(statements);
  }
  std::unique_ptr<database::RunnerLock> lock_runners(std::string_view, std::chrono::milliseconds,
                                                     const std::function<void(std::string_view)>&) override {
    return nullptr;
  }
  void reconnect() override { connect(); }
  database::BulkWriter* bulk() override {
    if (bulk_ == nullptr) bulk_ = bulk_writer(handle_.get());
    return bulk_.get();
  }
  void* native_handle() noexcept override { return handle_.get(); }

 private:
  void connect();
  void open_file(const std::string& path, int flags);
  void open_read_only(const std::string& path);
  void install_handlers();
  void end_session();
  std::vector<std::pair<std::string, std::string>> chosen_pragmas() const;
  void apply_pragmas(bool is_new);
  void pragma(std::string_view name, std::string_view value);
  std::string value_of(std::string_view pragma_name);
  LockTimeout in_use(const std::string& message, std::string hint) const;
  [[noreturn]] void refuse(std::string_view what, std::string_view statement = {}) const;
  int wait_for_lock(int attempt);
  static int on_busy(void* self, int attempt) {
    return static_cast<SqliteConnection*>(self)->wait_for_lock(attempt);
  }
  static int on_progress(void* self) {
    return static_cast<SqliteConnection*>(self)->settings_.stopping() ? 1 : 0;
  }

  std::optional<Failure> execute(const Command& command);
  std::optional<Failure> step(sqlite3_stmt* statement, const Command& command);
  void end_run();
  std::optional<Failure> check_keys(const Command& command);
  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  sqlite3_stmt* cached(const Command& command);

  OpenSettings settings_;
  Handle handle_;
  std::unique_ptr<database::BulkWriter> bulk_;  ///< before the handle it goes
  Syntax syntax_;
  std::unique_ptr<SqliteDialect> dialect_;
  std::chrono::steady_clock::time_point waiting_since_;
  bool gave_up_ = false;  ///< the last wait for a lock came to its end
  std::optional<KeyState> keys_before_;
  Session session_;
  std::vector<std::pair<std::string, Prepared>> cache_;
  std::string first_cell_;
};

void SqliteConnection::refuse(std::string_view what, std::string_view statement) const {
  const int code = sqlite3_errcode(handle_.get()) & 0xFF;
  const std::string message = fmt::format("{}: {}", what, sqlite3_errmsg(handle_.get()));
  if (code == SQLITE_BUSY)
    throw in_use(message, "another process writes to the file: wait for it or stop it, then try again");
  const auto complete = [&](Code meaning, std::string hint) {
    return Error(meaning, message, std::move(hint)).with_statement(std::string(statement));
  };
  if (code == SQLITE_NOTADB)
    throw complete(Code::configuration, "the file is something else, or encrypted: check the path");
  if (code == SQLITE_READONLY)
    throw complete(Code::read_only, "give the user that runs this write access to the file and its folder");
  if (code == SQLITE_FULL) throw complete(Code::disk_full, "make room, then run the same command again");
  if (code == SQLITE_IOERR)
    throw complete(
        Code::statement_failed,
        "the disk or the file system fails: look into the system's log, then run the same command again");
  if (code == SQLITE_CANTOPEN)
    throw complete(
        Code::configuration,
        "check that the path is right and that the user that runs this may read and write it and its folder");
  throw complete(code == SQLITE_ERROR ? Code::statement_failed : Code::connection_failed, {});
}

LockTimeout SqliteConnection::in_use(const std::string& message, std::string hint) const {
  const std::string who = writers_of(settings_.url.path);
  return {Code::lock_timeout, message + (who.empty() ? "" : ", by " + who), std::move(hint)};
}

void SqliteConnection::open_file(const std::string& path, int flags) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) refuse(fmt::format("can't open {}", base::printable(path)));
}

/// A file with write-ahead logging needs a second file beside it, which only a user who may write there can
/// make. While nobody has it open there is none, and the file alone is all of the database.
void SqliteConnection::open_read_only(const std::string& path) {
  open_file(path, SQLITE_OPEN_READONLY);
  if (sqlite3_exec(handle_.get(), "SELECT 1 FROM sqlite_master", nullptr, nullptr, nullptr) == SQLITE_OK)
    return;
  const int code = sqlite3_errcode(handle_.get()) & 0xFF;
  if (code != SQLITE_CANTOPEN && code != SQLITE_READONLY) return;
  open_file(unchanging(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

void SqliteConnection::install_handlers() {
  sqlite3_busy_handler(handle_.get(), on_busy, this);
  sqlite3_wal_autocheckpoint(handle_.get(), 10000);  // 40 MB: a long plan flushes the file once
}

void SqliteConnection::connect() {
  cache_.clear();
  bulk_.reset();
  handle_.reset();
  const std::string& path = settings_.url.path;
  std::error_code ignored;
  const bool in_memory = path == ":memory:" || (settings_.read_only && !fs::exists(path, ignored));
  const bool is_new = !in_memory && (!fs::exists(path, ignored) || fs::file_size(path, ignored) == 0);
  if (in_memory) {
    open_file(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  } else if (settings_.read_only) {
    open_read_only(path);
  } else {
    if (!fs::exists(path, ignored)) prepare_folder(path, settings_.create);
    open_file(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  }
  session_ = {};
  sqlite3_progress_handler(handle_.get(), 10000, on_progress, this);
  install_handlers();
  // A misspelt "column" must be an error, not a text.
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  apply_pragmas(is_new && !settings_.read_only);
  std::vector<std::string> session;
  for (const char* name : {"foreign_keys", "synchronous"})
    session.push_back(fmt::format("PRAGMA {} = {}", name, value_of(name)));
  dialect_ = std::make_unique<SqliteDialect>(value_of("journal_mode") == "wal", std::move(session));
}

void SqliteConnection::pragma(std::string_view name, std::string_view value) {
  const Prepared statement =
      prepare(handle_.get(), fmt::format("PRAGMA {} = {}", name, base::literal(std::string(value))));
  if (statement == nullptr || sqlite3_step(statement.get()) > SQLITE_DONE) {
    refuse(fmt::format("can't set {}", name));
  }
}

/// The URL's, then those of the settings that it leaves open.
std::vector<std::pair<std::string, std::string>> SqliteConnection::chosen_pragmas() const {
  std::vector<std::pair<std::string, std::string>> chosen = settings_.url.options;
  for (const auto& [name, value] : settings_.pragmas) {
    const auto is_it = [&wanted = name](const auto& option) { return option.first == wanted; };
    if (std::none_of(chosen.begin(), chosen.end(), is_it)) chosen.emplace_back(name, value);
  }
  return chosen;
}

void SqliteConnection::apply_pragmas(bool is_new) {
  bool journal_chosen = false;
  bool keys_chosen = false;
  for (const auto& [name, value] : chosen_pragmas()) {
    if (std::find(pragma_options.begin(), pragma_options.end(), name) == pragma_options.end()) {
      const std::vector<std::string> known(pragma_options.begin(), pragma_options.end());
      const std::string near = base::nearest(name, known);
      throw Error(Code::configuration,
                  fmt::format("SQLite's connections have no option \"{}\"", base::printable(name)),
                  near.empty() ? "known are " + base::listed(known) : fmt::format("did you mean {}?", near));
    }
    journal_chosen = journal_chosen || name == "journal_mode";
    keys_chosen = keys_chosen || name == "foreign_keys";
    if (!(settings_.read_only && name == "journal_mode")) pragma(name, value);
  }
  if (!keys_chosen) pragma("foreign_keys", "on");
  if (is_new && !journal_chosen) pragma("journal_mode", "wal");
}

std::string SqliteConnection::value_of(std::string_view pragma_name) {
  const Rows rows = query(fmt::format("PRAGMA {}", pragma_name), {});
  return rows.empty() ? std::string() : std::string(rows.text(0, 0));
}

int SqliteConnection::wait_for_lock(int attempt) {
  const auto now = std::chrono::steady_clock::now();
  if (attempt == 0) waiting_since_ = now;
  gave_up_ = now - waiting_since_ >= settings_.busy_timeout;
  if (settings_.stopping() || gave_up_) return 0;
  thread_local std::minstd_rand random(std::random_device{}());
  const int longest = std::min(50, 2 << std::min(attempt, 5));
  std::this_thread::sleep_for(
      std::chrono::milliseconds(1 + static_cast<int>(random() % static_cast<unsigned>(longest))));
  return 1;
}

Rows SqliteConnection::query(std::string_view sql, std::span<const database::Parameter> parameters) {
  const Prepared statement = prepare(handle_.get(), sql);
  if (statement == nullptr) refuse("the query failed", sql);
  bind(statement.get(), parameters);
  const int columns = sqlite3_column_count(statement.get());
  Rows rows(static_cast<std::size_t>(columns));
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement.get())) == SQLITE_ROW) {
    for (int i = 0; i < columns; ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), i));
      if (text == nullptr) {
        rows.add_null();
      } else {
        rows.add({text, static_cast<std::size_t>(sqlite3_column_bytes(statement.get(), i))});
      }
    }
  }
  if (code != SQLITE_DONE) {
    const Failure failed = failure(handle_.get(), {});
    if (failed.kind == Failure::Kind::lock)
      throw in_use(failed.message, "wait for it or stop it, then try again; `tradewind doctor` tells more")
          .with_sqlstate(failed.sqlstate);
    throw Error(failed.kind == Failure::Kind::read_only     ? Code::read_only
                : failed.kind == Failure::Kind::disk_full   ? Code::disk_full
                : failed.kind == Failure::Kind::interrupted ? Code::interrupted
                : code == SQLITE_NOTADB                     ? Code::configuration
                                                            : Code::statement_failed,
                failed.message)
        .with_sqlstate(failed.sqlstate)
        .with_statement(std::string(sql));
  }
  return rows;
}

std::optional<Failure> SqliteConnection::check_keys(const Command& command) {
  std::optional<KeyState> now = key_state(handle_.get());
  if (!now) return failure(handle_.get(), command.tag);
  const auto problem = new_problem(keys_before_.value_or(KeyState{}), *now);
  if (!problem) {
    keys_before_ = std::move(now);
    return std::nullopt;
  }
  Failure failed;
  failed.tag = command.tag;
  failed.message = problem->message;
  failed.sqlstate = std::to_string(SQLITE_CONSTRAINT_FOREIGNKEY);
  failed.hint = problem->hint;
  return failed;
}

std::optional<Failure> SqliteConnection::step(sqlite3_stmt* statement, const Command& command) {
  std::size_t rows = 0;
  int code = SQLITE_ROW;
  first_cell_.clear();
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    const auto* text =
        rows++ == 0 ? reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)) : nullptr;
    if (text != nullptr) first_cell_ = text;
  }
  if (code != SQLITE_DONE) {
    Failure failed = failure(handle_.get(), command.tag);
    // What was to be flushed is written: a recovery of the log may find the commit in it.
    if (command.tag.role == Role::commit && (code & 0xFF) == SQLITE_IOERR)
      failed.kind = Failure::Kind::unsure;
    return failed;
  }
  return database::unmet(command.tag, rows, first_cell_);
}

sqlite3_stmt* SqliteConnection::cached(const Command& command) {
  for (const auto& [text, statement] : cache_) {
    if (text == command.text) return statement.get();
  }
  cache_.emplace_back(std::string(command.text), prepare(handle_.get(), command.text));
  return cache_.back().second.get();
}

void SqliteConnection::end_session() {
  if (!session_.is_touched()) return;
  session_.put_back(handle_.get());
  // PRAGMA busy_timeout and wal_autocheckpoint put others in their place.
  install_handlers();
}

std::optional<Failure> SqliteConnection::execute(const Command& command) {
  if (command.text == end_of_session) {
    end_session();
    return std::nullopt;
  }
  if (command.tag.role == Role::statement) session_.watch(handle_.get(), command.text);
  if (command.tag.role == Role::commit) {
    if (auto failed = check_keys(command)) return failed;
  }
  const Prepared owned = command.repeated ? nullptr : prepare(handle_.get(), command.text);
  sqlite3_stmt* statement = command.repeated ? cached(command) : owned.get();
  if (statement == nullptr) {
    if (sqlite3_errcode(handle_.get()) == SQLITE_OK) return std::nullopt;
    cache_.clear();
    return failure(handle_.get(), command.tag);
  }
  if (command.repeated) sqlite3_reset(statement);
  bind(statement, command.parameters);
  std::optional<Failure> failed = step(statement, command);
  if (command.repeated) sqlite3_reset(statement);
  if (!failed && command.tag.role == Role::statement && command.in_transaction && !in_transaction()) {
    failed.emplace();
    failed->kind = Failure::Kind::left_transaction;
    failed->tag = command.tag;
  }
  if (!failed && command.tag.role == Role::begin && in_transaction() && !keys_before_) {
    keys_before_ = key_state(handle_.get());
    if (!keys_before_) failed = failure(handle_.get(), command.tag);
  }
  return failed;
}

std::optional<Failure> SqliteConnection::run(database::CommandStream& commands,
                                             database::Listener& listener) {
  struct End {
    SqliteConnection& of;
    ~End() { of.end_run(); }
  } const end{*this};  // also when the listener throws
  keys_before_.reset();
  std::optional<Failure> failed;
  while (auto command = commands.next()) {
    if (settings_.stopping()) {
      failed.emplace();
      failed->kind = Failure::Kind::interrupted;
      failed->tag = command->tag;
      failed->message = "interrupted";
    } else {
      gave_up_ = false;
      failed = execute(*command);
    }
    if (failed && failed->kind == Failure::Kind::lock) {
      failed->blockers = writers_of(settings_.url.path);
      failed->waited = gave_up_;
    }
    if (failed) break;
    listener.done(command->tag, first_cell_);
  }
  return failed;
}

void SqliteConnection::end_run() {
  cache_.clear();
  if (in_transaction()) sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  end_session();
  for (const std::string& text : dialect_->reset_session())
    sqlite3_exec(handle_.get(), text.c_str(), nullptr, nullptr, nullptr);
}

}  // namespace

std::unique_ptr<database::Connection> open(OpenSettings settings) {
  return std::make_unique<SqliteConnection>(std::move(settings));
}

}  // namespace tradewind::sqlite
