#include "postgres/catalog_view.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "postgres/catalog_pieces.hpp"

namespace tradewind::postgres {
namespace {

constexpr std::array<std::string_view, 11> clauses = {
    "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR", "UNION", "INTERSECT"};

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
  bool outside(std::size_t i, std::string_view word) const {
    return pieces_[i].depth == 0 && pieces_[i].text == word;
  }
  bool begins_line(std::size_t i) const {
    return i > 0 && pieces_[i - 1].text.find('\n') != std::string_view::npos;
  }

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
    if (alias_.empty() || pieces_[i].text != alias_ || pieces_[i].nested || i + 2 >= pieces_.size())
      return false;
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
