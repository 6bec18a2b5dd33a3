/// A project: which databases there are and where their migrations come from, resolved from options, the
/// environment and tradewind.toml in this order.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/database.hpp>
#include <tradewind/maintain.hpp>
#include <tradewind/source.hpp>

namespace [[gnu::visibility("default")]] tradewind {

/// One database of a project.
struct ProjectDatabase {
  std::string name;    ///< "default" where the project does not name it
  std::string url;     ///< with its password: do not print
  std::string engine;  ///< "postgresql" or "sqlite", by the URL
  Source source;
  std::string history_table = "schema_migrations";
  std::map<std::string, std::string> pragmas;  ///< of every connection to it, beside what the URL says
  std::string ledger;                          ///< the URL of the project's ledger; empty if it has none
  Source seeds;
  Source roles;
  std::string environment;        ///< "production", as the environment or the file says; else empty
  MaintenancePolicy upkeep = {};  ///< of the pack, with what the file's [maintain] says
};

/// What the caller (a command line, say) says; empty fields fall to the environment, then to the file.
struct ProjectOptions {
  std::string database = {};       ///< a URL, or the name of one of the file's databases
  std::string directory = {};      ///< --dir
  std::string pack = {};           ///< --pack
  std::string history_table = {};  ///< --history-table
  std::string config = {};         ///< the file; must exist if given; default tradewind.toml, if there
  std::filesystem::path working_directory = ".";
};

using Environment = std::map<std::string, std::string>;

/// The process environment with what the working directory's .env adds (it never overrides).
Environment environment(const std::filesystem::path& working_directory = ".");

/// Every database that the options, environment and file name: DATABASE_URL, else DATABASE_TYPE with
/// DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME, DB_SSLMODE, else the file. Throws Error{configuration}
/// with file, line and column.
std::vector<ProjectDatabase> resolve_project(const ProjectOptions& options, const Environment& environment);

/// Opens one of them as the project says: with its pragmas.
Database open(const ProjectDatabase& database, OpenOptions options = {});

/// The directory that `new` and `init` write to: --dir, else the file's, else "migrations".
std::filesystem::path migrations_directory(const ProjectOptions& options, const Environment& environment);

/// The database that the environment alone names, if it names one, with its password.
std::optional<std::string> environment_url(const Environment& environment);

/// The file of a SQLite URL, or none for a server's URL and for a database in memory. Throws
/// Error{configuration} for what is no URL.
std::optional<std::filesystem::path> database_file(std::string_view url);

/// A URL with its password replaced by "***": for output.
std::string masked(std::string_view url);

}  // namespace tradewind
