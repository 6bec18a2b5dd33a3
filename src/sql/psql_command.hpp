#pragma once

#include <cstddef>
#include <string_view>

#include <tradewind/error.hpp>

namespace tradewind::sql {

/// The error for a backslash at `offset` where SQL stands: a command of psql, with what to write instead.
Error psql_command(std::string_view script, std::size_t offset);

}  // namespace tradewind::sql
