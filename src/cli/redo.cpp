#include "cli/commands.hpp"
#include "cli/run_result.hpp"
#include "cli/usage.hpp"

namespace tradewind::cli {
namespace {

int redo(Context& context, std::size_t count) {
  return on_each_database(context, reverting, [&](Visit& visit) {
    const RunResult result = visit.migrator.redo(count);
    report_run(context, visit, result, "reverted and applied again", "nothing to do again");
    return 0;
  });
}

}  // namespace

void add_redo(Commands& commands) {
  auto count = std::make_shared<std::string>();
  CLI::App& app = commands.add({
      .name = "redo",
      .synopsis = "[N]",
      .group = "Change",
      .summary = "reverts the last migrations (one by default) and applies them again",
      .details = {},
      .examples = "tradewind redo\ntradewind redo 2",
      .action = [count](Context& context) { return redo(context, parse_count(*count, "redo").value_or(1)); },
  });
  app.add_option("N", *count, "this many");
}

}  // namespace tradewind::cli
