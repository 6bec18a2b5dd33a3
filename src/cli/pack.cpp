#include <fmt/format.h>

#include "base/mapped.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/new_file.hpp"
#include "cli/pack_layout.hpp"
#include "cli/pack_show.hpp"
#include "cli/table.hpp"

namespace tradewind::cli {
namespace {

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
  throw Error(Code::usage, "which pack?",
              fmt::format("there are {}", base::listed(base::mapped(packs(), &PackInfo::name))));
}

int show(Context& context, const std::string& name) {
  const PackDescription pack(named(name));
  context.document["pack"] = pack.json();
  context.output.product(pack.text(context.output.out_style()));
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
  CLI::App& app = commands.add_below(
      parent, {
                  .name = "show",
                  .synopsis = "PACK",
                  .group = "Commands",
                  .summary = "a pack's tables, migrations, seeds and roles, and how to start",
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
