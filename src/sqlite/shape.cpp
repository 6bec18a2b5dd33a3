#include "sqlite/shape.hpp"

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

}  // namespace

std::string shape(std::string_view statement) {
  std::string result;
  result.reserve(statement.size());
  for (std::size_t at = 0; at < statement.size();) {
    const char c = statement[at];
    const bool joined = at > 0 && joins(statement[at - 1]);
    if (hides_others(statement, at)) return {};
    if (c == '\'') {
      const std::size_t end = end_of_string(statement, at);
      if (joined || end == std::string_view::npos) return {};
      result += "''";
      at = end;
    } else if (is_digit(c) && !joined) {
      const std::size_t end = end_of_digits(statement, at);
      const bool plain = end == statement.size() || !joins(statement[end]);
      result.append(plain ? std::string_view("0") : statement.substr(at, end - at));
      at = end;
    } else {
      result += c;
      ++at;
    }
  }
  return result;
}

}  // namespace tradewind::sqlite
