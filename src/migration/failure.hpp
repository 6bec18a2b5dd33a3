#pragma once

#include <tradewind/error.hpp>

#include "database/command.hpp"
#include "migration/loaded_step.hpp"

namespace tradewind::migration {

/// Whether a commit may hold although it was not answered so.
inline bool is_open(const database::Failure& failure) {
  return failure.kind == database::Failure::Kind::disconnected ||
         failure.kind == database::Failure::Kind::unsure;
}

/// A failure as the error that a person reads, with its place in the migration's file.
Error describe(const database::Failure& failure, const LoadedStep& step,
               const database::HistoryTables& tables);

}  // namespace tradewind::migration
