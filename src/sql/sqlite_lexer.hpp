#pragma once

#include <cstddef>
#include <string_view>

#include "sql/token.hpp"

namespace tradewind::sql {

/// SQLite's lexical rules, one token at a time; comments and white space are skipped. Throws
/// Error{syntax_error} at the start of a quote that does not end.
class SqliteLexer {
 public:
  /// The script must have passed require_text().
  explicit SqliteLexer(std::string_view script) : script_(script) {}

  Token next();

 private:
  bool sees(std::size_t offset, char c) const { return offset < script_.size() && script_[offset] == c; }
  Token token(std::size_t begin, Lexeme lexeme) const;
  void skip_blank();
  Token word();
  Token quoted(Lexeme lexeme);
  Token bracketed();
  Token parameter();

  std::string_view script_;
  std::size_t at_ = 0;
};

}  // namespace tradewind::sql
