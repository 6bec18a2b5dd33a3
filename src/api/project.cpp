#include <tradewind/project.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "api/maintain_policy.hpp"
#include "api/project_file.hpp"
#include "api/project_url.hpp"
#include "base/mapped.hpp"
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

Source migrations_of_pack(const std::string& text, const std::string& database) {
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
    declared_ = file_ && !file_->databases.empty() ? file_->databases : databases_of_pack();
  }

  std::vector<ProjectDatabase> databases() const {
    if (const api::FileSettings* named = named_database()) return {from_file(*named)};
    if (!options_.database.empty()) return {from_url(flag_url())};
    if (const auto url = api::environment_url(environment_)) return {from_url(*url)};
    if (declared_.empty()) throw nothing_named();
    return base::mapped(declared_, [&](const api::FileSettings& settings) { return from_file(settings); });
  }

  std::filesystem::path directory() const {
    if (!options_.pack.empty()) throw pack_instead(options_.pack);
    if (!options_.directory.empty()) return below(options_.working_directory, options_.directory);
    const std::vector<Origin> origins =
        base::mapped(concerned(), [&](const api::FileSettings* settings) { return origin(*settings); });
    const auto differs = [&](const Origin& other) { return other.directory != origins.front().directory; };
    if (std::any_of(origins.begin(), origins.end(), differs)) throw several_directories();
    if (!origins.front().pack.empty()) throw pack_instead(origins.front().pack);
    return origins.front().directory;
  }

 private:
  /// A pack for several databases says itself where they are.
  std::vector<api::FileSettings> databases_of_pack() const {
    const std::string name = origin({}).pack;
    if (name.empty() || name.find('/') != std::string::npos) return {};
    const PackInfo info = pack_info(name);
    std::vector<api::FileSettings> result;
    for (std::size_t i = 0; i < info.databases.size(); ++i) {
      api::FileSettings& settings = result.emplace_back();
      settings.name = info.databases[i];
      settings.url = api::FileValue{"sqlite:" + info.files[i], {}};
    }
    return result;
  }

  const api::FileSettings* named_database() const {
    if (options_.database.empty()) return nullptr;
    const auto found = std::find_if(declared_.begin(), declared_.end(),
                                    [&](const auto& d) { return d.name == options_.database; });
    return found == declared_.end() ? nullptr : &*found;
  }

  /// The settings that decide where migrations are: those of the databases that a command would work on.
  std::vector<const api::FileSettings*> concerned() const {
    static const api::FileSettings nothing;
    if (!file_) return {&nothing};
    if (const api::FileSettings* named = named_database()) return {named};
    const bool elsewhere = !options_.database.empty() || api::environment_url(environment_);
    if (elsewhere || file_->databases.empty()) return {&file_->defaults};
    return base::mapped(file_->databases, [](const api::FileSettings& settings) { return &settings; });
  }

  std::string flag_url() const {
    const std::string& text = options_.database;
    const bool looks_like_url =
        text.find(':') != std::string::npos || text.find_first_of("/.=") != std::string::npos;
    if (looks_like_url) return text;
    const std::vector<std::string> names = base::mapped(declared_, &api::FileSettings::name);
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
    const api::FileSettings settings = file_ ? file_->defaults : api::FileSettings{};
    return database(std::string(default_name), url, engine, settings, false);
  }

  ProjectDatabase from_file(const api::FileSettings& settings) const {
    if (!settings.url) throw nothing_named();
    const api::FileValue& written = *settings.url;
    std::string url = filled_in(written);
    const std::string engine = engine_of(url, written.at);
    if (const auto path = api::file_path(url)) url = api::with_path(url, file_of_project(*path));
    return database(settings.name, url, engine, settings, true);
  }

  /// DB_PATH_PREFIX makes a set of files of its own.
  std::filesystem::path file_of_project(const std::filesystem::path& path) const {
    const std::string prefix = api::variable(environment_, "DB_PATH_PREFIX").value_or("");
    return below(folder(), path.parent_path() / (prefix + path.filename().string()));
  }

  ProjectDatabase database(const std::string& name, const std::string& url, const std::string& engine,
                           const api::FileSettings& settings, bool declared) const {
    const Origin where = origin(settings);
    const PackInfo pack =
        where.pack.empty() ? PackInfo() : pack_info(where.pack.substr(0, where.pack.find('/')));
    std::map<std::string, std::string> pragmas;
    if (engine == "sqlite") {
      if (file_) pragmas = file_->pragmas;
      pragmas.insert(pack.pragmas.begin(), pack.pragmas.end());
    }
    return {.name = name,
            .url = url,
            .engine = engine,
            .source = source(where, name),
            .history_table = history_table(&settings),
            .pragmas = std::move(pragmas),
            .ledger = ledger(declared ? pack.ledger : std::string()),
            .seeds = scripts(where, name, Scripts::seeds, settings),
            .roles = scripts(where, name, Scripts::roles, settings),
            .environment = stage(settings),
            .upkeep = upkeep(where, name)};
  }

  /// A pack for several databases has rules for each.
  MaintenancePolicy upkeep(const Origin& where, const std::string& name) const {
    MaintenancePolicy policy;
    const std::size_t slash = std::min(where.pack.find('/'), where.pack.size());
    if (!where.pack.empty()) {
      const std::string part = slash < where.pack.size() ? where.pack.substr(slash + 1) : name;
      api::apply(api::pack_policy(where.pack.substr(0, slash)), part, policy);
    }
    if (file_ && file_->upkeep) api::apply(*file_->upkeep, name, policy);
    return policy;
  }

  /// The file's, else the pack's for the databases that it says itself where they are.
  std::string ledger(const std::string& of_pack) const {
    if (file_ && file_->no_ledger) return {};
    const std::string path = file_ && file_->ledger ? file_->ledger->text : of_pack;
    return path.empty() ? path : "sqlite:" + file_of_project(path).string();
  }

  enum class Scripts { seeds, roles };

  /// Of one of several databases: in a folder of its name.
  Source scripts(const Origin& where, const std::string& name, Scripts kind,
                 const api::FileSettings& own) const {
    const auto key = kind == Scripts::seeds ? &api::FileSettings::seeds : &api::FileSettings::roles;
    if (const auto& written = own.*key) return Source::directory(below(folder(), written->text));
    const std::optional<api::FileValue> of_all = file_ ? file_->defaults.*key : std::nullopt;
    if (!of_all && !where.pack.empty()) return pack_source(where.pack, name, kind);
    std::filesystem::path path = of_all ? of_all->text : kind == Scripts::seeds ? "seeds" : "roles";
    if (declared_.size() > 1) path /= name;
    return Source::directory(below(folder(), path));
  }

  /// "production" if anything says so: to be told once too often does no harm.
  std::string stage(const api::FileSettings& own) const {
    std::vector<std::string> said;
    for (const char* name : {"TRADEWIND_ENV", "APP_ENV"}) {
      if (const auto value = api::variable(environment_, name)) said.push_back(base::lower(*value));
    }
    if (own.environment) said.push_back(base::lower(own.environment->text));
    if (file_ && file_->defaults.environment) said.push_back(base::lower(file_->defaults.environment->text));
    for (const std::string& text : said) {
      if (text == "production" || text == "prod" || text == "live") return "production";
    }
    return said.empty() ? std::string() : said.front();
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

  static Source pack_source(const std::string& text, const std::string& database, Scripts kind) {
    const std::size_t slash = text.find('/');
    const std::string name = text.substr(0, slash);
    std::string part = slash == std::string::npos ? std::string() : text.substr(slash + 1);
    if (slash == std::string::npos && !pack_info(name).databases.empty()) part = database;
    return kind == Scripts::seeds ? Source::pack_seeds(name, part) : Source::pack_roles(name, part);
  }

  static Source source(const Origin& origin, const std::string& database) {
    return origin.pack.empty() ? Source::directory(origin.directory)
                               : migrations_of_pack(origin.pack, database);
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
    return Error(Code::usage, "the project's databases have directories of their own",
                 fmt::format("say for which one with --database: {}",
                             base::listed(base::mapped(declared_, &api::FileSettings::name))));
  }

  const ProjectOptions& options_;
  const Environment& environment_;
  std::optional<api::ProjectFile> file_;
  std::vector<api::FileSettings> declared_;  ///< the file's databases, else those of the pack
};

}  // namespace

std::vector<ProjectDatabase> resolve_project(const ProjectOptions& options, const Environment& environment) {
  return Resolver(options, environment).databases();
}

Database open(const ProjectDatabase& database, OpenOptions options) {
  options.pragmas.insert(database.pragmas.begin(), database.pragmas.end());
  return Database::open(database.url, options);
}

std::filesystem::path migrations_directory(const ProjectOptions& options, const Environment& environment) {
  return Resolver(options, environment).directory();
}

std::optional<std::string> environment_url(const Environment& environment) {
  return api::environment_url(environment);
}

std::optional<std::filesystem::path> database_file(std::string_view url) {
  return api::file_path(url);
}

std::string masked(std::string_view url) {
  return database::mask_password(url);
}

}  // namespace tradewind
