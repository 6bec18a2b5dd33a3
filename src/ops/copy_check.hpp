/// Whether a copy of a database is what the database was.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ops/backup.hpp"

namespace tradewind::ops {

std::vector<BackupTable> counted_tables(const Subject& subject, database::Connection& connection);
/// What the engine finds wrong in the rows: a faithful copy has it too.
std::vector<BackupFlaw> flaws_of(const Subject& subject, database::Connection& connection);

/// Reads the files of these databases. Throws Error{bad_file}.
void check_files(const Backup& backup, const std::vector<const BackupDatabase*>& databases,
                 const CopySettings& settings);

/// What interrupted restores and trials left beside the database, as notes.
std::vector<std::string> left_behind(const Subject& subject);

struct Comparison {
  bool with_grants = true;
  std::string_view hint;  ///< what became of it all, and what to do, if the two differ
};

/// Throws Error{verify_failed} unless the connection's database has the schema and the rows of the backup and
/// is no more broken than the one that was backed up. Gives what a copy can't have, for people.
std::vector<std::string> compare(const Backup& backup, const BackupDatabase& wanted, const Subject& subject,
                                 database::Connection& connection, const CopySettings& settings,
                                 const Comparison& comparison);

}  // namespace tradewind::ops
