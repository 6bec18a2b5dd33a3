#pragma once

#include "database/dialect.hpp"
#include "migration/script.hpp"

namespace tradewind::migration {

/// What a script may leave in its session besides settings, told by its words: rather once too often.
void note_session_traces(const Script& script, database::TransactionSettings& settings);

}  // namespace tradewind::migration
