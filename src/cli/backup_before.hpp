#pragma once

#include <optional>

#include "cli/backup_display.hpp"
#include "cli/each_database.hpp"

namespace tradewind::cli {

/// A backup taken before a run, of the databases that it has something to do for.
class BackupBefore {
 public:
  /// Takes and verifies it, if there is anything to run. Throws what the backup throws.
  BackupBefore(Context& context, const Target& target);

  /// Does the work on a database, with the backup in its history.
  void around(Visit& visit, const std::function<void()>& work);
  /// Says how to get it back.
  void tell_after_failure();
  /// What the project's policy lets go; a failure is told, and is none of the run's.
  void remove_old();

 private:
  bool recorded(Visit& visit, const Backup& made);

  Context& context_;
  BackupProject project_;
  std::vector<std::string> names_;  ///< of the databases in it
  std::optional<Backup> made_;
};

/// The project's file asks for one before each `up`.
bool backup_before_wanted(Context& context);

}  // namespace tradewind::cli
