#include "cli/backup_before.hpp"
#include "cli/run_result.hpp"
#include "cli/script.hpp"
#include "cli/target_options.hpp"

namespace tradewind::cli {
namespace {

int dry_run(Context& context, const Target& target) {
  return on_each_database(context, looking, [&](Visit& visit) {
    print_script(context, visit, visit.migrator.dry_run(Direction::up, target), {});
    return 0;
  });
}

int up(Context& context, const Target& target) {
  return on_each_database(context, applying, [&](Visit& visit) {
    report_run(context, visit, visit.migrator.up(target), "applied", "nothing to apply");
    return 0;
  });
}

int up_after_backup(Context& context, const Target& target) {
  BackupBefore backup(context, target);
  const int status = on_each_database(context, applying, [&](Visit& visit) {
    backup.around(
        visit, [&] { report_run(context, visit, visit.migrator.up(target), "applied", "nothing to apply"); });
    return 0;
  });
  if (status == 0) backup.remove_old();
  if (status != 0) backup.tell_after_failure();
  return status;
}

void add_as(Commands& commands, const char* name, const char* group) {
  struct Options : TargetOptions {
    bool dry_run = false;
    bool backup = false;
  };
  auto options = std::make_shared<Options>();
  options->command = name;
  CLI::App& app = commands.add({
      .name = name,
      .synopsis = "[N]",
      .group = group,
      .summary = "applies pending migrations, all of them by default",
      .details = "Each migration is applied together with its row of the history, or not at all.\n"
                 "A SQLite file that is not there is made.",
      .examples = "tradewind up\ntradewind up --to 003\ntradewind up --dry-run > changes.sql",
      .action =
          [options](Context& context) {
            const Target target = options->target();
            if (options->dry_run) return dry_run(context, target);
            const bool with_backup = options->backup || backup_before_wanted(context);
            return with_backup ? up_after_backup(context, target) : up(context, target);
          },
  });
  add_target_options(app, *options, "up to this version, and including it");
  add_up_options(app, *options);
  app.add_flag("--backup", options->backup, "take a backup and try it before anything runs");
  app.add_flag("--dry-run", options->dry_run, "print everything that would be sent, and send nothing");
}

}  // namespace

void add_up(Commands& commands) {
  add_as(commands, "up", "Change");
  add_as(commands, "migrate", "");
  add_as(commands, "upgrade", "");
}

}  // namespace tradewind::cli
