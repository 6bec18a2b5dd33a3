#include "sql/phrase.hpp"

namespace tradewind::sql {

bool Phrase::next_is(std::string_view keyword) const {
  return peek().lexeme == Lexeme::word && same_word(text(), keyword);
}

bool Phrase::word(std::string_view keyword) {
  const bool accepted = next_is(keyword);
  if (accepted) ++at_;
  return accepted;
}

bool Phrase::symbol(char c) {
  const bool accepted = !done() && peek().is(c);
  if (accepted) ++at_;
  return accepted;
}

bool Phrase::string() {
  const bool accepted = peek().lexeme == Lexeme::string;
  if (accepted) ++at_;
  return accepted;
}

bool Phrase::name() {
  bool accepted = false;
  while (peek().lexeme == Lexeme::word || peek().lexeme == Lexeme::quoted) {
    const bool quoted = peek().lexeme == Lexeme::quoted;
    ++at_;
    accepted = true;
    if (quoted && word("uescape")) string();
    if (!symbol('.')) break;
  }
  return accepted;
}

bool Phrase::group() {
  if (!symbol('(')) return false;
  for (std::size_t depth = 1; depth > 0 && !done(); ++at_) {
    if (peek().is('(')) ++depth;
    if (peek().is(')')) --depth;
  }
  return true;
}

}  // namespace tradewind::sql
