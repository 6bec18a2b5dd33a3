#include <algorithm>

#include "sql/statement.hpp"

namespace tradewind::sql {
namespace {

constexpr std::size_t reach = 72;  // bytes an excerpt shows on each side of the byte in question
constexpr std::string_view ellipsis = "...";

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

std::size_t line_begin(std::string_view script, std::size_t offset) {
  const std::size_t before = offset == 0 ? std::string_view::npos : script.rfind('\n', offset - 1);
  return before == std::string_view::npos ? 0 : before + 1;
}

std::size_t line_end(std::string_view script, std::size_t begin, std::size_t offset) {
  std::size_t end = std::min(script.find('\n', offset), script.size());
  if (end > begin && script[end - 1] == '\r') --end;
  return end;
}

/// A byte inside a character has that character's column.
std::size_t column(std::string_view line, std::size_t offset) {
  const std::string_view until = line.substr(0, offset + (offset < line.size() ? 1 : 0));
  const auto characters =
      static_cast<std::size_t>(std::count_if(until.begin(), until.end(), starts_character));
  return std::max<std::size_t>(characters + (offset < line.size() ? 0 : 1), 1);
}

}  // namespace

Position position(std::string_view script, std::size_t offset) {
  offset = std::min(offset, script.size());
  const std::size_t begin = line_begin(script, offset);
  const auto lines = std::count(script.begin(), script.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
  return {static_cast<std::size_t>(lines) + 1,
          column(script.substr(begin, offset - begin + 1), offset - begin)};
}

Excerpt excerpt(std::string_view script, std::size_t offset) {
  offset = std::min(offset, script.size());
  std::size_t begin = line_begin(script, offset);
  std::size_t end = line_end(script, begin, offset);
  offset = std::min(offset, end);
  const bool cut_before = offset - begin > reach + ellipsis.size();
  const bool cut_after = end - offset > reach + ellipsis.size();
  if (cut_before) {
    begin = offset - reach;
    while (begin < offset && !starts_character(script[begin])) ++begin;
  }
  if (cut_after) {
    end = offset + reach;
    while (end > offset + 1 && !starts_character(script[end])) --end;
  }
  const std::string_view shown = script.substr(begin, end - begin);
  Excerpt result{std::string(cut_before ? ellipsis : ""), column(shown, offset - begin)};
  result.caret += result.line.size();
  result.line.append(shown).append(cut_after ? ellipsis : "");
  return result;
}

}  // namespace tradewind::sql
