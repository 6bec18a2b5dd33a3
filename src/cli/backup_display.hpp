/// Copies as people see them: a live line with a bar, and sizes.
#pragma once

#include <chrono>
#include <mutex>

#include "cli/context.hpp"

namespace tradewind::cli {

/// Draws progress on a terminal, ten times a second at most.
class BackupDisplay {
 public:
  explicit BackupDisplay(Output& output) : output_(output) {}
  ~BackupDisplay() { output_.erase(); }
  BackupDisplay(const BackupDisplay&) = delete;
  BackupDisplay& operator=(const BackupDisplay&) = delete;

  void show(const BackupProgress& progress);

 private:
  Output& output_;
  std::mutex mutex_;
  std::string last_phase_;
  std::chrono::steady_clock::time_point next_;
};

/// "512 B", "4.2 MB".
std::string bytes(std::uint64_t count);

/// What the project says, with what every copy takes from the command line.
struct BackupCommand {
  std::optional<std::string> folder;
  std::string label;
  std::optional<std::string> jobs;
  std::optional<std::string> keep_days;
  std::optional<std::string> keep;
};

/// Throws Error{usage}.
int number_of(const std::string& text, std::string_view option, int least);
/// The project's settings with the command line's in front.
BackupProject settings_of(Context& context, const BackupCommand& command);
void settle(CopySettings& copy, const BackupProject& project, BackupDisplay& display);

Json to_json(const Backup& backup);
/// What is wrong in the databases themselves, and what else people should know.
void tell_notes(Output& output, const Backup& made);
/// "tradewind --database a restore backups/20260114T093012Z_trades", as it can be pasted into a shell.
std::string restore_command(const Context& context, const std::filesystem::path& backup);

}  // namespace tradewind::cli
