#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tradewind/error.hpp>

#include "sql/grammar.hpp"

namespace tradewind::fuzz {

inline std::string unordered(std::string_view script, const std::vector<sql::Statement>& statements) {
  std::size_t free_from = 0;
  for (const sql::Statement& statement : statements) {
    if (statement.begin < free_from || statement.end <= statement.begin)
      return "a statement overlaps or is empty";
    free_from = statement.end;
    if (statement.kind == sql::Kind::copy_in) {
      if (statement.data_begin < free_from || statement.data_end < statement.data_begin)
        return "data overlaps";
      free_from = statement.data_end;
    } else if (statement.data_begin != 0 || statement.data_end != 0) {
      return "data without COPY";
    }
    if (free_from > script.size()) return "a statement ends behind the script";
  }
  return {};
}

/// Whether the statement, put after `before`, is split into itself again.
inline bool stays_whole(const sql::Grammar& grammar, std::string_view script, const sql::Statement& statement,
                        std::string_view before) {
  std::string again(before);
  again.append(statement.text(script));
  if (statement.kind == sql::Kind::copy_in)
    again.append(";\n").append(statement.data(script)).append("\\.\n");
  try {
    const auto statements = grammar.split(again);
    return statements.size() == (before.empty() ? 1U : 2U) && statements.back().kind == statement.kind &&
           statements.back().text(again) == statement.text(script) &&
           statements.back().data(again) == statement.data(script);
  } catch (const Error&) {
    return false;
  }
}

inline std::string doubtful(const sql::Grammar& grammar, std::string_view script,
                            const std::vector<sql::Statement>& statements) {
  constexpr std::size_t limit = 16;
  const auto doubts = grammar.check(script, statements, limit);
  if (&grammar == &sql::postgres_grammar() && doubts.size() > limit) return "more doubts than the limit";
  for (std::size_t i = 0; i < doubts.size(); ++i) {
    if (i > 0 && doubts[i].statement <= doubts[i - 1].statement) return "doubts out of order";
    if (doubts[i].statement >= statements.size()) return "a doubt of no statement";
    if (doubts[i].message == "this is not one statement to the parser") return doubts[i].message;
    const sql::Statement& statement = statements[doubts[i].statement];
    if (doubts[i].offset < statement.begin || doubts[i].offset > statement.end)
      return "a doubt outside its statement";
  }
  return {};
}

inline std::string ill_placed(const Error& error) {
  if (error.code() != Code::syntax_error && error.code() != Code::bad_file) return "an error of another code";
  if (error.location().line == 0 || error.location().column == 0) return "an error without a place";
  if (error.excerpt().size() > 200) return "an excerpt that is too long";
  return {};
}

/// What is wrong with how the grammar splits the script, which may be any bytes; "" if nothing is.
inline std::string split_problem(const sql::Grammar& grammar, std::string_view script) {
  std::vector<sql::Statement> statements;
  try {
    statements = grammar.split(script);
  } catch (const Error& error) {
    return ill_placed(error);
  }
  if (std::string problem = unordered(script, statements); !problem.empty()) return problem;
  for (const sql::Statement& statement : statements) {
    // The setting may have been off where the statement stands.
    const bool whole = stays_whole(grammar, script, statement, "") ||
                       stays_whole(grammar, script, statement, "SET standard_conforming_strings = off;\n");
    if (!whole) return "a statement that does not stay whole: " + std::string(statement.text(script));
  }
  return doubtful(grammar, script, statements);
}

}  // namespace tradewind::fuzz
