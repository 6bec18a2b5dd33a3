#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/ask.hpp"
#include "cli/commands.hpp"
#include "cli/confirm.hpp"
#include "cli/each_database.hpp"
#include "cli/new_file.hpp"
#include "cli/signals.hpp"
#include "cli/table.hpp"

namespace tradewind::cli {
namespace {

constexpr const char* example_file = ".env.example";

struct SetupCommand {
  std::string admin;
  bool seed = false;
  bool roles = false;
  bool force = false;
};

/// Asks until it is one of those.
std::string asked_engine(Context& context, const std::vector<std::string>& engines) {
  if (engines.size() == 1) return engines.front();
  for (;;) {
    const std::string given = base::lower(asked(context, "PostgreSQL or SQLite", engines.front()));
    for (const std::string& engine : engines) {
      if (engine.starts_with(given)) return engine;
    }
    context.output.error(fmt::format("\"{}\" is neither\n", clean(given)));
  }
}

/// Who makes what the user itself may not; empty: nobody. The server is the one of `parts`.
std::string ask_for_admin(Context& context, Environment parts) {
  const std::string itself = "the user itself";
  std::string given = asked_url(context, "user who may make roles and databases, or a URL", itself);
  if (given == itself) return {};
  if (given.find("://") != std::string::npos) return given;
  parts["DB_NAME"] = "postgres";
  parts["DB_USER"] = given;
  parts["DB_PASSWORD"] = asked_secretly(context, "its password (empty for none)");
  return environment_url(parts).value_or("");
}

/// What is typed in, as URLs. Passwords go nowhere but to the server.
void ask_for_database(Context& context, SetupCommand& command) {
  std::string& url = context.globals.project.database;
  const std::string pack = context.globals.project.pack;
  const std::string name = pack.empty() ? "app" : pack;
  const auto engines =
      pack.empty() ? std::vector<std::string>{"postgresql", "sqlite"} : pack_info(pack).engines;
  if (asked_engine(context, engines) == "sqlite") {
    url = "sqlite:" + asked(context, "file", name + ".db");
    return;
  }
  Environment parts = {{"DATABASE_TYPE", "postgresql"}};
  parts["DB_HOST"] = asked(context, "host", "localhost");
  parts["DB_PORT"] = asked(context, "port", "5432");
  parts["DB_NAME"] = asked(context, "database", name);
  parts["DB_USER"] = asked(context, "user that owns it", name);
  parts["DB_PASSWORD"] = asked_secretly(context, "its password (empty for none)");
  url = environment_url(parts).value_or("");
  if (command.admin.empty()) command.admin = ask_for_admin(context, parts);
}

bool nothing_is_named(Context& context) {
  if (!context.globals.project.database.empty()) return false;
  try {
    return context.databases().empty();
  } catch (const Error& error) {
    return error.code() == Code::configuration && error.location().file.empty();
  }
}

void ask_what_is_open(Context& context, SetupCommand& command) {
  if (nothing_is_named(context)) ask_for_database(context, command);
  if (!command.seed) command.seed = confirmed(context, "Load the sample data?");
  if (stop_requested().load()) throw Error(Code::interrupted, "interrupted: nothing was changed");
}

/// So that .env gives it back.
std::string environment_value(const std::string& text) {
  if (text.find_first_of(" \t\n#'\"\\$") == std::string::npos) return text;
  std::string quoted;
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '$') quoted += '\\';
    quoted += c == '\n' ? "\\n" : std::string(1, c);
  }
  return fmt::format("\"{}\"", quoted);
}

std::string example_of(const ConnectionDetails& details) {
  std::string text =
      "# Copy to .env and fill in. Keep .env out of version control: it is for this machine, and holds "
      "passwords.\n";
  if (details.engine == "sqlite")
    return text + fmt::format("DATABASE_URL={}\n", environment_value("sqlite:" + details.database));
  text += "DATABASE_TYPE=postgresql\n";
  for (const auto& [name, value] : {std::pair("DB_HOST", details.host),
                                    {"DB_PORT", details.port},
                                    {"DB_NAME", details.database},
                                    {"DB_USER", details.user}}) {
    text += fmt::format("{}={}\n", name, environment_value(value));
  }
  text += "DB_PASSWORD=\n";
  return text + fmt::format("DB_SSLMODE={}\n", details.tls.empty() ? "prefer" : details.tls);
}

std::string step_text(const SetupStep& step, const Style& style) {
  const Paint paint = step.state == SetupState::done      ? Paint::green
                      : step.state == SetupState::already ? Paint::dim
                                                          : Paint::yellow;
  const char* word = step.state == SetupState::done      ? "made     "
                     : step.state == SetupState::already ? "is there "
                                                         : "could not";
  std::string text = fmt::format("  {}  {}{}\n", style(paint, word), clean(step.what),
                                 step.detail.empty() ? "" : ": " + clean(step.detail));
  if (!step.advice.empty()) text += fmt::format("             {}\n", clean(step.advice));
  return text;
}

std::string details_text(const ConnectionDetails& details, const std::string& url) {
  Table table({"", ""});
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) table.add({{name, Paint::dim}, {clean(value)}});
  };
  add("url", masked(url));
  add("host", details.host);
  add("port", details.port);
  add("database", details.database);
  add("user", details.user);
  add("sslmode", details.tls);
  const std::string text = table.text(Style());
  return "\n" + text.substr(text.find('\n') + 1);
}

Json step_json(const SetupStep& step) {
  return {{"what", step.what},
          {"state", name(step.state)},
          {"detail", step.detail.empty() ? Json() : Json(step.detail)},
          {"advice", step.advice.empty() ? Json() : Json(step.advice)}};
}

Json details_json(const ConnectionDetails& details) {
  return {{"host", details.host},
          {"port", details.port},
          {"database", details.database},
          {"user", details.user},
          {"sslmode", details.tls}};
}

/// The database is made: that its example is not is no failure.
void write_example(Context& context, const ConnectionDetails& details) {
  try {
    const bool wrote =
        write_new(context.globals.project.working_directory / example_file, example_of(details));
    context.output.say(
        fmt::format("{} {}{}\n", wrote ? "wrote" : "kept", example_file, wrote ? "" : ", which is there"));
  } catch (const Error& error) {
    context.output.error(fmt::format("note: {}\n", error.message()));
  }
}

/// One that fails does not keep the others from their turn.
int set_up_one(Context& context, const ProjectDatabase& project, const SetupCommand& command, bool only_one,
               Json& entry) {
  const auto show = [&context](const std::string& text) {
    if (!context.globals.quiet) context.output.product(text);
  };
  const Style& style = context.output.out_style();
  entry["steps"] = Json::array();
  const auto tell = [&](const SetupStep& step) {
    entry["steps"].push_back(step_json(step));
    show(step_text(step, style));
  };
  show(style(Paint::bold, clean(masked(project.url))) + "\n");
  try {
    const ConnectionDetails d = set_up({.database = project,
                                        .admin = command.admin,
                                        .roles = command.roles,
                                        .seed = command.seed,
                                        .seed_production = command.force,
                                        .on_step = tell,
                                        .stop = &stop_requested()})
                                    .details;
    entry["details"] = details_json(d);
    show(details_text(d, project.url));
    if (only_one) write_example(context, d);
    return 0;
  } catch (const Error& error) {
    entry["error"] = cli::to_json(error);
    if (!context.document.contains("error")) context.document["error"] = cli::to_json(error);
    context.output.error(error_text(error, Deed::looks, {}, context.output.err_style()));
    return exit_status_of(error);
  }
}

int set_up_all(Context& context, SetupCommand& command) {
  if (can_ask() && !context.globals.yes && !context.globals.json) ask_what_is_open(context, command);
  const auto admin = context.environment().find("TRADEWIND_ADMIN_URL");
  if (command.admin.empty() && admin != context.environment().end())
    command.admin = std::string(base::trimmed(admin->second));
  context.document["databases"] = Json::array();
  int status = 0;
  const std::vector<ProjectDatabase> projects = context.databases();
  for (const ProjectDatabase& project : projects) {
    Json entry = {{"name", project.name}, {"url", masked(project.url)}, {"engine", project.engine}};
    status = worse(status, set_up_one(context, project, command, projects.size() == 1, entry));
    context.document["databases"].push_back(std::move(entry));
  }
  return status;
}

}  // namespace

void add_setup(Commands& commands) {
  auto command = std::make_shared<SetupCommand>();
  CLI::App& app = commands.add({
      .name = "setup",
      .synopsis = {},
      .group = "Start",
      .summary = "role, database, extensions, migrations and sample data, as far as the rights go",
      .details =
          "On a terminal it asks for what is not said; with --yes, or without one, it does not. The\n"
          "role and the database are made by whom --admin names, if they are not there. What the user\n"
          "may not do is told, with who can; the rest is done. Prints how to connect and, for one\n"
          "database, writes .env.example, which has no password. Safe to run again.",
      .examples = "tradewind --pack rtx setup --database postgresql://rtx@localhost/rtx_dev --admin \\\n"
                  "  postgresql://postgres@localhost/postgres --seed --yes\n"
                  "tradewind --pack titan --database sqlite:titan.db setup --yes",
      .action = [command](Context& context) { return set_up_all(context, *command); },
  });
  app.add_option("--admin", command->admin,
                 "somebody who may make roles, databases and extensions (TRADEWIND_ADMIN_URL)")
      ->type_name("URL");
  app.add_flag("--seed", command->seed, "load the sample data too");
  app.add_flag("--roles", command->roles, "run the scripts of the roles and their grants too");
  app.add_flag("--force", command->force, "sample data also into what looks like production");
}

}  // namespace tradewind::cli
