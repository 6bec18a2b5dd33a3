#pragma once

#include <string_view>
#include <vector>

#include "sql/statement.hpp"

namespace tradewind::sql {

/// Grammar::split() for PostgreSQL.
std::vector<Statement> split_postgres(std::string_view script);

}  // namespace tradewind::sql
