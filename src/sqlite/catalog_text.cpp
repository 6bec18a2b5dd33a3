#include "sqlite/catalog_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"

namespace tradewind::sqlite {
namespace {

bool is_space(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}
bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || (c & 0x80) != 0;
}

std::size_t length_of_quoted(std::string_view text) {
  const char close = text[0] == '[' ? ']' : text[0];
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] != close) continue;
    const bool doubled = close != ']' && i + 1 < text.size() && text[i + 1] == close;
    if (!doubled) return i + 1;
    ++i;
  }
  return text.size();
}

std::size_t length_of_gap(std::string_view text) {
  const auto until = [&](std::string_view end) {
    return std::min(text.find(end, 2), text.size() - end.size()) + end.size();
  };
  if (text.starts_with("--")) return until("\n");
  if (text.starts_with("/*")) return until("*/");
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_space) - text.begin());
}

std::size_t length_of_token(std::string_view text) {
  if (std::string_view("'\"`[").find(text[0]) != std::string_view::npos) return length_of_quoted(text);
  const auto words =
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_word) - text.begin());
  return std::max<std::size_t>(words, 1);
}

struct Token {
  std::string_view text;
  bool after_space = false;
};

std::vector<Token> tokens_of(std::string_view sql) {
  std::vector<Token> tokens;
  bool space = false;
  while (!sql.empty()) {
    if (const std::size_t gap = length_of_gap(sql); gap > 0) {
      space = true;
      sql.remove_prefix(gap);
      continue;
    }
    const std::size_t length = length_of_token(sql);
    tokens.push_back({sql.substr(0, length), space});
    space = false;
    sql.remove_prefix(length);
  }
  return tokens;
}

std::string joined(const std::vector<Token>& tokens, std::size_t begin, std::size_t end) {
  std::string text;
  for (std::size_t i = begin; i < end; ++i) {
    const std::string_view token = tokens[i].text;
    const bool tight =
        i == begin || token == ")" || token == "," || token == ";" || tokens[i - 1].text == "(";
    if (!tight && (tokens[i].after_space || tokens[i - 1].text == ",")) text += ' ';
    text += token;
  }
  return text;
}

std::string unquoted(std::string_view token) {
  if (token.empty() || std::string_view("'\"`[").find(token[0]) == std::string_view::npos)
    return std::string(token);
  const char close = token[0] == '[' ? ']' : token[0];
  std::string name;
  for (std::size_t i = 1; i + 1 < token.size(); ++i) {
    name += token[i];
    if (token[i] == close) ++i;
  }
  return name;
}

/// Reads the items between a CREATE TABLE's parentheses.
class TableReader {
 public:
  explicit TableReader(std::string_view sql) : tokens_(tokens_of(sql)) {}

  TableText read() {
    while (at_ < tokens_.size() && tokens_[at_].text != "(") ++at_;
    ++at_;
    while (at_ < tokens_.size() && tokens_[at_].text != ")") {
      read_item();
      if (at_ < tokens_.size() && tokens_[at_].text == ",") ++at_;
    }
    return std::move(table_);
  }

 private:
  std::string word(std::size_t i) const {
    return i < tokens_.size() ? base::lower(tokens_[i].text) : std::string();
  }

  bool begins_table_constraint() const {
    constexpr std::array<std::string_view, 5> words = {"constraint", "primary", "unique", "check", "foreign"};
    return std::find(words.begin(), words.end(), word(at_)) != words.end();
  }

  void read_item() {
    column_.clear();
    name_.clear();
    last_ = nullptr;
    if (!begins_table_constraint()) column_ = unquoted(tokens_[at_++].text);
    while (at_ < tokens_.size() && tokens_[at_].text != "," && tokens_[at_].text != ")") read_clause();
  }

  void read_clause() {
    const std::string clause = word(at_++);
    if (clause == "constraint") {
      name_ = unquoted(tokens_[std::min(at_++, tokens_.size() - 1)].text);
    } else if (clause == "primary") {
      if (word(at_) == "key") ++at_;
      add_key(table_.primary_keys);
    } else if (clause == "unique") {
      add_key(table_.uniques);
    } else if (clause == "check") {
      add(table_.checks).text = group();
    } else if (clause == "foreign") {
      if (word(at_) == "key") ++at_;
      group();
    } else if (clause == "references") {
      add(table_.foreign_keys);
      ++at_;
      if (word(at_) == "(") group();
    } else if (clause == "collate") {
      table_.columns[column_].collation = unquoted(tokens_[std::min(at_++, tokens_.size() - 1)].text);
    } else if (clause == "as") {
      table_.columns[column_].generated = group();
    } else if (clause == "(") {
      --at_;
      group();
    } else {
      add_suffix(clause);
    }
  }

  void add_suffix(const std::string& clause) {
    std::string suffix;
    if (clause == "autoincrement") suffix = "AUTOINCREMENT";
    if (clause == "desc" && !column_.empty()) suffix = "DESC";
    if (clause == "on" && word(at_) == "conflict") suffix = "ON CONFLICT " + upper(word(at_ + 1));
    if (clause == "initially" && word(at_) == "deferred" && word(at_ - 2) == "deferrable" &&
        word(at_ - 3) != "not") {
      suffix = "DEFERRABLE INITIALLY DEFERRED";
    }
    const bool default_conflict = suffix == "ON CONFLICT ABORT";
    if (clause == "not" && word(at_) == "null") last_ = nullptr;
    if (suffix.empty() || default_conflict || last_ == nullptr) return;
    last_->suffix += last_->suffix.empty() ? suffix : " " + suffix;
  }

  static std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); });
    return text;
  }

  TextConstraint& add(std::vector<TextConstraint>& constraints) {
    constraints.push_back({std::move(name_), {}, {}, {}});
    name_.clear();
    last_ = &constraints.back();
    return *last_;
  }

  void add_key(std::vector<TextConstraint>& constraints) {
    TextConstraint& key = add(constraints);
    key.columns = column_.empty() ? key_columns() : name_as_sql(column_);
  }

  std::string key_columns() {
    std::vector<Token> names;
    const auto [begin, end] = group_span();
    std::vector<std::string> quoted(end - begin);
    for (std::size_t i = begin; i < end; ++i) {
      const bool name = is_word(tokens_[i].text[0]) || tokens_[i].text.size() > 1;
      quoted[i - begin] = name ? name_as_sql(unquoted(tokens_[i].text)) : std::string(tokens_[i].text);
      names.push_back({quoted[i - begin], tokens_[i].after_space});
    }
    return joined(names, 0, names.size());
  }

  /// What stands in the parentheses that begin here, and goes on behind them.
  std::pair<std::size_t, std::size_t> group_span() {
    const std::size_t begin = at_ + 1;
    int depth = 0;
    for (; at_ < tokens_.size(); ++at_) {
      if (tokens_[at_].text == "(") ++depth;
      if (tokens_[at_].text == ")" && --depth == 0) break;
      if (depth == 0) return {at_, at_};
    }
    const std::size_t end = std::min(at_++, tokens_.size());
    return {std::min(begin, end), end};
  }

  std::string group() {
    const auto [begin, end] = group_span();
    return joined(tokens_, begin, end);
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  TableText table_;
  std::string column_;
  std::string name_;
  TextConstraint* last_ = nullptr;
};

}  // namespace

std::string in_one_line(std::string_view sql) {
  const std::vector<Token> tokens = tokens_of(sql);
  return joined(tokens, 0, tokens.size());
}

std::string name_as_sql(std::string_view name) {
  const bool plain = !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
                     std::all_of(name.begin(), name.end(), is_word);
  return plain ? std::string(name) : base::quoted(name);
}

TableText read_create_table(std::string_view sql) {
  return TableReader(sql).read();
}

}  // namespace tradewind::sqlite
