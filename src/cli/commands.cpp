#include "cli/commands.hpp"

#include "cli/usage.hpp"

namespace tradewind::cli {

Commands::Commands(Globals& globals) : root_("", "tradewind") {
  root_.allow_extras();
  root_.fallthrough();
  root_.require_subcommand(0, 1);
  root_.set_help_flag("-h,--help", "this help, or a command's");
  root_.add_flag("-V,--version", version_wanted_, "the version");
  add_global_options(globals);
  commands_[&root_] = {"tradewind", "COMMAND", "", "", "", "", {}};
}

void Commands::add_global_options(Globals& globals) {
  ProjectOptions& project = globals.project;
  const auto option = [&](const char* names, auto& value, const char* type, const char* text) {
    root_.add_option(names, value, text)->type_name(type)->multi_option_policy(CLI::MultiOptionPolicy::Throw);
  };
  option("--database", project.database, "URL|NAME", "the database, or one of tradewind.toml by its name");
  option("--dir", project.directory, "DIR", "where the migrations are (default: migrations)");
  option("--pack", project.pack, "PACK", "a built-in pack in place of a directory");
  option("--config", project.config, "FILE", "the project's file (default: tradewind.toml, if there)");
  option("--history-table", project.history_table, "TABLE",
         "the history's table (default: schema_migrations)");
  root_.add_flag("--json", globals.json, "print one JSON document on standard output");
  root_.add_flag("-q,--quiet", globals.quiet, "only errors, and what was asked for");
  root_.add_flag("-v,--verbose", globals.verbose, "say more");
  root_.add_flag("--no-color", globals.no_colour, "no colours (as NO_COLOR does)");
  root_.add_flag("-y,--yes", globals.yes, "do not ask");
  root_.add_flag("--atomic", globals.atomic, "the whole run in one transaction");
  root_.add_flag("--durable-each", globals.durable_each,
                 "flush every migration's commit to disk, not only the last one's");
  option("--wait", globals.wait, "SECONDS", "how long to wait for locks (60) and for another runner (600)");
}

CLI::App& Commands::add(Command command) {
  return register_command(root_, std::move(command));
}

CLI::App& Commands::add_below(CLI::App& parent, Command command) {
  return register_command(parent, std::move(command));
}

CLI::App& Commands::register_command(CLI::App& parent, Command command) {
  CLI::App* app = parent.add_subcommand(command.name, command.summary);
  app->group(command.group);
  commands_[app] = std::move(command);
  return *app;
}

void Commands::parse(const std::vector<std::string>& args) {
  std::vector<std::string> reversed(args.rbegin(), args.rend());
  try {
    root_.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    help_wanted_ = true;
  } catch (const CLI::ParseError& error) {
    refuse_unexpected(root_, selected());
    throw usage_error(error, selected());
  }
  refuse_unexpected(root_, selected());
  refuse_options_as_values(root_);
  refuse_options_as_values(selected());
}

const CLI::App& Commands::selected() const {
  const CLI::App* app = &root_;
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return *app;
}

const CLI::App& Commands::at(const std::vector<std::string>& path) const {
  const CLI::App* app = &root_;
  for (const std::string& name : path) {
    const auto below = app->get_subcommands([&](const CLI::App* sub) { return sub->get_name() == name; });
    if (below.empty()) throw unknown_command(*app, name);
    app = below.front();
  }
  return *app;
}

std::vector<const CLI::App*> visible_subcommands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); });
}

std::string path_of(const CLI::App& app) {
  const std::string name = app.get_parent() == nullptr ? "tradewind" : app.get_name();
  return app.get_parent() == nullptr ? name : path_of(*app.get_parent()) + " " + name;
}

void add_all(Commands& commands) {
  add_init(commands);
  add_new(commands);
  add_status(commands);
  add_plan(commands);
  add_verify(commands);
  add_snapshot(commands);
  add_diff(commands);
  add_up(commands);
  add_down(commands);
  add_redo(commands);
  add_repair(commands);
  add_baseline(commands);
  add_pack(commands);
  add_completion(commands);
  add_version(commands);
  add_help(commands);
}

}  // namespace tradewind::cli
