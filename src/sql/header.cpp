#include "sql/header.hpp"

#include <algorithm>
#include <array>
#include <tradewind/error.hpp>

#include "base/text.hpp"
#include "sql/complaint.hpp"
#include "sql/token.hpp"

namespace tradewind::sql {
namespace {

constexpr std::size_t longest_key = 40;

struct Known {
  std::string_view key;
  std::string_view shown;
};

constexpr std::array<Known, 6> known_keys{{{"migration", "Migration"},
                                           {"description", "Description"},
                                           {"created", "Created"},
                                           {"depends", "Depends"},
                                           {"transaction", "Transaction"},
                                           {"lint", "Lint"}}};

// Further from their key than a slip of the finger, and common.
constexpr std::array<Known, 5> other_words{{{"depends on", "Depends"},
                                            {"depends-on", "Depends"},
                                            {"depends_on", "Depends"},
                                            {"dependency", "Depends"},
                                            {"dependencies", "Depends"}}};

/// How many letters must be added, taken out, changed or swapped with their neighbour to make one of the
/// other.
std::size_t edits(std::string_view a, std::string_view b) {
  using Row = std::array<std::size_t, longest_key + 1>;
  Row before{}, above{}, row{};
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = above;
    above = row;
  }
  return above[b.size()];
}

bool allows(std::string_view value) {
  return base::lower(value.substr(0, 6)) == "allow ";
}

/// The known key that was probably meant, or "".
std::string_view suggestion(std::string_view key, std::string_view value) {
  for (const Known& other : other_words) {
    if (key == other.key) return other.shown;
  }
  for (const Known& known : known_keys) {
    // Hint, List, Line and Link are words of their own.
    if (known.key == "lint" && !allows(value)) continue;
    if (edits(key, known.key) <= 2) return known.shown;
  }
  return {};
}

/// Pieces between commas that stand in no parentheses, trimmed; empty ones left out.
std::vector<std::string_view> listed(std::string_view value) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i <= value.size(); ++i) {
    const char c = i < value.size() ? value[i] : ',';
    if (c == '(') ++depth;
    if (c == ')' && depth > 0) --depth;
    if (i < value.size() && (c != ',' || depth > 0)) continue;
    const std::string_view piece = base::trimmed(value.substr(begin, i - begin));
    if (!piece.empty()) pieces.push_back(piece);
    begin = i + 1;
  }
  return pieces;
}

std::optional<bool> on_or_off(std::string_view value) {
  const std::string word = base::lower(value);
  if (word == "on" || word == "true" || word == "yes") return true;
  if (word == "off" || word == "false" || word == "no") return false;
  return std::nullopt;
}

class HeaderReader {
 public:
  explicit HeaderReader(std::string_view script) : script_(script) {}

  Header read();

 private:
  bool skip_block_comment();
  std::size_t end_of_nested() const;
  void read_line(std::string_view comment);
  void take(const Known& known, std::string_view value);
  void take_transaction(std::string_view value);
  void take_lint(std::string_view value);
  std::size_t offset_of(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - script_.data());
  }

  std::string_view script_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  bool nests_ = true;
  Header header_;
};

Header HeaderReader::read() {
  while (at_ < script_.size()) {
    const std::string_view rest = script_.substr(at_);
    if (is_a(rest.front(), blank)) {
      line_ += rest.front() == '\n' ? 1 : 0;
      ++at_;
    } else if (rest.starts_with("--")) {
      const std::string_view comment = rest.substr(0, rest.find('\n'));
      read_line(comment.substr(2));
      at_ += comment.size();
    } else if (!rest.starts_with("/*") || !skip_block_comment()) {
      break;
    }
  }
  return std::move(header_);
}

/// Comments nest in PostgreSQL and not in SQLite: read as nested if that ends it, else to the first end.
bool HeaderReader::skip_block_comment() {
  const std::size_t first_end = script_.find("*/", at_ + 2);
  if (first_end == std::string_view::npos) return false;
  const std::size_t nested_end = nests_ ? end_of_nested() : std::string_view::npos;
  nests_ = nested_end != std::string_view::npos;
  const std::size_t end = (nests_ ? nested_end : first_end) + 2;
  line_ += static_cast<std::size_t>(std::count(script_.begin() + at_, script_.begin() + end, '\n'));
  at_ = end;
  return true;
}

std::size_t HeaderReader::end_of_nested() const {
  std::size_t depth = 1;
  for (std::size_t i = at_ + 2; i + 1 < script_.size(); ++i) {
    const std::string_view pair = script_.substr(i, 2);
    if (pair != "/*" && pair != "*/") continue;
    depth = pair == "/*" ? depth + 1 : depth - 1;
    if (depth == 0) return i;
    ++i;
  }
  return std::string_view::npos;
}

void HeaderReader::read_line(std::string_view comment) {
  const std::size_t colon = comment.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view written = base::trimmed(comment.substr(0, colon));
  const std::string_view value = base::trimmed(comment.substr(colon + 1));
  if (written.empty() || written.size() > longest_key) return;
  const std::string key = base::lower(written);
  for (const Known& known : known_keys) {
    if (key == known.key) return take(known, value);
  }
  const bool apart = colon + 1 == comment.size() || is_a(comment[colon + 1], blank);
  if (const std::string_view meant = suggestion(key, value); apart && !meant.empty()) {
    header_.misspellings.push_back({line_, std::string(written), std::string(meant)});
  }
}

void HeaderReader::take(const Known& known, std::string_view value) {
  header_.entries.push_back({std::string(known.key), std::string(value), line_});
  const auto keep_first = [&](std::optional<std::string>& field) {
    if (!field) field = value;
  };
  if (known.key == "migration") keep_first(header_.migration);
  if (known.key == "description") keep_first(header_.description);
  if (known.key == "created") keep_first(header_.created);
  if (known.key == "transaction") take_transaction(value);
  if (known.key == "lint") take_lint(value);
  if (known.key == "depends") {
    for (const std::string_view version : listed(value)) header_.depends.emplace_back(version);
  }
}

void HeaderReader::take_transaction(std::string_view value) {
  const std::optional<bool> wanted = on_or_off(value);
  if (!wanted) {
    throw complaint(Code::bad_file, script_, offset_of(value),
                    "Transaction is \"" + base::printable(value, 40) + "\", which is neither on nor off",
                    "write `-- Transaction: on` or `-- Transaction: off`");
  }
  if (header_.transaction && header_.transaction != wanted) {
    throw complaint(Code::bad_file, script_, offset_of(value),
                    "Transaction is on in one line and off in another", "leave one of the two lines");
  }
  header_.transaction = wanted;
}

void HeaderReader::take_lint(std::string_view value) {
  if (!allows(value)) {
    header_.misspellings.push_back(
        {line_, "Lint: " + base::printable(value, 40), "Lint: allow RULE (reason)"});
    return;
  }
  for (const std::string_view piece : listed(value.substr(6))) {
    const std::size_t open = std::min(piece.find('('), piece.size());
    std::string_view reason = piece.substr(std::min(open + 1, piece.size()));
    if (reason.ends_with(')')) reason.remove_suffix(1);
    const std::string rule = base::lower(base::trimmed(piece.substr(0, open)));
    if (!rule.empty()) header_.lint.push_back({rule, std::string(base::trimmed(reason)), line_});
  }
}

}  // namespace

Header read_header(std::string_view script) {
  return HeaderReader(script).read();
}

}  // namespace tradewind::sql
