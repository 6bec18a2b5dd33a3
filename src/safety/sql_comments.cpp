#include "safety/sql_comments.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"

namespace tradewind::safety {
namespace {

std::string joined(const std::string& before, std::string_view more) {
  return before.empty() ? std::string(more) : before + " " + std::string(more);
}

/// A name's quotes off, and what follows it.
std::string name_in(std::string_view text) {
  std::string name;
  for (const char c : text) {
    if (c == '"' || c == '`' || c == '[' || c == ']') continue;
    if (c == '(' || c == ',' || c == ';' || c == ' ') break;
    name += c;
  }
  return name;
}

/// Where a line's comment begins, outside strings; the line's length if it has none.
std::size_t comment_in(std::string_view line) {
  bool in_string = false;
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    if (line[i] == '\'') in_string = !in_string;
    if (!in_string && line[i] == '-' && line[i + 1] == '-') return i;
  }
  return line.size();
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!(line = base::trimmed(line)).empty()) {
    const std::string_view word = line.substr(0, line.find(' '));
    words.push_back(word);
    line.remove_prefix(word.size());
  }
  return words;
}

struct Made {
  std::string kind;
  std::string name;
};

/// What a line beginning with CREATE makes.
Made made_by(std::string_view line) {
  const std::vector<std::string_view> words = words_of(line);
  if (words.empty() || base::lower(words[0]) != "create") return {};
  constexpr std::array<std::string_view, 5> kinds = {"table", "view", "index", "trigger", "function"};
  for (std::size_t i = 1; i < words.size() && i < 5; ++i) {
    const std::string kind = base::lower(words[i]);
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) continue;
    std::size_t at = i + 1;
    if (at + 2 < words.size() && base::lower(words[at]) == "if") at += 3;
    if (at >= words.size()) return {};
    const bool materialized = base::lower(words[i - 1]) == "materialized";
    return {materialized ? "materialized view" : kind, name_in(words[at])};
  }
  return {};
}

bool begins_constraint(std::string_view word) {
  constexpr std::array<std::string_view, 6> words = {"constraint", "primary", "unique",
                                                     "check",      "foreign", "exclude"};
  return std::find(words.begin(), words.end(), base::lower(word.substr(0, word.find('(')))) != words.end();
}

class Reader {
 public:
  explicit Reader(std::map<std::string, std::string>& comments) : comments_(comments) {}

  void read(std::string_view line) {
    const std::size_t at = comment_in(line);
    const std::string_view sql = base::trimmed(line.substr(0, at));
    const std::string_view comment = base::trimmed(line.substr(std::min(at + 2, line.size())));
    if (sql.empty()) {
      before_ = comment.empty() ? std::string() : joined(before_, comment);
      return;
    }
    if (table_.empty()) {
      begin(sql, line);
    } else {
      column(sql, comment);
    }
    before_.clear();
  }

 private:
  void begin(std::string_view sql, std::string_view line) {
    const Made made = made_by(sql);
    if (made.name.empty()) return;
    if (!before_.empty()) comments_[made.kind + " " + made.name] = before_;
    const bool goes_on = made.kind == "table" && sql.find(");") == sql.npos && line.find('(') != line.npos;
    if (goes_on) table_ = made.name;
    depth_ = 0;
    if (goes_on) count(sql);
  }

  void column(std::string_view sql, std::string_view comment) {
    const bool first_line = depth_ == 1;
    count(sql);
    if (depth_ <= 0) {
      table_.clear();
      return;
    }
    const std::string_view word = sql.substr(0, sql.find(' '));
    if (!first_line || begins_constraint(word)) return;
    const std::string said = joined(before_, comment);
    if (!said.empty()) comments_["column " + table_ + "." + name_in(word)] = said;
  }

  void count(std::string_view sql) {
    bool in_string = false;
    for (const char c : sql) {
      if (c == '\'') in_string = !in_string;
      if (!in_string && c == '(') ++depth_;
      if (!in_string && c == ')') --depth_;
    }
  }

  std::map<std::string, std::string>& comments_;
  std::string before_;  ///< the comment lines right before
  std::string table_;   ///< whose columns are being read
  int depth_ = 0;       ///< of parentheses
};

}  // namespace

void collect_comments(std::string_view sql, std::map<std::string, std::string>& comments) {
  Reader reader(comments);
  while (!sql.empty()) {
    const std::string_view line = sql.substr(0, sql.find('\n'));
    reader.read(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
    sql.remove_prefix(std::min(sql.size(), line.size() + 1));
  }
}

}  // namespace tradewind::safety
