#include <tradewind/project.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "api/project_file.hpp"
#include "api/project_url.hpp"
#include "base/text.hpp"
#include "database/url.hpp"

namespace tradewind {
namespace {

constexpr std::string_view default_directory = "migrations";
constexpr std::string_view default_name = "default";
constexpr std::string_view default_history_table = "schema_migrations";

/// Where the migrations of one database come from, as text.
struct Origin {
  std::string directory;
  std::string pack;
};

std::filesystem::path below(const std::filesystem::path& folder, const std::filesystem::path& path) {
  if (folder.empty() || folder == "." || path.is_absolute()) return path;
  return (folder / path).lexically_normal();
}

Source pack_source(const std::string& text, const std::string& database) {
  const std::size_t slash = text.find('/');
  const std::string name = text.substr(0, slash);
  if (slash != std::string::npos) return Source::pack(name, text.substr(slash + 1));
  const PackInfo info = pack_info(name);
  if (info.databases.empty()) return Source::pack(name);
  if (std::find(info.databases.begin(), info.databases.end(), database) != info.databases.end()) {
    return Source::pack(name, database);
  }
  throw Error(
      Code::configuration,
      fmt::format("pack {} is for several databases: {}", name, base::listed(info.databases)),
      fmt::format("say which one, such as --pack {}/{}, or make a project of all with `tradewind init "
                  "--pack {}`",
                  name, info.databases.front(), name));
}

/// Parses the URL, so that a mistake is found before anything is opened.
std::string engine_of(const std::string& url, const Location& at = {}) {
  try {
    return database::Url::parse(url).scheme;
  } catch (const Error& error) {
    throw at.file.empty() ? error : Error(error).at(at);
  }
}

class Resolver {
 public:
  Resolver(const ProjectOptions& options, const Environment& environment)
      : options_(options), environment_(environment), file_(api::read_project_file(options)) {
    if (!options.directory.empty() && !options.pack.empty()) {
      throw Error(Code::usage, "both --dir and --pack",
                  "migrations come from a directory or from a pack: give one");
    }
  }

  std::vector<ProjectDatabase> databases() const {
    if (const api::FileSettings* named = named_database()) return {from_file(*named)};
    if (!options_.database.empty()) return {from_url(flag_url())};
    if (const auto url = api::environment_url(environment_)) return {from_url(*url)};
    if (!file_ || file_->databases.empty()) throw nothing_named();
    std::vector<ProjectDatabase> result;
    for (const api::FileSettings& settings : file_->databases) result.push_back(from_file(settings));
    return result;
  }

  std::filesystem::path directory() const {
    if (!options_.pack.empty()) throw pack_instead(options_.pack);
    if (!options_.directory.empty()) return below(options_.working_directory, options_.directory);
    std::vector<Origin> origins;
    for (const api::FileSettings* settings : concerned()) origins.push_back(origin(*settings));
    const auto differs = [&](const Origin& other) { return other.directory != origins.front().directory; };
    if (std::any_of(origins.begin(), origins.end(), differs)) throw several_directories();
    if (!origins.front().pack.empty()) throw pack_instead(origins.front().pack);
    return origins.front().directory;
  }

 private:
  const api::FileSettings* named_database() const {
    if (!file_ || options_.database.empty()) return nullptr;
    const auto& all = file_->databases;
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& d) { return d.name == options_.database; });
    return found == all.end() ? nullptr : &*found;
  }

  /// The settings that decide where migrations are: those of the databases that a command would work on.
  std::vector<const api::FileSettings*> concerned() const {
    static const api::FileSettings nothing;
    if (!file_) return {&nothing};
    if (const api::FileSettings* named = named_database()) return {named};
    const bool elsewhere = !options_.database.empty() || api::environment_url(environment_);
    if (elsewhere || file_->databases.empty()) return {&file_->defaults};
    std::vector<const api::FileSettings*> all;
    for (const api::FileSettings& settings : file_->databases) all.push_back(&settings);
    return all;
  }

  std::string flag_url() const {
    const std::string& text = options_.database;
    const bool looks_like_url =
        text.find(':') != std::string::npos || text.find_first_of("/.=") != std::string::npos;
    if (looks_like_url) return text;
    std::vector<std::string> names;
    if (file_) {
      for (const auto& database : file_->databases) names.push_back(database.name);
    }
    const std::string meant = base::nearest(text, names);
    const std::string named = names.empty() ? "" : fmt::format("; the databases are {}", base::listed(names));
    throw Error(Code::configuration,
                fmt::format("\"{}\" is neither a database URL nor the name of a database of this project",
                            base::printable(text)),
                meant.empty() ? fmt::format("for a SQLite file of this name write sqlite:{}{}", text, named)
                              : fmt::format("did you mean \"{}\"?", meant));
  }

  ProjectDatabase from_url(const std::string& text) const {
    std::string url = text;
    const std::string engine = engine_of(url);
    if (const auto path = api::file_path(url)) url = moved(url, *path, options_.working_directory);
    const std::string name(default_name);
    const Origin where = origin(file_ ? file_->defaults : api::FileSettings{});
    return {name, url, engine, source(where, name), history_table(nullptr)};
  }

  ProjectDatabase from_file(const api::FileSettings& settings) const {
    std::string url = filled_in(*settings.url);
    const std::string engine = engine_of(url, settings.url->at);
    if (const auto path = api::file_path(url)) {
      const std::string prefix = api::variable(environment_, "DB_PATH_PREFIX").value_or("");
      const std::filesystem::path named = path->parent_path() / (prefix + path->filename().string());
      url = moved(prefix.empty() ? url : api::with_path(url, named), named, folder());
    }
    return {settings.name, url, engine, source(origin(settings), settings.name), history_table(&settings)};
  }

  std::string filled_in(const api::FileValue& url) const {
    try {
      return api::with_variables(url.text, environment_);
    } catch (const Error& error) {
      throw Error(error).at(url.at);
    }
  }

  static std::string moved(const std::string& url, const std::filesystem::path& path,
                           const std::filesystem::path& folder) {
    const std::filesystem::path target = below(folder, path);
    return target == path ? url : api::with_path(url, target);
  }

  std::filesystem::path folder() const {
    return file_ ? file_->path.parent_path() : options_.working_directory;
  }

  Origin origin(const api::FileSettings& own) const {
    if (!options_.directory.empty()) return {below(options_.working_directory, options_.directory), {}};
    if (!options_.pack.empty()) return {{}, options_.pack};
    for (const api::FileSettings* settings : {&own, file_ ? &file_->defaults : nullptr}) {
      if (settings == nullptr) continue;
      if (settings->directory) return {below(folder(), settings->directory->text), {}};
      if (settings->pack) return {{}, settings->pack->text};
    }
    return {below(folder(), default_directory), {}};
  }

  static Source source(const Origin& origin, const std::string& database) {
    return origin.pack.empty() ? Source::directory(origin.directory) : pack_source(origin.pack, database);
  }

  std::string history_table(const api::FileSettings* own) const {
    if (!options_.history_table.empty()) return options_.history_table;
    if (own != nullptr && own->history_table) return own->history_table->text;
    if (file_ && file_->defaults.history_table) return file_->defaults.history_table->text;
    return std::string(default_history_table);
  }

  static Error nothing_named() {
    return Error(
        Code::configuration, "no database is named",
        "pass --database URL (postgresql://user@host/database, or sqlite:PATH), set DATABASE_URL, or make "
        "a project with `tradewind init`");
  }
  static Error pack_instead(const std::string& pack) {
    return Error(
        Code::configuration, fmt::format("the migrations come from the pack {}, not from a directory", pack),
        fmt::format("write the pack's files out with `tradewind pack export {} migrations` and set dir, or "
                    "pass --dir",
                    pack));
  }
  Error several_directories() const {
    std::vector<std::string> names;
    for (const auto& database : file_->databases) names.push_back(database.name);
    return Error(Code::usage, "the project's databases have directories of their own",
                 fmt::format("say for which one with --database: {}", base::listed(names)));
  }

  const ProjectOptions& options_;
  const Environment& environment_;
  std::optional<api::ProjectFile> file_;
};

}  // namespace

std::vector<ProjectDatabase> resolve_project(const ProjectOptions& options, const Environment& environment) {
  return Resolver(options, environment).databases();
}

std::filesystem::path migrations_directory(const ProjectOptions& options, const Environment& environment) {
  return Resolver(options, environment).directory();
}

std::string masked(std::string_view url) {
  return database::mask_password(url);
}

}  // namespace tradewind
