#include "split_table.hpp"

namespace tradewind::test {
namespace {

class PostgresSplit : public ::testing::TestWithParam<SplitCase> {};

TEST_P(PostgresSplit, gives_the_statements) {
  EXPECT_EQ(texts(sql::postgres_grammar(), GetParam().script), GetParam().statements);
}

TEST_P(PostgresSplit, gives_the_same_with_carriage_returns) {
  std::string script;
  for (const char c : GetParam().script) script += c == '\n' ? "\r\n" : std::string(1, c);
  Texts expected;
  for (const std::string& text : GetParam().statements) {
    std::string with_returns;
    for (const char c : text) with_returns += c == '\n' ? "\r\n" : std::string(1, c);
    expected.push_back(with_returns);
  }
  EXPECT_EQ(texts(sql::postgres_grammar(), script), expected);
}

const SplitCase plain_cases[] = {
    {"nothing", "", {}},
    {"blanks_only", " \n\t\f\n", {}},
    {"comments_only", "-- a; b\n/* c; d */", {}},
    {"semicolons_only", ";; ; -- x\n;", {}},
    {"one_without_semicolon", "SELECT 1", {"SELECT 1"}},
    {"one_with_semicolon", "SELECT 1;", {"SELECT 1"}},
    {"several", "SELECT 1;SELECT 2;\nSELECT 3", {"SELECT 1", "SELECT 2", "SELECT 3"}},
    {"empty_ones_between", ";;SELECT 1;; ;SELECT 2;;", {"SELECT 1", "SELECT 2"}},
    {"comments_around", "-- a\n/* b */ SELECT /* c */ 1 -- d\n /* e */; -- f", {"SELECT /* c */ 1"}},
    {"comment_at_the_end_without_line_end", "SELECT 1 -- x", {"SELECT 1"}},
    {"parentheses",
     "INSERT INTO t VALUES (1, (2)); SELECT ((3))",
     {"INSERT INTO t VALUES (1, (2))", "SELECT ((3))"}},
    {"too_many_closing_parentheses", "SELECT 1); SELECT 2", {"SELECT 1)", "SELECT 2"}},
    {"beyond_ascii", "SELECT \xC3\xA9;SELECT '\xE2\x82\xAC;'", {"SELECT \xC3\xA9", "SELECT '\xE2\x82\xAC;'"}},
};

const SplitCase quote_cases[] = {
    {"string", "SELECT ';'; SELECT 1", {"SELECT ';'", "SELECT 1"}},
    {"doubled_quote",
     "SELECT 'a'';b'; SELECT ''''; SELECT ''",
     {"SELECT 'a'';b'", "SELECT ''''", "SELECT ''"}},
    {"backslash_is_plain", "SELECT '\\'; SELECT 'a\\'", {"SELECT '\\'", "SELECT 'a\\'"}},
    {"line_end_in_string", "SELECT 'a\n;\nb'; SELECT 1", {"SELECT 'a\n;\nb'", "SELECT 1"}},
    {"escape_string",
     "SELECT E'\\';'; SELECT e'\\\\'; SELECT E'a'';\\''",
     {"SELECT E'\\';'", "SELECT e'\\\\'", "SELECT E'a'';\\''"}},
    {"continued_string", "SELECT 'a'\n  ';b'; SELECT 1", {"SELECT 'a'\n  ';b'", "SELECT 1"}},
    {"continued_escape_string", "SELECT E'a'\n 'b\\';c'; SELECT 1", {"SELECT E'a'\n 'b\\';c'", "SELECT 1"}},
    {"continued_after_a_comment",
     "SELECT E'a' -- b\n -- c\n '\\';c'; SELECT 1",
     {"SELECT E'a' -- b\n -- c\n '\\';c'", "SELECT 1"}},
    {"not_continued_on_the_same_line", "SELECT E'a' '\\'; SELECT 1", {"SELECT E'a' '\\'", "SELECT 1"}},
    {"not_continued_after_a_block_comment",
     "SELECT E'a' /* \n */ '\\'; SELECT 1",
     {"SELECT E'a' /* \n */ '\\'", "SELECT 1"}},
    {"bits_and_bytes",
     "SELECT B'1;0', X'F;F', x'\\'; SELECT 1",
     {"SELECT B'1;0', X'F;F', x'\\'", "SELECT 1"}},
    {"national", "SELECT N'\\'; SELECT n';'", {"SELECT N'\\'", "SELECT n';'"}},
    {"unicode_string",
     "SELECT U&'d\\0061;' UESCAPE '!'; SELECT u&'\\'",
     {"SELECT U&'d\\0061;' UESCAPE '!'", "SELECT u&'\\'"}},
    {"unicode_name", "SELECT U&\"d;\\\"; SELECT 1", {"SELECT U&\"d;\\\"", "SELECT 1"}},
    {"u_and_operator", "SELECT u & 'a;'; SELECT u&a", {"SELECT u & 'a;'", "SELECT u&a"}},
    {"quoted_name",
     "SELECT \";\", \"a\"\";'\"; SELECT \"\\\"",
     {"SELECT \";\", \"a\"\";'\"", "SELECT \"\\\""}},
    {"word_before_a_string",
     "SELECT date'2026-01-01;', typee'\\'; SELECT 1",
     {"SELECT date'2026-01-01;', typee'\\'", "SELECT 1"}},
    {"dashes_in_string", "SELECT '--'; SELECT '/*'", {"SELECT '--'", "SELECT '/*'"}},
};

const SplitCase dollar_cases[] = {
    {"dollars", "DO $$ a; b; $$; SELECT 1", {"DO $$ a; b; $$", "SELECT 1"}},
    {"tag",
     "DO $fn$ a; $$ b; $$ $other$ ; $fn$; SELECT 1",
     {"DO $fn$ a; $$ b; $$ $other$ ; $fn$", "SELECT 1"}},
    {"tag_beyond_ascii", "DO $\xC3\xA9$ ; $\xC3\xA9$; SELECT 1", {"DO $\xC3\xA9$ ; $\xC3\xA9$", "SELECT 1"}},
    {"tag_with_digits", "DO $a1_$ ; $a1_$; SELECT 1", {"DO $a1_$ ; $a1_$", "SELECT 1"}},
    {"tag_is_case_sensitive", "DO $a$ ; $A$ ; $a$; SELECT 1", {"DO $a$ ; $A$ ; $a$", "SELECT 1"}},
    {"longer_tag_inside", "DO $a$ ; $ba$ ; $a$; SELECT 1", {"DO $a$ ; $ba$ ; $a$", "SELECT 1"}},
    {"dollar_of_another_tag_opens", "DO $a$ ; $b$a$; SELECT 1", {"DO $a$ ; $b$a$", "SELECT 1"}},
    {"quotes_inside", "DO $$ it's \" /* -- $$; SELECT 1", {"DO $$ it's \" /* -- $$", "SELECT 1"}},
    {"parameter", "SELECT $1; SELECT $2 || $3; SELECT 1", {"SELECT $1", "SELECT $2 || $3", "SELECT 1"}},
    {"parameters_are_no_tag",
     "PREPARE p AS SELECT $1$2; SELECT $1$2",
     {"PREPARE p AS SELECT $1$2", "SELECT $1$2"}},
    {"dollar_in_name",
     "SELECT a$b; SELECT c$$; SELECT d$e$ ; SELECT d$e$",
     {"SELECT a$b", "SELECT c$$", "SELECT d$e$", "SELECT d$e$"}},
    {"quote_after_a_number", "SELECT 1$a$;$a$; SELECT 2", {"SELECT 1$a$;$a$", "SELECT 2"}},
    {"lone_dollar", "SELECT $ ; SELECT $a", {"SELECT $", "SELECT $a"}},
};

const SplitCase comment_cases[] = {
    {"nested", "/* a /* b; */ c; */ SELECT 1; /**/ SELECT 2 /***/", {"SELECT 1", "SELECT 2"}},
    {"stars_and_slashes", "/*/ ; /*/ */ */ SELECT 1; /* **/ SELECT 2", {"SELECT 1", "SELECT 2"}},
    {"quote_in_comment", "/* it's */ SELECT 1; -- it's \" $$\nSELECT 2", {"SELECT 1", "SELECT 2"}},
    {"in_an_operator", "SELECT 1 <-- 2;\n + 3; SELECT 4", {"SELECT 1 <-- 2;\n + 3", "SELECT 4"}},
    {"block_in_an_operator",
     "SELECT 1 +/* ; */ 2; SELECT 1 @-/* ; */ 3",
     {"SELECT 1 +/* ; */ 2", "SELECT 1 @-/* ; */ 3"}},
    {"operators",
     "SELECT a <-> b, c @> d, e #>> '{}', f ?| g, - - 1, 4 / 2 * 3; SELECT 1",
     {"SELECT a <-> b, c @> d, e #>> '{}', f ?| g, - - 1, 4 / 2 * 3", "SELECT 1"}},
    {"ends_at_carriage_return", "SELECT 1 -- x\r; SELECT 2", {"SELECT 1", "SELECT 2"}},
};

const SplitCase colon_cases[] = {
    {"cast", "SELECT 'a;'::text, b::int; SELECT 1", {"SELECT 'a;'::text, b::int", "SELECT 1"}},
    {"slice", "SELECT a[1:2], b[:3], c[d:e]; SELECT 1", {"SELECT a[1:2], b[:3], c[d:e]", "SELECT 1"}},
    {"named_argument", "SELECT f(a := 1, b => 2); SELECT 1", {"SELECT f(a := 1, b => 2)", "SELECT 1"}},
    {"psql_variables", "SELECT :a, :'b;', :\"c;\"; SELECT 1", {"SELECT :a, :'b;', :\"c;\"", "SELECT 1"}},
};

const SplitCase setting_cases[] = {
    {"off",
     "SET standard_conforming_strings = off; SELECT '\\';'; SELECT 1",
     {"SET standard_conforming_strings = off", "SELECT '\\';'", "SELECT 1"}},
    {"off_in_quotes",
     "SET SESSION standard_conforming_strings TO 'off'; SELECT N'\\';'; SELECT 1",
     {"SET SESSION standard_conforming_strings TO 'off'", "SELECT N'\\';'", "SELECT 1"}},
    {"off_as_false",
     "set Standard_Conforming_Strings to F; SELECT '\\';'",
     {"set Standard_Conforming_Strings to F", "SELECT '\\';'"}},
    {"off_and_on",
     "SET standard_conforming_strings=0; SELECT '\\';'; SET standard_conforming_strings=on; SELECT '\\'; "
     "SELECT 1",
     {"SET standard_conforming_strings=0", "SELECT '\\';'", "SET standard_conforming_strings=on",
      "SELECT '\\'", "SELECT 1"}},
    {"off_and_reset",
     "SET standard_conforming_strings=off; RESET standard_conforming_strings; SELECT '\\'; SELECT 1",
     {"SET standard_conforming_strings=off", "RESET standard_conforming_strings", "SELECT '\\'", "SELECT 1"}},
    {"off_and_reset_all",
     "SET standard_conforming_strings=off; RESET ALL; SELECT '\\'; SELECT 1",
     {"SET standard_conforming_strings=off", "RESET ALL", "SELECT '\\'", "SELECT 1"}},
    {"off_and_default",
     "SET standard_conforming_strings=off; SET standard_conforming_strings TO DEFAULT; SELECT '\\'; SELECT 1",
     {"SET standard_conforming_strings=off", "SET standard_conforming_strings TO DEFAULT", "SELECT '\\'",
      "SELECT 1"}},
    {"off_for_a_transaction",
     "BEGIN; SET LOCAL standard_conforming_strings=off; SELECT '\\';'; COMMIT; SELECT '\\'; SELECT 1",
     {"BEGIN", "SET LOCAL standard_conforming_strings=off", "SELECT '\\';'", "COMMIT", "SELECT '\\'",
      "SELECT 1"}},
    {"off_and_rolled_back",
     "BEGIN; SET standard_conforming_strings=off; SELECT '\\';'; ROLLBACK; SELECT '\\'; SELECT 1",
     {"BEGIN", "SET standard_conforming_strings=off", "SELECT '\\';'", "ROLLBACK", "SELECT '\\'",
      "SELECT 1"}},
    {"off_and_committed",
     "BEGIN; SET standard_conforming_strings=off; COMMIT; SELECT '\\';'",
     {"BEGIN", "SET standard_conforming_strings=off", "COMMIT", "SELECT '\\';'"}},
    {"off_of_something_else",
     "ALTER ROLE r SET standard_conforming_strings = off; SELECT '\\'; SELECT 1",
     {"ALTER ROLE r SET standard_conforming_strings = off", "SELECT '\\'", "SELECT 1"}},
    {"on_as_pg_dump_says",
     "SET standard_conforming_strings = on; SELECT '\\'; SELECT 1",
     {"SET standard_conforming_strings = on", "SELECT '\\'", "SELECT 1"}},
    {"bytes_stay_plain_when_off",
     "SET standard_conforming_strings = off; SELECT X'\\'; SELECT \"\\\"; SELECT 1",
     {"SET standard_conforming_strings = off", "SELECT X'\\'", "SELECT \"\\\"", "SELECT 1"}},
};

const SplitCase body_cases[] = {
    {"function",
     "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3",
     {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END", "SELECT 3"}},
    {"procedure",
     "create or replace procedure p() begin atomic insert into t values (1); end; select 3",
     {"create or replace procedure p() begin atomic insert into t values (1); end", "select 3"}},
    {"case_inside",
     "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN CASE b WHEN 1 THEN 2 END END; "
     "END; SELECT 3",
     {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN CASE b WHEN 1 THEN 2 END END; "
      "END",
      "SELECT 3"}},
    {"end_as_a_label",
     "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end; SELECT 1 end; SELECT t.end, t.case FROM "
     "t; END; SELECT 3",
     {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end; SELECT 1 end; SELECT t.end, t.case FROM "
      "t; END",
      "SELECT 3"}},
    {"empty_body",
     "CREATE PROCEDURE p() BEGIN ATOMIC END; SELECT 3",
     {"CREATE PROCEDURE p() BEGIN ATOMIC END", "SELECT 3"}},
    {"begin_as_a_name",
     "CREATE FUNCTION begin(atomic int) RETURNS int RETURN 1; SELECT 3",
     {"CREATE FUNCTION begin(atomic int) RETURNS int RETURN 1", "SELECT 3"}},
    {"comments_in_body",
     "CREATE FUNCTION f() RETURNS int BEGIN /* a; */ ATOMIC -- END;\n SELECT 1; /* ; */ END; SELECT 3",
     {"CREATE FUNCTION f() RETURNS int BEGIN /* a; */ ATOMIC -- END;\n SELECT 1; /* ; */ END", "SELECT 3"}},
    {"other_statements_have_no_body",
     "CREATE TABLE begin (atomic int); SELECT 3",
     {"CREATE TABLE begin (atomic int)", "SELECT 3"}},
    {"transaction_is_no_body",
     "BEGIN; SELECT CASE WHEN a THEN b END; END; SELECT 3",
     {"BEGIN", "SELECT CASE WHEN a THEN b END", "END", "SELECT 3"}},
    {"quoted_body",
     "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'; SELECT 3",
     {"CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'", "SELECT 3"}},
    {"rule",
     "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; INSERT INTO b VALUES (1);); SELECT 3",
     {"CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; INSERT INTO b VALUES (1);)", "SELECT 3"}},
    {"replaced_rule",
     "CREATE OR REPLACE RULE r AS ON INSERT TO t DO (NOTIFY a; NOTIFY b); SELECT 3",
     {"CREATE OR REPLACE RULE r AS ON INSERT TO t DO (NOTIFY a; NOTIFY b)", "SELECT 3"}},
    {"rule_with_one_action",
     "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING; SELECT 3",
     {"CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING", "SELECT 3"}},
};

INSTANTIATE_TEST_SUITE_P(Plain, PostgresSplit, ::testing::ValuesIn(plain_cases), case_name);
INSTANTIATE_TEST_SUITE_P(Quotes, PostgresSplit, ::testing::ValuesIn(quote_cases), case_name);
INSTANTIATE_TEST_SUITE_P(Dollars, PostgresSplit, ::testing::ValuesIn(dollar_cases), case_name);
INSTANTIATE_TEST_SUITE_P(Comments, PostgresSplit, ::testing::ValuesIn(comment_cases), case_name);
INSTANTIATE_TEST_SUITE_P(Colons, PostgresSplit, ::testing::ValuesIn(colon_cases), case_name);
INSTANTIATE_TEST_SUITE_P(Settings, PostgresSplit, ::testing::ValuesIn(setting_cases), case_name);
INSTANTIATE_TEST_SUITE_P(Bodies, PostgresSplit, ::testing::ValuesIn(body_cases), case_name);

}  // namespace
}  // namespace tradewind::test
