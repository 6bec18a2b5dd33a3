/// The server's own SQL, as pg_get_viewdef() and its kin write it, in pieces. It has no comments and no
/// dollar quotes, and E'' only for texts with backslashes, which it doubles.
#pragma once

#include <string_view>
#include <vector>

namespace tradewind::postgres {

/// A word, a quoted name, a literal, white space, or one character.
struct Piece {
  std::string_view text;
  int depth = 0;        ///< of parentheses around it; a parenthesis counts as outside
  bool nested = false;  ///< inside another query

  /// A name, quoted or not, or a keyword.
  bool name() const;
};

/// Together they are the text.
std::vector<Piece> pieces_of(std::string_view text);

}  // namespace tradewind::postgres
