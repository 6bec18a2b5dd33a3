#include "postgres/catalog_pieces.hpp"

#include <algorithm>
#include <cctype>

namespace tradewind::postgres {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::size_t length_of_quoted(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\' && text[0] == 'E') ++i;
    if (text[i] != text[0]) continue;
    if (i + 1 == text.size() || text[i + 1] != text[0]) return i + 1;
    ++i;
  }
  return text.size();
}

std::size_t length_of_piece(std::string_view text) {
  if (text[0] == '"' || text[0] == '\'') return length_of_quoted(text);
  const auto run = [&](auto belongs) {
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), belongs) - text.begin());
  };
  if (is_word(text[0])) return run(is_word);
  if (text[0] == ' ' || text[0] == '\n') return run([](char c) { return c == ' ' || c == '\n'; });
  return 1;
}

bool begins_query(std::string_view text) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '\n')) text.remove_prefix(1);
  return text.starts_with("SELECT") || text.starts_with("WITH ") || text.starts_with("VALUES");
}

}  // namespace

bool Piece::name() const {
  return text[0] == '"' || (is_word(text[0]) && std::isdigit(static_cast<unsigned char>(text[0])) == 0);
}

std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  std::vector<bool> nesting = {false};
  while (!text.empty()) {
    const std::size_t length = length_of_piece(text);
    if (text[0] == ')' && nesting.size() > 1) nesting.pop_back();
    pieces.push_back({text.substr(0, length), static_cast<int>(nesting.size()) - 1, nesting.back()});
    if (text[0] == '(') nesting.push_back(nesting.back() || begins_query(text.substr(1)));
    text.remove_prefix(length);
  }
  return pieces;
}

}  // namespace tradewind::postgres
