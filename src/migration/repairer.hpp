#pragma once

#include <chrono>
#include <functional>
#include <string_view>
#include <vector>

#include <tradewind/migrator.hpp>

#include "migration/history.hpp"
#include "migration/migration.hpp"

namespace tradewind::migration {

/// What there is to repair: changed checksums, failed entries, steps of unknown outcome.
std::vector<Repair> to_repair(const Catalogue& catalogue, History& history);

/// How to wait for a run that is at work: its unfinished step is none to repair.
struct RepairWaiting {
  std::chrono::milliseconds patience;
  std::function<void(std::string_view)> waiting;  ///< told who
};

/// Does all of it, or nothing. Throws LockTimeout where another runner is at work.
std::vector<Repair> repair(database::Connection& connection, const Catalogue& catalogue, History& history,
                           const RepairWaiting& waiting);

}  // namespace tradewind::migration
