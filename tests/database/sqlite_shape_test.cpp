#include <gtest/gtest.h>

#include "sqlite/shape.hpp"

namespace tradewind::sqlite {
namespace {

TEST(SqliteShape, forgets_what_literals_say) {
  EXPECT_EQ(shape("INSERT INTO t VALUES (1, 2.50, 'it''s')"), shape("INSERT INTO t VALUES (77, 0.1, '')"));
  EXPECT_EQ(shape("SELECT -12 + .5"), shape("SELECT -7 + .25"));
  EXPECT_EQ(shape("CREATE TABLE t_01 (a1)"), shape("CREATE TABLE t_1234 (a2)"));
}

TEST(SqliteShape, keeps_what_the_grammar_sees) {
  EXPECT_NE(shape("SELECT 1"), shape("SELECT 1.0"));
  EXPECT_NE(shape("SELECT 1"), shape("SELECT '1'"));
  EXPECT_NE(shape("SELECT 1 1"), shape("SELECT 11"));
  EXPECT_NE(shape("SELECT 'a' 'b'"), shape("SELECT 'a''b'"));
}

TEST(SqliteShape, keeps_digits_that_are_part_of_a_longer_token) {
  EXPECT_NE(shape("SELECT 0x1F"), shape("SELECT 1x1F")) << "one is a number, the other no token";
  EXPECT_NE(shape("SELECT 12abc"), shape("SELECT 0abc"));
  EXPECT_NE(shape("SELECT t1"), shape("SELECT 1"));
  EXPECT_NE(shape("SELECT :a1"), shape("SELECT :a2"));
  EXPECT_NE(shape("SELECT ?1"), shape("SELECT ?99999"));
  EXPECT_NE(shape("SELECT 1e5"), shape("SELECT 1e"));
}

TEST(SqliteShape, gives_up_where_a_quote_may_mean_something_else) {
  for (const char* text : {"SELECT 1 -- it's", "SELECT 1 /* ' */", "SELECT \"it's\"", "SELECT `it's`",
                           "SELECT [it's]", "SELECT x'4'", "SELECT 'open"}) {
    EXPECT_EQ(shape(text), "") << text;
  }
}

}  // namespace
}  // namespace tradewind::sqlite
