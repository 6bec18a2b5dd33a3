#include "postgres/catalog_expression.hpp"

#include <fmt/format.h>

#include "postgres/catalog_pieces.hpp"

namespace tradewind::postgres {
namespace {

class Expression {
 public:
  Expression(std::string_view text, int version) : pieces_(pieces_of(text)), version_(version) {}

  std::string text() { return text(0, pieces_.size()); }

 private:
  std::string text(std::size_t begin, std::size_t end) const {
    std::string result;
    for (std::size_t i = begin; i < end;) {
      const std::size_t close = calls(i, end) ? closing(i + 1) : end;
      const std::string call = close < end ? modern_call(i, close) : std::string();
      if (!call.empty()) {
        result += call;
        i = close + 1;
      } else {
        if (!extensions_uuid(i)) result += pieces_[i].text;
        i += extensions_uuid(i) ? 2 : 1;
      }
    }
    return result;
  }

  bool calls(std::size_t i, std::size_t end) const {
    const bool known = pieces_[i].text == "timezone" || pieces_[i].text == "btrim";
    const bool qualified = i > 0 && pieces_[i - 1].text == ".";
    return known && !qualified && i + 1 < end && pieces_[i + 1].text == "(";
  }

  std::size_t closing(std::size_t open) const {
    std::size_t i = open + 1;
    while (i < pieces_.size() && (pieces_[i].text != ")" || pieces_[i].depth != pieces_[open].depth)) ++i;
    return i;
  }

  std::string modern_call(std::size_t name, std::size_t close) const {
    const std::size_t begin = name + 2;
    std::size_t comma = begin;
    while (comma < close && (pieces_[comma].text != "," || pieces_[comma].depth != pieces_[name].depth + 1))
      ++comma;
    const bool one_argument = comma == close;
    if (pieces_[name].text == "btrim")
      return one_argument ? fmt::format("TRIM(BOTH FROM {})", text(begin, close)) : "";
    return one_argument ? ""
                        : fmt::format("({} AT TIME ZONE {})", text(comma + 2, close), text(begin, comma));
  }

  /// The schema and the dot before it.
  bool extensions_uuid(std::size_t i) const {
    return version_ < 13 && i + 2 < pieces_.size() && pieces_[i].name() && pieces_[i + 1].text == "." &&
           pieces_[i + 2].text == "gen_random_uuid";
  }

  std::vector<Piece> pieces_;
  int version_;
};

}  // namespace

std::string modern_expression(std::string_view text, int version) {
  return version < 14 ? Expression(text, version).text() : std::string(text);
}

}  // namespace tradewind::postgres
