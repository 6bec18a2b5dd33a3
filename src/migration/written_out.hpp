#pragma once

#include <span>
#include <vector>

#include <tradewind/plan.hpp>

#include "database/dialect.hpp"
#include "migration/history.hpp"
#include "migration/loaded_step.hpp"

namespace tradewind::migration {

/// Everything that a run of these steps would send, as SQL text with its parameters written in; but for the
/// runners' lock and what only looks whether a statement did what it says.
std::vector<Step> written_out(const std::vector<LoadedStep>& steps, const database::Dialect& dialect,
                              const History& history, const RunFacts& facts, bool atomic, bool durable_each);

}  // namespace tradewind::migration
