#pragma once

#include <tradewind/error.hpp>

#include "database/command.hpp"
#include "migration/loaded_step.hpp"

namespace tradewind::migration {

/// A failure as the error that a person reads, with its place in the migration's file.
Error describe(const database::Failure& failure, const LoadedStep& step, const database::HistoryTables& tables);

}  // namespace tradewind::migration
