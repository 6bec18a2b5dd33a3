#include "migration/repairer.hpp"

#include <set>

#include <fmt/format.h>

#include "base/files.hpp"
#include "migration/planner.hpp"

namespace tradewind::migration {

std::vector<Repair> repair(const Catalogue& catalogue, History& history, bool apply) {
  std::vector<Repair> repairs;
  history.find();
  const std::vector<Applied> applied = history.applied_in_full();
  for (const Applied* row : compare(catalogue, applied).changed) {
    const Migration& migration = *catalogue.find(row->version);
    repairs.push_back(
        {row->version, "accept-checksum", fmt::format("{} -> {}", row->checksum, migration.checksum)});
    if (apply) history.accept_checksum(row->version, migration.checksum);
  }
  for (const FailedMigration& failed : history.failed())
    repairs.push_back({failed.version, "clear-failure", failed.error});
  for (const StepRecord& step : history.steps()) {
    if (step.state != "done") {
      repairs.push_back(
          {step.version, "finish-step",
           fmt::format("statement {} ({}): the next run sends it again", step.position, step.state)});
    }
  }
  if (!apply) return repairs;
  std::set<std::string> versions;
  for (const Repair& done : repairs) versions.insert(done.version);
  for (const std::string& version : versions) {
    history.clear_steps(version);
    history.record_event(version, "repaired", base::user_at_host());
  }
  return repairs;
}

}  // namespace tradewind::migration
