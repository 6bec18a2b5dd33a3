#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tradewind::database {

/// A parameter's text; none for NULL. The engine converts it to the type that the statement asks for.
using Parameter = std::optional<std::string>;

/// What a command is for. The adapters treat commit and outside specially; messages name the rest.
enum class Role : std::uint8_t {
  begin,
  setting,    ///< session settings of our own
  guard,      ///< must give no row: another runner was faster otherwise
  statement,  ///< the migration's own
  check,      ///< must give no row: its first cell says what is wrong otherwise
  history,    ///< our rows; must give exactly one row
  commit,
};

/// Where a command belongs: the stream's own numbers, given back with the answer.
struct Tag {
  std::uint32_t unit = 0;       ///< the step of the plan
  std::uint32_t statement = 0;  ///< of the step's statements, for Role::statement
  Role role = Role::statement;
};

/// One statement to send. The views must stay valid until the stream's next command is asked for.
struct Command {
  std::string_view text;
  std::span<const Parameter> parameters;
  std::optional<std::string_view> copy_data;  ///< COPY ... FROM stdin: the lines, without the closing `\.`
  Tag tag;
  bool in_transaction = true;  ///< false: must not share an implicit transaction with its neighbours
  bool repeated = false;       ///< the same text comes many times: worth preparing once
  bool one_of_many =
      false;           ///< of a long row of small INSERTs, UPDATEs, DELETEs: may travel with its neighbours
  bool flush = false;  ///< the answer is wanted now: progress is being watched
};

/// Where run() takes its commands from, one by one, so that a plan of any size is never in memory whole.
class CommandStream {
 public:
  virtual ~CommandStream() = default;
  /// The next command, or none at the end.
  virtual std::optional<Command> next() = 0;
};

/// Told of each answer, in order. As it is, it ignores them.
class Listener {
 public:
  virtual ~Listener() = default;
  /// `value`: the first cell of the first row, if there is one.
  virtual void done(const Tag&, std::string_view /*value*/) {}
  virtual void notice(std::string_view /*text*/) {}
  /// A command waits for a lock: who holds it.
  virtual void waiting(std::string_view /*who*/) {}
};

/// Why a run stopped.
struct Failure {
  enum class Kind : std::uint8_t {
    statement,       ///< the database refused it
    already_exists,  ///< refused because what it makes is there
    not_there,       ///< refused because what it works on is not there
    permission,
    read_only,
    disk_full,
    lock,              ///< lock_timeout, deadlock, busy: worth retrying
    again,             ///< worth repeating at once: a cached plan or prepared statement was gone
    moved,             ///< a guard gave a row: another runner was faster
    unrecorded,        ///< a history command gave no row, or several: something keeps the history from being
                       ///< written
    left_transaction,  ///< the statement ended the transaction it stood in
    interrupted,       ///< stop was asked for
    unsure,            ///< COMMIT failed on the disk: whether it holds shows when the file is opened again
    disconnected,      ///< the connection is lost; commits in flight are of unknown outcome
  };
  Kind kind = Kind::statement;
  Tag tag;                    ///< the command it is about; the first unanswered one if disconnected
  std::string message = {};   ///< the engine's
  std::string detail = {};    ///< the engine's, with context
  std::string hint = {};      ///< the engine's
  std::string sqlstate = {};  ///< or SQLite's extended result code
  std::optional<std::size_t> offset = {};  ///< bytes into the command's text
  std::string blockers = {};               ///< Kind::lock: who held it
  bool waited = false;  ///< Kind::lock: the engine has waited itself as long as it may; not worth repeating
};

/// The failure of a command that was answered with other rows than its role promises.
std::optional<Failure> unmet(const Tag& tag, std::size_t rows, std::string_view first_cell);

}  // namespace tradewind::database
