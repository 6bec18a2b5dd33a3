#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/script.hpp"
#include "cli/target_options.hpp"

namespace tradewind::cli {
namespace {

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

Direction parse_direction(const std::string& text) {
  if (text.empty() || text == "up") return Direction::up;
  if (text == "down") return Direction::down;
  throw Error(Code::usage, fmt::format("plan is for up or for down, not for \"{}\"", base::printable(text)),
              "write: tradewind plan up, or: tradewind plan down");
}

int plan(Context& context, Direction direction, const Target& target) {
  return on_each_database(context, looking, [&](Visit& visit) {
    const Plan steps = visit.migrator.plan(direction, target);
    print_script(context, visit, steps.steps, steps.notes);
    visit.entry["notes"] = steps.notes;
    return 0;
  });
}

}  // namespace

void add_plan(Commands& commands) {
  auto options = std::make_shared<TargetOptions>();
  options->command = "plan";
  auto direction = std::make_shared<std::string>();
  CLI::App& app = commands.add({
      .name = "plan",
      .synopsis = "[up|down] [N]",
      .group = "Look",
      .summary = "what up or down would do: the steps with their exact SQL",
      .details = "Reads only. For everything that would be sent, the transactions and the history's\n"
                 "rows included, use `tradewind up --dry-run`.",
      .examples = "tradewind plan\ntradewind plan down --to 003",
      .action =
          [options, direction](Context& context) {
            if (is_number(*direction) && options->count.empty())
              options->count = std::exchange(*direction, {});
            return plan(context, parse_direction(*direction), options->target());
          },
  });
  app.add_option("DIRECTION", *direction, "up (the default) or down");
  add_target_options(app, *options, "to this version, which is applied then (down to 0: none is)");
  add_up_options(app, *options);
  add_down_options(app, *options);
}

}  // namespace tradewind::cli
