#include <tradewind/ledger.hpp>

#include "api/database_implementation.hpp"
#include "migration/history.hpp"
#include "ops/ledger.hpp"

namespace tradewind {

std::size_t update_ledger(Database& ledger, Database& database, const LedgerUpdate& update) {
  migration::History history(*database.implementation().connection, update.history_table);
  history.find();
  const database::Url& url = database.implementation().url;
  const std::string place = url.path.empty() ? url.masked() : url.path;
  return ops::write_ledger(*ledger.implementation().connection, ops::ledger_rows(history, place, update));
}

}  // namespace tradewind
