#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/confirm.hpp"
#include "cli/each_database.hpp"

namespace tradewind::cli {
namespace {

constexpr int something_to_do = 1;

std::string shown(const Visit& visit, const std::vector<Repair>& repairs) {
  if (repairs.empty()) return fmt::format("{}: nothing to repair\n", visit.title);
  std::string text = fmt::format("{}:\n", visit.title);
  for (const Repair& repair : repairs) {
    text += fmt::format("  {}  {}: {}\n", clean(repair.version), repair.action, clean(repair.detail));
  }
  return text;
}

/// Shows first, then does.
int repair_one(Context& context, Visit& visit) {
  const std::vector<Repair> wanted = visit.migrator.repair(false);
  visit.entry["repairs"] = to_json(wanted);
  visit.entry["applied"] = false;
  const bool asks = !wanted.empty() && !context.globals.yes && can_ask();
  if (asks || !context.globals.quiet) context.output.product(shown(visit, wanted));
  if (wanted.empty()) return 0;
  if (!asks && !context.globals.yes) {
    context.output.say("nothing was changed: pass --yes to do it\n");
    return something_to_do;
  }
  if (asks && !confirmed(context, "Do it?")) return something_to_do;
  visit.entry["repairs"] = to_json(visit.migrator.repair(true));
  visit.entry["applied"] = true;
  context.output.say(fmt::format("{}: repaired\n", visit.label));
  return 0;
}

int repair(Context& context) {
  const bool only_shows = !context.globals.yes && !can_ask();
  const Access access{only_shows ? Deed::looks : Deed::records, only_shows, false};
  return on_each_database(context, access, [&](Visit& visit) { return repair_one(context, visit); });
}

}  // namespace

void add_repair(Commands& commands) {
  commands.add({
      .name = "repair",
      .synopsis = {},
      .group = "Care",
      .summary = "accepts changed files and clears failed entries, after showing what",
      .details =
          "Asks before it changes anything. Without a terminal it only shows, and exits 1 if there is\n"
          "something to do; --yes does it.",
      .examples = "tradewind repair\ntradewind repair --yes",
      .action = repair,
  });
}

}  // namespace tradewind::cli
