#pragma once

#include <vector>

#include <tradewind/migrator.hpp>

#include "migration/history.hpp"
#include "migration/migration.hpp"

namespace tradewind::migration {

/// Accepts changed checksums and clears failed entries and steps of unknown outcome; with `apply` false only
/// says what it would do.
std::vector<Repair> repair(const Catalogue& catalogue, History& history, bool apply);

}  // namespace tradewind::migration
