#pragma once

#include "database/upkeep.hpp"

namespace tradewind::postgres {

const database::Upkeep& upkeep();

/// Of a table, or of all leaves of a partitioned one.
std::unique_ptr<database::OldRows> old_rows(database::Connection& connection,
                                            const database::FoundTable& table, const RetentionRule& rule);
std::vector<database::UpkeepWork> partition_work(database::Connection& connection,
                                                 const database::FoundTable& table,
                                                 const PartitionRule& rule);
std::vector<IndexFinding> index_findings(database::Connection& connection);

}  // namespace tradewind::postgres
