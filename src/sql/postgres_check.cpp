#include "sql/postgres_check.hpp"

#include <pg_query.h>

#include <algorithm>
#include <string>

#include "sql/large_stack.hpp"
#include "sql/leading_tokens.hpp"
#include "sql/postgres_lexer.hpp"
#include "sql/string_escapes.hpp"

namespace tradewind::sql {
namespace {

constexpr std::size_t batch_size = std::size_t{256} << 10;
constexpr std::size_t longest_parsed = std::size_t{1} << 20;  // the tree takes 8 to 120 times as much memory

class Parsed {
 public:
  explicit Parsed(const std::string& text) : result_(pg_query_split_with_parser(text.c_str())) {}
  ~Parsed() { pg_query_free_split_result(result_); }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;

  const PgQueryError* error() const { return result_.error; }
  std::span<PgQuerySplitStmt* const> statements() const {
    return {result_.stmts, static_cast<std::size_t>(result_.n_stmts)};
  }

 private:
  PgQuerySplitResult result_;
};

/// The byte of the character `number`, from 1, as the parser counts them: by the first byte of each.
std::size_t byte_of_character(std::string_view text, int number) {
  std::size_t offset = 0;
  for (int i = 1; i < number && offset < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[offset]);
    offset += c < 0xC0 || c >= 0xF8 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
  }
  return std::min(offset, text.size());
}

/// The parser knows only standard_conforming_strings = on: what a backslash escapes becomes blank, byte for
/// byte.
void blank_escapes(std::string& statement) {
  PostgresLexer lexer(statement);
  lexer.set_backslash_escapes(true);
  for (Token token = lexer.next(); token.lexeme != Lexeme::end; token = lexer.next()) {
    const char first = lower(statement[token.begin]);
    if (token.lexeme != Lexeme::string || (first != '\'' && first != 'n')) continue;
    for (std::size_t i = token.begin; i < token.end; ++i) {
      if (statement[i] != '\\') continue;
      statement[i++] = ' ';
      if (statement[i] == '\\' || statement[i] == '\'') statement[i] = ' ';
    }
  }
}

class Checker {
 public:
  Checker(std::string_view script, std::span<const Statement> statements, std::size_t limit)
      : script_(script), statements_(statements), limit_(limit) {}

  void run();
  std::vector<Doubt> take() { return std::move(doubts_); }

 private:
  void append(const Statement& statement);
  void follow_escapes(const Statement& statement);
  void check_batch();
  bool batch_parses() const;
  void check_alone(std::size_t which);
  void doubt(std::size_t index, std::size_t offset, std::string message);

  std::string_view script_;
  std::span<const Statement> statements_;
  std::size_t limit_;
  StringEscapes escapes_;
  std::vector<Doubt> doubts_;

  std::string batch_;                // statements not parsed yet, each with a semicolon after it
  std::vector<std::size_t> begins_;  // of each in the batch
  std::size_t first_ = 0;            // the index of the first of them
};

void Checker::run() {
  for (std::size_t i = 0; i < statements_.size() && doubts_.size() < limit_; ++i) {
    if (statements_[i].end - statements_[i].begin > longest_parsed) {
      // Too long to be parsed before it runs.
      check_batch();
      first_ = i + 1;
      continue;
    }
    append(statements_[i]);
    follow_escapes(statements_[i]);
    if (batch_.size() >= batch_size) check_batch();
  }
  check_batch();
}

void Checker::append(const Statement& statement) {
  begins_.push_back(batch_.size());
  const std::string_view text = statement.text(script_);
  if (escapes_.on() && text.find('\\') != std::string_view::npos) {
    std::string blanked(text);
    blank_escapes(blanked);
    batch_.append(blanked);
  } else {
    batch_.append(text);
  }
  batch_.append(1, ';');
}

/// After the statement itself was appended: it was written in the setting before it.
void Checker::follow_escapes(const Statement& statement) {
  const char initial = lower(script_[statement.begin]);
  if (initial != 's' && initial != 'r' && initial != 'd' && statement.kind == Kind::plain) return;
  PostgresLexer lexer(script_.substr(0, statement.end));
  lexer.seek(statement.begin);
  lexer.set_backslash_escapes(escapes_.on());
  LeadingTokens tokens;
  for (int i = 0; i < 8; ++i) tokens.add(lexer.next());
  escapes_.observe({script_, tokens.all()}, statement.kind);
}

void Checker::check_batch() {
  if (!begins_.empty() && !batch_parses()) {
    for (std::size_t i = 0; i < begins_.size() && doubts_.size() < limit_; ++i) check_alone(i);
  }
  first_ += begins_.size();
  begins_.clear();
  batch_.clear();
}

/// It parses if the parser sees the very statements that the lexer did.
bool Checker::batch_parses() const {
  const Parsed parsed(batch_);
  const auto found = parsed.statements();
  if (parsed.error() != nullptr || found.size() != begins_.size()) return false;
  for (std::size_t i = 0; i < begins_.size(); ++i) {
    if (static_cast<std::size_t>(found[i]->stmt_location) != begins_[i]) return false;
  }
  return true;
}

void Checker::check_alone(std::size_t which) {
  const std::size_t end = which + 1 < begins_.size() ? begins_[which + 1] : batch_.size();
  const std::string text = batch_.substr(begins_[which], end - begins_[which] - 1);
  const std::size_t begin = statements_[first_ + which].begin;
  const Parsed parsed(text);
  if (const PgQueryError* error = parsed.error(); error != nullptr) {
    doubt(first_ + which, begin + byte_of_character(text, error->cursorpos), error->message);
  } else if (parsed.statements().size() != 1) {
    doubt(first_ + which, begin, "this is not one statement to the parser");
  }
}

void Checker::doubt(std::size_t index, std::size_t offset, std::string message) {
  if (doubts_.size() < limit_) doubts_.push_back({index, offset, std::move(message)});
}

}  // namespace

std::vector<Doubt> check_postgres(std::string_view script, std::span<const Statement> statements,
                                  std::size_t limit) {
  if (statements.empty() || limit == 0) return {};
  Checker checker(script, statements, limit);
  run_on_large_stack([&checker] { checker.run(); });
  return checker.take();
}

}  // namespace tradewind::sql
