#pragma once

#include "database/examiner.hpp"

namespace tradewind::postgres {

const database::Examiner& examiner();

/// References to rows that are not there, of every foreign key that the server may not keep itself.
std::vector<Diagnosis> find_orphans(database::Connection& connection,
                                    const database::ExaminerOptions& options);

}  // namespace tradewind::postgres
