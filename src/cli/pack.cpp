#include <map>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/new_file.hpp"
#include "cli/pack_layout.hpp"
#include "cli/table.hpp"

namespace tradewind::cli {
namespace {

constexpr std::size_t line_width = 100;

Json to_json(const PackInfo& pack) {
  return {{"name", pack.name},
          {"title", pack.title},
          {"description", pack.description},
          {"engines", pack.engines},
          {"databases", pack.databases}};
}

int list(Context& context) {
  context.document["packs"] = Json::array();
  Table table({"PACK", "ENGINES", "WHAT"});
  for (const PackInfo& pack : packs()) {
    context.document["packs"].push_back(to_json(pack));
    table.add({{pack.name, Paint::bold}, {fmt::format("{}", fmt::join(pack.engines, ", "))}, {pack.title}});
  }
  context.output.product(table.text(context.output.out_style()));
  return 0;
}

PackInfo named(const std::string& name) {
  if (!name.empty()) return pack_info(name);
  std::vector<std::string> names;
  for (const PackInfo& pack : packs()) names.push_back(pack.name);
  throw Error(Code::usage, "which pack?", fmt::format("there are {}", base::listed(names)));
}

/// The variants of one migration, for PostgreSQL and for SQLite, are shown as one.
struct Shown {
  PackMigration migration;
  std::vector<std::string> engines;
};

std::vector<Shown> merged(const PackInfo& pack, const std::vector<PackMigration>& migrations) {
  std::map<std::pair<std::ptrdiff_t, std::string>, Shown> by_version;
  for (const PackMigration& migration : migrations) {
    const auto database = std::find(pack.databases.begin(), pack.databases.end(), migration.database);
    Shown& shown = by_version[{database - pack.databases.begin(), migration.version}];
    if (migration.tables.size() >= shown.migration.tables.size()) shown.migration = migration;
    shown.engines.push_back(migration.engine);
  }
  std::vector<Shown> result;
  for (auto& [key, shown] : by_version) result.push_back(std::move(shown));
  return result;
}

std::string description_of(const PackInfo& pack, const std::vector<Shown>& shown, const Style& style) {
  std::string text = fmt::format("{} ({}), for {}\n\n{}\n", style(Paint::bold, pack.title), pack.name,
                                 base::listed(pack.engines), wrapped(pack.description, line_width, 0));
  std::string database;
  for (const auto& [migration, engines] : shown) {
    if (migration.database != database) text += fmt::format("\ndatabase {}\n", migration.database);
    database = migration.database;
    const bool everywhere = engines.size() == pack.engines.size();
    text += fmt::format("\n  {}{}\n", style(Paint::bold, migration.version),
                        everywhere ? "" : fmt::format(" ({} only)", base::listed(engines)));
    if (!migration.description.empty())
      text += fmt::format("    {}\n", wrapped(migration.description, line_width, 4));
    if (migration.tables.empty()) continue;
    const std::string tables = fmt::format("tables: {}", fmt::join(migration.tables, ", "));
    text += fmt::format("    {}\n", style(Paint::dim, wrapped(tables, line_width, 4)));
  }
  const std::string name = pack.name;
  const std::string use = pack.databases.empty() ? "tradewind --database URL --pack " + name + " up"
                                                 : "tradewind init --pack " + name + " && tradewind up";
  return text + fmt::format("\nuse it: {}\n", use);
}

int show(Context& context, const std::string& name) {
  const PackInfo pack = named(name);
  const std::vector<PackMigration> migrations = pack_migrations(pack, pack_files(name));
  Json entry = to_json(pack);
  entry["migrations"] = Json::array();
  for (const PackMigration& m : migrations) {
    entry["migrations"].push_back({{"version", m.version},
                                   {"engine", m.engine},
                                   {"database", m.database.empty() ? Json() : Json(m.database)},
                                   {"description", m.description},
                                   {"tables", m.tables}});
  }
  context.document["pack"] = std::move(entry);
  context.output.product(description_of(pack, merged(pack, migrations), context.output.out_style()));
  return 0;
}

struct ExportOptions {
  std::string pack;
  std::string folder;
  std::string engine;
};

/// With one engine its folder's contents, with all of them the pack as it is.
std::filesystem::path exported_path(const ExportOptions& options, const PackPlace& place,
                                    const PackFile& file) {
  const std::filesystem::path folder = options.folder.empty() ? "migrations" : options.folder;
  if (options.engine.empty() || place.engine.empty()) return folder / file.path;
  return folder / place.database / place.rest;
}

int export_pack(Context& context, const ExportOptions& options) {
  const PackInfo pack = named(options.pack);
  const std::string engine = options.engine.empty() ? "" : engine_named(pack, options.engine);
  context.document["files"] = Json::array();
  context.document["kept"] = Json::array();
  for (const PackFile& file : pack_files(pack.name)) {
    const PackPlace place = place_of(pack, file);
    if (!engine.empty() && place.engine != engine) continue;
    const std::string path = exported_path(options, place, file).string();
    const bool written = write_new(path, file.text);
    context.document[written ? "files" : "kept"].push_back(path);
    context.output.say(fmt::format("{} {}\n", written ? "wrote" : "kept ", path));
  }
  if (!context.document["kept"].empty()) {
    context.output.say("what was there already was kept as it is\n");
  }
  return 0;
}

void add_list(Commands& commands, CLI::App& parent) {
  commands.add_below(parent, {.name = "list",
                              .synopsis = {},
                              .group = "Commands",
                              .summary = "the built-in packs",
                              .details = {},
                              .examples = "tradewind pack list",
                              .action = list});
}

void add_show(Commands& commands, CLI::App& parent) {
  auto name = std::make_shared<std::string>();
  CLI::App& app =
      commands.add_below(parent, {
                                     .name = "show",
                                     .synopsis = "PACK",
                                     .group = "Commands",
                                     .summary = "a pack's migrations and the tables they make",
                                     .details = {},
                                     .examples = "tradewind pack show titan",
                                     .action = [name](Context& context) { return show(context, *name); },
                                 });
  app.add_option("PACK", *name, "the pack");
}

void add_export(Commands& commands, CLI::App& parent) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App& app = commands.add_below(
      parent,
      {
          .name = "export",
          .synopsis = "PACK [DIR]",
          .group = "Commands",
          .summary = "writes a pack's files to a directory, to be changed",
          .details =
              "Files that are there already are kept. Without --engine the pack is written as it is, a\n"
              "folder for each engine.",
          .examples = "tradewind pack export titan migrations --engine postgresql",
          .action = [options](Context& context) { return export_pack(context, *options); },
      });
  app.add_option("PACK", options->pack, "the pack");
  app.add_option("DIR", options->folder, "where to (default: migrations)");
  app.add_option("--engine", options->engine, "only this engine's files, without its folder")
      ->type_name("postgresql|sqlite");
}

}  // namespace

void add_pack(Commands& commands) {
  CLI::App& app = commands.add({
      .name = "pack",
      .synopsis = "COMMAND",
      .group = "Packs",
      .summary = "ready-made trading schemas: list, show, export",
      .details = {},
      .examples = "tradewind pack list\ntradewind pack show titan",
      .action = {},
  });
  app.require_subcommand(0, 1);
  add_list(commands, app);
  add_show(commands, app);
  add_export(commands, app);
}

}  // namespace tradewind::cli
