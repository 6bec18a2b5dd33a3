// The directory of migrations and the names in it, when they are not as they should be.
// Shows: I7
#include <sys/stat.h>
#include <unistd.h>

#include "engine_folder.hpp"

namespace tradewind::test {
namespace {

namespace fs = std::filesystem;

class BadSource : public OnBothEngines {
 protected:
  /// The command fails with this and leaves the database without a table.
  void expect_refused(const Words& arguments, int exit_status, const std::string& code, const Words& texts) {
    const Refusal refusal = refused(arguments);
    EXPECT_EQ(refusal.exit_status, exit_status) << refusal;
    EXPECT_EQ(refusal.code, code) << refusal;
    EXPECT_FALSE(refusal.error.at("hint").is_null()) << refusal;
    for (const std::string& text : texts) EXPECT_TRUE(contains(refusal.text, text));
    EXPECT_EQ(all_tables(), Words{});
  }
  fs::path in_migrations(const std::string& name) const { return folder.path("migrations/" + name); }
};
TRADEWIND_ON_EACH_ENGINE(BadSource);

TEST_P(BadSource, a_missing_directory) {
  for (const char* command : {"up", "status", "plan", "verify"}) {
    expect_refused({command, "--dir", "nowhere"}, 2, "source-missing",
                   {"no migrations directory nowhere", "--dir"});
  }
  folder.write("a_file", "");
  expect_refused({"up", "--dir", "a_file"}, 2, "source-missing", {"a_file is not a directory"});
}

TEST_P(BadSource, an_empty_directory) {
  write("README.md", "no migration");
  expect_refused({"up"}, 2, "source-empty", {"migrations holds no migration", "tradewind new"});
  EXPECT_EQ(run({"status"}).exit_status, 0);
}

TEST_P(BadSource, a_file_that_is_no_file) {
  table("001_a", "a");
  ASSERT_EQ(::mkfifo(in_migrations("002_b.up.sql").c_str(), 0644), 0);
  expect_refused({"up"}, 3, "source-unreadable", {"migrations/002_b.up.sql is not a regular file"});
  remove("002_b.up.sql");
  fs::create_directory(in_migrations("002_b.up.sql"));
  expect_refused({"up"}, 3, "source-unreadable", {"migrations/002_b.up.sql"});
}

TEST_P(BadSource, links_that_lead_nowhere_or_round) {
  table("001_a", "a");
  fs::create_symlink("gone.sql", in_migrations("002_b.up.sql"));
  expect_refused({"up"}, 3, "source-unreadable", {"migrations/002_b.up.sql", "No such file"});
  remove("002_b.up.sql");
  fs::create_symlink("003_c.up.sql", in_migrations("002_b.up.sql"));
  fs::create_symlink("002_b.up.sql", in_migrations("003_c.up.sql"));
  expect_refused({"up"}, 3, "source-unreadable", {"migrations/002_b.up.sql", "symbolic links form a loop"});
  fs::create_symlink("loop", folder.path("loop"));
  const Refusal loop = refused({"up", "--dir", "loop"});
  EXPECT_EQ(loop.exit_status, 3) << loop;
  EXPECT_TRUE(contains(loop.text, "can't read the directory loop"));
}

TEST_P(BadSource, a_link_out_of_the_directory_is_followed) {
  folder.write("elsewhere/a.sql", "CREATE TABLE a (id integer);\n");
  fs::create_symlink("../elsewhere/a.sql", in_migrations("001_a.up.sql"));
  const Outcome up = run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(tables(), Words{"a"});
}

TEST_P(BadSource, two_files_with_one_number) {
  table("001_accounts", "accounts");
  table("1_trades", "trades");
  expect_refused({"up"}, 3, "duplicate-version",
                 {"001_accounts.up.sql", "1_trades.up.sql", "nothing was run"});
  remove("1_trades.up.sql");
  remove("1_trades.down.sql");
  write("001_accounts.sql", "SELECT 1");
  expect_refused({"up"}, 3, "duplicate-version", {"001_accounts.up.sql", "001_accounts.sql"});
}

TEST_P(BadSource, names_that_differ_in_case_only) {
  table("001_orders", "a");
  table("001_Orders", "b");
  expect_refused({"up"}, 3, "duplicate-version", {"001_orders.up.sql", "001_Orders.up.sql"});
  EXPECT_EQ(run({"status"}).exit_status, 3);
}

TEST_P(BadSource, a_down_without_its_up) {
  write("001_a.down.sql", "SELECT 1");
  expect_refused({"up"}, 3, "bad-file", {"001_a.down.sql", "there is no 001_a.up.sql"});
}

TEST_P(BadSource, a_gap_is_noted_and_not_refused) {
  table("001_a", "a");
  table("003_c", "c");
  const Outcome up = run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_TRUE(contains(up.err, "gap between 001_a and 003_c"));
  EXPECT_EQ(tables(), (Words{"a", "c"}));
}

TEST_P(BadSource, names_without_a_number_are_passed_over_with_a_word) {
  table("001_a", "a");
  write("notes.sql", "CREATE TABLE never (id integer)");
  const Outcome up = run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_TRUE(contains(up.err, "notes.sql is passed over"));
  EXPECT_EQ(tables(), Words{"a"});
}

TEST_P(BadSource, names_with_characters_that_can_not_be_shown) {
  const Words hostile = {"001_a\nb.up.sql", "001_a\x1b[31mb.up.sql", "001_a\x7f.up.sql",
                         "001_\xff\xfe.up.sql"};
  for (const std::string& name : hostile) {
    write(name, "CREATE TABLE a (id integer)");
    expect_refused({"up"}, 3, "bad-name", {"the file name", "rename it"});
    const Outcome shown = run({"up"});
    EXPECT_TRUE(lacks(shown.err, "\x1b[31m"));
    EXPECT_TRUE(lacks(shown.err, "a\nb"));
    remove(name);
  }
}

TEST_P(BadSource, unusual_names_that_are_fine) {
  const std::string longest = "001_" + std::string(255 - 4 - 7, 'x');
  write(longest + ".up.sql", "CREATE TABLE a (id integer)");
  write("002_it's \"quoted\" $1 %s; --.up.sql", "CREATE TABLE b (id integer)");
  write("003_prix_\xe2\x82\xac.UP.SQL", "CREATE TABLE c (id integer)");
  write("00000000000000000000000000000004.sql", "CREATE TABLE d (id integer)");
  const Outcome up = run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(tables(), (Words{"a", "b", "c", "d"}));
  EXPECT_EQ(applied(), (Words{longest, "002_it's \"quoted\" $1 %s; --", "003_prix_\xe2\x82\xac",
                              "00000000000000000000000000000004"}));
  EXPECT_EQ(run({"status", "--check"}).exit_status, 0);
}

// Modes say nothing to root, so the program runs as nobody then.
TEST_P(BadSource, what_may_not_be_read) {
  table("001_a", "a");
  fs::permissions(in_migrations("001_a.up.sql"), fs::perms::none);
  const Refusal file = refused_as_nobody({"plan"});
  EXPECT_EQ(file.exit_status, 3) << file;
  EXPECT_EQ(file.code, "source-unreadable");
  EXPECT_TRUE(contains(file.text, "can't read migrations/001_a.up.sql: Permission denied"));
  EXPECT_TRUE(contains(file.text, "read access"));
  fs::permissions(folder.path("migrations"), fs::perms::none);
  const Refusal directory = refused_as_nobody({"plan"});
  EXPECT_EQ(directory.exit_status, 3) << directory;
  EXPECT_TRUE(contains(directory.text, "can't read the directory migrations: Permission denied"));
  fs::permissions(folder.path("migrations"), fs::perms::owner_all);
  EXPECT_EQ(all_tables(), Words{});
}

}  // namespace
}  // namespace tradewind::test
