#pragma once

#include <string>
#include <string_view>

namespace tradewind::postgres {

/// A view's query as servers from 16 on write it: those before put the table's name in front of every column,
/// also where there is but one table.
std::string modern_view(std::string_view definition);

}  // namespace tradewind::postgres
