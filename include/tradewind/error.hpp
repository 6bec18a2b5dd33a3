/// What goes wrong, as one exception type with properties.
///
///     try {
///       migrator.up();
///     } catch (const tradewind::LockTimeout&) {
///       // another session holds a lock: try again later
///     } catch (const tradewind::Error& error) {
///       std::cerr << error.what() << '\n' << error.hint() << '\n';
///     }
///
/// Findings, drift and pending migrations are values, never exceptions.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/plan.hpp>

namespace [[gnu::visibility("default")]] tradewind {

/// Stable reasons. `name()` gives the text form ("lock-timeout") that JSON output and logs carry.
enum class Code {
  // The call or the configuration is wrong.
  usage,             ///< an option, argument or command that can't be
  configuration,     ///< a setting, URL or configuration file that can't be
  source_missing,    ///< the migrations' directory or pack does not exist
  source_empty,      ///< it exists and holds no migration
  unknown_version,   ///< a version that neither the source nor the history knows
  authentication,    ///< the server refused the user or password
  no_such_database,  ///< the server is there, the database is not
  pooling_proxy,     ///< a transaction-pooling proxy stands in between
  // What was asked for did not happen; the database is as it was.
  source_unreadable,   ///< a file or directory that can't be read
  bad_file,            ///< NUL, invalid UTF-8, nothing to run, a psql command, a bad header
  bad_name,            ///< a file name that can't be a migration's
  duplicate_version,   ///< two files with one number
  unknown_dependency,  ///< `Depends:` names a migration that is not there
  dependency_cycle,    ///< migrations that depend on each other
  out_of_order,        ///< pending migrations that come before an applied one
  checksum_mismatch,   ///< an applied migration's file was changed
  syntax_error,        ///< SQL that does not parse
  no_down,             ///< nothing to revert the migration with
  history_foreign,     ///< the history table is another tool's
  history_damaged,     ///< the history table lacks columns or holds what can't be
  journal_damaged,     ///< a store's journal or ring holds bytes that are no records, or does not fit the
                       ///< database
  statement_failed,    ///< the database refused a statement
  verify_failed,       ///< a verify script says no
  pending,             ///< migrations that have to be applied first are pending
  production,          ///< the database looks like production, and what was asked for is not for it
  permission,          ///< the user may not do this
  read_only,           ///< the database or its folder can't be written
  disk_full,           ///< no room left
  interrupted,         ///< stopped on request (Ctrl-C)
  outcome_unknown,     ///< a step outside a transaction may or may not have run
  unsupported,         ///< this engine or server can't do it
  // Worth trying again.
  connection_failed,  ///< no connection could be made
  connection_lost,    ///< the connection broke
  lock_timeout,       ///< a lock was not to be had in time
  runner_busy,        ///< another runner holds the migration lock
  // Our own.
  internal,  ///< a bug in Tradewind
};

/// The text form, stable across releases: "syntax-error".
std::string_view name(Code code) noexcept;

/// The exit status that the program gives for an error of this code when nothing was applied:
/// 2 usage or configuration, 3 failed, 5 worth retrying, 70 our own bug.
int exit_status(Code code) noexcept;

/// A place in a file; line and column count from 1, 0 means unknown. Columns count characters.
struct Location {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
};

/// The one exception root. Copies are cheap enough to throw; thread safety as for std::string.
class Error : public std::runtime_error {
 public:
  Error(Code code, const std::string& message, std::string hint = {});

  Code code() const noexcept { return code_; }
  /// What happened, in one sentence, without a trailing period or newline.
  const char* message() const noexcept { return what(); }
  /// What to do next; may be empty or several lines.
  const std::string& hint() const noexcept { return hint_; }
  const Location& location() const noexcept { return location_; }
  /// PostgreSQL's five characters, or SQLite's extended result code as text; may be empty.
  const std::string& sqlstate() const noexcept { return sqlstate_; }
  /// The statement that failed, shortened if very long; may be empty.
  const std::string& statement() const noexcept { return statement_; }
  /// The line of `location`, shortened around the place if it is very long; may be empty.
  const std::string& excerpt() const noexcept { return excerpt_; }
  /// Where in the excerpt a caret belongs, in characters from 1.
  std::size_t caret() const noexcept { return caret_; }

  Error& at(Location location) & {
    location_ = std::move(location);
    return *this;
  }
  Error&& at(Location location) && {
    location_ = std::move(location);
    return std::move(*this);
  }
  Error& with_hint(std::string hint) & {
    hint_ = std::move(hint);
    return *this;
  }
  Error&& with_hint(std::string hint) && {
    hint_ = std::move(hint);
    return std::move(*this);
  }
  Error& with_statement(std::string statement) & {
    statement_ = std::move(statement);
    return *this;
  }
  Error&& with_statement(std::string text) && {
    statement_ = std::move(text);
    return std::move(*this);
  }
  Error& with_sqlstate(std::string state) & {
    sqlstate_ = std::move(state);
    return *this;
  }
  Error&& with_sqlstate(std::string state) && {
    sqlstate_ = std::move(state);
    return std::move(*this);
  }
  Error& with_excerpt(std::string line, std::size_t caret) & {
    excerpt_ = std::move(line);
    caret_ = caret;
    return *this;
  }
  Error&& with_excerpt(std::string line, std::size_t caret) && {
    return std::move(with_excerpt(std::move(line), caret));
  }

 private:
  Code code_;
  std::string hint_;
  Location location_;
  std::string sqlstate_;
  std::string statement_;
  std::string excerpt_;
  std::size_t caret_ = 0;
};

/// An Error that its setters leave what it is: `throw LockTimeout(...).with_hint(...)` throws a LockTimeout.
template <typename Own>
class TypedError : public Error {
 public:
  using Error::at;
  using Error::with_hint;
  using Error::with_sqlstate;
  using Error::with_statement;

  Own&& at(Location location) && {
    Error::at(std::move(location));
    return own();
  }
  Own&& with_hint(std::string hint) && {
    Error::with_hint(std::move(hint));
    return own();
  }
  Own&& with_statement(std::string text) && {
    Error::with_statement(std::move(text));
    return own();
  }
  Own&& with_sqlstate(std::string state) && {
    Error::with_sqlstate(std::move(state));
    return own();
  }

 private:
  friend Own;
  TypedError(Code code, const std::string& message, std::string hint)
      : Error(code, message, std::move(hint)) {}
  Own&& own() { return static_cast<Own&&>(*this); }
};

/// No connection, or it broke before anything was applied. Worth retrying, unless the code says
/// authentication or no_such_database.
class ConnectionError : public TypedError<ConnectionError> {
 public:
  ConnectionError(Code code, const std::string& message, std::string hint = {})
      : TypedError(code, message, std::move(hint)) {}
};

/// A lock was not to be had within the patience given; nothing was applied. Worth retrying.
class LockTimeout : public TypedError<LockTimeout> {
 public:
  LockTimeout(Code code, const std::string& message, std::string hint = {})
      : TypedError(code, message, std::move(hint)) {}
};

/// A run stopped after it had begun. `applied()` lists what this run did before and what stays done;
/// everything else of the plan is not done, unless `outcome_unknown()`.
class RunFailed : public Error {
 public:
  RunFailed(const Error& cause, std::vector<Step> applied, std::string version,
            std::size_t statements_kept = 0, bool outcome_unknown = false);

  const std::vector<Step>& applied() const noexcept { return applied_; }
  /// The migration it stopped at; may be empty.
  const std::string& version() const noexcept { return version_; }
  /// Statements of that migration, if it runs outside a transaction, that are done and journalled: the next
  /// run resumes behind them.
  std::size_t statements_kept() const noexcept { return statements_kept_; }
  /// The connection broke and the history could not be looked at again: whether `version()` and what follows
  /// it in the plan are done is not known. Each is whole or not at all. What `applied()` lists was committed,
  /// but a crash of the server may have lost it: only the last commit of a plan is flushed to disk.
  bool outcome_unknown() const noexcept { return outcome_unknown_; }

 private:
  std::vector<Step> applied_;
  std::string version_;
  std::size_t statements_kept_;
  bool outcome_unknown_;
};

}  // namespace tradewind
