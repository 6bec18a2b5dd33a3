#pragma once

#include <map>
#include <string>
#include <vector>

#include <tradewind/ledger.hpp>

#include "database/connection.hpp"
#include "migration/history.hpp"

namespace tradewind::ops {

/// A row of migration_history.
struct LedgerRow {
  std::string id;  ///< DATABASE/VERSION/TIME/NUMBER: the same whenever it is made from the same event
  std::string name;
  std::string path;  ///< of the database
  std::string time;  ///< UTC, ISO 8601
  std::optional<double> seconds;
  std::string status;  ///< applied, rolled_back, failed
  std::optional<std::string> error;
};

/// What a database's history says, as rows of a ledger. `place` is the database's path or URL.
std::vector<LedgerRow> ledger_rows(const migration::History& history, const std::string& place,
                                   const LedgerUpdate& update);

/// The rows that the ledger does not have are written, all or none. Gives their number.
std::size_t write_ledger(database::Connection& ledger, const std::vector<LedgerRow>& rows);

}  // namespace tradewind::ops
