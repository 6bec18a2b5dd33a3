#include "migration/failure.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "database/dialect.hpp"

namespace tradewind::migration {
namespace {

using database::Failure;
using database::Role;

Code code_of(Failure::Kind kind) {
  switch (kind) {
    case Failure::Kind::permission:
      return Code::permission;
    case Failure::Kind::read_only:
      return Code::read_only;
    case Failure::Kind::disk_full:
      return Code::disk_full;
    case Failure::Kind::lock:
      return Code::lock_timeout;
    case Failure::Kind::interrupted:
      return Code::interrupted;
    case Failure::Kind::disconnected:
      return Code::connection_lost;
    case Failure::Kind::unrecorded:
      return Code::history_damaged;
    case Failure::Kind::moved:
      return Code::runner_busy;
    default:
      return Code::statement_failed;
  }
}

std::string message_of(const Failure& failure, const LoadedStep& step,
                       const database::HistoryTables& tables) {
  const std::string& version = step.plan.version;
  const char* direction = name(step.plan.direction);
  switch (failure.kind) {
    case Failure::Kind::unrecorded:
      return fmt::format(
          "{} ({}): its rows in {} and the tables beside it were not written as they should be: a trigger or "
          "rule there keeps them away or alters them",
          version, direction, tables.migrations);
    case Failure::Kind::left_transaction:
      return fmt::format("{} ({}): the statement ended the transaction it stood in", version, direction);
    case Failure::Kind::interrupted:
      return fmt::format("interrupted in {} ({})", version, direction);
    case Failure::Kind::disconnected:
      return fmt::format("the connection was lost in {} ({}): {}", version, direction, failure.message);
    default:
      break;
  }
  const char* where = failure.tag.role == Role::commit    ? " at COMMIT"
                      : failure.tag.role == Role::history ? " while recording it"
                                                          : "";
  return fmt::format("{} ({}){}: {}", version, direction, where, failure.message);
}

std::string advice(const Failure& failure) {
  switch (failure.kind) {
    case Failure::Kind::lock:
      return failure.blockers.empty()
                 ? "another session holds the lock: try again when it is done"
                 : fmt::format(
                       "held by {}. Try again when it is done, or end it with pg_terminate_backend(pid)",
                       failure.blockers);
    case Failure::Kind::permission:
      return "grant the right to the user that migrates, or migrate as the owner";
    case Failure::Kind::read_only:
      return "this is a read-only database or a standby: migrate the primary, with a user that may write";
    case Failure::Kind::disk_full:
      return "make room, then run the same command again";
    case Failure::Kind::unrecorded:
      return "drop that trigger or rule: without its row a migration is not applied";
    case Failure::Kind::left_transaction:
      return "take the COMMIT or ON CONFLICT ROLLBACK out";
    case Failure::Kind::interrupted:
      return "run the same command again to go on";
    default:
      break;
  }
  if (failure.sqlstate == "2D000") {
    return "the statement commits by itself, which it can't inside the migration's transaction: put `-- "
           "Transaction: off` into the header";
  }
  if (failure.sqlstate == "3F000")
    return "the search path is empty or names no schema: qualify the names, or set search_path in the "
           "migration";
  return "correct the file, then run the same command again";
}

}  // namespace

Error describe(const Failure& failure, const LoadedStep& step, const database::HistoryTables& tables) {
  std::string hint;
  if (!failure.detail.empty()) hint += "the database adds: " + failure.detail + "\n";
  if (!failure.hint.empty()) hint += "the database's hint: " + failure.hint + "\n";
  Error error(code_of(failure.kind), message_of(failure, step, tables), hint + advice(failure));
  error.with_sqlstate(failure.sqlstate);
  const bool of_statement = failure.tag.role == Role::statement || failure.tag.role == Role::check;
  if (step.script != nullptr && of_statement && failure.tag.statement < step.script->statements().size()) {
    const sql::Statement& statement = step.script->statements()[failure.tag.statement];
    step.script->place(error, statement.begin + failure.offset.value_or(0));
    error.with_statement(base::printable(statement.text(step.script->text()), 400));
  } else if (step.script != nullptr && !is_open(failure)) {
    // A deferred constraint: some statement of the file is to blame.
    error.at({.file = step.script->label()});
  }
  return error;
}

}  // namespace tradewind::migration
