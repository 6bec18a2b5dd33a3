#pragma once

#include <vector>

#include <tradewind/doctor.hpp>

#include "database/connection.hpp"
#include "database/examiner.hpp"
#include "migration/migration.hpp"

namespace tradewind::ops {

/// Runs every check of the engine; one that fails is a finding itself.
std::vector<Diagnosis> examine_engine(database::Connection& connection, const database::Examiner& examiner,
                                      const database::ExaminerOptions& options);

/// What is odd between the history and the files.
std::vector<Diagnosis> examine_history(database::Connection& connection, const std::string& history_table,
                                       const migration::Catalogue& catalogue);

}  // namespace tradewind::ops
