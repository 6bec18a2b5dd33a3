#include "support/cpp_text.hpp"

#include <algorithm>
#include <cctype>
#include <regex>
#include <sstream>
#include <utility>

namespace tradewind::test {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Walks over the source and blanks what is not code.
class Blanker {
 public:
  Blanker(std::string_view source, Literals literals)
      : source_(source), result_(source), literals_(literals) {}

  std::string run() {
    while (at_ < source_.size()) step();
    return std::move(result_);
  }

 private:
  void step() {
    if (starts("//")) return blank(source_.find('\n', at_));
    if (starts("/*")) return blank(after("*/", at_ + 2));
    if (starts("R\"") && !within_word()) return blank(raw_end());
    if (source_[at_] == '"') return literal('"');
    if (source_[at_] == '\'' && !within_number()) return literal('\'');
    ++at_;
  }

  bool starts(std::string_view text) const { return source_.substr(at_).starts_with(text); }
  bool within_word() const { return at_ > 0 && is_word(source_[at_ - 1]) && !has_encoding_prefix(); }
  bool has_encoding_prefix() const {
    return at_ > 0 && std::string_view("uUL8").find(source_[at_ - 1]) != source_.npos;
  }
  // A digit separator: 1'000.
  bool within_number() const {
    return at_ > 0 && std::isxdigit(static_cast<unsigned char>(source_[at_ - 1])) != 0;
  }

  std::size_t after(std::string_view text, std::size_t from) const {
    const auto found = source_.find(text, from);
    return found == source_.npos ? source_.size() : found + text.size();
  }

  std::size_t raw_end() const {
    const auto open = source_.find('(', at_);
    if (open == source_.npos) return source_.size();
    const auto delimiter = source_.substr(at_ + 2, open - at_ - 2);
    return after(")" + std::string(delimiter) + "\"", open);
  }

  void literal(char quote) {
    std::size_t end = at_ + 1;
    while (end < source_.size() && source_[end] != quote && source_[end] != '\n')
      end += source_[end] == '\\' ? 2 : 1;
    end = std::min(end + 1, source_.size());
    if (literals_ == Literals::blank) return blank(end);
    at_ = end;
  }

  void blank(std::size_t end) {
    for (end = std::min(end, source_.size()); at_ < end; ++at_) {
      if (source_[at_] != '\n') result_[at_] = ' ';
    }
  }

  std::string_view source_;
  std::string result_;
  Literals literals_;
  std::size_t at_ = 0;
};

}  // namespace

std::string code_of(std::string_view source, Literals literals) {
  return Blanker(source, literals).run();
}

std::vector<Include> includes_of(std::string_view source) {
  static const std::regex directive(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re");
  std::vector<Include> result;
  std::istringstream stream(code_of(source, Literals::keep));
  std::string text;
  for (std::size_t line = 1; std::getline(stream, text); ++line) {
    std::smatch match;
    if (std::regex_search(text, match, directive)) result.push_back({line, match[2], match[1] == "\""});
  }
  return result;
}

}  // namespace tradewind::test
