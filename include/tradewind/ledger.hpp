/// A ledger: a second record of what ran, across the databases of a project, in a SQLite file of its own.
///
///     tradewind::Migrator migrator(database, source, {.ledger = "sqlite:data/migrations.db",
///                                                     .ledger_name = "positions"});
///     migrator.up();  // whatever becomes of it, the ledger has it
///
/// Its table is migration_history, a row for each migration that was applied, rolled back or failed. It is
/// never the truth: that is each database's own history. What a crash kept from the ledger, the next call
/// that changes the database writes. A ledger that can't be written does not fail the run: the observer is
/// given a notice.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/database.hpp>
#include <tradewind/plan.hpp>

namespace [[gnu::visibility("default")]] tradewind {

/// A run that failed before the database was touched, so that its history knows nothing of it.
struct RefusedRun {
  std::string version;
  std::string error;
};

struct LedgerUpdate {
  std::string name;                                 ///< what the ledger calls the database
  std::string history_table = "schema_migrations";  ///< of the database
  std::vector<Step> steps = {};                     ///< that just ran: their times are written
  std::vector<RefusedRun> refused = {};
};

/// Writes to `ledger` (its table is made if it is not there) what `database`'s history has and the ledger
/// lacks. A Migrator with a ledger does it by itself. Gives the number of rows written; does not write if
/// there are none. Throws Error, ConnectionError, LockTimeout.
std::size_t update_ledger(Database& ledger, Database& database, const LedgerUpdate& update);

}  // namespace tradewind
