#include "split_table.hpp"

#include <thread>

namespace tradewind::test {
namespace {

using sql::Doubt;
using sql::postgres_grammar;

std::vector<Doubt> doubts(std::string_view script, std::size_t limit = 16) {
  return postgres_grammar().check(script, postgres_grammar().split(script), limit);
}

/// "1 2:5 message" of each.
Texts found(std::string_view script, std::size_t limit = 16) {
  Texts result;
  for (const Doubt& doubt : doubts(script, limit)) {
    const sql::Position at = sql::position(script, doubt.offset);
    result.push_back(std::to_string(doubt.statement) + " " + std::to_string(at.line) + ":" +
                     std::to_string(at.column) + " " + doubt.message);
  }
  return result;
}

TEST(PostgresCheck, has_no_doubt_of_what_parses) {
  EXPECT_TRUE(doubts("").empty());
  EXPECT_TRUE(doubts("SELECT 1; CREATE TABLE t (a int); DO $$ anything goes $$; BEGIN; COMMIT;").empty());
}

TEST(PostgresCheck, points_at_the_offending_byte) {
  EXPECT_EQ(found("SELECT 1;\nSELECT a fro m b;"), (Texts{"1 2:14 syntax error at or near \"m\""}));
  EXPECT_EQ(found("CREATE TABLE t (\n  a int,\n);"), (Texts{"0 3:1 syntax error at or near \")\""}));
}

TEST(PostgresCheck, tells_of_all_unless_there_is_a_limit) {
  std::string script;
  for (int i = 0; i < 40; ++i) script += "SELECT a fro m b;\n";
  EXPECT_EQ(postgres_grammar().check(script, postgres_grammar().split(script)).size(), 40U);
  EXPECT_EQ(doubts(script, 3).size(), 3U);
}

TEST(PostgresCheck, counts_characters_as_the_parser_does) {
  EXPECT_EQ(found("SELECT '\xE2\x82\xAC\xC3\xA9\xF0\x9F\x98\x80', 1 fro m x;"),
            (Texts{"0 1:21 syntax error at or near \"m\""}));
}

TEST(PostgresCheck, points_behind_what_ends_too_early) {
  const std::string_view script = "SELECT 1 +;";
  const auto all = doubts(script);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].offset, 10U);
  EXPECT_EQ(all[0].message, "syntax error at end of input");
}

TEST(PostgresCheck, names_each_statement_in_order_up_to_the_limit) {
  std::string script;
  for (int i = 0; i < 100; ++i) script += i % 10 == 3 ? "SELEC 1;\n" : "SELECT 1;\n";
  EXPECT_EQ(doubts(script).size(), 10U);
  EXPECT_EQ(found(script, 2),
            (Texts{"3 4:1 syntax error at or near \"SELEC\"", "13 14:1 syntax error at or near \"SELEC\""}));
  EXPECT_TRUE(doubts(script, 0).empty());
}

TEST(PostgresCheck, finds_an_error_in_any_batch) {
  std::string script;
  for (int i = 0; i < 20000; ++i) script += "INSERT INTO trades (symbol, price) VALUES ('BTCUSDT', 1.5);\n";
  EXPECT_TRUE(doubts(script).empty());
  script += "INSERT INTO trades VALUES (;\n";
  const std::size_t open = script.rfind('(');
  script.insert(open + 1, ")");
  script.replace(script.rfind("VALUES"), 6, "VALUSE");
  EXPECT_EQ(found(script), (Texts{"20000 20001:20 syntax error at or near \"VALUSE\""}));
}

TEST(PostgresCheck, leaves_the_data_of_copy_alone) {
  EXPECT_TRUE(doubts("COPY t FROM stdin;\nthis is 'no SQL;\n\\.\nSELECT 1;").empty());
  EXPECT_EQ(found("COPY t FROM stdin;\nx\n\\.\nSELEC 1;"),
            (Texts{"1 4:1 syntax error at or near \"SELEC\""}));
}

TEST(PostgresCheck, doubts_what_is_newer_than_the_parser) {
  for (const char* newer :
       {"MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE RETURNING *",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL)",
        "SELECT 0xFF_FF FROM t WHERE j IS JSON", "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED",
        "SELECT * FROM JSON_TABLE(j, '$' COLUMNS (a int))"}) {
    const auto all = doubts(newer);
    ASSERT_EQ(all.size(), 1U) << newer;
    EXPECT_EQ(all[0].statement, 0U);
    EXPECT_FALSE(all[0].message.empty());
  }
}

TEST(PostgresCheck, knows_bodies_and_rules_as_one_statement) {
  EXPECT_TRUE(doubts("CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 "
                     "END; SELECT 1 end; END;"
                     "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; INSERT INTO b VALUES (1));")
                  .empty());
}

TEST(PostgresCheck, follows_standard_conforming_strings) {
  EXPECT_TRUE(
      doubts(
          "SET standard_conforming_strings = off; SELECT 'it\\'s', 'a\\\\', N'\\'', E'\\''; SELECT '\\';';")
          .empty());
  EXPECT_TRUE(
      doubts("BEGIN; SET LOCAL standard_conforming_strings = off; SELECT '\\''; COMMIT; SELECT '\\', 1;")
          .empty());
  EXPECT_EQ(found("SET standard_conforming_strings = off; SELECT 'it\\'\\\\s' fro m x;"),
            (Texts{"1 1:61 syntax error at or near \"m\""}));
}

TEST(PostgresCheck, bears_a_long_chain_of_operators) {
  std::string script = "SELECT 1";
  for (int i = 0; i < 100000; ++i) script += " + 1";
  EXPECT_TRUE(doubts(script).empty());
}

TEST(PostgresCheck, doubts_what_is_nested_too_deep) {
  const std::string deep = "SELECT " + std::string(100000, '(') + "1" + std::string(100000, ')');
  ASSERT_EQ(doubts(deep).size(), 1U);
  std::string negated = "SELECT ";
  for (int i = 0; i < 100000; ++i) negated += "- ";
  ASSERT_EQ(doubts(negated + "1").size(), 1U);
}

TEST(PostgresCheck, does_not_parse_a_giant_but_all_around_it) {
  std::string script = "SELECT 1; SELECT '" + std::string(2U << 20U, 'x') + "'; SELEC 2;";
  const auto all = doubts(script);
  ASSERT_EQ(all.size(), 1U) << "long is not doubtful";
  EXPECT_EQ(all[0].statement, 2U);
}

TEST(PostgresCheck, bears_bytes_that_are_no_text) {
  EXPECT_EQ(doubts("SELECT '\xFF\x80', \"\xE2\x82\", \xC3 fro m;").size(), 1U);
  EXPECT_TRUE(doubts("SELECT '\xFF\x80'").empty());
}

TEST(PostgresCheck, may_run_in_many_threads) {
  std::vector<std::size_t> counts(8);
  std::vector<std::thread> threads;
  threads.reserve(counts.size());
  for (std::size_t& count : counts) {
    threads.emplace_back([&count] {
      for (int i = 0; i < 20; ++i) count += doubts("SELECT 1; SELEC 2; SELECT a FROM b;").size();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counts, std::vector<std::size_t>(8, 20));
}

}  // namespace
}  // namespace tradewind::test
