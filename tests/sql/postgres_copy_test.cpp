#include "split_table.hpp"

namespace tradewind::test {
namespace {

using sql::Kind;
using sql::postgres_grammar;

struct Copy {
  Texts statements;
  std::string data;
};

Copy copy_of(std::string_view script) {
  Copy result;
  for (const sql::Statement& statement : postgres_grammar().split(script)) {
    result.statements.emplace_back(statement.text(script));
    if (statement.kind == Kind::copy_in) result.data += statement.data(script);
  }
  return result;
}

TEST(PostgresCopy, data_reaches_up_to_the_line_that_ends_it) {
  const Copy copy = copy_of("COPY t FROM stdin;\n1\ta;b\n2\t'\\N\n\\.\nSELECT 1;");
  EXPECT_EQ(copy.statements, (Texts{"COPY t FROM stdin", "SELECT 1"}));
  EXPECT_EQ(copy.data, "1\ta;b\n2\t'\\N\n");
}

TEST(PostgresCopy, data_may_be_empty) {
  EXPECT_EQ(copy_of("COPY t FROM stdin;\n\\.\n").data, "");
}

TEST(PostgresCopy, the_closing_line_may_be_the_last_without_a_line_end) {
  EXPECT_EQ(copy_of("COPY t FROM stdin;\n1\n\\.").data, "1\n");
}

TEST(PostgresCopy, carriage_returns_stay_in_the_data) {
  const Copy copy = copy_of("COPY t FROM stdin;\r\n1\r\n\\.\r\nSELECT 1;\r\n");
  EXPECT_EQ(copy.statements, (Texts{"COPY t FROM stdin", "SELECT 1"}));
  EXPECT_EQ(copy.data, "1\r\n");
}

TEST(PostgresCopy, only_a_whole_line_ends_the_data) {
  EXPECT_EQ(copy_of("COPY t FROM stdin;\n\\.x\n \\.\n\\. \n\\\\.\n\\.\n").data, "\\.x\n \\.\n\\. \n\\\\.\n");
}

TEST(PostgresCopy, a_comment_may_follow_on_its_line) {
  EXPECT_EQ(copy_of("COPY t FROM stdin; -- rows\n1\n\\.\n").data, "1\n");
  EXPECT_EQ(copy_of("COPY t FROM stdin; /* rows */ ;\n1\n\\.\n").data, "1\n");
}

TEST(PostgresCopy, comes_several_times_in_a_script) {
  const Copy copy = copy_of("COPY a FROM stdin;\n1\n\\.\n\nCOPY b FROM stdin;\n2\n\\.\n");
  EXPECT_EQ(copy.statements, (Texts{"COPY a FROM stdin", "COPY b FROM stdin"}));
  EXPECT_EQ(copy.data, "1\n2\n");
}

class CopyWithData : public ::testing::TestWithParam<const char*> {};
TEST_P(CopyWithData, is_told_from_its_words) {
  const std::string script = std::string(GetParam()) + ";\n1\n\\.\n";
  EXPECT_EQ(kind(postgres_grammar(), script), Kind::copy_in);
}
INSTANTIATE_TEST_SUITE_P(Of, CopyWithData,
                         ::testing::Values("COPY t FROM stdin", "copy t from STDIN", "COPY s.t FROM stdin",
                                           "COPY a . \"b;\" . c FROM stdin", "COPY t (a, b) FROM stdin",
                                           "COPY t(\"a)\") FROM stdin WITH (FORMAT csv, HEADER)",
                                           "COPY BINARY t FROM stdin", "COPY t FROM STDOUT",
                                           "COPY /* x */ t -- y\n FROM stdin CSV",
                                           "COPY t FROM stdin WHERE a > 1",
                                           "COPY U&\"t\" UESCAPE '!' FROM stdin"));

class CopyWithoutData : public ::testing::TestWithParam<const char*> {};
TEST_P(CopyWithoutData, is_plain) {
  const std::string script = std::string(GetParam()) + ";";
  EXPECT_EQ(kind(postgres_grammar(), script), Kind::plain);
}
INSTANTIATE_TEST_SUITE_P(Of, CopyWithoutData,
                         ::testing::Values("COPY t TO stdout", "COPY (SELECT 1 FROM stdin) TO stdout",
                                           "COPY t FROM '/data/stdin'", "COPY t FROM PROGRAM 'cat stdin'",
                                           "COPY t TO PROGRAM 'x'", "COPY (SELECT 1) TO stdin",
                                           "SELECT 'COPY t FROM stdin'",
                                           "INSERT INTO copy SELECT * FROM stdin", "COPY"));

TEST(PostgresCopy, data_without_an_end_is_refused_at_the_copy) {
  const Error error = refusal(postgres_grammar(), "SELECT 1;\n COPY t FROM stdin;\n1\n2\n");
  EXPECT_EQ(error.code(), Code::syntax_error);
  EXPECT_EQ(place(error), "2:2");
  EXPECT_STREQ(error.what(), "the data of this COPY ... FROM stdin does not end");
  EXPECT_EQ(error.excerpt(), " COPY t FROM stdin;");
}

TEST(PostgresCopy, no_data_at_all_is_refused) {
  for (const char* script : {"COPY t FROM stdin", "COPY t FROM stdin;", "COPY t FROM stdin; -- x"}) {
    const Error error = refusal(postgres_grammar(), script);
    EXPECT_EQ(error.code(), Code::syntax_error) << script;
    EXPECT_EQ(place(error), "1:1") << script;
  }
}

TEST(PostgresCopy, a_statement_on_the_same_line_is_refused) {
  const Error error = refusal(postgres_grammar(), "COPY t FROM stdin; SELECT 1;\n1\n\\.\n");
  EXPECT_EQ(error.code(), Code::syntax_error);
  EXPECT_EQ(place(error), "1:20");
}

TEST(PostgresCopy, data_after_a_forgotten_semicolon_is_refused_with_advice) {
  const Error error = refusal(postgres_grammar(), "COPY t FROM stdin\n1\n\\.\n");
  EXPECT_EQ(error.code(), Code::bad_file);
  EXPECT_EQ(place(error), "3:1");
  EXPECT_NE(error.hint().find("semicolon"), std::string::npos);
}

}  // namespace
}  // namespace tradewind::test
