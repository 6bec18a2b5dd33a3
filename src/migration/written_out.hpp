#pragma once

#include <span>
#include <vector>

#include <tradewind/plan.hpp>

#include "database/connection.hpp"
#include "migration/history.hpp"
#include "migration/loaded_step.hpp"
#include "migration/lock_patience.hpp"
#include "migration/transaction_stream.hpp"

namespace tradewind::migration {

/// Everything that a run of these steps would send, as SQL text with its parameters written in; but for the
/// runners' lock and what only looks whether a statement did what it says.
std::vector<Step> written_out(const std::vector<LoadedStep>& steps, database::Connection& connection,
                              const History& history, const RunFacts& facts, const LockPatience& patience,
                              StreamOptions options);

}  // namespace tradewind::migration
