#include "cli/target_options.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/usage.hpp"

namespace tradewind::cli {

Target TargetOptions::target() const {
  std::vector<std::string> given;
  if (!count.empty()) given.push_back("a number");
  if (!to.empty()) given.push_back("--to");
  if (!only.empty()) given.push_back("--only");
  if (batch) given.push_back("--batch");
  if (all) given.push_back("--all");
  if (given.size() > 1) {
    throw Error(Code::usage, fmt::format("{} contradict each other", base::listed(given)),
                "give one of them");
  }
  Target target;
  target.count = parse_count(count, command);
  if (!to.empty()) target.to = to;
  if (!only.empty()) target.only = only;
  target.batch = batch;
  target.all = all;
  target.allow_out_of_order = allow_out_of_order;
  return target;
}

void add_target_options(CLI::App& app, TargetOptions& options, const char* to) {
  app.add_option("N", options.count, "at most this many");
  app.add_option("--to", options.to, to)->type_name("V");
  app.add_option("--only,--migration", options.only, "just this version; its number is enough")
      ->type_name("V");
}

void add_up_options(CLI::App& app, TargetOptions& options) {
  app.add_flag("--allow-out-of-order", options.allow_out_of_order,
               "also versions below the newest applied one");
}

void add_down_options(CLI::App& app, TargetOptions& options) {
  app.add_flag("--batch", options.batch, "all of the newest batch");
  app.add_flag("--all", options.all, "everything; asks first");
}

}  // namespace tradewind::cli
