// How a migration's text will be run.
#include "migration/script.hpp"

#include <gtest/gtest.h>

namespace tradewind::migration {
namespace {

Script script(const std::string& text, std::optional<bool> transaction = std::nullopt) {
  return {"dir/1.sql", text, sql::postgres_grammar(), transaction};
}

/// One letter per segment: t in a transaction, o outside, with the number of statements.
std::string shape(const Script& script) {
  if (script.transactional()) return "one";
  std::string result;
  for (const Segment& segment : script.segments())
    result += (segment.transactional ? "t" : "o") + std::to_string(segment.count);
  return result;
}

struct ShapeCase {
  const char* text;
  std::optional<bool> transaction;
  const char* shape;
};

TEST(Script, is_one_transaction_unless_something_speaks_against_it) {
  const ShapeCase cases[] = {
      {"SELECT 1; SELECT 2", {}, "one"},
      {"SELECT 1", true, "one"},
      {"SELECT 1; SELECT 2", false, "t1t1"},
      {"BEGIN; SELECT 1; COMMIT", {}, "one"},
      {"begin work; SELECT 1; end", {}, "one"},
      {"BEGIN; SELECT 1; COMMIT", false, "t1"},
      {"BEGIN; SELECT 1; SELECT 2; COMMIT; BEGIN; SELECT 3; COMMIT", {}, "t2t1"},
      {"SELECT 0; BEGIN; SELECT 1; COMMIT", {}, "t1t1"},
      {"CREATE INDEX CONCURRENTLY i ON t (a)", {}, "o1"},
      {"SELECT 1; CREATE INDEX CONCURRENTLY i ON t (a); SELECT 2", {}, "t1o1t1"},
      {"BEGIN; SELECT 1; COMMIT; VACUUM t", {}, "t1o1"},
      {"DO $$ BEGIN COMMIT; END $$; CALL p(); SELECT 1", false, "o1o1t1"},
      {"DO $$ BEGIN END $$", {}, "one"},
  };
  for (const ShapeCase& c : cases) {
    EXPECT_EQ(shape(script(c.text, c.transaction)), c.shape) << c.text;
  }
}

TEST(Script, refuses_what_can_not_be_recorded) {
  for (const char* text :
       {"", "-- nothing", "ROLLBACK", "SELECT 1; ABORT", "BEGIN", "COMMIT", "BEGIN; SELECT 1",
        "BEGIN; BEGIN; SELECT 1; COMMIT", "BEGIN; VACUUM; COMMIT; SELECT 1",
        "SELECT 1; PREPARE TRANSACTION 'x'", "BEGIN; COMMIT"}) {
    try {
      script(text);
      ADD_FAILURE() << "no error: " << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::bad_file) << text;
      EXPECT_EQ(error.location().file, "dir/1.sql") << text;
      EXPECT_EQ(error.location().line, 1U) << text;
      EXPECT_FALSE(error.hint().empty()) << text;
    }
  }
  EXPECT_THROW(script("VACUUM", true), Error);
}

TEST(Script, places_an_error) {
  const Script text = script("SELECT 1;\n  SELECT \xE2\x82\xAC;\n");
  Error error(Code::statement_failed, "x");
  text.place(error, text.statements()[1].begin + 7);
  EXPECT_EQ(error.location().line, 2U);
  EXPECT_EQ(error.location().column, 10U);
  EXPECT_EQ(error.excerpt(), "  SELECT \xE2\x82\xAC;");
  EXPECT_EQ(error.caret(), 10U);
}

}  // namespace
}  // namespace tradewind::migration
