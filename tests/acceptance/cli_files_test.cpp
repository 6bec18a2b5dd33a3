// Commands that write files: init, new, pack export; and what shows a pack.
#include <regex>

#include "cli_folder.hpp"

namespace tradewind::test {
namespace {

TEST(Init, makes_a_project_that_works) {
  const Folder folder;
  const Json document = folder.json({"init"});
  EXPECT_EQ(document.at("files"), Json::parse(R"(["tradewind.toml", "migrations/", ".env.example"])"));
  EXPECT_EQ(folder.run({"new", "accounts"}).exit_status, 0);
  folder.write("migrations/001_accounts.up.sql", "CREATE TABLE accounts (id INTEGER);\n");
  EXPECT_EQ(folder.run({"up"}).exit_status, 0);
  EXPECT_EQ(folder.tables("app.db"), Words{"accounts"});
}

TEST(Init, overwrites_nothing_and_says_so) {
  const Folder folder;
  folder.write("tradewind.toml", "url = \"sqlite:mine.db\"\n");
  const Outcome init = folder.run({"init"});
  EXPECT_EQ(init.exit_status, 0);
  EXPECT_TRUE(contains(init.err, "kept  tradewind.toml"));
  EXPECT_TRUE(contains(init.err, "wrote .env.example"));
  EXPECT_TRUE(contains(init.err, "tradewind new"));
  EXPECT_EQ(folder.read("tradewind.toml"), "url = \"sqlite:mine.db\"\n");
}

TEST(Init, with_a_pack_writes_its_migrations_for_the_engine) {
  const Folder folder;
  EXPECT_EQ(folder.run({"init", "--pack", "titan"}).exit_status, 0);
  EXPECT_TRUE(folder.has("migrations/20250101000001_initial_schema.up.sql"));
  EXPECT_FALSE(folder.has("migrations/seed"));
  EXPECT_EQ(folder.run({"up"}).exit_status, 0);
  EXPECT_EQ(folder.tables("titan.db"), (Words{"positions", "regime_snapshots", "system_events", "trades"}));
  const Folder server;
  EXPECT_EQ(server.run({"init", "--pack", "titan", "--database", "postgresql://localhost/titan"}).exit_status,
            0);
  EXPECT_TRUE(contains(server.read("migrations/20250101000001_initial_schema.up.sql"), "GENERATED"));
  EXPECT_TRUE(contains(server.read("tradewind.toml"), "url = \"postgresql://localhost/titan\""));
}

TEST(Init, mixes_no_pack_with_other_migrations) {
  const Folder folder;
  folder.write("migrations/001_mine.up.sql", "SELECT 1;\n");
  EXPECT_EQ(folder.run({"init", "--pack", "titan"}).exit_status, 2);
  EXPECT_FALSE(folder.has("migrations/20250101000001_initial_schema.up.sql"));
}

TEST(Init, writes_no_password) {
  const Folder folder;
  EXPECT_EQ(folder.run({"init", "--database", "postgresql://me:s3cret@localhost/db"}).exit_status, 0);
  EXPECT_TRUE(lacks(folder.read("tradewind.toml"), "s3cret"));
  EXPECT_TRUE(contains(folder.read("tradewind.toml"), "url = \"${DATABASE_URL}\""));
}

TEST(Init, can_make_the_history_alone) {
  const Folder folder;
  folder.write_project();
  const Json database = folder.json({"init", "--history"}).at("databases").at(0);
  EXPECT_EQ(database.at("history_table"), "schema_migrations");
  EXPECT_EQ(folder.sql("app.db", "SELECT count(*) FROM schema_migrations").at(0).at(0), "0");
}

TEST(New, goes_on_in_the_numbering_it_finds) {
  const Folder folder;
  EXPECT_EQ(folder.run({"new", "init"}).out, "migrations/001_init.up.sql\nmigrations/001_init.down.sql\n");
  EXPECT_TRUE(contains(folder.run({"new", "next"}).out, "migrations/002_next.up.sql"));
  folder.write("migrations/0099_wide.sql", "SELECT 1;\n");
  EXPECT_TRUE(contains(folder.run({"new", "more"}).out, "migrations/0100_more.up.sql"));
  folder.write("migrations/9999_last.sql", "SELECT 1;\n");
  EXPECT_TRUE(contains(folder.run({"new", "wider"}).out, "migrations/10000_wider.up.sql"));
}

TEST(New, numbers_by_the_time_where_the_others_are) {
  const Folder folder;
  folder.write("migrations/20250101000001_x.up.sql", "SELECT 1;\n");
  const std::string out = folder.run({"new", "later"}).out;
  EXPECT_TRUE(std::regex_match(
      out, std::regex("migrations/20\\d{12}_later\\.up\\.sql\nmigrations/20\\d{12}_later\\.down\\.sql\n")))
      << out;
  folder.write("migrations/99990101000001_future.up.sql", "SELECT 1;\n");
  EXPECT_TRUE(contains(folder.run({"new", "after"}).out, "migrations/99990101000002_after.up.sql"));
  const Folder empty;
  EXPECT_TRUE(contains(empty.run({"new", "first", "--timestamp"}).out, "migrations/2"));
}

TEST(New, writes_the_header_and_a_name_in_snake_case) {
  const Folder folder;
  EXPECT_EQ(folder.run({"make", "AddUserTracking", "to-HTTP  log!"}).out,
            "migrations/001_add_user_tracking_to_http_log.up.sql\nmigrations/"
            "001_add_user_tracking_to_http_log.down.sql\n");
  const std::string up = folder.read("migrations/001_add_user_tracking_to_http_log.up.sql");
  EXPECT_TRUE(
      up.starts_with("-- Migration: 001_add_user_tracking_to_http_log\n-- Description: Add user tracking to "
                     "http log\n-- Created: 20"))
      << up;
  folder.run({"new", "b", "--verify", "--description", "What it is"});
  EXPECT_TRUE(contains(folder.read("migrations/002_b.up.sql"), "-- Description: What it is\n"));
  EXPECT_TRUE(contains(folder.read("migrations/002_b.verify.sql"), "-- Migration: 002_b\n"));
}

TEST(New, says_which_folder_it_can_not_write) {
  const Folder folder;
  folder.write("migrations", "a file");
  const Outcome outcome = folder.run({"new", "x"});
  EXPECT_NE(outcome.exit_status, 0);
  EXPECT_TRUE(contains(outcome.err, "migrations"));
  EXPECT_EQ(folder.run({"new", "x", "--pack", "titan"}).exit_status, 2);
}

TEST(Pack, list_and_show_describe_the_packs) {
  const Folder folder;
  EXPECT_TRUE(contains(folder.run({"pack", "list"}).out, "  titan "));
  const Words names = each(folder.json({"pack", "list"}).at("packs"), "name");
  EXPECT_NE(std::find(names.begin(), names.end(), "titan"), names.end());
  const Outcome show = folder.run({"pack", "show", "titan"});
  EXPECT_TRUE(contains(show.out, "\n  20250101000001_initial_schema\n"));
  EXPECT_TRUE(contains(show.out, "\n      trades "));
  EXPECT_TRUE(contains(show.out, "Audit trail of all trade executions"));
  const Json migrations = folder.json({"pack", "show", "titan"}).at("pack").at("migrations");
  EXPECT_EQ(migrations.size(), 4U);
  EXPECT_EQ(folder.run({"pack", "show", "titn"}).exit_status, 2);
}

TEST(Pack, export_writes_files_that_work_and_keeps_what_is_there) {
  const Folder folder;
  folder.write("m/20250101000002_add_indexes.down.sql", "-- mine\n");
  const Json document = folder.json({"pack", "export", "titan", "m", "--engine", "sqlite3"});
  EXPECT_EQ(document.at("kept"), Json::parse(R"(["m/20250101000002_add_indexes.down.sql"])"));
  EXPECT_EQ(folder.read("m/20250101000002_add_indexes.down.sql"), "-- mine\n");
  EXPECT_EQ(folder.run({"up", "--dir", "m", "--database", "sqlite:t.db"}).exit_status, 0);
  EXPECT_EQ(folder.run({"pack", "export", "titan", "all"}).exit_status, 0);
  EXPECT_TRUE(folder.has("all/postgres/20250101000001_initial_schema.up.sql"));
  EXPECT_TRUE(folder.has("all/sqlite/20250101000001_initial_schema.up.sql"));
}

}  // namespace
}  // namespace tradewind::test
