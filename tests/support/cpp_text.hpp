#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tradewind::test {

/// C++ source with comments and raw strings blanked out, line breaks kept; other literals too unless kept.
enum class Literals { keep, blank };
std::string code_of(std::string_view source, Literals literals);

struct Include {
  std::size_t line = 0;
  std::string header;  ///< without its quotes or brackets
  bool quoted = false;
};
std::vector<Include> includes_of(std::string_view source);

}  // namespace tradewind::test
