#pragma once

#include <string>
#include <string_view>

namespace tradewind::postgres {

/// An expression, or SQL with expressions, as servers from 14 on write it: those before write the functions
/// behind AT TIME ZONE and TRIM, and before 13 gen_random_uuid() is an extension's.
std::string modern_expression(std::string_view text, int version);

}  // namespace tradewind::postgres
