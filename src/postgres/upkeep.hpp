#pragma once

#include "database/upkeep.hpp"

namespace tradewind::postgres {

const database::Upkeep& upkeep();

/// Of a run: nobody queues up behind what it waits for.
constexpr std::string_view usual_lock_timeout = "SET lock_timeout = '2s'";

/// Of a table, or of all leaves of a partitioned one.
std::unique_ptr<database::OldRows> old_rows(database::Connection& connection,
                                            const database::FoundTable& table, const RetentionRule& rule);
std::vector<database::UpkeepWork> partition_work(database::Connection& connection,
                                                 const database::FoundTable& table, const PartitionRule& rule,
                                                 std::size_t most_moved);
/// Drops the partitions that are older than the rule keeps them, and what a run that did not end has left of
/// such ones.
std::vector<database::UpkeepWork> partition_drops(database::Connection& connection,
                                                  const database::FoundTable& table,
                                                  const PartitionRule& rule);
std::vector<IndexFinding> index_findings(database::Connection& connection);

}  // namespace tradewind::postgres
