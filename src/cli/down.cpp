#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/confirm.hpp"
#include "cli/run_result.hpp"
#include "cli/script.hpp"
#include "cli/target_options.hpp"

namespace tradewind::cli {
namespace {

struct DownOptions : TargetOptions {
  bool dry_run = false;
};

int dry_run(Context& context, const Target& target) {
  return on_each_database(context, looking, [&](Visit& visit) {
    print_script(context, visit, visit.migrator.dry_run(Direction::down, target), {});
    return 0;
  });
}

/// What would be reverted, all databases together; none if it can't be said.
std::optional<std::size_t> count_steps(Context& context, const Target& target, int& status) {
  std::size_t steps = 0;
  status = on_each_database(context, looking, [&](Visit& visit) {
    const std::size_t count = visit.migrator.plan(Direction::down, target).steps.size();
    context.output.error(fmt::format("{}: {} to revert\n", visit.title, migrations(count)));
    steps += count;
    return 0;
  });
  return status == 0 ? std::optional(steps) : std::nullopt;
}

/// The exit status to end with, or none to go on.
std::optional<int> ask_about_all(Context& context, const DownOptions& options, const Target& target) {
  if (!can_ask()) {
    throw Error(Code::usage,
                fmt::format("{} reverts everything and asks first, and there is no terminal to ask on",
                            options.all ? options.command + " --all" : options.command),
                "pass --yes if you mean it");
  }
  int status = 0;
  const auto steps = count_steps(context, target, status);
  if (!steps) return status;
  if (*steps == 0) return std::nullopt;
  if (confirmed(context, "Revert all of it? Its tables go, with the data in them.")) return std::nullopt;
  throw Error(Code::interrupted, "not confirmed: nothing was reverted");
}

int down(Context& context, const DownOptions& options, const Target& target) {
  if (target.all && !context.globals.yes) {
    if (const auto status = ask_about_all(context, options, target)) return *status;
  }
  return on_each_database(context, reverting, [&](Visit& visit) {
    report_run(context, visit, visit.migrator.down(target), "reverted", "nothing to revert");
    return 0;
  });
}

using Default = void (*)(DownOptions&);

void add_as(Commands& commands, const char* name, const char* group, Default by_default) {
  auto options = std::make_shared<DownOptions>();
  options->command = name;
  CLI::App& app = commands.add({
      .name = name,
      .synopsis = "[N]",
      .group = group,
      .summary = "reverts migrations, the last one by default",
      .details = "A migration whose file is gone is reverted with what the history keeps of it.",
      .examples =
          "tradewind down\ntradewind down --to 003\ntradewind down --batch\ntradewind down --all --yes",
      .action =
          [options, by_default](Context& context) {
            if (options->empty()) by_default(*options);
            const Target target = options->target();
            return options->dry_run ? dry_run(context, target) : down(context, *options, target);
          },
  });
  add_target_options(app, *options, "back to this version, which stays (0: nothing stays)");
  add_down_options(app, *options);
  app.add_flag("--dry-run", options->dry_run, "print everything that would be sent, and send nothing");
}

}  // namespace

void add_down(Commands& commands) {
  add_as(commands, "down", "Change", [](DownOptions&) {});
  add_as(commands, "rollback", "", [](DownOptions& options) { options.batch = true; });
  add_as(commands, "downgrade", "", [](DownOptions& options) { options.all = true; });
}

}  // namespace tradewind::cli
