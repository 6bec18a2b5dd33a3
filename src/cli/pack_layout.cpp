#include "cli/pack_layout.hpp"

#include <tradewind/error.hpp>

#include "base/text.hpp"

namespace tradewind::cli {
namespace {

constexpr std::string_view up_ending = ".up.sql";

/// Takes a path's first folder off.
std::string take_folder(std::string& path) {
  const std::size_t slash = path.find('/');
  if (slash == std::string::npos) return {};
  std::string folder = path.substr(0, slash);
  path.erase(0, slash + 1);
  return folder;
}

std::string engine_of_folder(std::string_view folder) {
  if (folder == "postgres" || folder == "postgresql") return "postgresql";
  return folder == "sqlite" ? "sqlite" : "";
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!(line = base::trimmed(line)).empty()) {
    const std::size_t end = std::min(line.find_first_of(" \t("), line.size());
    words.push_back(line.substr(0, std::max<std::size_t>(end, 1)));
    line.remove_prefix(std::max<std::size_t>(end, 1));
  }
  return words;
}

/// The table that a line makes, partitions left out.
std::string table_made(std::string_view line) {
  const std::string small = base::lower(base::trimmed(line));
  if (!small.starts_with("create") || small.find("partition of") != std::string::npos) return {};
  const std::vector<std::string_view> words = words_of(small);
  std::size_t at = 1;
  while (at < words.size() && (words[at] == "unlogged" || words[at] == "virtual")) ++at;
  if (at >= words.size() || words[at] != "table") return {};
  ++at;
  if (at < words.size() && words[at] == "if") at += 3;
  return at < words.size() && words[at] != "(" ? std::string(words[at]) : std::string();
}

PackMigration read_migration(const PackPlace& place, std::string_view text) {
  PackMigration migration;
  migration.version = place.rest.substr(0, place.rest.size() - up_ending.size());
  migration.engine = place.engine;
  migration.database = place.database;
  constexpr std::string_view key = "-- Description:";
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.starts_with(key) && migration.description.empty()) {
      migration.description = base::trimmed(line.substr(key.size()));
    }
    if (std::string table = table_made(line); !table.empty()) migration.tables.push_back(std::move(table));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return migration;
}

}  // namespace

PackPlace place_of(const PackInfo& pack, const PackFile& file) {
  PackPlace place;
  place.rest = file.path;
  place.engine = engine_of_folder(file.path.substr(0, file.path.find('/')));
  if (place.engine.empty()) return place;
  take_folder(place.rest);
  const std::string folder = place.rest.substr(0, place.rest.find('/'));
  if (std::find(pack.databases.begin(), pack.databases.end(), folder) != pack.databases.end()) {
    place.database = take_folder(place.rest);
  }
  place.migration = place.rest.find('/') == std::string::npos && place.rest.ends_with(".sql");
  return place;
}

std::string engine_named(const PackInfo& pack, const std::string& name) {
  const std::string lower = base::lower(name);
  const std::string engine = lower == "sqlite3" ? "sqlite" : lower == "postgres" ? "postgresql" : lower;
  if (std::find(pack.engines.begin(), pack.engines.end(), engine) != pack.engines.end()) return engine;
  throw Error(Code::usage, fmt::format("pack {} has no variant for \"{}\"", pack.name, base::printable(name)),
              fmt::format("it is there for {}", base::listed(pack.engines)));
}

std::vector<PackMigration> pack_migrations(const PackInfo& pack, const std::vector<PackFile>& files) {
  std::vector<PackMigration> result;
  for (const PackFile& file : files) {
    const PackPlace place = place_of(pack, file);
    if (place.migration && place.rest.ends_with(up_ending))
      result.push_back(read_migration(place, file.text));
  }
  return result;
}

}  // namespace tradewind::cli
