#include "store/nearest_decimal.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tradewind::store {

std::optional<Decimal> nearest_decimal(std::string_view text) {
  if (const auto exact = Decimal::parse(text)) return exact;
  const auto parts = detail::decimal_text(text);
  if (!parts) return std::nullopt;
  const std::string digits = std::string(parts->whole) + std::string(parts->fraction);
  const int kept = static_cast<int>(parts->whole.size()) + parts->exponent + Decimal::places;
  if (kept < 0) return Decimal();
  const std::size_t end = std::min<std::size_t>(static_cast<std::size_t>(kept), digits.size());
  auto value = Decimal::parse(fmt::format("0{}e-{}", digits.substr(0, end), Decimal::places));
  if (!value) return std::nullopt;
  if (end < digits.size() && digits[end] >= '5') *value += Decimal::of_units(1);
  return parts->negative ? -*value : *value;
}

}  // namespace tradewind::store
