#pragma once

#include <vector>

#include "database/dialect.hpp"
#include "migration/loaded_step.hpp"

namespace tradewind::migration {

/// Parameters of Dialect::record_applied or record_reverted for a step.
std::vector<database::Parameter> record_parameters(const LoadedStep& step, const RunFacts& facts,
                                                   double elapsed_ms);

/// What the statements after the first take of them.
std::size_t parameters_after_first(const LoadedStep& step);

/// The statements that record a step.
std::vector<std::string> record_statements(const LoadedStep& step, const database::Dialect& dialect,
                                           const database::HistoryTables& tables);

/// The journal of the other direction is of no use any more: the next up or down starts afresh. $1 version.
std::string clear_journal_statement(const LoadedStep& step, const database::HistoryTables& tables);

}  // namespace tradewind::migration
