#include "migration/script.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"

namespace tradewind::migration {
namespace {

using sql::Kind;
using sql::Statement;

bool is_transaction_control(const Statement& statement) {
  return statement.kind == Kind::begin || statement.kind == Kind::commit;
}

/// CALL and DO may commit by themselves, which they can only do outside of our transaction.
bool may_commit(std::string_view text) {
  const std::string front = base::lower(text.substr(0, 5));
  const auto word = [&](std::string_view name) {
    return front.starts_with(name) && (front.size() == name.size() || front[name.size()] == ' ' ||
                                       front[name.size()] == '\n' || front[name.size()] == '$');
  };
  return word("call") || word("do");
}

/// In lower case, comments left out.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    const bool comment = rest.starts_with("--") || rest.starts_with("/*");
    if (comment)
      i = std::min(text.size(), rest.starts_with("--") ? text.find('\n', i) : text.find("*/", i + 2) + 1);
    if (comment || std::isspace(static_cast<unsigned char>(text[i])) != 0) {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back() += base::lower(text.substr(i, 1));
    }
  }
  return words;
}

/// What the runner's own BEGIN would not have. Which lock SQLite takes first makes no difference to it.
bool has_options(std::string_view begin) {
  static constexpr std::array<std::string_view, 8> plain = {
      "", "begin", "start", "work", "deferred", "immediate", "exclusive", "transaction"};
  const std::vector<std::string> words = words_of(begin);
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return std::find(plain.begin(), plain.end(), word) == plain.end();
  });
}

bool begins_another(std::string_view commit) {
  const std::vector<std::string> words = words_of(commit);
  const auto has = [&](std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  return has("chain") && !has("no");
}

}  // namespace

Script::Script(std::string label, std::string text, const sql::Grammar& grammar,
               std::optional<bool> transaction)
    : label_(std::move(label)), text_(std::move(text)) {
  try {
    statements_ = grammar.split(text_);
  } catch (Error& error) {
    Location at = error.location();
    at.file = label_;
    error.at(std::move(at));
    throw;
  }
  refuse_unfit();
  find_segments(transaction);
}

std::string_view Script::text_of(const Segment& segment) const {
  const std::size_t begin = statements_[segment.first].begin;
  return text().substr(begin, statements_[segment.first + segment.count - 1].end - begin);
}

Error& Script::place(Error& error, std::size_t offset) const {
  const sql::Position at = sql::position(text_, offset);
  const sql::Excerpt shown = sql::excerpt(text_, offset);
  return error.at({.file = label_, .line = at.line, .column = at.column})
      .with_excerpt(shown.line, shown.caret);
}

void Script::fail(std::size_t statement, std::string_view what, std::string_view hint) const {
  Error error(Code::bad_file, std::string(what), std::string(hint));
  throw Error(place(error, statements_[statement].begin));
}

void Script::refuse_unfit() {
  if (statements_.empty()) {
    throw Error(Code::bad_file, fmt::format("{} holds no statement", base::printable(label_)),
                "write its SQL, or remove the file; SELECT 1 is a migration that does nothing on purpose")
        .at({.file = label_, .line = 1, .column = 1});
  }
  for (std::size_t i = 0; i < statements_.size(); ++i) {
    if (statements_[i].kind == Kind::rollback)
      fail(i, "a migration can't ROLLBACK: what it did would be recorded and not be there",
           "take the ROLLBACK out");
    if (statements_[i].kind == Kind::begin && has_options(text_of(i)))
      fail(i, "the runner's own transaction stands in the place of this one and would not have its options",
           "take the options out. Where the whole file is one transaction, take BEGIN and COMMIT out and "
           "begin with "
           "SET TRANSACTION ISOLATION LEVEL ...");
    if (statements_[i].kind == Kind::commit && begins_another(text_of(i)))
      fail(i, "COMMIT AND CHAIN begins a transaction that nothing ends", "write COMMIT; and BEGIN; instead");
    if (statements_[i].kind == Kind::prepare_transaction)
      fail(i, "two-phase commit can't stand in a migration", "take it out");
    if (statements_[i].kind == Kind::discard_all)
      fail(i, "DISCARD ALL gives up the lock that keeps other runners out",
           "take it out: what a migration sets ends with it anyway; RESET ALL and DISCARD TEMP are fine");
  }
}

/// BEGIN; ...; COMMIT around the whole file is what the runner does anyway.
void Script::drop_own_transaction() {
  const auto is_pragma = [](const Statement& s) { return s.kind == Kind::foreign_keys_pragma; };
  const auto first = std::find_if_not(statements_.begin(), statements_.end(), is_pragma);
  const auto last = std::find_if_not(statements_.rbegin(), statements_.rend(), is_pragma);
  if (first == statements_.end() || first->kind != Kind::begin || last->kind != Kind::commit) return;
  if (std::count_if(statements_.begin(), statements_.end(), is_transaction_control) != 2) return;
  statements_.erase(std::next(last).base());
  statements_.erase(first);
  refuse_unfit();
}

void Script::find_segments(std::optional<bool> transaction) {
  drop_own_transaction();
  const auto outside = std::find_if(statements_.begin(), statements_.end(),
                                    [](const Statement& s) { return sql::needs_no_transaction(s.kind); });
  const bool own = std::any_of(statements_.begin(), statements_.end(), is_transaction_control);
  if (outside != statements_.end() && transaction == true) {
    fail(static_cast<std::size_t>(outside - statements_.begin()),
         "this statement can't stand in a transaction, and the header asks for one",
         "take `Transaction: on` out of the header");
  }
  transactional_ = outside == statements_.end() && !own && transaction != false;
  if (!transactional_) group_own_transactions(transaction == false);
}

void Script::group_own_transactions(bool asked_for) {
  for (std::size_t i = 0; i < statements_.size(); ++i) {
    const Kind kind = statements_[i].kind;
    if (kind == Kind::commit) fail(i, "COMMIT without a BEGIN before it", "take it out: the runner commits");
    if (kind != Kind::begin) {
      const bool outside = sql::needs_no_transaction(kind) || (asked_for && may_commit(text_of(i)));
      segments_.push_back({.first = i, .count = 1, .transactional = !outside});
      continue;
    }
    const std::size_t first = i + 1;
    for (++i; i < statements_.size() && statements_[i].kind != Kind::commit; ++i) {
      if (statements_[i].kind == Kind::begin)
        fail(i, "BEGIN inside a transaction", "take it out, or add the COMMIT before it");
      if (sql::needs_no_transaction(statements_[i].kind))
        fail(i, "this statement can't stand between BEGIN and COMMIT", "move it behind the COMMIT");
    }
    if (i == statements_.size())
      fail(first - 1, "BEGIN without a COMMIT", "take it out: the runner provides the transaction");
    if (i > first) segments_.push_back({.first = first, .count = i - first, .transactional = true});
  }
}

void Script::check_syntax(const sql::Grammar& grammar, database::Connection& connection) const {
  constexpr std::size_t asked_at_once = std::size_t{256} << 10;
  const std::vector<sql::Doubt> doubts = grammar.check(text_, statements_, statements_.size());
  std::vector<std::string_view> texts;
  texts.reserve(doubts.size());
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < doubts.size(); ++i) {
    texts.push_back(text_of(doubts[i].statement));
    bytes += texts.back().size();
    if (bytes < asked_at_once && i + 1 < doubts.size()) continue;
    if (const auto problem = connection.syntax_problem(texts))
      refuse_syntax(doubts[i + 1 - texts.size() + problem->statement].statement, *problem);
    texts.clear();
    bytes = 0;
  }
}

void Script::refuse_syntax(std::size_t index, const database::SyntaxProblem& problem) const {
  const Statement& statement = statements_[index];
  Error error(Code::syntax_error, problem.message, "correct the file; nothing was run");
  place(error, std::min<std::size_t>(statement.begin + problem.offset, statement.end))
      .with_sqlstate(problem.sqlstate)
      .with_statement(base::printable(text_of(index), 400));
  throw Error(error);
}

}  // namespace tradewind::migration
