#include "cli/run_result.hpp"

#include <fmt/format.h>

namespace tradewind::cli {

void report_run(Context& context, Visit& visit, const RunResult& result, std::string_view done,
                std::string_view nothing) {
  visit.entry["steps"] = ran_steps(result.steps);
  visit.entry["elapsed_ms"] = result.elapsed_ms;
  visit.entry["notes"] = result.notes;
  for (const std::string& note : result.notes) context.output.say(fmt::format("note: {}\n", clean(note)));
  if (result.steps.empty()) {
    context.output.say(fmt::format("{}: {}\n", visit.label, nothing));
    return;
  }
  context.output.say(fmt::format("{}: {} {} in {}\n", visit.label, migrations(result.steps.size()), done,
                                 duration(result.elapsed_ms)));
}

}  // namespace tradewind::cli
