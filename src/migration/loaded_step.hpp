#pragma once

#include <memory>
#include <optional>
#include <string>

#include "migration/planner.hpp"
#include "migration/script.hpp"

namespace tradewind::migration {

/// A planned step with what it takes to run it.
struct LoadedStep {
  PlannedStep plan;
  std::shared_ptr<const Script> script;  ///< the text to run; null for a baseline
  std::string checksum;                  ///< of the up text as loaded
  std::string description;
  std::optional<std::string> down_sql;  ///< for the history
  bool transactional = true;
  double execution_time_ms = 0;
  bool finished = false;

  /// For results and observers; the statements only on request: they may be many.
  Step result(bool with_statements = false) const;
};

/// What a run records of itself.
struct RunFacts {
  int batch = 1;
  std::string who;
  std::string applied_event = "applied";
};

}  // namespace tradewind::migration
