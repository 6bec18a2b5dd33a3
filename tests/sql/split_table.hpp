#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <tradewind/error.hpp>
#include <vector>

#include "sql/grammar.hpp"

namespace tradewind::test {

using Texts = std::vector<std::string>;

inline Texts texts(const sql::Grammar& grammar, std::string_view script) {
  Texts result;
  for (const sql::Statement& statement : grammar.split(script)) result.emplace_back(statement.text(script));
  return result;
}

/// The only statement's kind.
inline sql::Kind kind(const sql::Grammar& grammar, std::string_view script) {
  const auto statements = grammar.split(script);
  EXPECT_EQ(statements.size(), 1U) << script;
  return statements.empty() ? sql::Kind::plain : statements.front().kind;
}

/// What split() throws.
inline Error refusal(const sql::Grammar& grammar, std::string_view script) {
  try {
    grammar.split(script);
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "accepted: " << script;
  return Error(Code::internal, "nothing was thrown");
}

/// "2:5" for line and column.
inline std::string place(const Error& error) {
  return std::to_string(error.location().line) + ":" + std::to_string(error.location().column);
}

/// A script and the statements it must split into.
struct SplitCase {
  const char* name;
  std::string script;
  Texts statements;
};

inline std::ostream& operator<<(std::ostream& out, const SplitCase& split_case) {
  return out << split_case.script;
}

inline std::string case_name(const ::testing::TestParamInfo<SplitCase>& info) {
  return info.param.name;
}

}  // namespace tradewind::test
