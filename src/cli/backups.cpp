#include <fmt/format.h>

#include "cli/backup_display.hpp"
#include "cli/backup_list.hpp"
#include "cli/commands.hpp"
#include "cli/table.hpp"

namespace tradewind::cli {
namespace {

struct Options : BackupCommand {
  bool check = false;
};

void check_all(std::vector<Backup>& all, const BackupProject& project, BackupDisplay& display) {
  CopySettings copy;
  settle(copy, project, display);
  for (Backup& one : all) {
    if (!one.problem.empty()) continue;
    try {
      check_backup(one, copy);
    } catch (const Error& error) {
      if (error.code() == Code::interrupted) throw;
      one.problem = error.message();
    }
  }
}

int list(Context& context, const Options& command) {
  const BackupProject project = settings_of(context, command);
  std::vector<Backup> all = backups(project.folder);
  if (command.check) {
    BackupDisplay display(context.output);
    check_all(all, project, display);
  }
  context.document["folder"] = project.folder.string();
  context.document["backups"] = Json::array();
  bool damaged = false;
  for (const Backup& one : all) {
    context.document["backups"].push_back(to_json(one));
    damaged = damaged || !one.problem.empty();
  }
  if (all.empty()) context.output.say(fmt::format("no backups in {}\n", clean(project.folder.string())));
  context.output.product(backup_list(all, context.output.out_style(), false));
  return command.check && damaged ? 1 : 0;
}

}  // namespace

std::string backup_list(const std::vector<Backup>& all, const Style& style, bool numbered) {
  if (all.empty()) return {};
  std::vector<std::string> headings = {"BACKUP",           "MADE (UTC)", ">SIZE", "DATABASES",
                                       "NEWEST MIGRATION", "WHY",        "STATE"};
  if (numbered) headings.insert(headings.begin(), ">");
  Table table(headings);
  std::size_t number = 0;
  for (const Backup& one : all) {
    std::string databases;
    std::string head;
    for (const BackupDatabase& database : one.databases) {
      databases += (databases.empty() ? "" : ", ") + clean(database.called);
      if (head.empty()) head = clean(database.history_head);
    }
    const std::string state = !one.problem.empty() ? clean(one.problem) : one.verified ? "verified" : "";
    std::vector<Cell> row = {{clean(one.name)},
                             {readable_time(one.created_at)},
                             {bytes(one.stored_size())},
                             {databases},
                             {head.empty() ? "none" : head},
                             {clean(one.reason)},
                             {state, one.problem.empty() ? Paint::green : Paint::red}};
    if (numbered) row.insert(row.begin(), {std::to_string(++number)});
    table.add(std::move(row));
  }
  return table.text(style);
}

void add_backups(Commands& commands) {
  auto options = std::make_shared<Options>();
  CLI::App& app = commands.add({
      .name = "backups",
      .synopsis = "",
      .group = "Operations",
      .summary = "lists the backups there are, the newest first",
      .details =
          "With --check every file is read and compared with its checksum; exits with 1 if one is damaged.",
      .examples = "tradewind backups\ntradewind backups --check --json",
      .action = [options](Context& context) { return list(context, *options); },
  });
  app.add_option("--folder", options->folder, "where backups are (default: backups, BACKUP_DIR)")
      ->type_name("DIR");
  app.add_flag("--check", options->check, "read every file and compare its checksum");
}

}  // namespace tradewind::cli
