#pragma once

#include "database/upkeep.hpp"

namespace tradewind::sqlite {

const database::Upkeep& upkeep();

std::unique_ptr<database::OldRows> old_rows(database::Connection& connection,
                                            const database::FoundTable& table, const RetentionRule& rule);
std::vector<IndexFinding> index_findings(database::Connection& connection);

}  // namespace tradewind::sqlite
