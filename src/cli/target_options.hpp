/// The options of up, down and plan that say how far to go.
#pragma once

#include <string>
#include <tradewind/plan.hpp>

#include "cli/commands.hpp"

namespace tradewind::cli {

struct TargetOptions {
  std::string command;  ///< for messages
  std::string count;
  std::string to;
  std::string only;
  bool batch = false;
  bool all = false;
  bool allow_out_of_order = false;

  /// Throws Error{usage} for options that contradict each other.
  Target target() const;
  /// Nothing of it was given.
  bool empty() const { return count.empty() && to.empty() && only.empty() && !batch && !all; }
};

/// `to` explains --to.
void add_target_options(CLI::App& app, TargetOptions& options, const char* to);
void add_up_options(CLI::App& app, TargetOptions& options);
void add_down_options(CLI::App& app, TargetOptions& options);

}  // namespace tradewind::cli
