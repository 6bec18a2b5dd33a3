#include "cli/pack_show.hpp"

#include <map>

#include <fmt/format.h>

#include "base/mapped.hpp"
#include "base/text.hpp"

namespace tradewind::cli {
namespace {

constexpr std::size_t line_width = 100;

std::string engine_name(const std::string& engine) {
  return engine == "postgresql" ? "PostgreSQL" : engine == "sqlite" ? "SQLite" : engine;
}

std::string engines_listed(const std::vector<std::string>& engines) {
  return base::listed(base::mapped(engines, engine_name));
}

std::string counts_text(const PackCounts& counts, bool with_tables) {
  std::vector<std::string> parts;
  const auto add = [&](std::size_t count, std::string_view singular, std::string_view plural) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, count == 1 ? singular : plural));
  };
  if (with_tables) add(counts.tables, "table", "tables");
  add(counts.indexes, "index", "indexes");
  add(counts.views, "view", "views");
  add(counts.functions, "function", "functions");
  add(counts.triggers, "trigger", "triggers");
  return fmt::format("{}", fmt::join(parts, ", "));
}

Json counts_json(const PackCounts& counts) {
  return {{"tables", counts.tables},
          {"indexes", counts.indexes},
          {"views", counts.views},
          {"functions", counts.functions},
          {"triggers", counts.triggers}};
}

Json scripts_json(const std::vector<PackScript>& scripts) {
  Json list = Json::array();
  for (const PackScript& script : scripts) {
    list.push_back({{"name", script.name},
                    {"engine", script.engine},
                    {"database", script.database.empty() ? Json() : Json(script.database)},
                    {"description", script.description}});
  }
  return list;
}

std::string heading(std::string_view text, const Style& style) {
  return fmt::format("\n{}\n", style(Paint::yellow, text));
}

/// The first sentence: the rest is in the documentation.
std::string in_short(const std::string& comment) {
  const std::size_t end = std::min(comment.find(". "), comment.size());
  std::string text = comment.substr(0, end);
  while (text.ends_with('.')) text.pop_back();
  return text;
}

std::size_t longest(const std::vector<std::string>& names) {
  std::size_t result = 0;
  for (const std::string& name : names) result = std::max(result, width(name));
  return result;
}

std::string named_line(const std::string& name, const std::string& text, std::size_t column,
                       const Style& style) {
  const std::string gap(column - width(name), ' ');
  return fmt::format("  {}{}   {}\n", style(Paint::bold, name), gap,
                     style(Paint::dim, wrapped(text, line_width, column + 5)));
}

}  // namespace

Json to_json(const PackInfo& pack) {
  return {{"name", pack.name},
          {"title", pack.title},
          {"description", pack.description},
          {"engines", pack.engines},
          {"databases", pack.databases}};
}

PackDescription::PackDescription(PackInfo pack) : pack_(std::move(pack)) {
  const std::vector<PackFile> files = pack_files(pack_.name);
  migrations_ = pack_migrations(pack_, files);
  seeds_ = pack_scripts(pack_, files, "seed");
  roles_ = pack_scripts(pack_, files, "roles");
}

Json PackDescription::json() const {
  Json entry = to_json(pack_);
  entry["ledger"] = pack_.ledger.empty() ? Json() : Json(pack_.ledger);
  entry["migrations"] = Json::array();
  for (const PackMigration& m : migrations_) {
    Json tables = Json::array();
    for (const PackTable& table : m.tables)
      tables.push_back({{"name", table.name}, {"comment", table.comment}});
    entry["migrations"].push_back({{"version", m.version},
                                   {"engine", m.engine},
                                   {"database", m.database.empty() ? Json() : Json(m.database)},
                                   {"description", m.description},
                                   {"counts", counts_json(m.counts)},
                                   {"tables", std::move(tables)}});
  }
  entry["seeds"] = scripts_json(seeds_);
  entry["roles"] = scripts_json(roles_);
  return entry;
}

std::vector<PackDescription::Shown> PackDescription::merged() const {
  std::map<std::pair<std::ptrdiff_t, std::string>, Shown> by_version;
  for (const PackMigration& migration : migrations_) {
    const auto database = std::find(pack_.databases.begin(), pack_.databases.end(), migration.database);
    Shown& shown = by_version[{database - pack_.databases.begin(), migration.version}];
    if (shown.engines.empty()) shown.migration = migration;
    shown.engines.push_back(migration.engine);
  }
  return base::mapped(by_version, [](auto& entry) { return std::move(entry.second); });
}

std::string PackDescription::introduction(const Style& style) const {
  PackCounts all;
  for (const Shown& shown : merged()) all += shown.migration.counts;
  return fmt::format("{} ({}), for {}\n\n{}\n\n{}\n", style(Paint::bold, pack_.title), pack_.name,
                     engines_listed(pack_.engines), wrapped(pack_.description, line_width, 0),
                     style(Paint::cyan, counts_text(all, true)));
}

std::string PackDescription::migration_text(const Shown& shown, std::size_t name_width,
                                            const Style& style) const {
  const PackMigration& migration = shown.migration;
  const bool everywhere = shown.engines.size() == pack_.engines.size();
  std::string text = fmt::format("\n  {}{}\n", style(Paint::bold, migration.version),
                                 everywhere ? "" : fmt::format(" ({} only)", engines_listed(shown.engines)));
  if (!migration.description.empty())
    text += fmt::format("    {}\n", wrapped(migration.description, line_width, 4));
  for (const PackTable& table : migration.tables) {
    const std::string gap(name_width - width(table.name), ' ');
    text += fmt::format("      {}{}   {}\n", style(Paint::green, table.name), gap,
                        style(Paint::dim, wrapped(in_short(table.comment), line_width, name_width + 9)));
  }
  const std::string others = counts_text(migration.counts, false);
  return others.empty() ? text : text + fmt::format("      {}\n", style(Paint::cyan, others));
}

std::string PackDescription::scripts_text(const std::vector<PackScript>& scripts, std::string_view title,
                                          const Style& style) const {
  if (scripts.empty()) return {};
  std::string text;
  // Those of both engines are the same.
  std::vector<std::string> names;
  for (const PackScript& script : scripts) {
    const std::string where = script.database.empty() ? "" : script.database + "/";
    const std::string name = where + script.name;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  const std::size_t column = longest(names);
  for (const PackScript& script : scripts) {
    const std::string where = script.database.empty() ? "" : script.database + "/";
    const auto name = std::find(names.begin(), names.end(), where + script.name);
    if (name == names.end()) continue;
    text += named_line(*name, script.description, column, style);
    name->clear();
  }
  return heading(title, style) + text;
}

std::string PackDescription::start(const Style& style) const {
  const std::string with = pack_.databases.empty() ? fmt::format("--database URL --pack {}", pack_.name)
                                                   : fmt::format("--pack {}", pack_.name);
  std::string text = heading("Start", style);
  text += fmt::format("  tradewind {} up\n", with);
  if (!seeds_.empty()) text += fmt::format("  tradewind {} seed\n", with);
  if (!roles_.empty()) text += fmt::format("  tradewind {} seed roles\n", with);
  text += fmt::format("  tradewind init --pack {}   makes its files your own\n", pack_.name);
  return text;
}

std::string PackDescription::text(const Style& style) const {
  std::string text = introduction(style);
  for (std::size_t i = 0; i < pack_.databases.size(); ++i) {
    if (i == 0) text += heading("Databases", style);
    text +=
        fmt::format("  {}   {}\n", style(Paint::bold, pack_.databases[i]), style(Paint::dim, pack_.files[i]));
  }
  if (!pack_.ledger.empty())
    text += fmt::format("  what ran in them is recorded in {}\n", style(Paint::dim, pack_.ledger));
  std::size_t name_width = 0;
  for (const PackMigration& migration : migrations_) {
    for (const PackTable& table : migration.tables) name_width = std::max(name_width, width(table.name));
  }
  text += heading("Migrations and the tables they make", style);
  for (const Shown& shown : merged()) text += migration_text(shown, name_width, style);
  text += scripts_text(seeds_, "Seeds", style) + scripts_text(roles_, "Roles", style);
  return text + start(style);
}

}  // namespace tradewind::cli
