#pragma once

#include <optional>
#include <string_view>

#include <tradewind/decimal.hpp>

namespace tradewind::store {

/// As Decimal::parse(), but decimals beyond the tenth are rounded, half away from zero: SQLite holds doubles,
/// and other programs write some that no Decimal is.
std::optional<Decimal> nearest_decimal(std::string_view text);

}  // namespace tradewind::store
