#include "cli/pack_layout.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>
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

struct Made {
  std::string kind;
  std::string name;
};

/// What a line that begins with CREATE makes; nothing for a partition.
Made made_by(std::string_view line) {
  const std::string small = base::lower(base::trimmed(line));
  if (!small.starts_with("create") || small.find("partition of") != std::string::npos) return {};
  const std::vector<std::string_view> words = words_of(small);
  // What is replaced was made before.
  if (words.size() > 1 && words[1] == "or") return {};
  constexpr std::array<std::string_view, 5> kinds = {"table", "index", "view", "function", "trigger"};
  for (std::size_t i = 1; i < words.size() && i < 5; ++i) {
    if (std::find(kinds.begin(), kinds.end(), words[i]) == kinds.end()) continue;
    std::size_t at = i + 1;
    if (at < words.size() && words[at] == "concurrently") ++at;
    if (at < words.size() && words[at] == "if") at += 3;
    const bool named = at < words.size() && words[at] != "(";
    return {std::string(words[i]), named ? std::string(words[at]) : std::string()};
  }
  return {};
}

void count(const std::string& kind, PackCounts& counts) {
  if (kind == "table") ++counts.tables;
  if (kind == "index") ++counts.indexes;
  if (kind == "view") ++counts.views;
  if (kind == "function") ++counts.functions;
  if (kind == "trigger") ++counts.triggers;
}

/// The text of COMMENT ON TABLE name IS '...'; empty if there is none.
std::string comment_on_table(std::string_view text, const std::string& table) {
  const std::size_t at = text.find(fmt::format("COMMENT ON TABLE {} IS", table));
  std::size_t i = at == text.npos ? at : text.find('\'', at);
  if (i == text.npos) return {};
  std::string comment;
  for (++i; i < text.size(); ++i) {
    if (text[i] == '\'' && (i + 1 == text.size() || text[i + 1] != '\'')) break;
    if (text[i] == '\'') ++i;
    comment += text[i];
  }
  return comment;
}

std::string description_in(std::string_view text) {
  constexpr std::string_view key = "-- Description:";
  const std::size_t at = text.find(key);
  if (at == text.npos) return {};
  const std::string_view rest = text.substr(at + key.size());
  return std::string(base::trimmed(rest.substr(0, rest.find('\n'))));
}

PackMigration read_migration(const PackPlace& place, std::string_view text) {
  PackMigration migration;
  migration.version = place.rest.substr(0, place.rest.size() - up_ending.size());
  migration.engine = place.engine;
  migration.database = place.database;
  migration.description = description_in(text);
  std::string before;  // the comment lines right before
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    const Made made = line.starts_with(' ') ? Made() : made_by(line);
    count(made.kind, migration.counts);
    if (made.kind == "table") {
      const std::string comment = comment_on_table(text, made.name);
      migration.tables.push_back({made.name, comment.empty() ? before : comment});
    }
    const bool is_comment = line.starts_with("-- ");
    before =
        is_comment ? fmt::format("{}{}{}", before, before.empty() ? "" : " ", line.substr(3)) : std::string();
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
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

PackCounts& PackCounts::operator+=(const PackCounts& other) {
  tables += other.tables;
  indexes += other.indexes;
  views += other.views;
  functions += other.functions;
  triggers += other.triggers;
  return *this;
}

std::vector<PackScript> pack_scripts(const PackInfo& pack, const std::vector<PackFile>& files,
                                     std::string_view folder) {
  std::vector<PackScript> result;
  for (const PackFile& file : files) {
    const PackPlace place = place_of(pack, file);
    const std::filesystem::path path = place.rest;
    if (place.engine.empty() || path.parent_path() != folder) continue;
    result.push_back({path.stem().string(), place.engine, place.database, description_in(file.text)});
  }
  return result;
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
