#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tradewind::sql {

enum class Lexeme : std::uint8_t {
  end,     ///< of the text
  word,    ///< a keyword or a bare name
  quoted,  ///< a quoted name
  string,  ///< a literal in quotes of any sort
  number,  ///< or a parameter
  symbol,  ///< one character of punctuation or of an operator
};

/// A token as a range of its script.
struct Token {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  Lexeme lexeme = Lexeme::end;
  char symbol = 0;

  bool is(char c) const { return symbol == c; }
};

/// What a byte can be, the same for both engines but for what each lexer does with it.
enum ByteClass : std::uint8_t {
  blank = 1,
  newline = 2,
  name_start = 4,  // letters, underscore, everything outside ASCII
  digit = 8,
  name_part = 16,  // and digits and the dollar sign
};

constexpr std::array<std::uint8_t, 256> make_byte_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    const bool number = c >= '0' && c <= '9';
    const bool line_end = c == '\n' || c == '\r';
    const bool space = c == ' ' || c == '\t' || c == '\f' || c == '\v' || line_end;
    classes[c] = static_cast<std::uint8_t>((space ? blank : 0) | (line_end ? newline : 0) |
                                           (letter ? name_start | name_part : 0) |
                                           (number ? digit | name_part : 0) | (c == '$' ? name_part : 0));
  }
  return classes;
}

inline constexpr std::array<std::uint8_t, 256> byte_classes = make_byte_classes();

inline bool is_a(char c, std::uint8_t classes) {
  return (byte_classes[static_cast<unsigned char>(c)] & classes) != 0;
}

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// Whether `text` is `keyword`, which is in lower case; ASCII only, as the engines do it.
constexpr bool same_word(std::string_view text, std::string_view keyword) {
  if (text.size() != keyword.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (lower(text[i]) != keyword[i]) return false;
  }
  return true;
}

}  // namespace tradewind::sql
