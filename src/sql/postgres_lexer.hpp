#pragma once

#include <cstddef>
#include <string_view>

#include "sql/token.hpp"

namespace tradewind::sql {

/// PostgreSQL's lexical rules, one token at a time; comments and white space are skipped. Throws
/// Error{syntax_error} at the start of what does not end and Error{bad_file} at a psql command.
class PostgresLexer {
 public:
  /// The script must have passed require_text().
  explicit PostgresLexer(std::string_view script) : script_(script) {}

  Token next();

  std::size_t at() const { return at_; }
  void seek(std::size_t offset) { at_ = offset; }
  /// Whether a backslash escapes in plain quotes: standard_conforming_strings = off.
  void set_backslash_escapes(bool on) { backslash_escapes_ = on; }

 private:
  enum class Quoting { doubled, backslash };

  bool sees(std::size_t offset, char c) const { return offset < script_.size() && script_[offset] == c; }
  Token token(std::size_t begin, Lexeme lexeme) const;
  void skip_blank();
  void skip_line_comment();
  void skip_block_comment();
  Token word();
  Token number();
  Token dollar();
  Token dollar_quote(std::size_t begin, std::size_t tag_end);
  Token quoted(std::size_t begin, Lexeme lexeme, Quoting quoting);
  bool skip_quote(char quote, Quoting quoting);
  bool continues_string();

  std::string_view script_;
  std::size_t at_ = 0;
  bool backslash_escapes_ = false;
};

}  // namespace tradewind::sql
