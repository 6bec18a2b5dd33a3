#include "cli/backup_before.hpp"

#include <fmt/format.h>

#include "cli/own_command.hpp"
#include "cli/signals.hpp"

namespace tradewind::cli {
namespace {

/// In doubt there is: the run itself will say what is wrong.
bool has_something_to_run(const ProjectDatabase& project, const Target& target) {
  try {
    Database database = open(project, {.create = false, .stop = &stop_requested()});
    return !Migrator(database, project.source, {.history_table = project.history_table})
                .plan(Direction::up, target)
                .empty();
  } catch (const Error& error) {
    // A file that the run will make holds nothing yet; a version may belong to another database.
    const bool no_file = error.code() == Code::no_such_database && project.engine == "sqlite";
    return !no_file && error.code() != Code::unknown_version;
  }
}

}  // namespace

bool backup_before_wanted(Context& context) {
  return backup_project(context.globals.project, context.environment()).before_up;
}

BackupBefore::BackupBefore(Context& context, const Target& target)
    : context_(context), project_(settings_of(context, {})) {
  std::vector<ProjectDatabase> concerned;
  for (const ProjectDatabase& database : context.databases()) {
    if (!has_something_to_run(database, target)) continue;
    concerned.push_back(database);
    names_.push_back(database.name);
  }
  if (concerned.empty()) return;
  BackupOptions options;
  options.folder = project_.folder;
  options.label = project_.label;
  options.reason = "before up";
  options.verify = true;
  BackupDisplay display(context.output);
  settle(options, project_, display);
  try {
    made_ = backup(concerned, options);
  } catch (const Error& error) {
    throw Error(error.code(),
                fmt::format("no backup could be made, so nothing was applied: {}", error.message()),
                error.hint());
  }
  context.document["backup"] = to_json(*made_);
  context.output.say(fmt::format("backed up and tried: {} ({}, {})\n", clean(made_->path.string()),
                                 bytes(made_->stored_size()), duration(made_->elapsed_ms)));
  tell_notes(context_.output, *made_);
}

bool BackupBefore::recorded(Visit& visit, const Backup& made) {
  try {
    return record_backup(visit.connection, visit.database.history_table, made.name);
  } catch (const Error& error) {
    context_.output.say(fmt::format("  the history does not name the backup: {}\n", clean(error.message())));
    return true;
  }
}

void BackupBefore::around(Visit& visit, const std::function<void()>& work) {
  const bool concerned = std::find(names_.begin(), names_.end(), visit.database.name) != names_.end();
  if (!made_ || !concerned) return work();
  // The first run makes the history.
  const bool known = recorded(visit, *made_);
  try {
    work();
  } catch (const Error&) {
    if (!known) recorded(visit, *made_);
    throw;
  }
  if (!known) recorded(visit, *made_);
}

void BackupBefore::tell_after_failure() {
  if (!made_) return;
  const std::string command = restore_command(context_, made_->path);
  context_.document["restore_command"] = command;
  context_.output.error(
      fmt::format("to go back to the backup taken before: {}{}\n", clean(command), needs_of(context_)));
}

void BackupBefore::remove_old() {
  if (!made_) return;
  try {
    remove_old_backups(project_.folder, made_->label, project_.retention, made_->name);
  } catch (const Error& error) {
    context_.output.error(fmt::format("old backups could not be removed: {}\n", clean(error.message())));
  }
}

}  // namespace tradewind::cli
