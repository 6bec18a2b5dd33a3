#include "split_table.hpp"

namespace tradewind::test {
namespace {

using sql::postgres_grammar;

struct Refusal {
  const char* name;
  std::string script;
  Code code;
  const char* place;
  const char* message;
};

class PostgresRefusal : public ::testing::TestWithParam<Refusal> {};

TEST_P(PostgresRefusal, points_at_where_it_starts) {
  const Error error = refusal(postgres_grammar(), GetParam().script);
  EXPECT_EQ(error.code(), GetParam().code);
  EXPECT_EQ(place(error), GetParam().place);
  EXPECT_STREQ(error.what(), GetParam().message);
  EXPECT_FALSE(error.hint().empty());
  EXPECT_FALSE(error.excerpt().empty());
  EXPECT_TRUE(error.location().file.empty());
}

constexpr const char* string = "the string that starts here does not end";
constexpr const char* name = "the quoted name that starts here does not end";
constexpr const char* dollar = "the dollar quote that starts here does not end";
constexpr const char* comment = "the comment that starts here does not end";
constexpr const char* parenthesis = "the parenthesis that opens here does not close";
constexpr const char* body = "the body that begins here does not end";

const Refusal unfinished[] = {
    {"string", "SELECT 1;\nSELECT 'a; SELECT ''", Code::syntax_error, "2:8", string},
    {"string_at_the_end", "SELECT '", Code::syntax_error, "1:8", string},
    {"escape_string", "SELECT E'a\\';", Code::syntax_error, "1:8", string},
    {"backslash_at_the_end", "SELECT E'a\\", Code::syntax_error, "1:8", string},
    {"continued_string", "SELECT E'a'\n'b", Code::syntax_error, "1:8", string},
    {"bytes", "SELECT X'a;", Code::syntax_error, "1:8", string},
    {"unicode_string", "SELECT U&'a;", Code::syntax_error, "1:8", string},
    {"after_other_characters", "SELECT '\xE2\x82\xAC', 'a", Code::syntax_error, "1:13", string},
    {"setting_off", "SET standard_conforming_strings=off;\nSELECT '\\';", Code::syntax_error, "2:8", string},
    {"quoted_name", "SELECT \"a;", Code::syntax_error, "1:8", name},
    {"unicode_name", "SELECT U&\"a;", Code::syntax_error, "1:8", name},
    {"dollar", "DO $$ BEGIN END;", Code::syntax_error, "1:4", dollar},
    {"tag", "DO $a$ BEGIN $$ $b$ END;", Code::syntax_error, "1:4", dollar},
    {"comment", "SELECT 1;\n  /* a", Code::syntax_error, "2:3", comment},
    {"nested_comment", "SELECT 1; /* a /* b */ SELECT 2;", Code::syntax_error, "1:11", comment},
    {"comment_of_three", "SELECT 1 /*/", Code::syntax_error, "1:10", comment},
    {"parenthesis", "CREATE TABLE t (a int;\nSELECT 1;", Code::syntax_error, "1:16", parenthesis},
    {"inner_parenthesis", "CREATE TABLE t (a numeric(20,8;\nSELECT 1);", Code::syntax_error, "1:26",
     parenthesis},
    {"parenthesis_at_the_end", "SELECT (1", Code::syntax_error, "1:8", parenthesis},
    {"parenthesis_of_a_rule", "CREATE RULE r AS ON INSERT TO t DO (NOTIFY a; NOTIFY b;", Code::syntax_error,
     "1:36", parenthesis},
    {"parenthesis_in_a_body", "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT (1; END;",
     Code::syntax_error, "1:53", parenthesis},
    {"body", "SELECT 1;\nCREATE FUNCTION f() RETURNS int\nBEGIN ATOMIC SELECT 1; SELECT 2;",
     Code::syntax_error, "3:1", body},
    {"body_without_a_semicolon_before_end", "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 END;",
     Code::syntax_error, "1:33", body},
};
INSTANTIATE_TEST_SUITE_P(Unfinished, PostgresRefusal, ::testing::ValuesIn(unfinished),
                         [](const auto& entry) { return std::string(entry.param.name); });

const Refusal bad_files[] = {
    {"include", "SELECT 1;\n\\i other.sql\n", Code::bad_file, "2:1",
     "a command of psql, \\i, can't stand in a migration"},
    {"include_relative", "\\ir other.sql", Code::bad_file, "1:1",
     "a command of psql, \\ir, can't stand in a migration"},
    {"set", "\\set ON_ERROR_STOP on\n", Code::bad_file, "1:1",
     "a command of psql, \\set, can't stand in a migration"},
    {"behind_a_query", "SELECT 1 \\g\n", Code::bad_file, "1:10",
     "a command of psql, \\g, can't stand in a migration"},
    {"escaped_semicolon", "SELECT 1 \\; SELECT 2;", Code::bad_file, "1:10",
     "a command of psql, \\;, can't stand in a migration"},
    {"help", "\\? x", Code::bad_file, "1:1", "a command of psql, \\?, can't stand in a migration"},
    {"restrict_of_pg_dump", "--\n-- PostgreSQL database dump\n--\n\n\\restrict aBc\n", Code::bad_file, "5:1",
     "a command of psql, \\restrict, can't stand in a migration"},
    {"lone_end_of_data", "SELECT 1;\n\\.\n", Code::bad_file, "2:1",
     "a command of psql, \\., can't stand in a migration"},
    {"lone_backslash", "SELECT 1\n\\", Code::bad_file, "2:1",
     "a command of psql, \\, can't stand in a migration"},
    {"nul", std::string("SELECT 1;\nSELECT '\0'", 19), Code::bad_file, "2:9", "the script holds a NUL byte"},
    {"nul_in_a_comment", std::string("SELECT 1; -- \0\n", 15), Code::bad_file, "1:14",
     "the script holds a NUL byte"},
    {"utf_16", std::string("S\0E\0L\0", 6), Code::bad_file, "1:2", "the script holds a NUL byte"},
};
INSTANTIATE_TEST_SUITE_P(BadFile, PostgresRefusal, ::testing::ValuesIn(bad_files),
                         [](const auto& entry) { return std::string(entry.param.name); });

TEST(PostgresRefusal, says_what_to_write_instead_of_a_psql_command) {
  EXPECT_NE(refusal(postgres_grammar(), "\\copy t FROM 'f'").hint().find("COPY ... FROM stdin"),
            std::string::npos);
  EXPECT_NE(refusal(postgres_grammar(), "\\c other").hint().find("--database"), std::string::npos);
  EXPECT_NE(refusal(postgres_grammar(), "SELECT 1 \\gexec").hint().find("EXECUTE"), std::string::npos);
}

TEST(PostgresRefusal, leaves_backslashes_in_quotes_and_comments_alone) {
  EXPECT_EQ(texts(postgres_grammar(), "SELECT '\n\\i x', $$\n\\i x$$, \"\n\\i\" -- \n /*\n\\i x\n*/;").size(),
            1U);
}

}  // namespace
}  // namespace tradewind::test
