#include <fmt/format.h>

#include "base/mapped.hpp"
#include "base/text.hpp"
#include "cli/ask.hpp"
#include "cli/backup_display.hpp"
#include "cli/backup_list.hpp"
#include "cli/commands.hpp"
#include "cli/confirm.hpp"
#include "cli/each_database.hpp"
#include "cli/own_command.hpp"
#include "cli/run_result.hpp"
#include "cli/signals.hpp"

namespace tradewind::cli {
namespace {

struct Options : BackupCommand {
  std::string name;
  std::string bring_back;
  bool migrate = false;
  bool no_backup = false;
  bool elsewhere = false;
  bool no_owner = false;
};

/// One of the list, by its number or name.
Backup asked_for(Context& context, const BackupProject& project) {
  const std::vector<Backup> all = backups(project.folder);
  if (all.empty()) return find_backup(project.folder, {});
  context.output.error(backup_list(all, context.output.err_style(), true));
  context.output.error("which one? [number or name, nothing to leave] ");
  const auto line = typed_line();
  if (!line) context.output.error("\n");
  const std::string answer(base::trimmed(line.value_or("")));
  if (answer.empty()) throw Error(Code::interrupted, "no backup was chosen: nothing was changed");
  const bool is_number = answer.size() < 6 && answer.find_first_not_of("0123456789") == std::string::npos;
  const std::size_t number = is_number ? std::stoul(answer) : 0;
  if (number >= 1 && number <= all.size()) return all[number - 1];
  return find_backup(project.folder, answer);
}

Backup chosen(Context& context, const Options& command, const BackupProject& project,
              const std::vector<ProjectDatabase>& databases) {
  if (!command.name.empty()) return find_backup(project.folder, command.name);
  if (context.globals.yes && command.elsewhere)
    throw Error(Code::usage, "no backup is named, and one of another database is never chosen by itself",
                "`tradewind backups` lists them: name one");
  if (context.globals.yes) return find_backup(project.folder, {}, databases);
  if (can_ask()) return asked_for(context, project);
  context.output.error(backup_list(backups(project.folder), context.output.err_style(), false));
  throw Error(Code::usage, "no backup is named, and nobody is there to ask",
              "name one, or pass --yes for the newest good one");
}

/// A set holds only some of the databases if the others had nothing to be backed up for.
std::vector<ProjectDatabase> those_held(const Context& context, const std::vector<ProjectDatabase>& all,
                                        const Backup& backup) {
  if (!context.globals.project.database.empty() || all.size() < 2) return all;
  std::vector<ProjectDatabase> held;
  for (const ProjectDatabase& database : all) {
    const auto is_it = [&](const BackupDatabase& one) { return one.name == database.name; };
    if (std::any_of(backup.databases.begin(), backup.databases.end(), is_it)) held.push_back(database);
  }
  return held.empty() ? all : held;
}

/// True if the backup is of other databases, and they are meant.
bool confirm(Context& context, const Backup& backup, const std::vector<ProjectDatabase>& databases) {
  if (context.globals.yes) return false;
  const std::vector<std::string> urls =
      base::mapped(databases, [](const ProjectDatabase& database) { return clean(masked(database.url)); });
  std::vector<std::string> origins;
  for (const ProjectDatabase& database : databases) {
    if (const std::string other = foreign_origin(backup, database); !other.empty())
      origins.push_back(clean(other));
  }
  const std::string whose =
      origins.empty() ? ""
                      : fmt::format(", which is a backup of ANOTHER database, {}", base::listed(origins));
  const std::string question =
      fmt::format("Replace {} by {} of {}{}? What is there now is backed up and kept.", base::listed(urls),
                  clean(backup.name), readable_time(backup.created_at), whose);
  if (!can_ask())
    throw Error(Code::usage, "nobody is there to ask whether the database may be replaced",
                "pass --yes if it may");
  if (!confirmed(context, question)) throw Error(Code::interrupted, "not confirmed: nothing was changed");
  return !origins.empty();
}

std::string command_back(const Context& context, const RestoredDatabase& restored, bool several) {
  return fmt::format("{} restore --bring-back {}", command_of(context, several ? restored.name : ""),
                     quoted_for_shell(restored.kept));
}

void report(Context& context, const std::vector<RestoredDatabase>& restored, bool several) {
  context.document["databases"] = Json::array();
  for (const RestoredDatabase& one : restored) {
    const std::string back = one.kept.empty() ? std::string() : command_back(context, one, several);
    context.document["databases"].push_back({{"name", one.name},
                                             {"url", one.url},
                                             {"kept", one.kept.empty() ? Json() : Json(one.kept)},
                                             {"way_back", back.empty() ? Json() : Json(back)},
                                             {"notes", one.notes}});
    const std::string where = clean(one.url);
    context.output.say(fmt::format("{}: in place\n", where));
    if (!one.kept.empty())
      context.output.say(fmt::format("  what was there is kept as {}; to bring it back: {}{}\n",
                                     clean(one.kept), clean(back), needs_of(context)));
    for (const std::string& note : one.notes) context.output.say(fmt::format("  {}\n", clean(note)));
  }
}

int migrate(Context& context) {
  Json restored = context.document["databases"];
  const int status = on_each_database(context, applying, [&](Visit& visit) {
    report_run(context, visit, visit.migrator.up(), "applied", "nothing to apply");
    return 0;
  });
  for (Json& entry : context.document["databases"]) {
    for (const Json& one : restored) {
      if (one["name"] != entry["name"]) continue;
      for (const char* key : {"kept", "way_back", "notes"}) entry[key] = one[key];
    }
  }
  return status;
}

int restore_one(Context& context, const Options& command) {
  const BackupProject project = settings_of(context, command);
  const std::vector<ProjectDatabase> all = context.databases();
  const Backup backup = chosen(context, command, project, all);
  const std::vector<ProjectDatabase> databases = those_held(context, all, backup);
  const bool another = confirm(context, backup, databases);
  RestoreOptions options;
  options.folder = command.no_backup ? std::filesystem::path() : project.folder;
  options.label = project.label;
  options.elsewhere = command.elsewhere || another;
  options.no_owner = command.no_owner;
  RestoreResult result;
  {
    BackupDisplay display(context.output);
    settle(options, project, display);
    result = restore(backup, databases, options);
  }
  context.document["backup"] = backup.name;
  context.document["backup_before"] = result.backup_before.empty() ? Json() : Json(result.backup_before);
  context.document["elapsed_ms"] = result.elapsed_ms;
  context.output.say(fmt::format("{} restored in {}\n", clean(backup.name), duration(result.elapsed_ms)));
  if (!result.backup_before.empty())
    context.output.say(fmt::format("what was there is backed up as {}\n", clean(result.backup_before)));
  report(context, result.databases, all.size() > 1);
  return command.migrate ? migrate(context) : 0;
}

void confirm_bringing_back(Context& context, const std::string& kept, const ProjectDatabase& database) {
  if (context.globals.yes) return;
  if (!can_ask())
    throw Error(Code::usage, "nobody is there to ask whether the database may be replaced",
                "pass --yes if it may");
  const std::string question = fmt::format("Put {} into the place of {}? What is there now is kept.",
                                           clean(kept), clean(masked(database.url)));
  if (!confirmed(context, question)) throw Error(Code::interrupted, "not confirmed: nothing was changed");
}

int bring_one_back(Context& context, const Options& command) {
  const std::vector<ProjectDatabase> databases = context.databases();
  if (databases.size() != 1)
    throw Error(Code::usage, "the project has several databases", "say which one with --database NAME");
  confirm_bringing_back(context, command.bring_back, databases.front());
  const BackupProject project = settings_of(context, command);
  BackupDisplay display(context.output);
  CopySettings copy;
  settle(copy, project, display);
  report(context, {bring_back(databases.front(), command.bring_back, copy)}, false);
  return 0;
}

}  // namespace

void add_restore(Commands& commands) {
  auto options = std::make_shared<Options>();
  CLI::App& app = commands.add({
      .name = "restore",
      .synopsis = "[NAME]",
      .group = "Operations",
      .summary = "puts a backup in the place of the databases",
      .details =
          "Checks the backup, backs up what is there, loads the backup beside it, compares rows and schema, "
          "and\n"
          "only then exchanges the two: until that moment, and if anything fails, the old database stays. It "
          "is\n"
          "kept under a dated name, with the command that brings it back. PostgreSQL's sessions are ended;\n"
          "programs that have a SQLite file open must be stopped first. Without NAME the backups are listed "
          "to\n"
          "choose from; --yes takes the newest good one of just these databases.",
      .examples = "tradewind restore\ntradewind restore 20260114T093012Z_trades --yes\n"
                  "tradewind restore --bring-back trades_before_20260115t101500z",
      .action =
          [options](Context& context) {
            return options->bring_back.empty() ? restore_one(context, *options)
                                               : bring_one_back(context, *options);
          },
  });
  app.add_option("NAME", options->name, "a backup's name, a part of it, or its folder");
  app.add_option("--folder", options->folder, "where backups are (default: backups, BACKUP_DIR)")
      ->type_name("DIR");
  app.add_flag("--migrate", options->migrate, "apply pending migrations afterwards");
  app.add_flag("--no-backup", options->no_backup, "do not back up what is there: it is past saving");
  app.add_flag("--elsewhere", options->elsewhere, "into another database than the backup was made of");
  app.add_flag("--no-owner", options->no_owner,
               "PostgreSQL: all belongs to the user who restores, no grants");
  app.add_option("--bring-back", options->bring_back, "put what a restore has kept into its place again")
      ->type_name("KEPT");
  app.add_option("--jobs", options->jobs, "tables that pg_restore loads at once")->type_name("N");
}

}  // namespace tradewind::cli
