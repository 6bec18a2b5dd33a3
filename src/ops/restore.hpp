#pragma once

#include <string>
#include <vector>

#include <tradewind/backup.hpp>

#include "ops/backup.hpp"

namespace tradewind::ops {

RestoreResult restore_backup(const Backup& backup, const std::vector<Subject>& subjects,
                             const RestoreOptions& options, const std::string& program);

RestoredDatabase bring_back(const Subject& subject, const std::string& kept);

}  // namespace tradewind::ops
