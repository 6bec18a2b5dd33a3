#include "cli/backup_display.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/each_database.hpp"
#include "cli/own_command.hpp"
#include "cli/signals.hpp"

namespace tradewind::cli {
namespace {

using Clock = std::chrono::steady_clock;

std::string bar(std::uint64_t done, std::uint64_t total) {
  constexpr std::uint64_t cells = 24;
  const std::uint64_t full = total == 0 ? 0 : std::min(done, total) * cells / total;
  return "[" + std::string(full, '#') + std::string(cells - full, '.') + "]";
}

}  // namespace

void BackupDisplay::show(const BackupProgress& progress) {
  if (!output_.live()) return;
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  if (now < next_ && progress.phase == last_phase_) return;
  next_ = now + std::chrono::milliseconds(100);
  last_phase_ = progress.phase;
  std::string line = fmt::format("  {}  {}  ", clean(progress.database), progress.phase);
  if (progress.total > 0)
    line += fmt::format("{} {}%  ", bar(progress.done, progress.total), progress.done * 100 / progress.total);
  line += clean(progress.what);
  if (stop_requested().load()) line += "  stopping (once more kills)";
  output_.draw(line);
}

std::string bytes(std::uint64_t count) {
  constexpr std::string_view units[] = {"kB", "MB", "GB", "TB"};
  if (count < 1000) return fmt::format("{} B", count);
  double value = static_cast<double>(count) / 1000;
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < std::size(units)) {
    value /= 1000;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", value, value < 10 ? 1 : 0, units[unit]);
}

int number_of(const std::string& text, std::string_view option, int least) {
  const auto number = base::number<int>(text);
  if (number && *number >= least && *number <= 100000) return *number;
  throw Error(Code::usage, fmt::format("{} takes a number, not \"{}\"", option, base::printable(text)),
              fmt::format("for example {} 30; the least is {}", option, least));
}

BackupProject settings_of(Context& context, const BackupCommand& command) {
  BackupProject project = backup_project(context.globals.project, context.environment());
  if (command.folder) project.folder = context.globals.project.working_directory / *command.folder;
  if (command.folder) project.folder = project.folder.lexically_normal();
  if (!command.label.empty()) project.label = command.label;
  if (command.jobs) project.jobs = static_cast<unsigned>(number_of(*command.jobs, "--jobs", 1));
  if (command.keep_days) project.retention.days = number_of(*command.keep_days, "--keep-days", 1);
  project.patience = wait_option(context.globals);
  if (command.keep) project.retention.count = static_cast<std::size_t>(number_of(*command.keep, "--keep", 1));
  return project;
}

void settle(CopySettings& copy, const BackupProject& project, BackupDisplay& display) {
  copy.progress = [&display](const BackupProgress& progress) { display.show(progress); };
  copy.stop = &stop_requested();
  copy.jobs = project.jobs;
  copy.programs = project.programs;
  if (project.patience) copy.patience = *project.patience;
}

Json to_json(const Backup& backup) {
  Json json = {{"name", backup.name},
               {"path", backup.path.string()},
               {"created_at", backup.created_at},
               {"created_by", backup.created_by},
               {"reason", backup.reason},
               {"verified", backup.verified},
               {"size", backup.stored_size()},
               {"elapsed_ms", backup.elapsed_ms},
               {"problem", backup.problem.empty() ? Json() : Json(backup.problem)},
               {"notes", backup.notes}};
  json["databases"] = Json::array();
  for (const BackupDatabase& database : backup.databases) {
    std::uint64_t stored = 0;
    for (const BackupFile& file : database.files) stored += file.size;
    std::int64_t rows = 0;
    for (const BackupTable& table : database.tables) rows += table.rows;
    Json flaws = Json::array();
    for (const BackupFlaw& flaw : database.flaws)
      flaws.push_back({{"what", flaw.what}, {"count", flaw.count}});
    json["databases"].push_back({{"name", database.name},
                                 {"database", database.called},
                                 {"url", database.url},
                                 {"engine", database.engine},
                                 {"layout", database.layout},
                                 {"tool", database.tool},
                                 {"size", database.size},
                                 {"stored", stored},
                                 {"tables", database.tables.size()},
                                 {"rows", rows},
                                 {"flaws", flaws},
                                 {"applied", database.applied},
                                 {"history_head", database.history_head}});
  }
  return json;
}

void tell_notes(Output& output, const Backup& made) {
  for (const BackupDatabase& database : made.databases) {
    for (const BackupFlaw& flaw : database.flaws)
      output.say(fmt::format("note: in {}: {} ({}); the backup has it too\n", clean(database.called),
                             clean(flaw.what), flaw.count));
  }
  for (const std::string& note : made.notes) output.say(fmt::format("note: {}\n", clean(note)));
}

std::string restore_command(const Context& context, const std::filesystem::path& backup) {
  return fmt::format("{} restore {}", command_of(context), quoted_for_shell(backup.string()));
}

}  // namespace tradewind::cli
