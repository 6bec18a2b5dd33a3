#pragma once

#include <vector>

#include <tradewind/migrator.hpp>

#include "database/connection.hpp"
#include "migration/history.hpp"
#include "migration/migration.hpp"
#include "sql/grammar.hpp"

namespace tradewind::migration {

/// Files against history, verify scripts of what is applied (each in a transaction that is rolled back), and
/// the engine's own checks of the database.
std::vector<Finding> verify(database::Connection& connection, const sql::Grammar& grammar,
                            const Catalogue& catalogue, History& history);

}  // namespace tradewind::migration
