#pragma once

#include <string>
#include <vector>

#include <tradewind/backup.hpp>

#include "ops/backup.hpp"

namespace tradewind::ops {

/// The backup's database that would take the place of the subject; null if it has none for it. `alone`: there
/// is no other subject, so the only one is meant whatever it is called.
const BackupDatabase* held_by(const Backup& backup, const Subject& subject, bool alone);

RestoreResult restore_backup(const Backup& backup, const std::vector<Subject>& subjects,
                             const RestoreOptions& options, const std::string& program);

RestoredDatabase bring_back(const Subject& subject, const std::string& kept);

}  // namespace tradewind::ops
