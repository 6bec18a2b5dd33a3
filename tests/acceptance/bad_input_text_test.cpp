// What stands in a migration's file, when it is not what a database can run.
// Shows: I7
#include <fstream>

#include "engine_folder.hpp"

namespace tradewind::test {
namespace {

class BadText : public OnBothEngines {
 protected:
  struct Place {
    int line = 0;
    int column = 0;
  };

  /// 002 can't be run: nothing of 001 is either, and no history is made.
  void expect_refused(const std::string& code, Place place, const Words& texts) {
    table("001_a", "a");
    const Refusal refusal = refused({"up"});
    EXPECT_EQ(refusal.exit_status, 3) << refusal;
    EXPECT_EQ(refusal.code, code) << refusal;
    EXPECT_EQ(refusal.error.at("file"), "migrations/002_b.up.sql");
    EXPECT_EQ(refusal.error.at("line"), place.line);
    EXPECT_EQ(refusal.error.at("column"), place.column);
    const std::string shown = " --> migrations/002_b.up.sql:" + std::to_string(place.line) + ":" +
                              std::to_string(place.column) + "\n";
    EXPECT_TRUE(contains(refusal.text, shown));
    EXPECT_TRUE(contains(refusal.text, "nothing was applied; the database is unchanged"));
    EXPECT_FALSE(refusal.error.at("hint").is_null());
    for (const std::string& text : texts) EXPECT_TRUE(contains(refusal.text, text));
    EXPECT_EQ(all_tables(), Words{});
  }
  std::string checksum(const std::string& version) const {
    return database.value("SELECT checksum FROM schema_migrations WHERE version = '" + version + "'");
  }
};
TRADEWIND_ON_EACH_ENGINE(BadText);

TEST_P(BadText, a_byte_order_mark_is_dropped) {
  write("001_a.up.sql", "\xEF\xBB\xBF-- Description: with a mark\nCREATE TABLE a (id integer);\n");
  const Outcome up = run({"up"});
  ASSERT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(database.value("SELECT description FROM schema_migrations"), "with a mark");
  write("001_a.up.sql", "-- Description: with a mark\nCREATE TABLE a (id integer);\n");
  EXPECT_EQ(run({"status", "--check"}).exit_status, 0);
}

TEST_P(BadText, line_ends_of_windows_have_the_same_checksum) {
  write("001_a.up.sql",
        "-- Description: text\r\nCREATE TABLE a (id integer);\r\nINSERT INTO a\r\nVALUES (1);\r\n");
  write("001_a.down.sql", "DROP TABLE a;\r\n");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  EXPECT_EQ(database.value("SELECT description FROM schema_migrations"), "text");
  const std::string windows = checksum("001_a");
  write("001_a.up.sql", "-- Description: text\nCREATE TABLE a (id integer);\nINSERT INTO a\nVALUES (1);\n");
  EXPECT_EQ(run({"status", "--check"}).exit_status, 0);
  ASSERT_EQ(run({"redo"}).exit_status, 0);
  EXPECT_EQ(checksum("001_a"), windows);
}

TEST_P(BadText, a_nul_byte) {
  write("002_b.up.sql", std::string_view("CREATE TABLE b (\n id\0 integer);\n", 32));
  expect_refused("bad-file", {2, 4}, {"holds a NUL byte"});
}

TEST_P(BadText, bytes_that_are_not_utf_8) {
  write("002_b.up.sql", "CREATE TABLE b (id integer);\n-- caf\xC3\xA9, caf\xE9\n");
  expect_refused("bad-file", {2, 13}, {"is not UTF-8: byte 0xe9", "UTF-8"});
}

TEST_P(BadText, utf_16) {
  write("002_b.up.sql", std::string_view("\xFF\xFE"
                                         "C\0R\0E\0A\0T\0E\0",
                                         14));
  expect_refused("bad-file", {1, 1}, {"is not UTF-8: byte 0xff", "UTF-16"});
}

TEST_P(BadText, utf_16_without_a_mark) {
  write("002_b.up.sql", std::string_view("S\0E\0L\0E\0C\0T\0 \0001\0", 16));
  expect_refused("bad-file", {1, 2}, {"holds a NUL byte"});
}

TEST_P(BadText, nothing_to_run) {
  for (const char* text : {"", "\n \n", "-- only a comment\n/* and another */\n", ";;\n"}) {
    write("002_b.up.sql", text);
    expect_refused("bad-file", {1, 1}, {"holds no statement", "SELECT 1"});
  }
}

TEST_P(BadText, a_syntax_error) {
  write("002_b.up.sql", "CREATE TABLE b (id integer);\n\n  CREATE TABEL c (id integer);\n");
  expect_refused("syntax-error", {3, 10},
                 {"syntax error", "\n3 |   CREATE TABEL c (id integer);\n  |          ^\n", "TABEL"});
}

TEST_P(BadText, a_syntax_error_is_counted_in_characters) {
  write("002_b.up.sql", "SELECT '\xE2\x82\xAC\xE2\x82\xAC', 1 FORM b;\n");
  expect_refused("syntax-error", {1, 21}, {"syntax error", "\"b\""});
}

TEST_P(BadText, a_text_without_its_end) {
  write("002_b.up.sql", "CREATE TABLE b (id integer);\nINSERT INTO b VALUES ('it''s);\n");
  expect_refused("syntax-error", {2, 23}, {"INSERT INTO b VALUES"});
}

TEST_P(BadText, a_command_of_the_shell) {
  write("002_b.up.sql", "CREATE TABLE b (id integer);\n\\i other.sql\n");
  if (database.is_postgresql()) {
    expect_refused("bad-file", {2, 1},
                   {"a command of psql, \\i,", "put the statements of the other file here"});
  } else {
    expect_refused("syntax-error", {2, 1}, {"unrecognized token"});
  }
}

TEST_P(BadText, a_header_that_can_not_be) {
  write("002_b.up.sql", "-- Transaction: maybe\nSELECT 1;\n");
  expect_refused("bad-file", {1, 17}, {"neither on nor off"});
}

TEST_P(BadText, a_misspelt_key_is_pointed_out) {
  write("001_a.up.sql", "-- Descripton: no i\nCREATE TABLE a (id integer);\n");
  const Outcome up = run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_TRUE(
      contains(up.err, "001_a.up.sql:1: unknown header key \"Descripton\": did you mean \"Description\"?"));
}

TEST_P(BadText, a_changed_file) {
  table("001_a", "a");
  table("002_b", "b");
  ASSERT_EQ(run({"up", "1"}).exit_status, 0);
  write("001_a.up.sql", "CREATE TABLE a (id integer, more integer);\n");
  const Refusal refusal = refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.code, "checksum-mismatch");
  EXPECT_TRUE(contains(refusal.text, "001_a"));
  EXPECT_TRUE(contains(refusal.text, checksum("001_a")));
  EXPECT_TRUE(contains(refusal.text, "tradewind repair"));
  EXPECT_EQ(tables(), Words{"a"});
  EXPECT_EQ(each(one({"status"}).at("changed"), "version"), Words{"001_a"});
}

TEST_P(BadText, a_missing_file_is_a_newer_builds) {
  table("001_a", "a");
  table("002_b", "b");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  remove("002_b.up.sql");
  remove("002_b.down.sql");
  table("003_c", "c");
  const Outcome up = run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_TRUE(contains(up.err, "applied, and there is no file: 002_b"));
  EXPECT_EQ(applied(), (Words{"001_a", "002_b", "003_c"}));
  EXPECT_EQ(each(one({"status"}).at("missing"), "version"), Words{"002_b"});
}

TEST_P(BadText, a_file_of_100_mb) {
  const std::string line = "INSERT INTO a VALUES ('" + std::string(2000, 'x') + "');\n";
  const std::size_t count = 100'000'000 / line.size() + 1;
  {
    std::ofstream file(folder.path("migrations/001_a.up.sql"), std::ios::binary);
    file << "CREATE TABLE a (text text);\n";
    for (std::size_t i = 0; i < count; ++i) file << line;
  }
  ASSERT_GT(std::filesystem::file_size(folder.path("migrations/001_a.up.sql")), 100'000'000U);
  const Outcome up = run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(database.value("SELECT count(*) FROM a"), std::to_string(count));
}

TEST_P(BadText, a_mistake_at_the_end_of_a_large_file) {
  std::string text = "CREATE TABLE b (text text);\n";
  for (int i = 0; i < 5000; ++i) text += "INSERT INTO b VALUES ('" + std::string(1000, 'x') + "');\n";
  write("002_b.up.sql", text + "INSERT INOT b VALUES ('the last');\n");
  expect_refused("syntax-error", {5002, 8}, {"INOT"});
}

}  // namespace
}  // namespace tradewind::test
