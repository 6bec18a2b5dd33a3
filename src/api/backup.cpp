#include <tradewind/backup.hpp>

#include <fmt/format.h>
#include <tradewind/error.hpp>
#include <tradewind/schema.hpp>
#include <tradewind/version.hpp>

#include "api/database_implementation.hpp"
#include "base/durable_files.hpp"
#include "base/files.hpp"
#include "base/mapped.hpp"
#include "base/text.hpp"
#include "migration/history.hpp"
#include "ops/backup.hpp"
#include "ops/backup_set.hpp"
#include "ops/copy_check.hpp"
#include "ops/restore.hpp"
#include "postgres/catalog.hpp"
#include "postgres/copier.hpp"
#include "safety/schema.hpp"
#include "sqlite/catalog.hpp"
#include "sqlite/copier.hpp"

namespace tradewind {
namespace {

namespace fs = std::filesystem;

database::HistoryName history_name(const std::string& table) {
  const std::size_t dot = table.rfind('.');
  if (dot == std::string::npos) return {{}, table};
  return {table.substr(0, dot), table.substr(dot + 1)};
}

ops::Subject subject(const ProjectDatabase& project, const CopySettings& settings) {
  ops::Subject result;
  result.name = project.name;
  result.engine = project.engine;
  result.history_table = project.history_table;
  result.settings.url = database::Url::parse(project.url);
  result.settings.pragmas = project.pragmas;
  result.settings.create = false;
  result.settings.stop = settings.stop;
  const bool is_file = project.engine == "sqlite";
  result.copier = is_file ? &sqlite::copier() : &postgres::copier();
  const database::CatalogReader* catalog = is_file ? &sqlite::catalog_reader() : &postgres::catalog_reader();
  result.schema = [catalog, engine = project.engine,
                   table = project.history_table](database::Connection& connection) {
    return to_json(Schema{engine, safety::in_order(catalog->read(connection, history_name(table)))});
  };
  return result;
}

std::vector<ops::Subject> subjects(const std::vector<ProjectDatabase>& databases,
                                   const CopySettings& settings) {
  if (databases.empty()) throw Error(Code::usage, "there is no database to work on");
  return base::mapped(databases,
                      [&](const ProjectDatabase& database) { return subject(database, settings); });
}

Error none_there(const fs::path& folder) {
  return Error(Code::source_missing,
               fmt::format("there is no usable backup in {}", base::printable(folder.string())),
               "make one with `tradewind backup`, or name their folder with --folder");
}

}  // namespace

Backup backup(const std::vector<ProjectDatabase>& databases, const BackupOptions& options) {
  return ops::write_backup(subjects(databases, options), options, std::string(version()));
}

std::vector<Backup> backups(const fs::path& folder) {
  std::vector<Backup> found;
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.')) continue;
    std::error_code unreadable;
    const bool is_one = fs::exists(entry->path() / "metadata.json", unreadable);
    // What else stands there, such as lost+found, is nobody's business; a backup of somebody else's is told.
    if (is_one || (unreadable && ops::is_name_of_backup(name)))
      found.push_back(ops::read_backup(entry->path()));
  }
  if (failed && failed != std::errc::no_such_file_or_directory)
    base::fail_on_file("read", folder, failed.value());
  std::sort(found.begin(), found.end(), [](const Backup& a, const Backup& b) {
    return a.created_at == b.created_at ? a.name > b.name : a.created_at > b.created_at;
  });
  return found;
}

Backup find_backup(const fs::path& folder, std::string_view name) {
  std::error_code ignored;
  if (name.find('/') != std::string_view::npos && fs::exists(fs::path(name) / "metadata.json", ignored))
    return ops::read_backup(fs::path(name).lexically_normal());
  const std::vector<Backup> all = backups(folder);
  std::vector<const Backup*> fitting;
  for (const Backup& one : all) {
    if (one.name == name) return one;
    // What a restore has replaced is not what is wanted back.
    const bool wanted = one.problem.empty() && one.reason != "before restore";
    const bool fits = name.empty() ? wanted : one.name.find(name) != std::string::npos;
    if (fits) fitting.push_back(&one);
  }
  if (name.empty() && fitting.empty()) throw none_there(folder);
  if (fitting.size() == 1 || (name.empty() && !fitting.empty())) return *fitting.front();
  if (fitting.empty())
    throw Error(Code::source_missing,
                fmt::format("there is no backup \"{}\" in {}", base::printable(name),
                            base::printable(folder.string())),
                "`tradewind backups` lists them");
  throw Error(Code::usage,
              fmt::format("several backups have \"{}\" in their name: {}", base::printable(name),
                          base::listed(base::mapped(fitting, &Backup::name))),
              "write more of it");
}

Backup find_backup(const fs::path& folder, std::string_view name,
                   const std::vector<ProjectDatabase>& databases) {
  if (!name.empty()) return find_backup(folder, name);
  for (const Backup& one : backups(folder)) {
    const auto is_held = [&](const ProjectDatabase& database) {
      const ops::Subject wanted = subject(database, {});
      return ops::holds(one, wanted.copier->identity(wanted.settings));
    };
    const bool wanted = one.problem.empty() && one.reason != "before restore";
    if (wanted && std::all_of(databases.begin(), databases.end(), is_held)) return one;
  }
  const std::vector<std::string> names =
      base::mapped(databases, [](const ProjectDatabase& database) { return masked(database.url); });
  throw Error(Code::source_missing,
              fmt::format("there is no usable backup in {} that holds {}", base::printable(folder.string()),
                          base::listed(names)),
              "`tradewind backups` lists those there are; one of another database, or of only some of these, "
              "must be named");
}

std::string foreign_origin(const Backup& backup, const ProjectDatabase& database) {
  const ops::Subject wanted = subject(database, {});
  const BackupDatabase* held = ops::held_by(backup, wanted, true);
  const std::string identity = wanted.copier->identity(wanted.settings);
  return held == nullptr || held->identity == identity ? std::string() : held->identity;
}

void check_backup(const Backup& backup, const CopySettings& settings) {
  if (!backup.problem.empty())
    throw Error(Code::bad_file, fmt::format("the backup {} is damaged: {}", backup.name, backup.problem),
                "use another one: `tradewind backups` lists them");
  ops::check_files(backup,
                   base::mapped(backup.databases, [](const BackupDatabase& database) { return &database; }),
                   settings);
}

std::vector<Backup> remove_old_backups(const fs::path& folder, const std::string& label,
                                       const Retention& retention, std::string_view just_made) {
  ops::remove_unfinished(folder);
  std::vector<Backup> own = backups(folder);
  std::erase_if(own, [&](const Backup& one) { return one.label != label; });
  // A clock that went back makes it look older than others.
  std::stable_partition(own.begin(), own.end(), [&](const Backup& one) { return one.name == just_made; });
  const std::vector<Backup> gone = ops::let_go(own, retention, ops::moment_now().iso);
  for (const Backup& one : gone) {
    // First it is no backup any more, then its files go.
    const fs::path away = folder / fmt::format("{}{}", ops::unfinished_front, one.name);
    base::rename_durably(one.path, away);
    std::error_code failed;
    fs::remove_all(away, failed);
    if (failed) base::fail_on_file("remove", away, failed.value());
  }
  return gone;
}

RestoreResult restore(const Backup& backup, const std::vector<ProjectDatabase>& databases,
                      const RestoreOptions& options) {
  return ops::restore_backup(backup, subjects(databases, options), options, std::string(version()));
}

RestoredDatabase bring_back(const ProjectDatabase& database, const std::string& kept,
                            const CopySettings& settings) {
  return ops::bring_back(subject(database, settings), kept);
}

bool record_backup(Database& database, const std::string& history_table, const std::string& name) {
  migration::History history(*database.implementation().connection, history_table);
  history.find();
  if (!history.exists()) return false;
  history.record_backup(name, base::user_at_host());
  return true;
}

}  // namespace tradewind
