#include "split_table.hpp"

namespace tradewind::test {
namespace {

using sql::sqlite_grammar;

class SqliteSplit : public ::testing::TestWithParam<SplitCase> {};

TEST_P(SqliteSplit, gives_the_statements) {
  EXPECT_EQ(texts(sqlite_grammar(), GetParam().script), GetParam().statements);
}

const SplitCase cases[] = {
    {"nothing", "", {}},
    {"comments_only", "-- a;\n/* b; */ ;;", {}},
    {"several", "SELECT 1;;SELECT 2; -- x\nSELECT 3", {"SELECT 1", "SELECT 2", "SELECT 3"}},
    {"quotes",
     "SELECT ';''', \";\"\"\", `;```, [;'\"]; SELECT 1",
     {"SELECT ';''', \";\"\"\", `;```, [;'\"]", "SELECT 1"}},
    {"backslash_is_plain", "SELECT '\\'; SELECT 1", {"SELECT '\\'", "SELECT 1"}},
    {"bytes", "SELECT x'00;', X''; SELECT 1", {"SELECT x'00;', X''", "SELECT 1"}},
    {"dollar_is_no_quote", "SELECT $$; SELECT $a$; SELECT 1", {"SELECT $$", "SELECT $a$", "SELECT 1"}},
    {"parameters",
     "SELECT ?1, :a, @b, $c::d(;), #e; SELECT 1",
     {"SELECT ?1, :a, @b, $c::d(;), #e", "SELECT 1"}},
    {"comments_do_not_nest",
     "/* a /* b; */ SELECT 1; SELECT 2 /* c */ */; SELECT 3",
     {"SELECT 1", "SELECT 2 /* c */ */", "SELECT 3"}},
    {"comment_to_the_end", "SELECT 1; SELECT 2 /* ; SELECT 3", {"SELECT 1", "SELECT 2"}},
    {"dashes_at_line_end", "SELECT 1 -- ;\r\n; SELECT 2", {"SELECT 1", "SELECT 2"}},
    {"parentheses_do_not_count", "SELECT (1; SELECT 2)", {"SELECT (1", "SELECT 2)"}},
    {"trigger",
     "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END; SELECT 3",
     {"CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END", "SELECT 3"}},
    {"temporary_trigger",
     "create temp trigger if not exists a after insert on t begin select 1; end; select 3",
     {"create temp trigger if not exists a after insert on t begin select 1; end", "select 3"}},
    {"case_in_a_trigger",
     "CREATE TEMPORARY TRIGGER a BEFORE UPDATE OF b ON t WHEN CASE b WHEN 1 THEN 2 END BEGIN SELECT CASE "
     "WHEN 1 THEN 2 END; UPDATE t SET a = CASE a WHEN 1 THEN CASE WHEN 2 THEN 3 END END; END; SELECT 3",
     {"CREATE TEMPORARY TRIGGER a BEFORE UPDATE OF b ON t WHEN CASE b WHEN 1 THEN 2 END BEGIN SELECT CASE "
      "WHEN 1 THEN 2 END; UPDATE t SET a = CASE a WHEN 1 THEN CASE WHEN 2 THEN 3 END END; END",
      "SELECT 3"}},
    {"end_as_a_name_in_a_trigger",
     "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT end FROM t; SELECT 1 AS end; END; SELECT 3",
     {"CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT end FROM t; SELECT 1 AS end; END", "SELECT 3"}},
    {"comment_before_end",
     "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; /* END; */ -- END;\n END; SELECT 3",
     {"CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; /* END; */ -- END;\n END", "SELECT 3"}},
    {"explained_trigger",
     "EXPLAIN CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END; EXPLAIN QUERY PLAN CREATE TRIGGER b "
     "AFTER INSERT ON t BEGIN SELECT 1; END; SELECT 3",
     {"EXPLAIN CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END",
      "EXPLAIN QUERY PLAN CREATE TRIGGER b AFTER INSERT ON t BEGIN SELECT 1; END", "SELECT 3"}},
    {"transaction", "BEGIN; SELECT 1; END; SELECT 2", {"BEGIN", "SELECT 1", "END", "SELECT 2"}},
    {"table_named_begin", "CREATE TABLE begin (a); SELECT 1", {"CREATE TABLE begin (a)", "SELECT 1"}},
    {"two_triggers",
     "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END; CREATE TRIGGER b AFTER INSERT ON t BEGIN "
     "SELECT 2; END;",
     {"CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END",
      "CREATE TRIGGER b AFTER INSERT ON t BEGIN SELECT 2; END"}},
    {"dollar_in_name", "SELECT a$b; SELECT \xC3\xA9", {"SELECT a$b", "SELECT \xC3\xA9"}},
    {"number_before_a_dot", "SELECT .5; SELECT 1.", {"SELECT .5", "SELECT 1."}},
};
INSTANTIATE_TEST_SUITE_P(Each, SqliteSplit, ::testing::ValuesIn(cases), case_name);

struct Refusal {
  const char* name;
  std::string script;
  Code code;
  const char* place;
};

class SqliteRefusal : public ::testing::TestWithParam<Refusal> {};

TEST_P(SqliteRefusal, points_at_where_it_starts) {
  const Error error = refusal(sqlite_grammar(), GetParam().script);
  EXPECT_EQ(error.code(), GetParam().code);
  EXPECT_EQ(place(error), GetParam().place);
  EXPECT_FALSE(error.hint().empty());
  EXPECT_FALSE(error.excerpt().empty());
}

const Refusal refusals[] = {
    {"string", "SELECT 1;\nSELECT 'a;", Code::syntax_error, "2:8"},
    {"string_after_a_doubled_quote", "SELECT 'a'';", Code::syntax_error, "1:8"},
    {"quoted_name", "SELECT \"a;", Code::syntax_error, "1:8"},
    {"backticks", "SELECT `a;", Code::syntax_error, "1:8"},
    {"brackets", "SELECT [a;", Code::syntax_error, "1:8"},
    {"trigger", "SELECT 1;\nCREATE TRIGGER a AFTER INSERT ON t\nBEGIN SELECT 1;", Code::syntax_error, "3:1"},
    {"trigger_without_a_semicolon_before_end", "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1 END;",
     Code::syntax_error, "1:36"},
    {"dot_command", "SELECT 1;\n.read other.sql\n", Code::bad_file, "2:1"},
    {"dot_command_first", ".mode csv", Code::bad_file, "1:1"},
    {"nul", std::string("SELECT '\0'", 10), Code::bad_file, "1:9"},
};
INSTANTIATE_TEST_SUITE_P(Each, SqliteRefusal, ::testing::ValuesIn(refusals),
                         [](const auto& entry) { return std::string(entry.param.name); });

TEST(SqliteCheck, doubts_each_statement_for_want_of_a_parser) {
  const std::string_view script = "SELECT 1; nonsense; SELECT 2";
  const auto doubts = sqlite_grammar().check(script, sqlite_grammar().split(script), 1);
  ASSERT_EQ(doubts.size(), 3U) << "whatever the limit";
  EXPECT_EQ(doubts[1].statement, 1U);
  EXPECT_EQ(doubts[1].offset, 10U);
  EXPECT_TRUE(doubts[1].message.empty());
}

}  // namespace
}  // namespace tradewind::test
