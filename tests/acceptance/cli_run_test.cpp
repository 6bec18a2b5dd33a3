// up, down, redo, plan and status as people and programs see them.
#include "cli_folder.hpp"

namespace tradewind::test {
namespace {

class Run : public ::testing::Test {
 protected:
  Run() { folder.write_project(); }
  void break_second() const {
    folder.write("migrations/002_trades.up.sql",
                 "CREATE TABLE t (id INTEGER);\nINSERT INTO nope VALUES (1);\n");
  }

  Folder folder;
};

TEST_F(Run, up_says_a_line_for_each_migration) {
  const Outcome up = folder.run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(up.out, "");
  EXPECT_TRUE(contains(up.err, "  applied   001_accounts  ("));
  EXPECT_TRUE(contains(up.err, "  applied   002_trades  ("));
  EXPECT_TRUE(contains(up.err, "sqlite:app.db: 2 migrations applied in "));
  EXPECT_EQ(folder.tables("app.db"), (Words{"accounts", "trades"}));
  const Outcome again = folder.run({"up"});
  EXPECT_EQ(again.exit_status, 0);
  EXPECT_EQ(again.err, "sqlite:app.db: nothing to apply\n");
}

TEST_F(Run, up_as_a_document) {
  const Json database = folder.json({"up"}).at("databases").at(0);
  EXPECT_EQ(database.at("name"), "default");
  EXPECT_EQ(database.at("url"), "sqlite:app.db");
  EXPECT_EQ(database.at("engine"), "sqlite");
  EXPECT_EQ(each(database.at("steps"), "version"), (Words{"001_accounts", "002_trades"}));
  EXPECT_EQ(each(database.at("steps"), "direction"), (Words{"up", "up"}));
  EXPECT_EQ(each(database.at("steps"), "name"), (Words{"accounts", "trades"}));
  EXPECT_TRUE(database.at("steps").at(0).at("execution_time_ms").is_number());
  EXPECT_TRUE(database.at("elapsed_ms").is_number());
  EXPECT_TRUE(folder.json({"up"}).at("databases").at(0).at("steps").empty());
}

TEST_F(Run, a_number_and_a_version_bound_it) {
  EXPECT_EQ(folder.json({"up", "1"}).at("databases").at(0).at("steps").size(), 1U);
  EXPECT_EQ(each(folder.json({"up", "--to", "2"}).at("databases").at(0).at("steps"), "version"),
            Words{"002_trades"});
  EXPECT_EQ(each(folder.json({"down", "--to", "001"}).at("databases").at(0).at("steps"), "version"),
            Words{"002_trades"});
  EXPECT_EQ(
      each(folder.json({"down", "--only", "001_accounts"}).at("databases").at(0).at("steps"), "direction"),
      Words{"down"});
  EXPECT_TRUE(folder.tables("app.db").empty());
}

TEST_F(Run, words_of_other_tools_are_understood) {
  EXPECT_EQ(folder.run({"upgrade", "--migration", "001"}).exit_status, 0);
  EXPECT_EQ(folder.run({"migrate"}).exit_status, 0);
  EXPECT_EQ(folder.tables("app.db"), (Words{"accounts", "trades"}));
  EXPECT_EQ(folder.run({"downgrade", "--migration", "002"}).exit_status, 0);
  EXPECT_EQ(folder.tables("app.db"), Words{"accounts"});
  EXPECT_EQ(folder.run({"upgrade"}).exit_status, 0);
  EXPECT_EQ(folder.run({"rollback"}).exit_status, 0);
  EXPECT_EQ(folder.tables("app.db"), Words{"accounts"});
  EXPECT_EQ(folder.run({"downgrade", "--yes"}).exit_status, 0);
  EXPECT_TRUE(folder.tables("app.db").empty());
}

TEST_F(Run, redo_reverts_and_applies_again) {
  folder.run({"up"});
  const Json steps = folder.json({"redo", "2"}).at("databases").at(0).at("steps");
  EXPECT_EQ(each(steps, "version"), (Words{"002_trades", "001_accounts", "001_accounts", "002_trades"}));
  EXPECT_EQ(each(steps, "direction"), (Words{"down", "down", "up", "up"}));
  EXPECT_EQ(folder.tables("app.db"), (Words{"accounts", "trades"}));
}

TEST_F(Run, a_failure_after_something_was_done_is_4_and_lists_it) {
  break_second();
  const Outcome up = folder.run({"up"});
  EXPECT_EQ(up.exit_status, 4) << up;
  EXPECT_TRUE(
      contains(up.err, "error: 002_trades (up): no such table: nope\n --> migrations/002_trades.up.sql:2:"));
  EXPECT_TRUE(contains(up.err, "\n  |\n2 | INSERT INTO nope VALUES (1);\n  | "));
  EXPECT_TRUE(contains(up.err, "\nthe database: 1 migration was applied, and that stays: 001_accounts\n"));
  EXPECT_TRUE(contains(up.err, "\nhint: "));
}

TEST_F(Run, a_failure_that_left_nothing_is_3) {
  break_second();
  folder.run({"up", "1"});
  const Outcome up = folder.run({"up"});
  EXPECT_EQ(up.exit_status, 3) << up;
  EXPECT_TRUE(contains(up.err, "\nthe database: nothing was applied; the database is unchanged\n"));
  EXPECT_EQ(folder.tables("app.db"), Words{"accounts"});
}

TEST_F(Run, a_failure_as_a_document) {
  break_second();
  const Json document = folder.json({"up"}, 4);
  const Json database = document.at("databases").at(0);
  EXPECT_EQ(each(database.at("steps"), "version"), Words{"001_accounts"});
  EXPECT_TRUE(database.at("elapsed_ms").is_number());
  EXPECT_EQ(database.at("error"), document.at("error"));
  const Json& error = document.at("error");
  EXPECT_EQ(error.at("code"), "statement-failed");
  EXPECT_EQ(error.at("file"), "migrations/002_trades.up.sql");
  EXPECT_EQ(error.at("line"), 2);
  EXPECT_EQ(error.at("statement"), "INSERT INTO nope VALUES (1)");
  for (const char* key : {"message", "hint", "column", "sqlstate"}) EXPECT_TRUE(error.contains(key)) << key;
}

TEST_F(Run, status_shows_what_is_applied_and_pending) {
  folder.run({"up", "1"});
  const Outcome status = folder.run({"status"});
  EXPECT_EQ(status.exit_status, 0);
  EXPECT_EQ(status.err, "");
  EXPECT_TRUE(contains(status.out, "  VERSION       STATE    APPLIED (UTC)        BATCH  "));
  EXPECT_TRUE(contains(status.out, "\n  001_accounts  applied  20"));
  EXPECT_TRUE(contains(status.out, "\n  002_trades    pending\n"));
  EXPECT_TRUE(contains(status.out, "\nsqlite:app.db: 1 applied, 1 pending\nnext: "));
  const Json database = folder.json({"status"}).at("databases").at(0);
  EXPECT_EQ(each(database.at("applied"), "version"), Words{"001_accounts"});
  EXPECT_EQ(database.at("applied").at(0).at("batch"), 1);
  EXPECT_EQ(database.at("applied").at(0).at("checksum").get<std::string>().size(), 64U);
  EXPECT_TRUE(contains(database.at("applied").at(0).at("applied_at"), "T"));
  EXPECT_EQ(each(database.at("pending"), "name"), Words{"trades"});
  for (const char* key : {"changed", "missing", "failed"}) EXPECT_TRUE(database.at(key).empty()) << key;
}

TEST_F(Run, status_check_answers_with_its_exit_status) {
  EXPECT_EQ(folder.run({"status", "--check"}).exit_status, 1);
  folder.run({"up"});
  EXPECT_EQ(folder.run({"status", "--check"}).exit_status, 0);
  folder.write("migrations/001_accounts.up.sql",
               "CREATE TABLE accounts (id INTEGER PRIMARY KEY, more INTEGER);\n");
  EXPECT_EQ(folder.run({"status", "--check"}).exit_status, 1);
  const Outcome quiet = folder.run({"status", "--check", "--quiet"});
  EXPECT_EQ(quiet.out + quiet.err, "");
}

TEST_F(Run, status_of_a_missing_file_makes_none) {
  const Outcome status = folder.run({"status"});
  EXPECT_EQ(status.exit_status, 0) << status;
  EXPECT_TRUE(contains(status.out, "nothing applied, 2 pending"));
  EXPECT_FALSE(folder.has("app.db"));
}

TEST_F(Run, status_shows_changed_missing_and_failed) {
  folder.run({"up"});
  folder.write("migrations/001_accounts.up.sql",
               "CREATE TABLE accounts (id INTEGER PRIMARY KEY, more INTEGER);\n");
  std::filesystem::remove(folder.path("migrations/002_trades.up.sql"));
  std::filesystem::remove(folder.path("migrations/002_trades.down.sql"));
  const Outcome status = folder.run({"status"});
  EXPECT_TRUE(contains(status.out, "\n  001_accounts  changed  20"));
  EXPECT_TRUE(contains(status.out, "\n  002_trades    missing  20"));
  EXPECT_TRUE(contains(status.out, "2 applied, 1 changed since, 1 without its file\n"));
}

TEST_F(Run, plan_is_a_script_with_a_heading_for_each_step) {
  const Outcome plan = folder.run({"plan"});
  EXPECT_EQ(plan.exit_status, 0) << plan;
  EXPECT_EQ(
      plan.out,
      "-- sqlite:app.db: 2 migrations\n\n-- 001_accounts (up)\nCREATE TABLE accounts (id INTEGER PRIMARY "
      "KEY);\n\n"
      "-- 002_trades (up)\nCREATE TABLE trades (id INTEGER PRIMARY KEY);\nINSERT INTO trades VALUES (1);\n");
  EXPECT_FALSE(folder.has("app.db"));
  folder.run({"up"});
  EXPECT_EQ(folder.run({"plan"}).out, "-- sqlite:app.db: nothing to do\n");
  EXPECT_EQ(folder.run({"plan", "down"}).out,
            "-- sqlite:app.db: 1 migration\n\n-- 002_trades (down)\nDROP TABLE trades;\n");
  EXPECT_TRUE(contains(folder.run({"plan", "down", "2"}).out, "-- 001_accounts (down)"));
}

TEST_F(Run, plan_as_a_document) {
  const Json steps = folder.json({"plan", "1"}).at("databases").at(0).at("steps");
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps.at(0).at("version"), "001_accounts");
  EXPECT_EQ(steps.at(0).at("name"), "accounts");
  EXPECT_EQ(steps.at(0).at("direction"), "up");
  EXPECT_EQ(steps.at(0).at("transactional"), true);
  EXPECT_EQ(steps.at(0).at("statements"), Words{"CREATE TABLE accounts (id INTEGER PRIMARY KEY)"});
}

TEST_F(Run, a_dry_run_is_a_script_that_another_program_can_run) {
  const Outcome script = folder.run({"up", "--dry-run"});
  EXPECT_EQ(script.exit_status, 0) << script;
  EXPECT_TRUE(contains(script.out, "-- 002_trades (up)\n"));
  EXPECT_FALSE(folder.has("app.db"));
  SqliteFile(folder.path("other.db")).sql(script.out);
  EXPECT_EQ(folder.tables("other.db"), (Words{"accounts", "trades"}));
  EXPECT_EQ(folder.run({"status", "--check", "--database", "sqlite:other.db"}).exit_status, 0);
  const Json steps = folder.json({"up", "--dry-run"}).at("databases").at(0).at("steps");
  EXPECT_GT(steps.at(0).at("statements").size(), 1U);
}

TEST_F(Run, a_dry_run_of_down_reverts_nothing) {
  folder.run({"up"});
  EXPECT_TRUE(contains(folder.run({"down", "--dry-run"}).out, "DROP TABLE trades;\n"));
  EXPECT_EQ(folder.tables("app.db"), (Words{"accounts", "trades"}));
}

TEST_F(Run, down_all_asks_and_needs_somebody_to_answer) {
  folder.run({"up"});
  const Outcome refused = folder.run({"down", "--all"});
  EXPECT_EQ(refused.exit_status, 2);
  EXPECT_TRUE(contains(refused.err, "--yes"));
  EXPECT_EQ(folder.run({"downgrade"}).exit_status, 2);
  const Outcome no = folder.run_on_terminal("down --all", {.stdin_text = "n\n"});
  EXPECT_EQ(no.exit_status, 3) << no;
  EXPECT_TRUE(contains(no.out, "sqlite:app.db: 2 migrations to revert"));
  EXPECT_EQ(folder.tables("app.db"), (Words{"accounts", "trades"}));
  const Outcome yes = folder.run_on_terminal("down --all", {.stdin_text = "y\n"});
  EXPECT_EQ(yes.exit_status, 0) << yes;
  EXPECT_TRUE(folder.tables("app.db").empty());
}

TEST_F(Run, down_of_a_missing_file_is_an_error_that_makes_none) {
  const Outcome down = folder.run({"down"});
  EXPECT_EQ(down.exit_status, 2) << down;
  EXPECT_FALSE(folder.has("app.db"));
}

TEST_F(Run, verify_finds_what_differs) {
  folder.run({"up"});
  EXPECT_EQ(folder.run({"verify"}).exit_status, 0);
  EXPECT_EQ(folder.run({"verify"}).out, "sqlite:app.db: all is well\n");
  folder.write("migrations/001_accounts.up.sql",
               "CREATE TABLE accounts (id INTEGER PRIMARY KEY, more INTEGER);\n");
  const Outcome verify = folder.run({"verify"});
  EXPECT_EQ(verify.exit_status, 1);
  EXPECT_TRUE(contains(verify.out, "  changed    001_accounts  "));
  const Json findings = folder.json({"verify"}, 1).at("databases").at(0).at("findings");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings.at(0).at("kind"), "changed");
  EXPECT_EQ(findings.at(0).at("version"), "001_accounts");
  EXPECT_NE(findings.at(0).at("message"), "");
}

TEST_F(Run, repair_shows_first_and_does_it_when_told) {
  folder.run({"up"});
  EXPECT_EQ(folder.run({"repair"}).exit_status, 0);
  folder.write("migrations/001_accounts.up.sql",
               "CREATE TABLE accounts (id INTEGER PRIMARY KEY, more INTEGER);\n");
  const Outcome shown = folder.run({"repair"});
  EXPECT_EQ(shown.exit_status, 1);
  EXPECT_TRUE(contains(shown.out, "  001_accounts  accept-checksum: "));
  EXPECT_EQ(folder.run({"status", "--check"}).exit_status, 1);
  EXPECT_EQ(folder.run_on_terminal("repair", {.stdin_text = "no\n"}).exit_status, 1);
  const Json done = folder.json({"repair", "--yes"}).at("databases").at(0);
  EXPECT_EQ(done.at("applied"), true);
  EXPECT_EQ(each(done.at("repairs"), "action"), Words{"accept-checksum"});
  EXPECT_EQ(folder.run({"status", "--check"}).exit_status, 0);
}

TEST_F(Run, baseline_records_without_running) {
  SqliteFile(folder.path("app.db")).sql("CREATE TABLE accounts (id INTEGER PRIMARY KEY)");
  const Json database = folder.json({"baseline", "1"}).at("databases").at(0);
  EXPECT_EQ(each(database.at("steps"), "direction"), Words{"baseline"});
  EXPECT_EQ(each(database.at("steps"), "version"), Words{"001_accounts"});
  EXPECT_EQ(folder.run({"up"}).exit_status, 0);
  EXPECT_EQ(folder.tables("app.db"), (Words{"accounts", "trades"}));
}

TEST_F(Run, an_unknown_version_gets_a_suggestion) {
  const Outcome up = folder.run({"up", "--to", "002_trdaes"});
  EXPECT_EQ(up.exit_status, 2);
  EXPECT_TRUE(contains(up.err, "002_trades"));
}

TEST_F(Run, waiting_ends_when_told) {
  folder.run({"up", "1"});
  SqliteSession other(folder.path("app.db"));
  other.sql("BEGIN IMMEDIATE");
  const Outcome up = folder.run({"up", "--wait", "0"});
  EXPECT_EQ(up.exit_status, 5) << up;
  EXPECT_TRUE(contains(up.err, "the database: nothing was applied; the database is unchanged"));
}

}  // namespace
}  // namespace tradewind::test
