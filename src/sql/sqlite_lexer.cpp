#include "sql/sqlite_lexer.hpp"

#include <algorithm>

#include "sql/complaint.hpp"

namespace tradewind::sql {

Token SqliteLexer::token(std::size_t begin, Lexeme lexeme) const {
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_), lexeme, 0};
}

Token SqliteLexer::next() {
  skip_blank();
  if (at_ >= script_.size()) return token(at_, Lexeme::end);
  const char c = script_[at_];
  if (is_a(c, name_start | digit)) return word();
  switch (c) {
    case '\'':
      return quoted(Lexeme::string);
    case '"':
    case '`':
      return quoted(Lexeme::quoted);
    case '[':
      return bracketed();
    case '$':
    case '@':
    case ':':
    case '#':
      return parameter();
    default:
      break;
  }
  ++at_;
  Token symbol = token(at_ - 1, Lexeme::symbol);
  symbol.symbol = c;
  return symbol;
}

void SqliteLexer::skip_blank() {
  while (at_ < script_.size()) {
    const char c = script_[at_];
    if (is_a(c, blank)) {
      ++at_;
    } else if (c == '-' && sees(at_ + 1, '-')) {
      at_ = std::min(script_.find('\n', at_), script_.size());
    } else if (c == '/' && sees(at_ + 1, '*') && at_ + 2 < script_.size()) {
      const std::size_t close = script_.find("*/", at_ + 2);
      at_ = close == std::string_view::npos ? script_.size() : close + 2;
    } else {
      return;
    }
  }
}

Token SqliteLexer::word() {
  const std::size_t begin = at_;
  while (at_ < script_.size() && is_a(script_[at_], name_part)) ++at_;
  return token(begin, is_a(script_[begin], digit) ? Lexeme::number : Lexeme::word);
}

Token SqliteLexer::quoted(Lexeme lexeme) {
  const std::size_t begin = at_;
  const char quote = script_[at_];
  do {
    at_ = script_.find(quote, at_ + 1);
    if (at_ == std::string_view::npos) {
      throw complaint(Code::syntax_error, script_, begin,
                      quote == '\'' ? "the string that starts here does not end"
                                    : "the quoted name that starts here does not end",
                      "close it with the same quote; that quote inside it is written twice");
    }
    ++at_;
  } while (sees(at_, quote));
  return token(begin, lexeme);
}

Token SqliteLexer::bracketed() {
  const std::size_t begin = at_;
  const std::size_t close = script_.find(']', at_);
  if (close == std::string_view::npos) {
    throw complaint(Code::syntax_error, script_, begin, "the name in brackets that starts here does not end",
                    "close it with a ]");
  }
  at_ = close + 1;
  return token(begin, Lexeme::quoted);
}

/// Also as SQLite takes them over from Tcl: $name::part(anything but white space).
Token SqliteLexer::parameter() {
  const std::size_t begin = at_++;
  const char sigil = script_[begin];
  while (at_ < script_.size() && (is_a(script_[at_], name_part) || (sees(at_, ':') && sees(at_ + 1, ':')))) {
    at_ += script_[at_] == ':' ? 2 : 1;
  }
  if (at_ - begin > 1 && sees(at_, '(')) {
    while (at_ < script_.size() && script_[at_] != ')' && !is_a(script_[at_], blank)) ++at_;
    if (sees(at_, ')')) ++at_;
  }
  Token result = token(begin, at_ - begin > 1 ? Lexeme::number : Lexeme::symbol);
  if (result.lexeme == Lexeme::symbol) result.symbol = sigil;
  return result;
}

}  // namespace tradewind::sql
