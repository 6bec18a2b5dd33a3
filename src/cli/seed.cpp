#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/each_database.hpp"
#include "cli/script.hpp"
#include "cli/table.hpp"

namespace tradewind::cli {
namespace {

constexpr std::string_view roles = "roles";

struct SeedCommand {
  std::string name;
  bool force = false;
  bool dry_run = false;
};

Json to_json(const SeedResult& result) {
  Json json = {{"name", result.name}, {"description", result.description}, {"elapsed_ms", result.elapsed_ms}};
  json["tables"] = Json::array();
  for (const SeedTable& table : result.tables)
    json["tables"].push_back({{"name", table.name}, {"rows", table.rows}, {"added", table.added}});
  json["credentials"] = Json::array();
  for (const SeedCredential& c : result.credentials)
    json["credentials"].push_back({{"user", c.user}, {"password", c.password}, {"role", c.role}});
  return json;
}

std::string counts(const SeedResult& result, const Style& style) {
  if (result.tables.empty()) return {};
  Table table({"TABLE", ">ROWS", ">ADDED"});
  for (const SeedTable& t : result.tables)
    table.add({{clean(t.name)}, {std::to_string(t.rows)}, {std::to_string(t.added), Paint::green}});
  return table.text(style);
}

std::string credentials(const SeedResult& result, const Style& style) {
  if (result.credentials.empty()) return {};
  Table table({"USER", "PASSWORD", "ROLE"});
  for (const SeedCredential& c : result.credentials)
    table.add({{clean(c.user)}, {clean(c.password)}, {clean(c.role)}});
  return "\n  for tests, to sign in with:\n" + table.text(style);
}

void report(Context& context, Visit& visit, const std::vector<SeedResult>& results) {
  visit.entry["seeds"] = Json::array();
  const Style& style = context.output.out_style();
  for (const SeedResult& result : results) {
    visit.entry["seeds"].push_back(to_json(result));
    context.output.say(
        fmt::format("{}: {} loaded in {}\n", visit.label, clean(result.name), duration(result.elapsed_ms)));
    if (!context.globals.quiet) context.output.product(counts(result, style) + credentials(result, style));
  }
}

void show(Context& context, Visit& visit, const std::vector<SeedResult>& results) {
  visit.entry["seeds"] = Json::array();
  const Style& style = context.output.out_style();
  for (const SeedResult& result : results) {
    visit.entry["seeds"].push_back(
        {{"name", result.name}, {"description", result.description}, {"statements", result.statements}});
    context.output.product(style(Paint::bold, fmt::format("-- {}: {}\n", visit.title, clean(result.name))));
    for (const std::string& statement : result.statements)
      context.output.product(terminated(statement) + "\n");
    context.output.product("\n");
  }
}

void refuse_production(Visit& visit) {
  const auto reason = looks_like_production(visit.connection, visit.database.environment);
  if (!reason) return;
  throw Error(Code::production, fmt::format("this looks like production: {}", *reason),
              "seeds are for development and tests; if you mean it, pass --force");
}

int seed_all(Context& context, const SeedCommand& command) {
  const bool of_roles = command.name == roles;
  return on_each_database(context, command.dry_run ? looking : loading, [&](Visit& visit) {
    // Roles are for production too.
    if (!of_roles && !command.force && !command.dry_run) refuse_production(visit);
    SeedOptions options;
    options.only = of_roles ? std::string() : command.name;
    options.dry_run = command.dry_run;
    options.migrations = visit.database.source;
    options.history_table = visit.database.history_table;
    if (const auto patience = wait_option(context.globals)) options.lock_patience = *patience;
    const auto results =
        seed(visit.connection, of_roles ? visit.database.roles : visit.database.seeds, options);
    if (command.dry_run) {
      show(context, visit, results);
    } else {
      report(context, visit, results);
    }
    return 0;
  });
}

}  // namespace

void add_seed(Commands& commands) {
  auto command = std::make_shared<SeedCommand>();
  CLI::App& app = commands.add({
      .name = "seed",
      .synopsis = "[NAME|roles]",
      .group = "Change",
      .summary = "loads sample data (seeds/, or the pack's), or makes the roles and their grants",
      .details =
          "Each script runs in one transaction, in the order of the numbers in the names, and is safe to "
          "run\n"
          "again. Without NAME all seeds are loaded; `seed roles` runs the scripts of roles/, or the "
          "pack's.\n"
          "Refused while a migration is pending. Seeds, but not roles, are refused on a database that looks\n"
          "like production: \"prod\", \"production\" or \"live\" as a word in its name, host or file, or\n"
          "TRADEWIND_ENV, APP_ENV or tradewind.toml say production.",
      .examples = "tradewind --pack rtx seed\ntradewind seed 010 --dry-run\ntradewind --pack iftb seed roles",
      .action = [command](Context& context) { return seed_all(context, *command); },
  });
  app.add_option("NAME", command->name, "one seed, by its name or number; or roles");
  app.add_flag("--force", command->force, "also into what looks like production");
  app.add_flag("--dry-run", command->dry_run, "print the statements, and send nothing");
}

}  // namespace tradewind::cli
