#pragma once

#include <string>
#include <vector>

#include <tradewind/plan.hpp>

#include "migration/history.hpp"
#include "migration/migration.hpp"

namespace tradewind::migration {

/// A step as planned: a migration to apply, or a history row to revert.
struct PlannedStep {
  Direction direction = Direction::up;
  std::string version;
  std::string name;
  const Migration* migration = nullptr;  ///< null where the file is gone: the history's own down is used
};

struct Draft {
  std::vector<PlannedStep> steps;
  std::vector<std::string> notes;
};

/// The history against the catalogue.
struct Comparison {
  std::vector<const Migration*> pending;
  std::vector<const Applied*> changed;
  std::vector<const Applied*> missing;
};
Comparison compare(const Catalogue& catalogue, const std::vector<Applied>& applied);

/// Pending migrations that come before an applied one, and the last of those that they come before.
struct Late {
  std::vector<const Migration*> migrations;
  std::string newest;
};
/// `pending` in the catalogue's order, as compare() gives it.
Late late_of(const Catalogue& catalogue, const std::vector<const Migration*>& pending,
             const std::vector<Applied>& applied);

/// Pure: reads neither files nor database. Throws Error{unknown_version, out_of_order, checksum_mismatch,
/// no_down, ...}.
Draft plan_up(const Catalogue& catalogue, const std::vector<Applied>& applied, const Target& target);
Draft plan_down(const Catalogue& catalogue, const std::vector<Applied>& applied, const Target& target);
/// The last `count` down, then up again.
Draft plan_redo(const Catalogue& catalogue, const std::vector<Applied>& applied, std::size_t count);
/// The migrations up to and including `version` that are not applied.
Draft plan_baseline(const Catalogue& catalogue, const std::vector<Applied>& applied,
                    const std::string& version);

}  // namespace tradewind::migration
