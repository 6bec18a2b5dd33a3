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

namespace {

struct Registration {
  std::vector<std::string_view> names;
  void (*add)(Commands&);
  bool needs_all = false;  ///< it speaks of the others
};

const std::vector<Registration>& registrations() {
  static const std::vector<Registration> all = {
      {{"init"}, add_init},
      {{"setup"}, add_setup},
      {{"new", "make"}, add_new},
      {{"status"}, add_status},
      {{"plan"}, add_plan},
      {{"verify"}, add_verify},
      {{"snapshot"}, add_snapshot},
      {{"diff"}, add_diff},
      {{"up", "migrate", "upgrade"}, add_up},
      {{"down", "rollback", "downgrade"}, add_down},
      {{"redo"}, add_redo},
      {{"repair"}, add_repair},
      {{"baseline"}, add_baseline},
      {{"journal"}, add_journal},
      {{"seed"}, add_seed},
      {{"serve"}, add_serve},
      {{"backup"}, add_backup},
      {{"backups"}, add_backups},
      {{"restore"}, add_restore},
      {{"maintain"}, add_maintain},
      {{"doctor"}, add_doctor},
      {{"pack"}, add_pack},
      {{"completion"}, add_completion, true},
      {{"version"}, add_version},
      {{"help"}, add_help, true},
  };
  return all;
}

bool names_one(const std::vector<std::string>& args, const Registration& registration) {
  const auto is_name = [&](std::string_view name) {
    return std::find(args.begin(), args.end(), name) != args.end();
  };
  return std::any_of(registration.names.begin(), registration.names.end(), is_name);
}

}  // namespace

void add_all(Commands& commands) {
  for (const Registration& registration : registrations()) registration.add(commands);
}

void add_needed(Commands& commands, const std::vector<std::string>& args) {
  std::vector<const Registration*> needed;
  bool needs_all = false;
  for (const Registration& registration : registrations()) {
    if (!names_one(args, registration)) continue;
    needed.push_back(&registration);
    needs_all = needs_all || registration.needs_all;
  }
  if (needed.empty() || needs_all) return add_all(commands);
  for (const Registration* registration : needed) registration->add(commands);
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Registration& registration : registrations()) {
    names.insert(names.end(), registration.names.begin(), registration.names.end());
  }
  return names;
}

}  // namespace tradewind::cli
