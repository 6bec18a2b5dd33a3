#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/error.hpp>

#include "database/connection.hpp"
#include "sql/grammar.hpp"

namespace tradewind::migration {

/// Statements that are done together: one, or a BEGIN ... COMMIT of the file's own.
struct Segment {
  std::size_t first = 0;  ///< of Script::statements
  std::size_t count = 1;
  bool transactional = true;  ///< false: can't stand in a transaction
};

/// A migration's text, split and judged: how it will be run.
class Script {
 public:
  /// `label` is the file for messages. `transaction`: what the header asks for. Throws Error{syntax_error,
  /// bad_file} with its place for what can't be split or can't be run as a migration.
  Script(std::string label, std::string text, const sql::Grammar& grammar, std::optional<bool> transaction);

  const std::string& label() const { return label_; }
  std::string_view text() const { return text_; }
  const std::vector<sql::Statement>& statements() const { return statements_; }
  std::string_view text_of(std::size_t statement) const { return statements_[statement].text(text_); }
  /// From its first statement to the end of its last.
  std::string_view text_of(const Segment& segment) const;
  /// One transaction around all of it.
  bool transactional() const { return transactional_; }
  const std::vector<Segment>& segments() const { return segments_; }

  /// Has every statement parsed that the grammar can't vouch for; the first that the engine refuses too is
  /// thrown.
  void check_syntax(const sql::Grammar& grammar, database::Connection& connection) const;

  /// Fills in file, line, column and excerpt of a byte.
  Error& place(Error& error, std::size_t offset) const;

 private:
  void refuse_unfit();
  void find_segments(std::optional<bool> transaction);
  void drop_own_transaction();
  void group_own_transactions(bool asked_for);
  [[noreturn]] void refuse_syntax(std::size_t statement, const database::SyntaxProblem& problem) const;
  [[noreturn]] void fail(std::size_t statement, std::string_view what, std::string_view hint) const;

  std::string label_;
  std::string text_;
  std::vector<sql::Statement> statements_;
  std::vector<Segment> segments_;
  bool transactional_ = true;
};

}  // namespace tradewind::migration
