/// The port: what the engine-independent layers ask of a database. One adapter per engine implements it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "database/command.hpp"
#include "database/rows.hpp"

namespace tradewind::database {

class BulkWriter;
class Dialect;

/// A statement that the engine itself refuses to parse.
struct SyntaxProblem {
  std::size_t statement = 0;  ///< which one
  std::size_t offset = 0;     ///< bytes into it
  std::string message;
  std::string sqlstate;
};

/// Capability: a lock that keeps other runners out while it lives. Engines whose transactions do that by
/// themselves have none.
class RunnerLock {
 public:
  virtual ~RunnerLock() = default;
};

class Connection {
 public:
  virtual ~Connection() = default;

  virtual const Dialect& dialect() const = 0;
  virtual std::string server_version() const = 0;
  /// Host and name of the database, or the file's path: what tells people which one it is.
  virtual std::string place() const = 0;

  /// One statement with parameters ($1, $2, ...) and its rows. Throws Error, ConnectionError.
  virtual Rows query(std::string_view sql, std::span<const Parameter> parameters = {}) = 0;

  /// Sends the stream's commands in order, as far ahead of their answers as the engine can, until the first
  /// failure or the end. After a failure no transaction is open, nothing that followed has run, and the
  /// session is usable unless the connection is lost.
  virtual std::optional<Failure> run(CommandStream& commands, Listener& listener) = 0;

  /// Asks the engine to parse statements without running them, and without a look at the tables that they
  /// name: the first that it refuses.
  virtual std::optional<SyntaxProblem> syntax_problem(std::span<const std::string_view> statements) = 0;

  /// Waits until no other runner works on this database. `waiting` is told now and then who holds it. Throws
  /// Error{runner_busy} after `patience`, Error{interrupted}. Null where transactions exclude runners by
  /// themselves.
  virtual std::unique_ptr<RunnerLock> lock_runners(std::string_view key, std::chrono::milliseconds patience,
                                                   const std::function<void(std::string_view)>& waiting) = 0;

  /// Makes a new session in place of a lost one. Throws ConnectionError.
  virtual void reconnect() = 0;

  /// Who holds the locks that others of this session wait for: for messages. Empty if unknown.
  virtual std::string blockers() { return {}; }

  /// Capability: many typed rows in one transaction. Null where there is none. Gone with the session.
  virtual BulkWriter* bulk() { return nullptr; }

  virtual void* native_handle() noexcept = 0;
};

}  // namespace tradewind::database
