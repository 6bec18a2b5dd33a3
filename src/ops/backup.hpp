#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <tradewind/backup.hpp>

#include "database/copier.hpp"

namespace tradewind::ops {

/// A database to back up or to restore, with what its engine can do.
struct Subject {
  std::string name;  ///< of the project
  std::string engine;
  std::string history_table;
  database::OpenSettings settings;
  const database::Copier* copier = nullptr;
  /// The schema as the text of a snapshot.
  std::function<std::string(database::Connection&)> schema = {};
};

/// `program`: Tradewind's version.
Backup write_backup(const std::vector<Subject>& subjects, const BackupOptions& options,
                    const std::string& program);

database::CopyOptions copy_options(const CopySettings& settings, const std::string& database,
                                   const std::string& phase);

}  // namespace tradewind::ops
