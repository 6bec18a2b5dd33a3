#include "sql/header.hpp"

#include <gtest/gtest.h>

#include <tradewind/error.hpp>

namespace tradewind::sql {
namespace {

using Names = std::vector<std::string>;

Error refusal(std::string_view script) {
  try {
    read_header(script);
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "accepted: " << script;
  return Error(Code::internal, "nothing was thrown");
}

/// "Key -> Suggestion" of each.
Names misspellings(std::string_view script) {
  Names result;
  for (const Misspelling& found : read_header(script).misspellings) {
    result.push_back(std::to_string(found.line) + " " + found.key + " -> " + found.suggestion);
  }
  return result;
}

TEST(Header, holds_what_the_comments_say) {
  const Header header = read_header(
      "-- Migration: 003_add_user_tracking\n"
      "-- Description: Add user tracking: and audit tables\n"
      "-- Created: 2026-01-14\n"
      "\n"
      "-- Depends: 001_init, 002_accounts\n"
      "-- Transaction: off\n"
      "-- Lint: allow drop-column (nobody reads it), Truncate\n"
      "CREATE TABLE t (a int);\n"
      "-- Depends: 009_too_late\n");
  EXPECT_EQ(header.migration, "003_add_user_tracking");
  EXPECT_EQ(header.description, "Add user tracking: and audit tables");
  EXPECT_EQ(header.created, "2026-01-14");
  EXPECT_EQ(header.depends, (Names{"001_init", "002_accounts"}));
  EXPECT_EQ(header.transaction, false);
  ASSERT_EQ(header.lint.size(), 2U);
  EXPECT_EQ(header.lint[0].rule, "drop-column");
  EXPECT_EQ(header.lint[0].reason, "nobody reads it");
  EXPECT_EQ(header.lint[0].line, 7U);
  EXPECT_EQ(header.lint[1].rule, "truncate");
  EXPECT_EQ(header.lint[1].reason, "");
  EXPECT_TRUE(header.misspellings.empty());
  ASSERT_EQ(header.entries.size(), 6U);
  EXPECT_EQ(header.entries[3].key, "depends");
  EXPECT_EQ(header.entries[3].value, "001_init, 002_accounts");
  EXPECT_EQ(header.entries[3].line, 5U);
}

TEST(Header, of_nothing_holds_nothing) {
  for (const char* script : {"", "\n\n", "SELECT 1;", "--", "-- no key here\n", "--:\n", "-- : x\n", "/*"}) {
    const Header header = read_header(script);
    EXPECT_TRUE(header.entries.empty()) << script;
    EXPECT_TRUE(header.misspellings.empty()) << script;
    EXPECT_FALSE(header.transaction.has_value()) << script;
  }
}

TEST(Header, keys_are_case_insensitive_and_blanks_do_not_count) {
  const Header header = read_header("  --DEPENDS :a ,, b,\n--\tdescription:\tx \r\n\t-- Created:\n");
  EXPECT_EQ(header.depends, (Names{"a", "b"}));
  EXPECT_EQ(header.description, "x");
  EXPECT_EQ(header.created, "");
}

TEST(Header, reads_carriage_returns_as_line_ends) {
  const Header header = read_header("-- Depends: a\r\n-- Transaction: on\r\n\r\nSELECT 1;\r\n");
  EXPECT_EQ(header.depends, (Names{"a"}));
  EXPECT_EQ(header.transaction, true);
  EXPECT_EQ(header.entries[1].line, 2U);
}

TEST(Header, depends_and_lint_add_up_and_of_the_others_the_first_counts) {
  const Header header = read_header(
      "-- Depends: a\n-- Depends: b\n-- Lint: allow x\n-- Lint: allow y (why, because (really))\n"
      "-- Description: first\n-- Description: second\n");
  EXPECT_EQ(header.depends, (Names{"a", "b"}));
  ASSERT_EQ(header.lint.size(), 2U);
  EXPECT_EQ(header.lint[1].rule, "y");
  EXPECT_EQ(header.lint[1].reason, "why, because (really)");
  EXPECT_EQ(header.description, "first");
  EXPECT_EQ(header.entries.size(), 6U);
}

TEST(Header, a_block_comment_is_not_read_but_passed) {
  const Header header =
      read_header("/*\n-- Depends: a\n * Transaction: off\n/* nested */\n*/\n-- Depends: b\nSELECT 1;");
  EXPECT_EQ(header.depends, (Names{"b"}));
  EXPECT_EQ(header.entries.at(0).line, 6U);
  EXPECT_FALSE(header.transaction.has_value());
}

TEST(Header, a_block_comment_that_nests_for_one_engine_only_ends_at_its_first_end) {
  EXPECT_EQ(read_header("/* a /* b */\n-- Depends: c\nSELECT 1;").depends, (Names{"c"}));
}

TEST(Header, nothing_after_the_first_statement_counts) {
  EXPECT_TRUE(read_header("SELECT 1; -- Depends: a\n-- Depends: b").depends.empty());
  EXPECT_TRUE(read_header(";\n-- Depends: b").depends.empty());
}

class HeaderTransaction : public ::testing::TestWithParam<std::pair<const char*, bool>> {};
TEST_P(HeaderTransaction, is_on_or_off) {
  EXPECT_EQ(read_header(std::string("-- Transaction: ") + GetParam().first).transaction, GetParam().second);
}
INSTANTIATE_TEST_SUITE_P(Values, HeaderTransaction,
                         ::testing::Values(std::pair{"on", true}, std::pair{"ON", true},
                                           std::pair{"true", true}, std::pair{"Yes", true},
                                           std::pair{"off", false}, std::pair{"Off\r\n", false},
                                           std::pair{"FALSE", false}, std::pair{"no", false}));

TEST(Header, refuses_a_transaction_that_is_neither) {
  for (const char* value : {"none", "", "on off", "1"}) {
    const Error error = refusal("-- Created: x\n-- Transaction: " + std::string(value) + "\n");
    EXPECT_EQ(error.code(), Code::bad_file) << value;
    EXPECT_EQ(error.location().line, 2U) << value;
  }
  EXPECT_EQ(refusal("-- Transaction:  none").location().column, 18U);
  EXPECT_EQ(refusal("-- Transaction: none").excerpt(), "-- Transaction: none");
}

TEST(Header, refuses_transactions_that_contradict_each_other) {
  EXPECT_EQ(refusal("-- Transaction: on\n-- Transaction: off\n").location().line, 2U);
  EXPECT_EQ(read_header("-- Transaction: no\n-- Transaction: off\n").transaction, false);
}

TEST(Header, points_out_misspelt_keys) {
  EXPECT_EQ(
      misspellings("-- Depend: a\n-- Trasnaction: off\n-- Descripton: x\n-- Migratoin: y\n-- Create: z\n"),
      (Names{"1 Depend -> Depends", "2 Trasnaction -> Transaction", "3 Descripton -> Description",
             "4 Migratoin -> Migration", "5 Create -> Created"}));
  EXPECT_EQ(
      misspellings("-- Depends on: a\n-- dependencies: b\n-- transactional: no\n"),
      (Names{"1 Depends on -> Depends", "2 dependencies -> Depends", "3 transactional -> Transaction"}));
}

TEST(Header, points_out_a_lint_line_that_allows_nothing) {
  EXPECT_EQ(misspellings("-- Lint: drop-column\n"),
            (Names{"1 Lint: drop-column -> Lint: allow RULE (reason)"}));
  EXPECT_EQ(misspellings("-- Lnit: allow drop-column\n"), (Names{"1 Lnit -> Lint"}));
}

TEST(Header, leaves_other_words_and_other_tools_alone) {
  EXPECT_TRUE(
      misspellings("-- Author: me\n-- Hint: x\n-- List: a, b\n-- Note: c\n-- requires: users\n").empty());
  EXPECT_TRUE(
      misspellings("-- migrate:up\n-- +goose Up\n-- see http://create:80/x\n-- Deploy a:b to pg\n").empty());
}

TEST(Header, bears_long_and_binary_lines) {
  const std::string line = "-- " + std::string(100000, 'd') + ": x\n-- \xFF\xFE: y\n-- Depends: a\n";
  EXPECT_EQ(read_header(line).depends, (Names{"a"}));
}

}  // namespace
}  // namespace tradewind::sql
