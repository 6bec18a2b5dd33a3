#include <cstdint>

#include "sql/complaint.hpp"
#include "sql/grammar.hpp"
#include "sql/leading_tokens.hpp"
#include "sql/sqlite_kind.hpp"
#include "sql/sqlite_lexer.hpp"

namespace tradewind::sql {
namespace {

class Splitter {
 public:
  explicit Splitter(std::string_view script) : script_(script), lexer_(script) {}

  std::vector<Statement> run();

 private:
  enum class Trigger { none, body, ended };

  Phrase phrase() const { return {script_, leading_.all()}; }
  bool is_word(const Token& token, std::string_view keyword) const {
    return token.lexeme == Lexeme::word &&
           same_word(script_.substr(token.begin, token.end - token.begin), keyword);
  }
  bool creates_trigger() const;
  void take(const Token& token);
  void follow_trigger(const Token& token);
  void finish();

  std::string_view script_;
  SqliteLexer lexer_;
  std::vector<Statement> statements_;

  // Of the statement being read:
  LeadingTokens leading_;
  Token last_;
  Trigger trigger_ = Trigger::none;
  std::uint32_t body_ = 0;
};

std::vector<Statement> Splitter::run() {
  for (Token token = lexer_.next(); token.lexeme != Lexeme::end; token = lexer_.next()) {
    if (token.is(';') && trigger_ != Trigger::body) {
      finish();
    } else {
      take(token);
    }
  }
  if (trigger_ == Trigger::body) {
    throw complaint(Code::syntax_error, script_, body_, "the trigger's body that begins here does not end",
                    "End its last statement with a semicolon, then close it with END;");
  }
  finish();
  return std::move(statements_);
}

bool Splitter::creates_trigger() const {
  Phrase p = phrase();
  if (p.word("explain") && p.word("query")) p.word("plan");
  if (!p.word("create")) return false;
  if (!p.word("temp")) p.word("temporary");
  return p.word("trigger");
}

void Splitter::take(const Token& token) {
  if (leading_.empty() && token.is('.')) {
    throw complaint(
        Code::bad_file, script_, token.begin, "a command of the sqlite3 shell can't stand in a migration",
        "migrations are pure SQL: remove the line; for .read put the other file's statements here");
  }
  if (token.lexeme == Lexeme::word) follow_trigger(token);
  leading_.add(token);
  last_ = token;
}

/// END closes a body only where a statement of it could begin: elsewhere it belongs to a CASE or is a name.
void Splitter::follow_trigger(const Token& token) {
  if (trigger_ == Trigger::body) {
    if (last_.is(';') && is_word(token, "end")) trigger_ = Trigger::ended;
  } else if (trigger_ == Trigger::none && is_word(token, "begin") && creates_trigger()) {
    trigger_ = Trigger::body;
    body_ = token.begin;
  }
}

void Splitter::finish() {
  if (leading_.empty()) return;
  statements_.push_back(
      {leading_.all().front().begin, last_.end, 0, 0, sqlite_kind(phrase()), sqlite_for_session(phrase())});
  leading_.clear();
  last_ = {};
  trigger_ = Trigger::none;
}

class SqliteGrammar final : public Grammar {
 public:
  std::vector<Statement> split(std::string_view script) const override {
    require_text(script);
    return Splitter(script).run();
  }

  /// There is no parser but SQLite's own: each statement is a doubt, whatever the limit.
  std::vector<Doubt> check(std::string_view, std::span<const Statement> statements,
                           std::size_t) const override {
    std::vector<Doubt> doubts;
    doubts.reserve(statements.size());
    for (const Statement& statement : statements) doubts.push_back({doubts.size(), statement.begin, {}});
    return doubts;
  }
};

}  // namespace

const Grammar& sqlite_grammar() {
  static const SqliteGrammar grammar;
  return grammar;
}

}  // namespace tradewind::sql
