#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "sql/grammar.hpp"

namespace tradewind::sql {

/// Grammar::check() for PostgreSQL, by the parser of PostgreSQL 15. A statement of more than 1 MiB is a doubt
/// unread.
std::vector<Doubt> check_postgres(std::string_view script, std::span<const Statement> statements,
                                  std::size_t limit);

}  // namespace tradewind::sql
