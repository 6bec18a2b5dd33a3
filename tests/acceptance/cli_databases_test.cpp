// Projects of several databases: every command runs over all of them.
#include "cli_folder.hpp"

namespace tradewind::test {
namespace {

class Databases : public ::testing::Test {
 protected:
  Databases() { folder.write_two_databases(); }
  Folder folder;
};

TEST_F(Databases, are_all_brought_up_in_the_files_order) {
  const Json databases = folder.json({"up"}).at("databases");
  EXPECT_EQ(each(databases, "name"), (Words{"b", "a"}));
  EXPECT_EQ(each(databases, "url"), (Words{"sqlite:b.db", "sqlite:a.db"}));
  EXPECT_EQ(folder.tables("a.db"), Words{"x"});
  EXPECT_EQ(folder.tables("b.db"), Words{"y"});
  const Outcome status = folder.run({"status", "--check"});
  EXPECT_EQ(status.exit_status, 0);
  EXPECT_TRUE(contains(status.out, "\nb (sqlite:b.db): 1 applied\n"));
  EXPECT_TRUE(contains(status.out, "\na (sqlite:a.db): 1 applied\n"));
}

TEST_F(Databases, can_be_picked_by_name) {
  EXPECT_EQ(each(folder.json({"up", "--database", "a"}).at("databases"), "name"), Words{"a"});
  EXPECT_FALSE(folder.has("b.db"));
}

TEST_F(Databases, do_not_hide_each_others_failures) {
  folder.write("of_b/002_y.up.sql", "CREATE TABLE y (id INTEGER);\nINSERT INTO nope VALUES (1);\n");
  const Json document = folder.json({"up"}, 3);
  const Json& databases = document.at("databases");
  ASSERT_EQ(databases.size(), 2U);
  EXPECT_EQ(databases.at(0).at("error").at("code"), "statement-failed");
  EXPECT_TRUE(databases.at(0).at("steps").empty());
  EXPECT_EQ(document.at("error"), databases.at(0).at("error"));
  EXPECT_FALSE(databases.at(1).contains("error"));
  EXPECT_EQ(each(databases.at(1).at("steps"), "version"), Words{"001_x"});
  EXPECT_TRUE(contains(folder.run({"up"}).err, "error: b: "));
}

TEST_F(Databases, give_the_worst_exit_status) {
  folder.write("of_a/001_x.up.sql", "SELEC 1;\n");
  folder.write("of_b/003_z.up.sql", "INSERT INTO nope VALUES (1);\n");
  const Json document = folder.json({"up"}, 4);
  EXPECT_EQ(document.at("error").at("code"), "statement-failed");
  EXPECT_EQ(document.at("databases").at(1).at("error").at("code"), "syntax-error");
}

TEST_F(Databases, need_not_all_know_a_version) {
  const Json databases = folder.json({"up", "--only", "1"}).at("databases");
  EXPECT_EQ(databases.size(), 2U);
  EXPECT_TRUE(databases.at(0).at("steps").empty());
  EXPECT_EQ(each(databases.at(1).at("steps"), "version"), Words{"001_x"});
  EXPECT_EQ(folder.json({"up", "--only", "7"}, 2).at("error").at("code"), "unknown-version");
}

TEST_F(Databases, are_isolated_by_a_prefix) {
  EXPECT_EQ(folder.run({"up"}, {.env = {{"DB_PATH_PREFIX", "test_"}}}).exit_status, 0);
  EXPECT_TRUE(folder.has("test_a.db"));
  EXPECT_TRUE(folder.has("test_b.db"));
  EXPECT_FALSE(folder.has("a.db"));
}

TEST_F(Databases, are_all_reverted_after_one_question) {
  folder.run({"up"});
  const Outcome down = folder.run_on_terminal("down --all", {.stdin_text = "yes\n"});
  EXPECT_EQ(down.exit_status, 0) << down;
  EXPECT_TRUE(contains(down.out, "b (sqlite:b.db): 1 migration to revert"));
  EXPECT_TRUE(folder.tables("a.db").empty());
  EXPECT_TRUE(folder.tables("b.db").empty());
}

TEST_F(Databases, with_directories_of_their_own_make_new_ask_for_which) {
  const Outcome refused = folder.run({"new", "more"});
  EXPECT_EQ(refused.exit_status, 2);
  EXPECT_TRUE(contains(refused.err, "--database"));
  EXPECT_EQ(folder.run({"new", "more", "--database", "b"}).out,
            "of_b/003_more.up.sql\nof_b/003_more.down.sql\n");
}

TEST_F(Databases, of_a_pack_are_a_project) {
  const Folder catalyst;
  EXPECT_EQ(catalyst.run({"init", "--pack", "catalyst"}).exit_status, 0);
  EXPECT_EQ(each(catalyst.json({"up"}).at("databases"), "name"),
            (Words{"positions", "trading", "ml_training"}));
  EXPECT_TRUE(catalyst.has("data/ml_training.db"));
  EXPECT_EQ(catalyst.run({"status", "--check"}).exit_status, 0);
  EXPECT_EQ(catalyst.run({"downgrade", "--migration", "002"}).exit_status, 0);
  EXPECT_EQ(catalyst.run({"upgrade", "--migration", "002"}).exit_status, 0);
  EXPECT_EQ(catalyst.run({"downgrade", "--yes"}).exit_status, 0);
  EXPECT_TRUE(catalyst.tables("data/trading.db").empty());
}

}  // namespace
}  // namespace tradewind::test
