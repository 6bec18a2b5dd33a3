// Statements that fail, end transactions or leave something behind.
// Shows: I7, T5
#include "engine_folder.hpp"

namespace tradewind::test {
namespace {

class BadStatement : public OnBothEngines {};
TRADEWIND_ON_EACH_ENGINE(BadStatement);

TEST_P(BadStatement, one_that_fails_in_the_middle_takes_its_migration_along) {
  table("001_a", "a");
  table("002_b", "b");
  write("003_c.up.sql",
        "CREATE TABLE c (id integer);\nINSERT INTO\n  nowhere VALUES (1);\nCREATE TABLE d (id integer);\n");
  table("004_e", "e");
  const Refusal refusal = refused({"up"});
  EXPECT_EQ(refusal.exit_status, 4) << refusal;
  EXPECT_EQ(refusal.code, "statement-failed");
  EXPECT_EQ(refusal.error.at("file"), "migrations/003_c.up.sql");
  EXPECT_EQ(refusal.error.at("line"), database.is_postgresql() ? 3 : 2);
  EXPECT_EQ(refusal.error.at("statement"), "INSERT INTO\\x0a  nowhere VALUES (1)");
  EXPECT_EQ(refusal.error.at("sqlstate"), database.is_postgresql() ? "42P01" : "1");
  EXPECT_EQ(each(refusal.document.at("databases").at(0).at("steps"), "version"), (Words{"001_a", "002_b"}));
  EXPECT_TRUE(contains(refusal.text, "2 migrations were applied, and that stays: 001_a and 002_b"));
  EXPECT_EQ(applied(), (Words{"001_a", "002_b"}));
  EXPECT_EQ(tables(), (Words{"a", "b"}));
  EXPECT_EQ(each(one({"status"}).at("failed"), "version"), Words{"003_c"});
}

TEST_P(BadStatement, the_same_again_leaves_the_database_unchanged_until_it_is_mended) {
  table("001_a", "a");
  write("002_b.up.sql", "CREATE TABLE b (id integer);\nINSERT INTO nowhere VALUES (1);\n");
  EXPECT_EQ(run({"up"}).exit_status, 4);
  const Refusal again = refused({"up"});
  EXPECT_EQ(again.exit_status, 3) << again;
  EXPECT_TRUE(contains(again.text, "nothing was applied; the database is unchanged"));
  table("002_b", "b");
  EXPECT_EQ(run({"up"}).exit_status, 0);
  EXPECT_EQ(tables(), (Words{"a", "b"}));
  EXPECT_TRUE(one({"status"}).at("failed").empty());
}

TEST_P(BadStatement, a_constraint_that_fails_at_commit) {
  table("001_a", "a");
  write("002_b.up.sql",
        "CREATE TABLE p (id integer PRIMARY KEY);\n"
        "CREATE TABLE c (p integer REFERENCES p DEFERRABLE INITIALLY DEFERRED);\n"
        "INSERT INTO c VALUES (7);\n");
  table("003_d", "d");
  const Refusal refusal = refused({"up"});
  EXPECT_EQ(refusal.exit_status, 4) << refusal;
  EXPECT_EQ(refusal.code, "statement-failed");
  EXPECT_TRUE(contains(refusal.text, "002_b (up) at COMMIT: "));
  EXPECT_EQ(refusal.error.at("file"), "migrations/002_b.up.sql");
  EXPECT_EQ(applied(), Words{"001_a"});
  EXPECT_EQ(tables(), Words{"a"});
  const Refusal atomic = refused({"up", "--atomic"});
  EXPECT_EQ(atomic.exit_status, 3) << atomic;
  EXPECT_TRUE(atomic.error.at("file").is_null()) << "any of the plan may be to blame";
  EXPECT_TRUE(contains(atomic.text, "any of its migrations may be to blame"));
}

TEST_P(BadStatement, a_failing_down_reverts_nothing) {
  migration("001_a", "CREATE TABLE a (id integer);\n", "DROP TABLE a;\nDROP TABLE nowhere;\n");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  const Refusal refusal = refused({"down"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.error.at("file"), "migrations/001_a.down.sql");
  EXPECT_EQ(refusal.error.at("line"), 2);
  EXPECT_TRUE(contains(refusal.text, "nothing was reverted; the database is unchanged"));
  EXPECT_EQ(tables(), Words{"a"});
  EXPECT_EQ(applied(), Words{"001_a"});
}

TEST_P(BadStatement, begin_and_commit_around_all_of_it_are_the_runners) {
  write("001_a.up.sql", "BEGIN;\nCREATE TABLE a (id integer);\nINSERT INTO a VALUES (1);\nCOMMIT;\n");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  EXPECT_EQ(database.value("SELECT transactional FROM schema_migrations"),
            database.is_postgresql() ? "t" : "1");
  write("002_b.up.sql", "BEGIN;\nCREATE TABLE b (id integer);\nINSERT INTO nowhere VALUES (1);\nCOMMIT;\n");
  const Refusal refusal = refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.error.at("line"), 3);
  EXPECT_EQ(tables(), Words{"a"});
}

TEST_P(BadStatement, several_transactions_in_a_file_go_on_where_they_stopped) {
  write("001_a.up.sql",
        "BEGIN;\nCREATE TABLE a (id integer);\nINSERT INTO a VALUES (1);\nCOMMIT;\n"
        "BEGIN;\nCREATE TABLE b (id integer);\nINSERT INTO nowhere VALUES (1);\nCOMMIT;\n");
  const Refusal refusal = refused({"up"});
  EXPECT_EQ(refusal.exit_status, 4) << refusal;
  EXPECT_TRUE(contains(refusal.text, "2 statements of 001_a ran outside a transaction and stay"));
  EXPECT_EQ(tables(), Words{"a"});
  EXPECT_EQ(applied(), Words{});
  write("001_a.up.sql",
        "BEGIN;\nCREATE TABLE a (id integer);\nINSERT INTO a VALUES (1);\nCOMMIT;\n"
        "BEGIN;\nCREATE TABLE b (id integer);\nINSERT INTO a VALUES (2);\nCOMMIT;\n");
  const Outcome up = run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(database.value("SELECT count(*) FROM a"), "2");
  EXPECT_EQ(applied(), Words{"001_a"});
  EXPECT_EQ(run({"status", "--check"}).exit_status, 0);
}

TEST_P(BadStatement, transactions_that_do_not_come_out_even) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"BEGIN;\nCREATE TABLE b (id integer);\n", "BEGIN without a COMMIT"},
      {"CREATE TABLE b (id integer);\nCOMMIT;\n", "COMMIT without a BEGIN"},
      {"BEGIN;\nBEGIN;\nCREATE TABLE b (id integer);\nCOMMIT;\n", "BEGIN inside a transaction"},
      {"CREATE TABLE b (id integer);\nROLLBACK;\n", "can't ROLLBACK"},
  };
  for (const auto& [text, message] : cases) {
    write("002_b.up.sql", text);
    table("001_a", "a");
    const Refusal refusal = refused({"up"});
    EXPECT_EQ(refusal.exit_status, 3) << refusal;
    EXPECT_EQ(refusal.code, "bad-file");
    EXPECT_TRUE(contains(refusal.text, message));
    EXPECT_TRUE(contains(refusal.text, " --> migrations/002_b.up.sql:"));
    EXPECT_EQ(all_tables(), Words{});
  }
}

TEST_P(BadStatement, a_savepoint_is_the_migrations_own_affair) {
  write(
      "001_a.up.sql",
      "CREATE TABLE a (id integer);\nSAVEPOINT s;\nINSERT INTO a VALUES (1);\nROLLBACK TO s;\nRELEASE s;\n");
  const Outcome up = run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(database.value("SELECT count(*) FROM a"), "0");
}

// A trigger on the history's table that keeps the row away or makes another of it.
class HistoryTrigger : public OnBothEngines {
 protected:
  void create_trigger(const std::string& timing, const std::string& event, const std::string& on_server,
                      const std::string& in_file, const std::string& on = "schema_migrations") {
    if (database.is_postgresql()) {
      database.sql("CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + on_server +
                   " END $$; CREATE TRIGGER meddler " + timing + " " + event + " ON " + on +
                   " FOR EACH ROW EXECUTE FUNCTION meddle()");
    } else {
      database.sql("CREATE TRIGGER meddler " + timing + " " + event + " ON " + on + " BEGIN " + in_file +
                   " END");
    }
  }
  void prepare() {
    table("001_a", "a");
    ASSERT_EQ(run({"up"}).exit_status, 0);
    table("002_b", "b");
  }
  void expect_nothing_done(const char* command, const Words& tables_before) {
    const Refusal refusal = refused({command});
    EXPECT_EQ(refusal.exit_status, 3) << refusal;
    EXPECT_EQ(refusal.code, "history-damaged");
    EXPECT_TRUE(contains(refusal.text, "trigger or rule"));
    EXPECT_EQ(applied(), Words{"001_a"});
    EXPECT_EQ(tables(), tables_before);
  }
};
TRADEWIND_ON_EACH_ENGINE(HistoryTrigger);

TEST_P(HistoryTrigger, that_swallows_the_row) {
  prepare();
  create_trigger("BEFORE", "INSERT", "RETURN NULL;", "SELECT RAISE(IGNORE);");
  expect_nothing_done("up", {"a"});
}

TEST_P(HistoryTrigger, that_deletes_the_row_afterwards) {
  prepare();
  const std::string text = "DELETE FROM schema_migrations WHERE version = NEW.version;";
  create_trigger("AFTER", "INSERT", text + " RETURN NULL;", text);
  expect_nothing_done("up", {"a"});
}

TEST_P(HistoryTrigger, that_records_another_version) {
  prepare();
  create_trigger(database.is_postgresql() ? "BEFORE" : "AFTER", "INSERT",
                 "NEW.version := 'other'; RETURN NEW;",
                 "UPDATE schema_migrations SET version = 'other' WHERE version = NEW.version;");
  expect_nothing_done("up", {"a"});
}

TEST_P(HistoryTrigger, that_alters_the_row) {
  prepare();
  for (const std::string change : {"checksum = 'other'", "batch = 7"}) {
    const std::string assigned = std::string(change).replace(change.find('='), 1, ":=");
    create_trigger(database.is_postgresql() ? "BEFORE" : "AFTER", "INSERT",
                   "NEW." + assigned + "; RETURN NEW;",
                   "UPDATE schema_migrations SET " + change + " WHERE version = NEW.version;");
    expect_nothing_done("up", {"a"});
    database.sql(database.is_postgresql() ? "DROP FUNCTION meddle CASCADE" : "DROP TRIGGER meddler");
  }
  if (!database.is_postgresql()) return;
  create_trigger("BEFORE", "INSERT", "NEW.down_sql := 'DROP TABLE a'; RETURN NEW;", {});
  expect_nothing_done("up", {"a"});
}

TEST_P(HistoryTrigger, that_swallows_the_event) {
  prepare();
  create_trigger("BEFORE", "INSERT", "RETURN NULL;", "SELECT RAISE(IGNORE);", "schema_migration_events");
  expect_nothing_done("up", {"a"});
  expect_nothing_done("down", {"a"});
}

TEST_P(HistoryTrigger, that_swallows_the_journal_of_a_statement) {
  prepare();
  write("002_b.up.sql", "-- Transaction: off\nCREATE TABLE b (id integer);\nSELECT 1;\n");
  create_trigger("BEFORE", "INSERT", "RETURN NULL;", "SELECT RAISE(IGNORE);", "schema_migration_steps");
  expect_nothing_done("up", {"a"});
}

TEST_P(HistoryTrigger, that_keeps_the_row_of_what_is_reverted) {
  prepare();
  create_trigger("BEFORE", "DELETE", "RETURN NULL;", "SELECT RAISE(IGNORE);");
  expect_nothing_done("down", {"a"});
}

TEST_P(HistoryTrigger, that_brings_the_row_back) {
  prepare();
  create_trigger(
      "AFTER", "DELETE", "INSERT INTO schema_migrations OVERRIDING SYSTEM VALUE SELECT (OLD).*; RETURN NULL;",
      "INSERT INTO schema_migrations VALUES (OLD.migration_id, OLD.version, OLD.name, OLD.description, "
      "OLD.batch, OLD.checksum, OLD.applied_at, OLD.applied_by, OLD.execution_time_ms, OLD.down_sql, "
      "OLD.transactional);");
  expect_nothing_done("down", {"a"});
}

TEST_P(HistoryTrigger, that_only_looks_on_is_fine) {
  prepare();
  database.sql("CREATE TABLE audit (version text)");
  const std::string note = "INSERT INTO audit VALUES (NEW.version);";
  create_trigger("AFTER", "INSERT", note + " RETURN NULL;", note);
  const Outcome up = run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(database.sql("SELECT version FROM audit"), (Rows{{"002_b"}}));
}

TEST_P(HistoryTrigger, that_a_migration_itself_has_made) {
  prepare();
  write("002_b.up.sql",
        database.is_postgresql()
            ? "CREATE TABLE b (id integer);\nCREATE RULE away AS ON INSERT TO schema_migrations DO INSTEAD "
              "NOTHING;\n"
            : "CREATE TABLE b (id integer);\nCREATE TRIGGER away BEFORE INSERT ON schema_migrations\n"
              "BEGIN SELECT RAISE(IGNORE); END;\n");
  const Refusal refusal = refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(applied(), Words{"001_a"});
  EXPECT_EQ(tables(), Words{"a"});
}

class BadStatementOnPostgres : public OnPostgres {};

TEST_F(BadStatementOnPostgres, what_a_migration_sets_does_not_reach_the_next) {
  at.write("001_a.up.sql",
           "CREATE SCHEMA other;\nSET search_path = other;\nSET lock_timeout = '1ms';\nSET statement_timeout "
           "= '1h';\n"
           "SET client_min_messages = error;\nSET default_transaction_read_only = on;\nCREATE TABLE a (id "
           "integer);\n"
           "GRANT USAGE ON SCHEMA other TO pg_monitor;\nSET ROLE pg_monitor;\n");
  at.write("002_b.up.sql",
           "DO $$ BEGIN\n  ASSERT current_user = session_user, 'role';\n"
           "  ASSERT current_setting('lock_timeout') <> '1ms', 'lock_timeout';\n"
           "  ASSERT current_setting('statement_timeout') = '0', 'statement_timeout';\nEND $$;\n"
           "CREATE TABLE b (id integer);\nSET SESSION AUTHORIZATION pg_monitor;\n");
  at.write(
      "003_c.up.sql",
      "-- Transaction: off\nSET search_path = other;\nCREATE TABLE c (id integer);\nSET ROLE pg_monitor;\n");
  at.write("004_d.up.sql", "CREATE TABLE d (id integer);\n");
  const Outcome up = at.run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(at.applied(), (Words{"001_a", "002_b", "003_c", "004_d"}));
  const Rows schemas = database.sql(
      "SELECT schemaname || '.' || tablename FROM pg_tables WHERE tablename IN ('a', 'b', 'c', 'd') ORDER BY "
      "tablename");
  EXPECT_EQ(schemas, (Rows{{"other.a"}, {"public.b"}, {"other.c"}, {"public.d"}}));
}

TEST_F(BadStatementOnPostgres, a_commit_inside_do) {
  const std::string body =
      "CREATE TABLE a (id integer);\nDO $$ BEGIN\n  INSERT INTO a VALUES (1);\n  COMMIT;\n  INSERT INTO a "
      "VALUES (2);\nEND $$;\n";
  at.write("001_a.up.sql", body);
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.error.at("sqlstate"), "2D000");
  EXPECT_EQ(refusal.error.at("line"), 2);
  EXPECT_TRUE(contains(refusal.text, "put `-- Transaction: off` into the header"));
  EXPECT_EQ(at.tables(), Words{});
  EXPECT_EQ(at.applied(), Words{});
  at.write("001_a.up.sql", "-- Transaction: off\n" + body);
  EXPECT_EQ(at.run({"up"}).exit_status, 0);
  EXPECT_EQ(database.value("SELECT count(*) FROM a"), "2");
  EXPECT_EQ(at.applied(), Words{"001_a"});
}

TEST_F(BadStatementOnPostgres, a_procedure_that_commits) {
  at.write("001_a.up.sql",
           "CREATE TABLE a (id integer);\nCREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN\n"
           "  INSERT INTO a VALUES (1); COMMIT; INSERT INTO a VALUES (2);\nEND $$;\n");
  at.write("002_b.up.sql", "CREATE TABLE b (id integer);\nCALL fill();\n");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 4) << refusal;
  EXPECT_TRUE(contains(refusal.text, "`-- Transaction: off`"));
  EXPECT_EQ(at.tables(), Words{"a"});
  EXPECT_EQ(database.value("SELECT count(*) FROM a"), "0");
  at.write("002_b.up.sql", "-- Transaction: off\nCREATE TABLE b (id integer);\nCALL fill();\n");
  EXPECT_EQ(at.run({"up"}).exit_status, 0);
  EXPECT_EQ(database.value("SELECT count(*) FROM a"), "2");
}

TEST_F(BadStatementOnPostgres, a_transaction_made_read_only_can_not_be_recorded) {
  at.write("001_a.up.sql", "CREATE TABLE a (id integer);\nSET TRANSACTION READ ONLY;\n");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(at.tables(), Words{});
}

class BadStatementOnSqlite : public OnSqlite {};

constexpr const char* family =
    "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);\n"
    "CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) ON DELETE CASCADE);\n"
    "INSERT INTO parent VALUES (1, 'one'), (2, 'two');\nINSERT INTO child VALUES (10, 1), (20, 2);\n";
constexpr const char* rebuild =
    "CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n"
    "INSERT INTO new_parent SELECT id, name FROM parent;\nDROP TABLE parent;\n"
    "ALTER TABLE new_parent RENAME TO parent;\n";

TEST_F(BadStatementOnSqlite, a_rebuilt_table_keeps_its_children) {
  at.migration("001_family", family);
  at.migration("002_rebuild", rebuild);
  at.migration("003_again", std::string("PRAGMA foreign_keys = ON;\nBEGIN;\n") + rebuild +
                                "COMMIT;\nPRAGMA foreign_keys = ON;\n");
  at.migration("004_journalled", std::string("VACUUM;\nBEGIN;\n") + rebuild + "COMMIT;\n");
  const Outcome up = at.run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(database.sql("SELECT id, parent FROM child ORDER BY id"), (Rows{{"10", "1"}, {"20", "2"}}));
  EXPECT_EQ(database.value("SELECT count(*) FROM parent"), "2");
  EXPECT_EQ(database.sql("PRAGMA foreign_key_check"), Rows{});
}

TEST_F(BadStatementOnSqlite, a_rebuild_in_pieces_stops_before_a_row_is_lost) {
  at.migration("001_family", family);
  at.migration("002_rebuild", std::string("-- Transaction: off\n") + rebuild);
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 4) << refusal;
  EXPECT_TRUE(contains(refusal.text, "2 rows in child would refer to rows of parent that are not there"));
  EXPECT_EQ(database.sql("SELECT id, parent FROM child ORDER BY id"), (Rows{{"10", "1"}, {"20", "2"}}));
  EXPECT_EQ(database.value("SELECT count(*) FROM parent"), "2");
}

TEST_F(BadStatementOnSqlite, a_rebuild_that_loses_parents_is_refused) {
  at.migration("001_family", family);
  at.migration("002_rebuild",
               "CREATE TABLE new_parent (id INTEGER PRIMARY KEY);\nINSERT INTO new_parent SELECT id FROM "
               "parent WHERE id = 1;\n"
               "DROP TABLE parent;\nALTER TABLE new_parent RENAME TO parent;\n");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 4) << refusal;
  EXPECT_TRUE(contains(refusal.text, "1 row in child would refer to rows of parent that are not there"));
  EXPECT_EQ(database.value("SELECT count(*) FROM parent"), "2");
  EXPECT_EQ(at.applied(), Words{"001_family"});
}

TEST_F(BadStatementOnSqlite, what_rolls_back_by_itself) {
  at.migration("001_a", "CREATE TABLE a (id INTEGER PRIMARY KEY);\nINSERT INTO a VALUES (1);\n");
  at.migration(
      "002_b",
      "CREATE TABLE b (id INTEGER);\nINSERT OR ROLLBACK INTO a VALUES (1);\nCREATE TABLE c (id INTEGER);\n");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 4) << refusal;
  EXPECT_EQ(refusal.error.at("line"), 2);
  EXPECT_EQ(at.tables(), Words{"a"});
  EXPECT_EQ(at.applied(), Words{"001_a"});
}

}  // namespace
}  // namespace tradewind::test
