#include <malloc.h>

#include <cstdio>
#include <exception>

#include <fmt/format.h>
#include <tradewind/process.hpp>

#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/report.hpp"
#include "cli/signals.hpp"

namespace tradewind::cli {
namespace {

constexpr int our_bug = 70;
constexpr int wrong_call = 2;
constexpr int failed = 3;

bool has(const std::vector<std::string>& args, std::string_view option) {
  const auto end = std::find(args.begin(), args.end(), "--");
  return std::find(args.begin(), end, option) != end;
}

/// Of the selected command, or of the program with all its commands.
std::string wanted_help(const Commands& commands, Context& context) {
  if (&commands.selected() != &commands.root()) {
    return help_text(commands, commands.selected(), context.output.out_style());
  }
  Commands all(context.globals);
  add_all(all);
  return help_text(all, all.root(), context.output.out_style());
}

int show_help(const Commands& commands, Context& context) {
  const std::string text = wanted_help(commands, context);
  context.document["help"] = text;
  context.output.product(text);
  return 0;
}

/// A command that only has others below it, or none at all.
int without_command(const Commands& commands, Context& context) {
  const Error error(Code::usage, fmt::format("{} needs a command", path_of(commands.selected())));
  context.document["error"] = to_json(error);
  context.output.product(wanted_help(commands, context));
  return wrong_call;
}

int parse_and_run(const std::vector<std::string>& args, Commands& commands, Context& context) {
  context.output.configure(has(args, "--json"), has(args, "--quiet") || has(args, "-q"),
                           has(args, "--no-color"));
  commands.parse(args);
  const Globals& globals = context.globals;
  context.output.configure(globals.json, globals.quiet, globals.no_colour);
  if (commands.help_wanted()) return show_help(commands, context);
  if (commands.version_wanted()) return show_version(context);
  const Action& action = commands.command(commands.selected()).action;
  return action ? action(context) : without_command(commands, context);
}

int run(const std::vector<std::string>& args) {
  Context context;
  Commands commands(context.globals);
  int status = our_bug;
  try {
    add_needed(commands, args);
    status = parse_and_run(args, commands, context);
  } catch (const Error& error) {
    status = exit_status_of(error);
    context.document["error"] = to_json(error);
    context.output.error(error_text(error, Deed::looks, {}, context.output.err_style()));
  } catch (const std::exception& error) {
    context.document["error"] = to_json(Error(Code::internal, error.what(), "please report it"));
    context.output.error(bug_text(error.what(), context.output.err_style()));
  }
  if (context.output.json()) context.output.document(context.document);
  if (context.output.finish()) return status;
  context.output.error("error: standard output can't take what is written to it\n");
  return worse(status, failed);
}

}  // namespace
}  // namespace tradewind::cli

int main(int argc, char** argv) {
  // SQLite takes and frees some 100 KB with each statement of a schema: kept, not given back each time.
  ::mallopt(M_TRIM_THRESHOLD, 64 << 20);
  try {
    tradewind::turn_off_sqlite_statistics();
    tradewind::cli::install_signal_handlers();
    return tradewind::cli::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: internal: %s\n", error.what());
    return tradewind::cli::our_bug;
  }
}
