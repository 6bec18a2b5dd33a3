#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/each_database.hpp"

namespace tradewind::cli {
namespace {

constexpr Access recording{Deed::records, false, false};

int baseline(Context& context, const std::string& version) {
  if (version.empty()) {
    throw Error(Code::usage, "baseline needs a version",
                "the last one whose tables are there already, such as: "
                "tradewind baseline 003");
  }
  return on_each_database(context, recording, [&](Visit& visit) {
    const std::vector<Step> steps = visit.migrator.baseline(version);
    visit.entry["steps"] = ran_steps(steps, "baseline");
    visit.entry["elapsed_ms"] = 0;
    for (const Step& step : steps) context.output.say(fmt::format("  recorded  {}\n", clean(step.version)));
    context.output.say(
        fmt::format("{}: {} recorded as applied, none of them run\n", visit.label, migrations(steps.size())));
    return 0;
  });
}

}  // namespace

void add_baseline(Commands& commands) {
  auto version = std::make_shared<std::string>();
  CLI::App& app = commands.add({
      .name = "baseline",
      .synopsis = "V",
      .group = "Care",
      .summary = "records the migrations up to V as applied, without running them",
      .details = "For a database whose tables are there already, made by other means.",
      .examples = "tradewind baseline 003",
      .action = [version](Context& context) { return baseline(context, *version); },
  });
  app.add_option("V", *version, "the last version that the database has already");
}

}  // namespace tradewind::cli
