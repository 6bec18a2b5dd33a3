// What a run does to the database and its history, and what only looks.
// Shows: R4, I4, I5, I7, T5
#include "engine_folder.hpp"

namespace tradewind::test {
namespace {

class Running : public OnBothEngines {
 protected:
  /// What differs between two runs of the same migrations is left out.
  Rows history() const {
    return database.sql(
        "SELECT migration_id, version, name, description, batch, checksum, applied_by, down_sql, "
        "transactional "
        "FROM schema_migrations ORDER BY migration_id");
  }
};
TRADEWIND_ON_EACH_ENGINE(Running);

TEST_P(Running, the_history_says_what_was_applied) {
  migration("001_add_user_tracking",
            "-- Migration: 001_add_user_tracking\n-- Description: Add user tracking\n-- Created: 2026-01-14\n"
            "CREATE TABLE a (id integer);\n",
            "DROP TABLE a;\n");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  const Rows rows = database.sql(
      "SELECT version, name, description, batch, length(checksum), down_sql, execution_time_ms >= 0 "
      "FROM schema_migrations ORDER BY applied_at DESC");
  const std::string yes = database.is_postgresql() ? "t" : "1";
  EXPECT_EQ(rows, (Rows{{"001_add_user_tracking", "add user tracking", "Add user tracking", "1", "64",
                         "DROP TABLE a;\n", yes}}));
  EXPECT_NE(database.value("SELECT applied_by FROM schema_migrations").find('@'), std::string::npos);
  const std::string now =
      database.is_postgresql()
          ? "SELECT abs(extract(epoch FROM now() - applied_at)) < 600 FROM schema_migrations"
          : "SELECT abs(unixepoch() - unixepoch(applied_at)) < 600 FROM schema_migrations";
  EXPECT_EQ(database.value(now), yes);
}

TEST_P(Running, events_only_add_up) {
  table("001_a", "a");
  write("002_b.up.sql", "INSERT INTO nowhere VALUES (1);\n");
  EXPECT_EQ(run({"up"}).exit_status, 4);
  remove("002_b.up.sql");
  ASSERT_EQ(run({"redo"}).exit_status, 0);
  EXPECT_EQ(database.sql("SELECT version, event FROM schema_migration_events ORDER BY event_id"),
            (Rows{{"001_a", "applied"}, {"002_b", "failed"}, {"001_a", "reverted"}, {"001_a", "applied"}}));
  EXPECT_TRUE(contains(database.value("SELECT error FROM schema_migration_events WHERE event = 'failed'"),
                       "nowhere"));
}

TEST_P(Running, what_looks_does_not_write) {
  table("001_a", "a");
  table("002_b", "b");
  const std::vector<Words> looks = {{"status"},       {"status", "--check"}, {"plan"},
                                    {"plan", "down"}, {"up", "--dry-run"},   {"verify"},
                                    {"repair"}};
  for (const Words& command : looks) run(command);
  EXPECT_EQ(all_tables(), Words{});
  ASSERT_EQ(run({"up", "1"}).exit_status, 0);
  const Rows before = database.sql("SELECT count(*) FROM schema_migration_events");
  for (const Words& command : looks) EXPECT_LE(run(command).exit_status, 1) << command.front();
  EXPECT_LE(run({"down", "--dry-run"}).exit_status, 0);
  EXPECT_EQ(database.sql("SELECT count(*) FROM schema_migration_events"), before);
  EXPECT_EQ(applied(), Words{"001_a"});
}

TEST_P(Running, nothing_to_do_changes_nothing) {
  table("001_a", "a");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  const Rows before = history();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run({"up"}).exit_status, 0);
  EXPECT_EQ(history(), before);
  EXPECT_EQ(database.value("SELECT count(*) FROM schema_migration_events"), "1");
}

TEST_P(Running, a_dry_run_run_by_another_program_gives_the_same) {
  migration("001_a",
            "-- Description: it's\nCREATE TABLE a (id integer, text text DEFAULT 'x; -- y');\nINSERT INTO a "
            "VALUES (1, 'it''s') -- the last\n",
            "DROP TABLE a;\n-- gone\n");
  if (database.is_postgresql()) {
    migration(
        "002_b",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;\nSET search_path = pg_catalog;\n");
    migration("003_c", "COPY a FROM stdin;\n2\ttwo\n3\t\\N\n\\.\nCREATE TABLE c (id integer);\n");
    migration("004_d", "CREATE INDEX CONCURRENTLY a_id ON a (id);\nBEGIN;\nSELECT 1;\nSELECT 2;\nCOMMIT;\n",
              "DROP INDEX a_id;\n");
  } else {
    migration("002_b",
              "CREATE TABLE b (id integer);\nCREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO b VALUES "
              "(NEW.id); END;\n");
    migration("003_c", "PRAGMA foreign_keys = ON;\nCREATE TABLE c (id integer);\n");
    migration("004_d", "VACUUM;\nBEGIN;\nSELECT 1;\nSELECT 2;\nCOMMIT;\n");
  }
  const Outcome script = run({"up", "--dry-run"});
  ASSERT_EQ(script.exit_status, 0) << script;
  EXPECT_EQ(all_tables(), Words{});

  const auto other = make_database(GetParam());
  EngineFolder elsewhere(*other);
  Words shell = {"sqlite3", "-bail", other->url.substr(7)};
  if (database.is_postgresql()) shell = {"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", other->url};
  const Outcome ran = Program::run(shell, {.stdin_text = script.out});
  ASSERT_EQ(ran.exit_status, 0) << ran << script.out;

  ASSERT_EQ(run({"up"}).exit_status, 0);
  const std::string rows =
      "SELECT migration_id, version, name, description, batch, checksum, applied_by, down_sql, transactional "
      "FROM schema_migrations ORDER BY migration_id";
  EXPECT_EQ(other->sql(rows), database.sql(rows));
  EXPECT_EQ(elsewhere.all_tables(), all_tables());
  EXPECT_EQ(other->sql("SELECT id, text FROM a ORDER BY id"),
            database.sql("SELECT id, text FROM a ORDER BY id"));
  const std::string journal =
      "SELECT version, direction, position, sha, state FROM schema_migration_steps ORDER BY 1, 3";
  EXPECT_EQ(other->sql(journal), database.sql(journal));

  const Outcome back = run({"down", "--only", "1", "--dry-run"});
  ASSERT_EQ(back.exit_status, 0) << back;
  EXPECT_EQ(Program::run(shell, {.stdin_text = back.out}).exit_status, 0) << back.out;
  EXPECT_EQ(other->value("SELECT count(*) FROM schema_migrations"), "3");
}

TEST_P(Running, a_dry_run_shows_what_is_left_to_do) {
  const std::string before = "-- Transaction: off\nCREATE TABLE a (id integer);\nINSERT INTO a VALUES (1);\n";
  write("001_a.up.sql", before + "INSERT INTO nowhere VALUES (1);\n");
  ASSERT_EQ(run({"up"}).exit_status, 4);
  write("001_a.up.sql", before + "INSERT INTO a VALUES (2);\n");
  const Outcome script = run({"up", "--dry-run"});
  ASSERT_EQ(script.exit_status, 0) << script;
  EXPECT_TRUE(lacks(script.out, "CREATE TABLE a"));
  EXPECT_TRUE(lacks(script.out, "INSERT INTO a VALUES (1)"));
  EXPECT_TRUE(contains(script.out, "INSERT INTO a VALUES (2)"));
  if (database.is_postgresql()) {
    EXPECT_TRUE(contains(script.out, "SET lock_timeout = 660000"));
    EXPECT_TRUE(contains(run({"up", "--dry-run", "--wait", "5"}).out, "SET lock_timeout = 605000"));
  }
  write("001_a.up.sql", "-- Transaction: off\nCREATE TABLE b (id integer);\n");
  EXPECT_EQ(refused({"up", "--dry-run"}).code, "checksum-mismatch") << "as the run itself would say";
}

TEST_P(Running, a_dry_run_makes_the_history_as_a_run_does) {
  table("001_a", "a");
  const Json statements = one({"up", "--dry-run"}).at("steps").at(0).at("statements");
  std::vector<std::string> control;
  for (const Json& statement : statements) {
    const auto text = statement.get<std::string>();
    if (text.starts_with("BEGIN") || text == "COMMIT") control.push_back(text.substr(0, 5));
  }
  EXPECT_EQ(control, (Words{"BEGIN", "COMMI", "BEGIN", "COMMI"}));
}

TEST_P(Running, atomic_is_all_or_nothing) {
  table("001_a", "a");
  table("002_b", "b");
  write("003_c.up.sql", "CREATE TABLE c (id integer);\nINSERT INTO nowhere VALUES (1);\n");
  const Refusal refusal = refused({"up", "--atomic"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_TRUE(refusal.document.at("databases").at(0).at("steps").empty());
  EXPECT_EQ(tables(), Words{});
  EXPECT_EQ(applied(), Words{});
  table("003_c", "c");
  EXPECT_EQ(versions({"up", "--atomic"}), (Words{"001_a", "002_b", "003_c"}));
  EXPECT_EQ(tables(), (Words{"a", "b", "c"}));
}

TEST_P(Running, atomic_needs_transactions) {
  table("001_a", "a");
  write("002_b.up.sql", "-- Transaction: off\nCREATE TABLE b (id integer);\n");
  const Refusal refusal = refused({"up", "--atomic"});
  EXPECT_EQ(refusal.exit_status, 2) << refusal;
  EXPECT_TRUE(contains(refusal.text, "002_b can't run in a transaction"));
  EXPECT_EQ(tables(), Words{});
}

TEST_P(Running, a_down_that_failed_leaves_its_migration_applied_and_the_status_clean) {
  migration("001_a", "CREATE TABLE a (id integer);\n", "DROP TABLE a;\nDROP TABLE nowhere;\n");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  EXPECT_EQ(run({"down"}).exit_status, 3);
  const Json status = one({"status", "--check"});
  EXPECT_EQ(each(status.at("applied"), "version"), Words{"001_a"});
  EXPECT_EQ(status.at("failed").size(), 0U) << status;
}

/// What is gone is gone: it has to come to its end.
TEST_P(Running, a_down_that_is_half_done_has_failed) {
  migration("001_a", "CREATE TABLE a (id integer);\n",
            "-- Transaction: off\nDROP TABLE a;\nDROP TABLE nowhere;\n");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  EXPECT_EQ(run({"down"}).exit_status, 4);
  EXPECT_EQ(each(one({"status", "--check"}, 1).at("failed"), "version"), Words{"001_a"});
  database.sql("CREATE TABLE nowhere (id integer)");
  EXPECT_EQ(run({"down"}).exit_status, 0);
  EXPECT_EQ(one({"status"}).at("failed").size(), 0U);
}

TEST_P(Running, repair_accepts_what_was_changed) {
  table("001_a", "a");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  write("001_a.up.sql", "-- a comment more\nCREATE TABLE a (id integer);\n");
  write("002_b.up.sql", "INSERT INTO nowhere VALUES (1);\n");
  EXPECT_EQ(run({"up"}).exit_status, 3);
  const Json shown = one({"repair"}, 1);
  EXPECT_EQ(each(shown.at("repairs"), "action"), Words{"accept-checksum"});
  EXPECT_EQ(shown.at("applied"), false);
  EXPECT_EQ(run({"repair", "--yes"}).exit_status, 0);
  EXPECT_EQ(run({"up"}).exit_status, 3);
  EXPECT_EQ(each(one({"status"}).at("failed"), "version"), Words{"002_b"});
  EXPECT_EQ(each(one({"repair", "--yes"}).at("repairs"), "action"), Words{"clear-failure"});
  EXPECT_TRUE(one({"status"}).at("failed").empty());
}

TEST_P(Running, baseline_takes_over_what_is_there) {
  database.sql("CREATE TABLE a (id integer)");
  table("001_a", "a");
  table("002_b", "b");
  EXPECT_EQ(versions({"baseline", "001"}), Words{"001_a"});
  EXPECT_EQ(database.value("SELECT event FROM schema_migration_events"), "baselined");
  EXPECT_EQ(versions({"up"}), Words{"002_b"});
  EXPECT_EQ(versions({"down", "2"}), (Words{"002_b", "001_a"})) << "with its down";
}

TEST_P(Running, verify_scripts_are_run_and_rolled_back) {
  table("001_a", "a");
  write("001_a.verify.sql", "INSERT INTO a VALUES (1);\nSELECT id FROM a;\n");
  table("002_b", "b");
  write("002_b.verify.sql", "SELECT id FROM b;\n\nSELECT nothing FROM b;\n");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  const Json findings = one({"verify"}, 1).at("findings");
  ASSERT_EQ(findings.size(), 1U) << findings;
  EXPECT_EQ(findings.at(0).at("kind"), "verify");
  EXPECT_EQ(findings.at(0).at("version"), "002_b");
  EXPECT_TRUE(contains(findings.at(0).at("message"), "migrations/002_b.verify.sql:3:8: "));
  EXPECT_EQ(database.value("SELECT count(*) FROM a"), "0");
  write("002_b.verify.sql", "SELECT id FROM b;\n");
  EXPECT_EQ(run({"verify"}).exit_status, 0);
}

TEST_P(Running, verify_finds_what_is_missing_changed_and_failed) {
  table("001_a", "a");
  table("002_b", "b");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  write("003_c.up.sql", "INSERT INTO nowhere VALUES (1);\n");
  EXPECT_EQ(run({"up"}).exit_status, 3);
  write("001_a.up.sql", "CREATE TABLE a (id integer, more integer);\n");
  remove("002_b.up.sql");
  remove("002_b.down.sql");
  EXPECT_EQ(each(one({"verify"}, 1).at("findings"), "kind"), (Words{"changed", "missing", "failed"}));
}

TEST_P(Running, a_verify_script_that_could_keep_something_is_refused) {
  table("001_a", "a");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  for (const char* text : {"INSERT INTO a VALUES (1);\nCOMMIT;\n",
                           "SELECT 1;\nBEGIN; INSERT INTO a VALUES (1); COMMIT; SELECT 1;\n",
                           "SELECT 1;\nVACUUM;\nINSERT INTO a VALUES (1);\n"}) {
    write("001_a.verify.sql", text);
    const Refusal refusal = refused({"verify"});
    EXPECT_EQ(refusal.exit_status, 3) << refusal;
    EXPECT_EQ(refusal.code, "bad-file") << refusal;
    EXPECT_TRUE(contains(refusal.text, "migrations/001_a.verify.sql:2:1"));
    EXPECT_EQ(database.value("SELECT count(*) FROM a"), "0") << text;
  }
  write("001_a.verify.sql", "BEGIN;\nINSERT INTO a VALUES (1);\nCOMMIT;\n");
  EXPECT_EQ(run({"verify"}).exit_status, 0) << "the transaction around it is ours";
  EXPECT_EQ(database.value("SELECT count(*) FROM a"), "0");
}

TEST_P(Running, outside_a_transaction_each_statement_is_journalled) {
  write("001_a.up.sql",
        "-- Transaction: off\nCREATE TABLE a (id integer);\nINSERT INTO a VALUES (1);\nINSERT INTO nowhere "
        "VALUES (1);\nINSERT INTO a VALUES (2);\n");
  const Refusal refusal = refused({"up"});
  EXPECT_EQ(refusal.exit_status, 4) << refusal;
  EXPECT_TRUE(
      contains(refusal.text,
               "2 statements of 001_a ran outside a transaction and stay; the next run goes on after them"));
  EXPECT_EQ(database.sql("SELECT position, state FROM schema_migration_steps ORDER BY position"),
            (Rows{{"1", "done"}, {"2", "done"}, {"3", "failed"}}));
  const Outcome again = run({"up"});
  EXPECT_EQ(again.exit_status, 4) << again;
  EXPECT_EQ(database.value("SELECT count(*) FROM a"), "1");
  write("001_a.up.sql",
        "-- Transaction: off\nCREATE TABLE a (id integer);\nINSERT INTO a VALUES (9);\nINSERT INTO a VALUES "
        "(3);\n");
  EXPECT_EQ(refused({"up"}).code, "checksum-mismatch") << "the second statement ran before and was changed";
  write("001_a.up.sql",
        "-- Transaction: off\nCREATE TABLE a (id integer);\nINSERT INTO a VALUES (1);\nINSERT INTO a VALUES "
        "(3);\nINSERT INTO a VALUES (2);\n");
  EXPECT_EQ(run({"up"}).exit_status, 0);
  EXPECT_EQ(database.sql("SELECT id FROM a ORDER BY id"), (Rows{{"1"}, {"2"}, {"3"}}));
  EXPECT_EQ(run({"status", "--check"}).exit_status, 0);
}

/// A migration outside a transaction that fails behind what it has done in its session, and is run again.
class Resumed : public OnBothEngines {
 protected:
  void fail_and_resume(const std::string& before, const std::string& then) const {
    write("001_a.up.sql", "-- Transaction: off\n" + before + "INSERT INTO nowhere VALUES (1);\n");
    const Refusal refusal = refused({"up"});
    EXPECT_EQ(refusal.exit_status, 4) << refusal;
    write("001_a.up.sql", "-- Transaction: off\n" + before + then);
    const Outcome again = run({"up"});
    EXPECT_EQ(again.exit_status, 0) << again;
    EXPECT_EQ(database.value("SELECT count(*) FROM schema_migration_steps WHERE state <> 'done'"), "0");
  }
};
TRADEWIND_ON_EACH_ENGINE(Resumed);

TEST_P(Resumed, has_its_session_as_it_was) {
  if (!database.is_postgresql()) {
    const std::string other = folder.path("other.db").string();
    fail_and_resume(
        "PRAGMA\nrecursive_triggers = 1;\nATTACH '" + other + "' AS other;\nCREATE TABLE other.a (id);\n",
        "CREATE TABLE other.b (id);\nCREATE TABLE c AS SELECT * FROM pragma_recursive_triggers;\n");
    EXPECT_EQ(SqliteFile(other).sql("SELECT name FROM sqlite_master ORDER BY 1"), (Rows{{"a"}, {"b"}}));
    EXPECT_EQ(database.value("SELECT * FROM c"), "1");
    return;
  }
  for (const std::string set : {"SET\nsearch_path = app;\n", "set session search_path to app;\n",
                                "SELECT pg_catalog.set_config('search_path', 'app', false);\n",
                                "BEGIN;\nSET search_path = app;\nSELECT 1;\nCOMMIT;\n"}) {
    SCOPED_TRACE(set);
    database.sql("CREATE SCHEMA app");
    fail_and_resume(set + "CREATE TABLE a (id integer);\n", "CREATE TABLE b (id integer);\n");
    EXPECT_EQ(database.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'app' ORDER BY 1"),
              (Rows{{"a"}, {"b"}}));
    database.sql(
        "DROP SCHEMA app CASCADE; DELETE FROM schema_migrations; DELETE FROM schema_migration_steps");
  }
}

TEST_P(Resumed, is_refused_where_a_temporary_table_has_gone) {
  const std::string before = "-- Transaction: off\nCREATE TEMPORARY TABLE t (id integer);\n";
  write("001_a.up.sql", before + "INSERT INTO nowhere VALUES (1);\n");
  EXPECT_EQ(run({"up"}).exit_status, 4);
  write("001_a.up.sql", before + "INSERT INTO t VALUES (1);\n");
  const Refusal refusal = refused({"up"});
  EXPECT_EQ(refusal.code, "unsupported") << refusal;
  EXPECT_EQ(refusal.error.at("line"), 2);
  EXPECT_TRUE(contains(refusal.text, "made a temporary table in a run that did not come to its end"));
  database.sql("DELETE FROM schema_migration_steps WHERE version = '001_a' AND position >= 1");
  const Outcome again = run({"up"});
  EXPECT_EQ(again.exit_status, 0) << again << "as the hint says";
}

class RunningOnSqlite : public OnSqlite {};

TEST_F(RunningOnSqlite, what_looks_leaves_every_byte_as_it_was) {
  at.table("001_a", "a");
  ASSERT_EQ(at.run({"up"}).exit_status, 0);
  at.table("002_b", "b");
  const std::string before = read_file(file());
  for (const Words& command : std::vector<Words>{
           {"status"}, {"plan"}, {"plan", "down"}, {"up", "--dry-run"}, {"down", "--dry-run"}}) {
    EXPECT_EQ(at.run(command).exit_status, 0) << command.front();
  }
  EXPECT_EQ(read_file(file()), before);
  EXPECT_FALSE(std::filesystem::exists(file().string() + "-wal") &&
               std::filesystem::file_size(file().string() + "-wal") > 0);
}

TEST_F(RunningOnSqlite, statements_that_need_no_transaction) {
  at.write(
      "001_a.up.sql",
      "CREATE TABLE a (id INTEGER);\nINSERT INTO a VALUES (1);\nVACUUM;\nPRAGMA journal_mode = delete;\n");
  const Outcome up = at.run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(database.value("PRAGMA journal_mode"), "delete");
  EXPECT_EQ(database.value("SELECT transactional FROM schema_migrations"), "0");
  EXPECT_EQ(database.value("SELECT count(*) FROM a"), "1");
}

TEST_F(RunningOnSqlite, a_misspelt_column_is_an_error) {
  at.migration("001_a", "CREATE TABLE a (id INTEGER, name TEXT);\nINSERT INTO a (id) VALUES (\"nmae\");\n");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_TRUE(contains(refusal.text, "nmae"));
}

}  // namespace
}  // namespace tradewind::test
