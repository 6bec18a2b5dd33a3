#include "sql/postgres_split.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "sql/complaint.hpp"
#include "sql/leading_tokens.hpp"
#include "sql/postgres_kind.hpp"
#include "sql/postgres_lexer.hpp"
#include "sql/string_escapes.hpp"

namespace tradewind::sql {
namespace {

class Splitter {
 public:
  explicit Splitter(std::string_view script) : script_(script), lexer_(script) {}

  std::vector<Statement> run();

 private:
  static constexpr std::uint32_t nowhere = std::numeric_limits<std::uint32_t>::max();

  Phrase phrase() const { return {script_, leading_.all()}; }
  std::string_view text(const Token& token) const {
    return script_.substr(token.begin, token.end - token.begin);
  }
  bool is_word(const Token& token, std::string_view keyword) const {
    return token.lexeme == Lexeme::word && same_word(text(token), keyword);
  }
  bool creates_rule() const;
  bool creates_routine() const;
  bool ends_at_semicolon() const;
  void take(const Token& token);
  void follow_body(const Token& token);
  void finish();
  void take_copy_data(Statement& copy);
  std::size_t copy_data_begin(const Statement& copy) const;
  [[noreturn]] void complain_unfinished() const;

  std::string_view script_;
  PostgresLexer lexer_;
  StringEscapes escapes_;
  std::vector<Statement> statements_;

  // Of the statement being read:
  LeadingTokens leading_;
  Token last_;
  std::vector<std::uint32_t> parentheses_;  // the open ones
  std::uint32_t body_ = nowhere;            // the BEGIN of a BEGIN ATOMIC body that has not ended
};

std::vector<Statement> Splitter::run() {
  for (Token token = lexer_.next(); token.lexeme != Lexeme::end; token = lexer_.next()) {
    if (token.is(';') && ends_at_semicolon()) {
      finish();
    } else {
      take(token);
    }
  }
  if (!parentheses_.empty() || body_ != nowhere) complain_unfinished();
  finish();
  return std::move(statements_);
}

bool Splitter::creates_rule() const {
  Phrase p = phrase();
  if (!p.word("create")) return false;
  if (p.word("or")) p.word("replace");
  return p.word("rule");
}

bool Splitter::creates_routine() const {
  Phrase p = phrase();
  if (!p.word("create")) return false;
  if (p.word("or")) p.word("replace");
  return p.word("function") || p.word("procedure");
}

/// The server knows semicolons inside a statement in two places only: the actions of a rule, and a body.
bool Splitter::ends_at_semicolon() const {
  if (parentheses_.empty()) return body_ == nowhere;
  if (creates_rule()) return false;
  complain_unfinished();
}

void Splitter::take(const Token& token) {
  if (token.is('(')) {
    parentheses_.push_back(token.begin);
  } else if (token.is(')') && !parentheses_.empty()) {
    parentheses_.pop_back();
  } else if (token.lexeme == Lexeme::word && parentheses_.empty()) {
    follow_body(token);
  }
  leading_.add(token);
  last_ = token;
}

/// END ends a body only where a statement of it could begin: elsewhere it belongs to a CASE or is a name.
void Splitter::follow_body(const Token& token) {
  if (body_ != nowhere) {
    if ((last_.is(';') || is_word(last_, "atomic")) && is_word(token, "end")) body_ = nowhere;
  } else if (is_word(token, "atomic") && is_word(last_, "begin") && creates_routine()) {
    body_ = last_.begin;
  }
}

void Splitter::finish() {
  if (leading_.empty()) return;
  Statement statement{leading_.all().front().begin,  last_.end, 0, 0, postgres_kind(phrase()),
                      postgres_for_session(phrase())};
  if (escapes_.observe(phrase(), statement.kind)) lexer_.set_backslash_escapes(escapes_.on());
  if (statement.kind == Kind::copy_in) take_copy_data(statement);
  statements_.push_back(statement);
  leading_.clear();
  last_ = {};
}

void Splitter::take_copy_data(Statement& copy) {
  std::size_t line = copy_data_begin(copy);
  copy.data_begin = static_cast<std::uint32_t>(line);
  while (line < script_.size()) {
    const std::size_t line_end = std::min(script_.find('\n', line), script_.size());
    std::string_view content = script_.substr(line, line_end - line);
    if (content.ends_with('\r')) content.remove_suffix(1);
    if (content == "\\.") {
      copy.data_end = static_cast<std::uint32_t>(line);
      lexer_.seek(line_end);
      return;
    }
    line = line_end + 1;
  }
  throw complaint(Code::syntax_error, script_, copy.begin,
                  "the data of this COPY ... FROM stdin does not end",
                  "end it with a line that holds only \\. after the last row");
}

/// The data begins on the line after the semicolon, on whose own line nothing but a comment may follow.
std::size_t Splitter::copy_data_begin(const Statement& copy) const {
  const std::size_t line_end = std::min(script_.find('\n', lexer_.at()), script_.size());
  PostgresLexer rest(script_.substr(0, line_end));
  rest.seek(lexer_.at());
  Token token = rest.next();
  while (token.is(';')) token = rest.next();
  if (token.lexeme != Lexeme::end) {
    throw complaint(
        Code::syntax_error, script_, token.begin, "the line of COPY ... FROM stdin goes on",
        "its data begins on the next line: put what follows COPY after the line \\. that ends the data");
  }
  if (line_end < script_.size()) return line_end + 1;
  throw complaint(Code::syntax_error, script_, copy.begin, "this COPY ... FROM stdin has no data",
                  "put the rows on the lines after its semicolon, and a line \\. at their end");
}

void Splitter::complain_unfinished() const {
  if (!parentheses_.empty()) {
    throw complaint(Code::syntax_error, script_, parentheses_.back(),
                    "the parenthesis that opens here does not close", "close it before the statement ends");
  }
  throw complaint(Code::syntax_error, script_, body_, "the body that begins here does not end",
                  "End its last statement with a semicolon, then close it with END;");
}

}  // namespace

std::vector<Statement> split_postgres(std::string_view script) {
  require_text(script);
  return Splitter(script).run();
}

}  // namespace tradewind::sql
