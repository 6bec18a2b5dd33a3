#include "postgres/catalog_view.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace tradewind::postgres {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

/// A word, a quoted name, a literal, white space, or one character.
struct Piece {
  std::string_view text;
  int depth = 0;         ///< of parentheses around it
  bool nested = false;   ///< inside another query
  bool name() const { return text[0] == '"' || (is_word(text[0]) && std::isdigit(static_cast<unsigned char>(text[0])) == 0); }
  bool space() const { return text[0] == ' ' || text[0] == '\n'; }
};

std::size_t length_of_quoted(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\' && text[0] == 'E') ++i;
    if (text[i] != text[0]) continue;
    if (i + 1 == text.size() || text[i + 1] != text[0]) return i + 1;
    ++i;
  }
  return text.size();
}

/// pg_get_viewdef() writes no comments and no dollar quotes; E'' only for texts with backslashes, which it doubles.
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

constexpr std::array<std::string_view, 11> clauses = {"WHERE", "GROUP", "HAVING", "WINDOW", "ORDER",    "LIMIT",
                                                      "OFFSET", "FETCH", "FOR",    "UNION",  "INTERSECT"};

class View {
 public:
  explicit View(std::string_view text) : pieces_(pieces_of(text)) {
    find_from();
    find_alias();
  }

  std::string text() const {
    std::string result;
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (redundant(i)) {
        ++i;
      } else {
        result += pieces_[i].text;
      }
    }
    return result;
  }

 private:
  bool outside(std::size_t i, std::string_view word) const { return pieces_[i].depth == 0 && pieces_[i].text == word; }
  bool begins_line(std::size_t i) const { return i > 0 && pieces_[i - 1].text.find('\n') != std::string_view::npos; }

  void find_from() {
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (outside(i, "UNION") || outside(i, "INTERSECT") || outside(i, "EXCEPT")) return;
    }
    for (begin_ = 0; begin_ < pieces_.size(); ++begin_) {
      if (outside(begin_, "FROM") && begins_line(begin_)) break;
    }
    for (end_ = begin_; end_ < pieces_.size(); ++end_) {
      const bool clause = std::find(clauses.begin(), clauses.end(), pieces_[end_].text) != clauses.end();
      if (clause && pieces_[end_].depth == 0 && begins_line(end_)) break;
    }
  }

  void find_alias() {
    std::size_t last = end_;
    for (std::size_t i = begin_; i < end_; ++i) {
      if (outside(i, ",") || outside(i, "JOIN") || outside(i, "TABLESAMPLE")) return;
      if (pieces_[i].depth == 0 && pieces_[i].name()) last = i;
    }
    if (last < end_ && last > begin_) alias_ = pieces_[last].text;
  }

  /// The alias and the dot of alias.column.
  bool redundant(std::size_t i) const {
    if (alias_.empty() || pieces_[i].text != alias_ || pieces_[i].nested || i + 2 >= pieces_.size()) return false;
    if ((i >= begin_ && i < end_) || pieces_[i + 1].text != "." || !pieces_[i + 2].name()) return false;
    const bool qualified = i > 0 && pieces_[i - 1].text == ".";
    const bool call = i + 3 < pieces_.size() && pieces_[i + 3].text == "(";
    return !qualified && !call;
  }

  std::vector<Piece> pieces_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::string_view alias_;
};

}  // namespace

std::string modern_view(std::string_view definition) {
  while (!definition.empty() && definition.front() == ' ') definition.remove_prefix(1);
  if (definition.ends_with(';')) definition.remove_suffix(1);
  return View(definition).text();
}

}  // namespace tradewind::postgres
