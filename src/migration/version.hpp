#pragma once

#include <string>
#include <string_view>

namespace tradewind::migration {

/// The digits at the front of a version without leading zeros: numbers of any length. Empty if there are
/// none.
std::string_view number_of(std::string_view version);

/// Less than 0, 0 or more than 0, as the numbers compare.
int compare_numbers(std::string_view a, std::string_view b);

/// The order of migrations: by number, then by name.
bool version_less(std::string_view a, std::string_view b);

/// "003_add_user_tracking" -> "add user tracking".
std::string name_of(std::string_view version);

}  // namespace tradewind::migration
