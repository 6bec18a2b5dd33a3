#include "sqlite/shape.hpp"

#include <algorithm>
#include <array>

namespace tradewind::sqlite {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// What joins with a digit or a quote beside it to one token: 0x1F, x'AB', ?1.
bool joins(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '?' ||
         c == ':' || c == '@' || c == '$' || c == '#' || static_cast<unsigned char>(c) >= 0x80;
}

/// Whether the character can begin a comment or a quoted name.
bool hides_others(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (c == '"' || c == '`' || c == '[') return true;
  const char next = at + 1 < text.size() ? text[at + 1] : ' ';
  return (c == '-' && next == '-') || (c == '/' && next == '*');
}

/// What a shape has to look at; the rest is copied.
constexpr auto is_special = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("0123456789'\"`[-/")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

std::size_t end_of_string(std::string_view text, std::size_t quote) {
  for (std::size_t at = quote + 1;; at += 2) {
    at = text.find('\'', at);
    if (at == std::string_view::npos) return at;
    if (at + 1 == text.size() || text[at + 1] != '\'') return at + 1;
  }
}

std::size_t end_of_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

/// Whether what stands in front of `at` is the beginning of a name: account_ of account_01, not 0x of 0x1F.
bool continues_name(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  while (begin > 0 && joins(text[begin - 1])) --begin;
  const std::string_view front = text.substr(begin, at - begin);
  return !front.empty() && !is_digit(front.front()) && front.find_first_of("?:@$#") == std::string_view::npos;
}

}  // namespace

std::string shape(std::string_view statement) {
  std::string result;
  result.reserve(statement.size());
  std::size_t copied = 0;
  const auto replace = [&](std::size_t begin, std::size_t end, std::string_view with) {
    result.append(statement.substr(copied, begin - copied)).append(with);
    copied = end;
  };
  for (std::size_t at = 0; at < statement.size();) {
    if (!is_special[static_cast<unsigned char>(statement[at])]) {
      ++at;
      continue;
    }
    if (hides_others(statement, at)) return {};
    const bool joined = at > 0 && joins(statement[at - 1]);
    const bool text = statement[at] == '\'';
    const std::size_t end = text ? end_of_string(statement, at) : end_of_digits(statement, at);
    if (text && (joined || end == std::string_view::npos)) return {};
    if (text) replace(at, end, "''");
    const bool ends = end == statement.size() || !joins(statement[end]);
    if (!text && end > at && ends && (!joined || continues_name(statement, at))) replace(at, end, "0");
    at = std::max(end, at + 1);
  }
  return result.append(statement.substr(copied));
}

}  // namespace tradewind::sqlite
