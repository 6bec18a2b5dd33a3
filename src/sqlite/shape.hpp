#pragma once

#include <string>
#include <string_view>

namespace tradewind::sqlite {

/// A statement without what its numbers and texts say, nor the numbers that its names end with. SQLite's
/// grammar tells two statements of one shape apart in nothing: either both parse or neither does. Empty for a
/// statement with comments or quoted names, whose shape takes a lexer to find.
std::string shape(std::string_view statement);

}  // namespace tradewind::sqlite
