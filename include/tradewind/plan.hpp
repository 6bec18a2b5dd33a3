/// A plan: the ordered steps that lead from a database's history to a target. Plain data: print it,
/// compare it, keep it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace [[gnu::visibility("default")]] tradewind {

enum class Direction { up, down };

/// "up" or "down".
const char* name(Direction direction) noexcept;

/// One migration to apply or to revert.
struct Step {
  std::string version;  ///< 003_add_user_tracking
  std::string name;     ///< add user tracking
  Direction direction = Direction::up;
  /// Runs in one transaction together with its history row. Otherwise it is journalled statement by
  /// statement and resumes where it stopped.
  bool transactional = true;
  /// The migration's own statements, as they will be sent. Empty in the results of a run.
  std::vector<std::string> statements;
  /// Milliseconds spent by the database; set in the results of a run.
  double execution_time_ms = 0;
};

struct Plan {
  std::vector<Step> steps;
  /// What should be known before it runs: skipped files, pending migrations out of order that were allowed,
  /// and so on.
  std::vector<std::string> notes;
  bool empty() const noexcept { return steps.empty(); }
};

/// Where to go. By default: up to the newest migration, or down by one.
struct Target {
  std::optional<std::size_t> count = {};  ///< at most this many migrations
  /// up: up to and including; down: back to, this one stays applied ("0": none stays)
  std::optional<std::string> to = {};
  std::optional<std::string> only = {};  ///< just this one
  bool batch = false;                    ///< down: all of the newest batch
  bool all = false;                      ///< down: everything
  bool allow_out_of_order = false;       ///< up: pending migrations below the newest applied one too
};

}  // namespace tradewind
