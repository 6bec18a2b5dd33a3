#include <tradewind/backup.hpp>
#include <tradewind/error.hpp>

#include "api/project_file.hpp"
#include "api/project_url.hpp"

namespace tradewind {
namespace {

namespace fs = std::filesystem;

fs::path below(const fs::path& folder, const fs::path& path) {
  if (folder.empty() || folder == "." || path.is_absolute()) return path;
  return (folder / path).lexically_normal();
}

fs::path named(const Environment& environment, const char* variable, const fs::path& working_directory,
               const std::optional<api::FileValue>& of_file, const fs::path& project,
               const fs::path& otherwise) {
  if (const auto value = api::variable(environment, variable)) return below(working_directory, *value);
  return of_file ? below(project, of_file->text) : otherwise;
}

}  // namespace

BackupProject backup_project(const ProjectOptions& options, const Environment& environment) {
  const auto file = api::read_project_file(options);
  const api::FileBackup says = file ? file->backup : api::FileBackup();
  const fs::path project = file ? file->path.parent_path() : options.working_directory;
  BackupProject result;
  result.folder = named(environment, "BACKUP_DIR", options.working_directory, says.directory, project,
                        below(project, "backups"));
  result.programs =
      named(environment, "TRADEWIND_PG_BIN", options.working_directory, says.programs, project, {});
  result.before_up = says.before.value_or(false);
  result.verify = says.verify.value_or(false);
  if (says.keep_days) result.retention.days = says.keep_days;
  if (says.keep) result.retention.count = static_cast<std::size_t>(*says.keep);
  result.jobs = static_cast<unsigned>(says.jobs.value_or(0));
  // A folder of backups can be looked at without a database.
  try {
    if (resolve_project(options, environment).size() > 1)
      result.label = fs::absolute(project / ".").lexically_normal().parent_path().filename().string();
  } catch (const Error& error) {
    if (error.code() != Code::configuration) throw;
  }
  return result;
}

}  // namespace tradewind
