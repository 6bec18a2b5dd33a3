#include "api/project_file.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "database/url.hpp"

namespace tradewind::api {
namespace {

constexpr std::string_view default_file = "tradewind.toml";
constexpr std::string_view file_help = "see docs/configuration.md for every key of tradewind.toml";

std::string line_of(std::string_view text, std::size_t line) {
  for (std::size_t number = 1; number < line && !text.empty(); ++number) {
    text.remove_prefix(
        std::min(text.size(), text.find('\n') == text.npos ? text.size() : text.find('\n') + 1));
  }
  std::string_view found = text.substr(0, text.find('\n'));
  if (found.ends_with('\r')) found.remove_suffix(1);
  return std::string(found);
}

class Reader {
 public:
  Reader(std::filesystem::path path, std::string text) : path_(std::move(path)), text_(std::move(text)) {}

  ProjectFile read() {
    const toml::table table = parse();
    ProjectFile file;
    file.path = path_;
    file.defaults = settings(table, "default", true);
    if (const toml::node* pragmas = table.get("sqlite")) file.pragmas = read_pragmas(*pragmas);
    if (const toml::node* ledger = table.get("ledger")) read_ledger(*ledger, file);
    if (const toml::node* backup = table.get("backup")) read_backup(*backup, file.backup);
    if (const toml::node* upkeep = table.get("maintain")) {
      file.upkeep =
          read_policy(*upkeep, [&](const std::string& message, const toml::node& at, std::string hint) {
            return problem(message, location(at.source().begin), std::move(hint));
          });
    }
    if (const toml::node* databases = table.get("database")) file.databases = read_databases(*databases);
    if (file.defaults.url && !file.databases.empty()) {
      throw problem("both a top-level url and [database.NAME] tables", file.defaults.url->at,
                    "move the url into a table of its own, such as [database.main]");
    }
    if (file.defaults.url) file.databases.push_back(file.defaults);
    return file;
  }

 private:
  toml::table parse() const {
    try {
      return toml::parse(text_, path_.string());
    } catch (const toml::parse_error& error) {
      throw problem(std::string(error.description()), location(error.source().begin), std::string(file_help));
    }
  }

  const toml::table& as_table(const toml::node& node, std::string_view name, const char* hint) const {
    if (const toml::table* table = node.as_table()) return *table;
    throw problem(fmt::format("\"{}\" must be a table", name), location(node.source().begin), hint);
  }

  std::map<std::string, std::string> read_pragmas(const toml::node& node) const {
    std::map<std::string, std::string> pragmas;
    for (const auto& [key, value] : as_table(node, "sqlite", "write [sqlite] and the pragmas below it")) {
      const auto number = value.value_exact<std::int64_t>();
      const auto flag = value.value_exact<bool>();
      pragmas[std::string(key.str())] = number ? std::to_string(*number)
                                        : flag ? std::string(*flag ? "on" : "off")
                                               : text(key, value).text;
    }
    return pragmas;
  }

  void read_ledger(const toml::node& node, ProjectFile& file) const {
    for (const auto& [key, value] : as_table(node, "ledger", "write [ledger] and its path below it")) {
      if (key.str() == "path") {
        file.ledger = text(key, value);
      } else if (key.str() == "enabled" && value.is_boolean()) {
        file.no_ledger = !value.value_or(true);
      } else {
        throw problem(
            fmt::format("\"ledger.{}\" is unknown, or no true or false", base::printable(key.str())),
            location(key.source().begin), "write path = \"...\", or enabled = false");
      }
    }
  }

  void read_backup(const toml::node& node, FileBackup& backup) const {
    for (const auto& [key, value] : as_table(node, "backup", "write [backup] and its keys below it")) {
      if (key.str() == "dir") {
        backup.directory = text(key, value);
      } else if (key.str() == "programs") {
        backup.programs = text(key, value);
      } else if (key.str() == "before") {
        backup.before = flag(key, value);
      } else if (key.str() == "verify") {
        backup.verify = flag(key, value);
      } else if (key.str() == "keep_days") {
        backup.keep_days = number(key, value);
      } else if (key.str() == "keep") {
        backup.keep = number(key, value);
      } else if (key.str() == "jobs") {
        backup.jobs = number(key, value);
      } else {
        throw problem(fmt::format("unknown key \"backup.{}\"", base::printable(key.str())),
                      location(key.source().begin),
                      "the keys are dir, programs, before, verify, keep_days, keep and jobs");
      }
    }
  }

  bool flag(const toml::key& key, const toml::node& node) const {
    if (const auto value = node.value_exact<bool>()) return *value;
    throw problem(fmt::format("\"{}\" must be true or false", key.str()), location(node.source().begin),
                  fmt::format("write {} = true", key.str()));
  }

  int number(const toml::key& key, const toml::node& node) const {
    const auto value = node.value_exact<std::int64_t>();
    if (value && *value >= 1 && *value <= 100000) return static_cast<int>(*value);
    throw problem(fmt::format("\"{}\" must be a number from 1 on", key.str()), location(node.source().begin),
                  fmt::format("write {} = 30", key.str()));
  }

  std::vector<FileSettings> read_databases(const toml::node& node) {
    const toml::table* tables = node.as_table();
    if (tables == nullptr) {
      throw problem("\"database\" must be a table for each database", location(node.source().begin),
                    "write [database.main] and its url below it");
    }
    std::vector<std::pair<toml::source_position, FileSettings>> found;
    for (const auto& [key, value] : *tables)
      found.emplace_back(key.source().begin, read_database(key, value));
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<FileSettings> databases;
    databases.reserve(found.size());
    for (auto& [position, database] : found) databases.push_back(std::move(database));
    return databases;
  }

  FileSettings read_database(const toml::key& key, const toml::node& node) {
    const Location at = location(key.source().begin);
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      throw problem(fmt::format("\"database.{}\" must be a table", key.str()), at,
                    fmt::format("write [database.{}] and its url below it", key.str()));
    }
    FileSettings result = settings(*table, std::string(key.str()), false);
    if (!result.url) {
      throw problem(fmt::format("database \"{}\" has no url", key.str()), at,
                    "add url = \"postgresql://...\" or url = \"sqlite:PATH\"");
    }
    return result;
  }

  FileSettings settings(const toml::table& table, std::string name, bool top) {
    FileSettings result;
    result.name = std::move(name);
    for (const auto& [key, value] : table) {
      if (top && (key.str() == "database" || key.str() == "sqlite" || key.str() == "ledger" ||
                  key.str() == "backup" || key.str() == "maintain"))
        continue;
      *slot(result, key, top) = text(key, value);
    }
    if (result.directory && result.pack) {
      throw problem("both dir and pack", result.pack->at,
                    "keep one: migrations come from a directory or a pack");
    }
    return result;
  }

  std::optional<FileValue>* slot(FileSettings& settings, const toml::key& key, bool top) const {
    if (key.str() == "url") return &settings.url;
    if (key.str() == "dir") return &settings.directory;
    if (key.str() == "pack") return &settings.pack;
    if (key.str() == "history_table") return &settings.history_table;
    if (key.str() == "seeds") return &settings.seeds;
    if (key.str() == "roles") return &settings.roles;
    if (key.str() == "environment") return &settings.environment;
    static const std::array<std::string, 12> known = {"url",    "dir",    "pack",        "history_table",
                                                      "seeds",  "roles",  "environment", "database",
                                                      "sqlite", "ledger", "backup",      "maintain"};
    const std::span<const std::string> candidates(known.data(), top ? known.size() : known.size() - 5);
    const std::string meant = base::nearest(key.str(), candidates);
    throw problem(fmt::format("unknown key \"{}\"", base::printable(key.str())), location(key.source().begin),
                  meant.empty() ? fmt::format("the keys are {}", base::listed(candidates))
                                : fmt::format("did you mean \"{}\"?", meant));
  }

  FileValue text(const toml::key& key, const toml::node& node) const {
    const Location at = location(node.source().begin);
    const auto value = node.value_exact<std::string>();
    if (!value || value->empty()) {
      throw problem(fmt::format("\"{}\" must be {}", key.str(), value ? "something" : "a text"), at,
                    fmt::format("write {} = \"...\", with quotes", key.str()));
    }
    return {*value, at};
  }

  Location location(const toml::source_position& position) const {
    return {path_.string(), position.line, position.column};
  }

  Error problem(const std::string& message, const Location& at, std::string hint) const {
    const std::string line = line_of(text_, at.line);
    const std::string shown = database::mask_password(line);
    // Where a password was taken out, the column no longer fits.
    return Error(Code::configuration, message, std::move(hint))
        .at(at)
        .with_excerpt(shown, shown == line ? at.column : 0);
  }

  std::filesystem::path path_;
  std::string text_;
};

}  // namespace

std::optional<ProjectFile> read_project_file(const ProjectOptions& options) {
  const bool asked = !options.config.empty();
  const std::filesystem::path name = asked ? std::filesystem::path(options.config) : default_file;
  const std::filesystem::path path = (options.working_directory / name).lexically_normal();
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    if (!asked) return std::nullopt;
    throw Error(Code::configuration, fmt::format("there is no file {}", base::printable(path.string())),
                "name an existing file with --config, or make one with `tradewind init`");
  }
  return Reader(path, base::read_file(path)).read();
}

}  // namespace tradewind::api
