#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "sql/token.hpp"

namespace tradewind::sql {

/// Reads the first tokens of a statement in order: each call accepts what comes next and says so, or leaves
/// it.
class Phrase {
 public:
  Phrase(std::string_view script, std::span<const Token> tokens) : script_(script), tokens_(tokens) {}

  /// `keyword` in lower case.
  bool word(std::string_view keyword);
  bool symbol(char c);
  bool string();
  /// A name, perhaps qualified with others before it.
  bool name();
  /// A group in parentheses, whole.
  bool group();

  bool next_is(std::string_view keyword) const;
  bool done() const { return at_ == tokens_.size(); }
  void skip() { at_ += done() ? 0 : 1; }
  /// The next token and its text; an end token and "" after the last one.
  Token peek() const { return done() ? Token{} : tokens_[at_]; }
  std::string_view text() const { return script_.substr(peek().begin, peek().end - peek().begin); }

 private:
  std::string_view script_;
  std::span<const Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace tradewind::sql
