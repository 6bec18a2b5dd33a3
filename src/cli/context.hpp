/// What every command works with.
#pragma once

#include <tradewind/tradewind.hpp>

#include "cli/output.hpp"

namespace tradewind::cli {

/// Options that stand before or after any command.
struct Globals {
  ProjectOptions project;
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  bool no_colour = false;
  bool yes = false;
  bool atomic = false;
  bool durable_each = false;
  std::optional<std::string> wait;  ///< seconds
};

struct Context {
  Globals globals;
  Output output;
  /// What --json prints in the end.
  Json document = Json::object();

  /// The process environment and .env, read when first asked for; libpq's variables in .env take effect from
  /// then.
  const Environment& environment();
  /// The databases to work on, in the project's order.
  std::vector<ProjectDatabase> databases();

 private:
  std::optional<Environment> environment_;
};

}  // namespace tradewind::cli
