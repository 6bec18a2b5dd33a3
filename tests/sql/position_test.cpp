#include <gtest/gtest.h>

#include <string>

#include "sql/statement.hpp"

namespace tradewind::sql {
namespace {

std::string place(std::string_view script, std::size_t offset) {
  const Position at = position(script, offset);
  return std::to_string(at.line) + ":" + std::to_string(at.column);
}

TEST(Position, counts_lines_and_columns_from_one) {
  const std::string_view script = "ab\ncd\n";
  EXPECT_EQ(place(script, 0), "1:1");
  EXPECT_EQ(place(script, 1), "1:2");
  EXPECT_EQ(place(script, 2), "1:3") << "the line end belongs to its line";
  EXPECT_EQ(place(script, 3), "2:1");
  EXPECT_EQ(place(script, 6), "3:1") << "after the last line";
}

TEST(Position, counts_characters_not_bytes) {
  const std::string_view script = "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80x";  // é, €, a face, x
  EXPECT_EQ(place(script, 0), "1:1");
  EXPECT_EQ(place(script, 2), "1:2");
  EXPECT_EQ(place(script, 3), "1:2") << "inside a character is at that character";
  EXPECT_EQ(place(script, 5), "1:3");
  EXPECT_EQ(place(script, 9), "1:4");
  EXPECT_EQ(place(script, 10), "1:5");
}

TEST(Position, counts_a_tab_and_a_carriage_return_as_one) {
  EXPECT_EQ(place("a\tb", 2), "1:3");
  EXPECT_EQ(place("a\r\nb", 3), "2:1");
  EXPECT_EQ(place("a\r\nb", 1), "1:2");
}

TEST(Position, bears_any_offset_and_any_bytes) {
  EXPECT_EQ(place("", 0), "1:1");
  EXPECT_EQ(place("", 99), "1:1");
  EXPECT_EQ(place("ab", 99), "1:3");
  EXPECT_EQ(place("\x80\x80\xFF", 0), "1:1");
  EXPECT_EQ(place("\x80\x80\xFF", 2), "1:1");
}

TEST(Excerpt, is_the_line_without_its_end) {
  const std::string_view script = "first\r\nse\xC3\xA9 third\nlast";
  EXPECT_EQ(excerpt(script, 0).line, "first");
  EXPECT_EQ(excerpt(script, 12).line, "se\xC3\xA9 third");
  EXPECT_EQ(excerpt(script, 12).caret, 5U);
  EXPECT_EQ(excerpt(script, 6).line, "first") << "at the line end";
  EXPECT_EQ(excerpt(script, 6).caret, 6U);
  EXPECT_EQ(excerpt(script, script.size()).line, "last");
  EXPECT_EQ(excerpt(script, script.size()).caret, 5U);
}

TEST(Excerpt, of_nothing_is_empty) {
  EXPECT_EQ(excerpt("", 0).line, "");
  EXPECT_EQ(excerpt("", 5).caret, 1U);
  EXPECT_EQ(excerpt("\n\n", 1).line, "");
  EXPECT_EQ(excerpt("\r\n", 0).line, "");
}

TEST(Excerpt, of_a_long_line_is_cut_around_the_byte) {
  const std::string script = std::string(5000, 'a').append("X").append(5000, 'b');
  const Excerpt shown = excerpt(script, 5000);
  EXPECT_LE(shown.line.size(), 160U);
  EXPECT_EQ(shown.line.at(shown.caret - 1), 'X');
  EXPECT_TRUE(shown.line.starts_with("...aaa"));
  EXPECT_TRUE(shown.line.ends_with("bbb..."));
}

TEST(Excerpt, keeps_the_ends_of_a_long_line) {
  const std::string script = "X" + std::string(5000, 'b') + "Y";
  EXPECT_TRUE(excerpt(script, 0).line.starts_with("Xbbb"));
  EXPECT_EQ(excerpt(script, 0).caret, 1U);
  const Excerpt last = excerpt(script, script.size() - 1);
  EXPECT_TRUE(last.line.ends_with("bbbY"));
  EXPECT_EQ(last.line.at(last.caret - 1), 'Y');
}

TEST(Excerpt, cuts_between_characters) {
  std::string script;
  for (int i = 0; i < 1000; ++i) script += "\xE2\x82\xAC";
  for (const std::size_t offset : {1500U, 1501U, 1502U}) {
    const Excerpt shown = excerpt(script, offset);
    EXPECT_EQ(shown.line.substr(3, 3), "\xE2\x82\xAC");
    EXPECT_EQ((shown.line.size() - 6) % 3, 0U) << "no character is cut";
  }
}

TEST(Excerpt, bears_a_line_that_is_no_text) {
  const std::string script(3000, '\x80');
  EXPECT_LE(excerpt(script, 1500).line.size(), 160U);
  EXPECT_GE(excerpt(script, 1500).caret, 1U);
}

}  // namespace
}  // namespace tradewind::sql
