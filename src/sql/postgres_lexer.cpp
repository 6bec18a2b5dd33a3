#include "sql/postgres_lexer.hpp"

#include <algorithm>
#include <string>

#include "sql/complaint.hpp"
#include "sql/psql_command.hpp"

namespace tradewind::sql {
Token PostgresLexer::token(std::size_t begin, Lexeme lexeme) const {
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_), lexeme, 0};
}

Token PostgresLexer::next() {
  skip_blank();
  if (at_ >= script_.size()) return token(at_, Lexeme::end);
  const char c = script_[at_];
  if (is_a(c, name_start)) return word();
  if (is_a(c, digit)) return number();
  switch (c) {
    case '\'':
      return quoted(at_, Lexeme::string, backslash_escapes_ ? Quoting::backslash : Quoting::doubled);
    case '"':
      return quoted(at_, Lexeme::quoted, Quoting::doubled);
    case '$':
      return dollar();
    case '\\':
      throw psql_command(script_, at_);
    default:
      break;
  }
  ++at_;
  Token symbol = token(at_ - 1, Lexeme::symbol);
  symbol.symbol = c;
  return symbol;
}

void PostgresLexer::skip_blank() {
  while (at_ < script_.size()) {
    const char c = script_[at_];
    if (is_a(c, blank)) {
      ++at_;
    } else if (c == '-' && sees(at_ + 1, '-')) {
      skip_line_comment();
    } else if (c == '/' && sees(at_ + 1, '*')) {
      skip_block_comment();
    } else {
      return;
    }
  }
}

void PostgresLexer::skip_line_comment() {
  while (at_ < script_.size() && !is_a(script_[at_], newline)) ++at_;
}

void PostgresLexer::skip_block_comment() {
  const std::size_t begin = at_;
  std::size_t depth = 1;
  at_ += 2;
  while (depth > 0 && at_ + 1 < script_.size()) {
    const bool closes = script_[at_] == '*' && script_[at_ + 1] == '/';
    const bool opens = script_[at_] == '/' && script_[at_ + 1] == '*';
    depth = depth + (opens ? 1 : 0) - (closes ? 1 : 0);
    at_ += opens || closes ? 2 : 1;
  }
  if (depth > 0) {
    throw complaint(Code::syntax_error, script_, begin, "the comment that starts here does not end",
                    "close it with */; comments nest in PostgreSQL, so each /* needs its own");
  }
}

Token PostgresLexer::word() {
  const std::size_t begin = at_;
  while (at_ < script_.size() && is_a(script_[at_], name_part)) ++at_;
  if (at_ - begin != 1 || at_ == script_.size()) return token(begin, Lexeme::word);
  const char prefix = lower(script_[begin]);
  const char after = script_[at_];
  if (after == '\'') {
    if (prefix == 'e') return quoted(begin, Lexeme::string, Quoting::backslash);
    if (prefix == 'b' || prefix == 'x') return quoted(begin, Lexeme::string, Quoting::doubled);
    if (prefix == 'n') {
      return quoted(begin, Lexeme::string, backslash_escapes_ ? Quoting::backslash : Quoting::doubled);
    }
  }
  if (prefix == 'u' && after == '&' && (sees(at_ + 1, '\'') || sees(at_ + 1, '"'))) {
    ++at_;
    return quoted(begin, script_[at_] == '"' ? Lexeme::quoted : Lexeme::string, Quoting::doubled);
  }
  return token(begin, Lexeme::word);
}

Token PostgresLexer::number() {
  const std::size_t begin = at_;
  while (at_ < script_.size() && script_[at_] != '$' && is_a(script_[at_], name_part)) ++at_;
  return token(begin, Lexeme::number);
}

Token PostgresLexer::dollar() {
  const std::size_t begin = at_++;
  if (at_ < script_.size() && is_a(script_[at_], digit)) {
    while (at_ < script_.size() && is_a(script_[at_], name_part)) ++at_;
    return token(begin, Lexeme::number);
  }
  std::size_t tag_end = at_;
  while (tag_end < script_.size() && script_[tag_end] != '$' && is_a(script_[tag_end], name_part)) ++tag_end;
  if (sees(tag_end, '$')) return dollar_quote(begin, tag_end + 1);
  Token symbol = token(begin, Lexeme::symbol);
  symbol.symbol = '$';
  return symbol;
}

Token PostgresLexer::dollar_quote(std::size_t begin, std::size_t tag_end) {
  const std::string_view tag = script_.substr(begin, tag_end - begin);
  const std::size_t close = script_.find(tag, tag_end);
  if (close == std::string_view::npos) {
    throw complaint(Code::syntax_error, script_, begin, "the dollar quote that starts here does not end",
                    "Close it with " + std::string(tag.substr(0, 80)) + ".");
  }
  at_ = close + tag.size();
  return token(begin, Lexeme::string);
}

Token PostgresLexer::quoted(std::size_t begin, Lexeme lexeme, Quoting quoting) {
  const char quote = script_[at_];
  bool closed = skip_quote(quote, quoting);
  // What follows on another line is part of the same literal and has the same escapes.
  while (closed && quoting == Quoting::backslash && continues_string()) closed = skip_quote(quote, quoting);
  if (closed) return token(begin, lexeme);
  throw complaint(Code::syntax_error, script_, begin,
                  quote == '"' ? "the quoted name that starts here does not end"
                               : "the string that starts here does not end",
                  quote == '"' ? "close it with a double quote; a double quote inside a name is written twice"
                               : "close it with a quote; a quote inside a string is written twice");
}

/// Moves from the opening quote to after the closing one; false if there is none.
bool PostgresLexer::skip_quote(char quote, Quoting quoting) {
  const char escape = quoting == Quoting::backslash ? '\\' : quote;
  ++at_;
  while (at_ < script_.size()) {
    if (escape == quote) {
      at_ = std::min(script_.find(quote, at_), script_.size() - 1);
    }
    const char c = script_[at_];
    const bool pair = (c == escape && c != quote) || (c == quote && sees(at_ + 1, quote));
    at_ += pair ? 2 : 1;
    if (c == quote && !pair) return true;
  }
  return false;
}

/// A literal goes on after white space with a line end in it; then it stands at the next opening quote.
bool PostgresLexer::continues_string() {
  const std::size_t begin = at_;
  while (at_ < script_.size()) {
    if (is_a(script_[at_], blank)) {
      ++at_;
    } else if (script_[at_] == '-' && sees(at_ + 1, '-')) {
      skip_line_comment();
    } else {
      break;
    }
  }
  const std::string_view between = script_.substr(begin, at_ - begin);
  const bool goes_on = sees(at_, '\'') && between.find_first_of("\r\n") != std::string_view::npos;
  if (!goes_on) at_ = begin;
  return goes_on;
}

}  // namespace tradewind::sql
