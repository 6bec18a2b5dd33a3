#include <fmt/format.h>

#include "cli/backup_display.hpp"
#include "cli/commands.hpp"
#include "cli/own_command.hpp"
#include "cli/table.hpp"

namespace tradewind::cli {
namespace {

struct Options : BackupCommand {
  bool verify = false;
  bool sql = false;
  std::optional<std::string> compress;
};

std::string summary(const Backup& backup, const Style& style) {
  Table table({"DATABASE", "ENGINE", ">SIZE", ">STORED", ">TABLES", ">ROWS", "NEWEST MIGRATION", ">TIME"});
  for (const BackupDatabase& database : backup.databases) {
    std::uint64_t stored = 0;
    for (const BackupFile& file : database.files) stored += file.size;
    std::int64_t rows = 0;
    for (const BackupTable& one : database.tables) rows += one.rows;
    table.add({{clean(database.called)},
               {database.engine},
               {bytes(database.size)},
               {bytes(stored)},
               {std::to_string(database.tables.size())},
               {std::to_string(rows)},
               {database.history_head.empty() ? "none" : clean(database.history_head)},
               {duration(database.elapsed_ms)}});
  }
  return table.text(style);
}

void remove_old(Context& context, const BackupProject& project, const Backup& made) {
  context.document["removed"] = Json::array();
  std::vector<Backup> removed;
  try {
    removed = remove_old_backups(project.folder, made.label, project.retention, made.name);
  } catch (Error& error) {
    error.with_hint(fmt::format("the backup {} was made; old ones are in the way until this can be removed",
                                clean(made.name)));
    throw;
  }
  for (const Backup& gone : removed) {
    context.document["removed"].push_back(gone.name);
    context.output.say(fmt::format("removed {} ({})\n", clean(gone.name), bytes(gone.stored_size())));
  }
}

int make(Context& context, const Options& command) {
  const BackupProject project = settings_of(context, command);
  BackupOptions options;
  options.folder = project.folder;
  options.label = project.label;
  options.verify = command.verify || project.verify;
  options.plain_sql = command.sql;
  if (command.compress) {
    options.compression = number_of(*command.compress, "--compress", 0);
    if (options.compression > 9) throw Error(Code::usage, "--compress goes from 0 to 9");
  }
  Backup made;
  {
    BackupDisplay display(context.output);
    settle(options, project, display);
    made = backup(context.databases(), options);
  }
  context.document["backup"] = to_json(made);
  if (!context.globals.quiet) context.output.product(summary(made, context.output.out_style()));
  context.output.say(fmt::format("{}: {} in {}{}\n", clean(made.path.string()), bytes(made.stored_size()),
                                 duration(made.elapsed_ms),
                                 made.verified ? ", restored for a trial and found the same" : ""));
  tell_notes(context.output, made);
  context.output.say(
      fmt::format("to bring it back: {}{}\n", clean(restore_command(context, made.path)), needs_of(context)));
  remove_old(context, project, made);
  return 0;
}

}  // namespace

void add_backup(Commands& commands) {
  auto options = std::make_shared<Options>();
  CLI::App& app = commands.add({
      .name = "backup",
      .synopsis = "",
      .group = "Operations",
      .summary = "copies all databases of the project, as they are now, into a folder of its own",
      .details = "Each database is copied as it is at one moment, while others go on writing: PostgreSQL by "
                 "pg_dump,\n"
                 "SQLite by its online backup. The folder appears when it is complete, with checksums, row "
                 "counts and\n"
                 "the schema. --verify restores it into a scratch database and compares. Afterwards backups "
                 "of this\n"
                 "name that are older than 30 days are removed, never the newest good one of a database.",
      .examples =
          "tradewind backup --verify\ntradewind backup --folder /mnt/backups --keep-days 14 --keep 20\n"
          "tradewind backup --sql",
      .action = [options](Context& context) { return make(context, *options); },
  });
  app.add_flag("--verify", options->verify,
               "restore it into a scratch database, and compare rows and schema");
  app.add_flag("--sql", options->sql, "as SQL text, which psql and sqlite3 read");
  app.add_option("--folder", options->folder, "where backups are (default: backups, BACKUP_DIR)")
      ->type_name("DIR");
  app.add_option("--name", options->label, "what the backup is called behind its time")->type_name("NAME");
  app.add_option("--keep-days", options->keep_days, "remove older ones (30)")->type_name("DAYS");
  app.add_option("--keep", options->keep, "keep no more than so many")->type_name("COUNT");
  app.add_option("--jobs", options->jobs, "tables that pg_dump reads at once")->type_name("N");
  app.add_option("--compress", options->compress, "0 to 9, of PostgreSQL's data (3)")->type_name("LEVEL");
}

}  // namespace tradewind::cli
