// What PostgreSQL alone can do.
// Shows: I7, R2, F6
#include <thread>

#include "engine_folder.hpp"

namespace tradewind::test {
namespace {

class Concurrently : public OnPostgres {
 protected:
  void SetUp() override {
    at.migration("001_trades",
                 "CREATE TABLE trades (id integer, symbol text);\nINSERT INTO trades VALUES (1, 'a'), (2, "
                 "'a'), (3, 'b');\n",
                 "DROP TABLE trades;\n");
    ASSERT_EQ(at.run({"up"}).exit_status, 0);
  }
  Rows invalid() const {
    return database.sql(
        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid "
        "ORDER BY 1");
  }
  Rows indexes() const {
    return database.sql("SELECT indexname FROM pg_indexes WHERE tablename = 'trades' ORDER BY 1");
  }
  Rows journal() const {
    return database.sql(
        "SELECT version, position, state FROM schema_migration_steps ORDER BY version, position");
  }
};

TEST_F(Concurrently, an_index_is_built_outside_a_transaction_without_being_told) {
  at.migration("002_index",
               "CREATE INDEX CONCURRENTLY trades_symbol ON trades (symbol);\nCREATE INDEX CONCURRENTLY "
               "trades_id ON trades (id);\n",
               "DROP INDEX CONCURRENTLY trades_id;\nDROP INDEX CONCURRENTLY trades_symbol;\n");
  EXPECT_EQ(at.one({"plan"}).at("steps").at(0).at("transactional"), false);
  const Outcome up = at.run({"up"});
  ASSERT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(indexes(), (Rows{{"trades_id"}, {"trades_symbol"}}));
  EXPECT_EQ(database.value("SELECT transactional FROM schema_migrations WHERE version = '002_index'"), "f");
  const Outcome down = at.run({"down"});
  EXPECT_EQ(down.exit_status, 0) << down;
  EXPECT_EQ(indexes(), Rows{});
  EXPECT_EQ(journal(), Rows{});
}

TEST_F(Concurrently, a_build_that_fails_is_cleaned_up_and_resumed) {
  at.write("002_index.up.sql",
           "CREATE INDEX CONCURRENTLY trades_id ON trades (id);\nCREATE UNIQUE INDEX CONCURRENTLY "
           "trades_symbol ON trades (symbol);\n"
           "CREATE TABLE after (id integer);\n");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 4) << refusal;
  EXPECT_EQ(refusal.error.at("sqlstate"), "23505");
  EXPECT_EQ(refusal.error.at("line"), 2);
  EXPECT_TRUE(contains(refusal.text, "1 statement of 002_index ran outside a transaction and stays"));
  EXPECT_EQ(invalid(), Rows{});
  EXPECT_EQ(indexes(), Rows{{"trades_id"}});
  EXPECT_EQ(journal(), (Rows{{"002_index", "1", "done"}, {"002_index", "2", "failed"}}));
  EXPECT_EQ(each(at.one({"status"}).at("failed"), "version"), Words{"002_index"});

  database.sql("DELETE FROM trades WHERE id = 2");
  const Outcome again = at.run({"up"});
  EXPECT_EQ(again.exit_status, 0) << again;
  EXPECT_EQ(indexes(), (Rows{{"trades_id"}, {"trades_symbol"}}));
  EXPECT_EQ(at.tables(), (Words{"after", "trades"}));
  EXPECT_EQ(at.run({"status", "--check"}).exit_status, 0);
}

TEST_F(Concurrently, somebody_elses_invalid_index_is_left_alone) {
  EXPECT_THROW(database.sql("CREATE UNIQUE INDEX CONCURRENTLY trades_symbol ON trades (symbol)"), SqlError);
  ASSERT_EQ(invalid(), Rows{{"trades_symbol"}});
  at.write("002_index.up.sql", "CREATE UNIQUE INDEX CONCURRENTLY trades_symbol_2 ON trades (symbol);\n");
  EXPECT_EQ(at.run({"up"}).exit_status, 3);
  EXPECT_EQ(invalid(), Rows{{"trades_symbol"}});
  at.write("002_index.up.sql", "CREATE UNIQUE INDEX CONCURRENTLY trades_symbol ON trades (symbol);\n");
  EXPECT_EQ(at.run({"up"}).exit_status, 3);
  EXPECT_EQ(invalid(), Rows{{"trades_symbol"}});
  EXPECT_TRUE(contains(at.run({"verify"}).out, "index public.trades_symbol is invalid"));
}

TEST_F(Concurrently, an_index_of_the_same_name_elsewhere_is_left_alone) {
  database.sql("CREATE SCHEMA other; CREATE TABLE other.trades AS SELECT * FROM trades");
  at.write("002_index.up.sql", "CREATE UNIQUE INDEX CONCURRENTLY trades_symbol ON trades (symbol);\n");
  EXPECT_EQ(at.run({"up"}).exit_status, 3);
  EXPECT_THROW(database.sql("CREATE UNIQUE INDEX CONCURRENTLY trades_symbol ON other.trades (symbol)"),
               SqlError);
  database.sql("DELETE FROM trades WHERE id = 2");
  EXPECT_EQ(at.run({"up"}).exit_status, 0);
  EXPECT_EQ(invalid(), Rows{{"trades_symbol"}}) << "the other schema's";
}

TEST_F(Concurrently, other_statements_that_need_no_transaction) {
  at.write("002_more.up.sql",
           "CREATE INDEX trades_symbol ON trades (symbol);\nVACUUM trades;\nREINDEX INDEX CONCURRENTLY "
           "trades_symbol;\nANALYZE trades;\n"
           "DROP INDEX CONCURRENTLY trades_symbol;\n");
  const Outcome up = at.run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(indexes(), Rows{});
  at.write("003_more.up.sql", "-- Transaction: on\nVACUUM trades;\n");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.code, "bad-file");
  EXPECT_EQ(refusal.error.at("line"), 2);
}

class OfPostgres : public OnPostgres {};

TEST_F(OfPostgres, copy_from_stdin_runs_with_its_data) {
  at.migration("001_a",
               "CREATE TABLE a (id integer, name text);\nCOPY a FROM stdin;\n1\tone; -- it's\n2\t\\N\n\\.\n"
               "COPY a (id, name) FROM STDIN WITH (FORMAT csv);\n3,\"three, 'quoted'\"\n\\.\nCOPY a FROM "
               "stdin;\n\\.\nINSERT INTO a VALUES (4, 'four');\n");
  const Outcome up = at.run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(database.sql("SELECT * FROM a ORDER BY id"),
            (Rows{{"1", "one; -- it's"}, {"2", "NULL"}, {"3", "three, 'quoted'"}, {"4", "four"}}));
}

TEST_F(OfPostgres, copy_with_bad_data_leaves_nothing) {
  at.table("001_a", "a");
  at.migration(
      "002_b",
      "CREATE TABLE b (id integer);\nCOPY b FROM stdin;\n1\nnot a number\n\\.\nINSERT INTO b VALUES (3);\n");
  at.table("003_c", "c");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 4) << refusal;
  EXPECT_EQ(refusal.error.at("sqlstate"), "22P02");
  EXPECT_EQ(refusal.error.at("line"), 2);
  EXPECT_TRUE(contains(refusal.text, "COPY b, line 2"));
  EXPECT_EQ(at.tables(), Words{"a"});
  EXPECT_EQ(at.applied(), Words{"001_a"});
}

TEST_F(OfPostgres, the_server_decides_about_statements_newer_than_the_parser) {
  at.table("001_a", "a");
  at.write("002_b.up.sql",
           "CREATE TABLE b (id integer PRIMARY KEY);\nMERGE INTO b USING (VALUES (1)) AS v (id) ON b.id = "
           "v.id WHEN NOT MATCHED THEN INSERT VALUES (v.id) "
           "RETURNING b.id;\n");
  const int version = PostgresCluster::shared().version();
  if (version >= 17) {
    EXPECT_EQ(at.run({"up"}).exit_status, 0);
    return;
  }
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.code, "syntax-error");
  EXPECT_EQ(refusal.error.at("line"), 2);
  EXPECT_TRUE(contains(refusal.text, version >= 15 ? "RETURNING" : "MERGE"));
  EXPECT_EQ(at.all_tables(), Words{});
}

TEST_F(OfPostgres, a_mistake_behind_many_statements_newer_than_the_parser_is_found_before_any_runs) {
  if (PostgresCluster::shared().version() < 17) GTEST_SKIP() << "the parser knows all that this server knows";
  std::string text = "CREATE TABLE b (id integer PRIMARY KEY);\n";
  for (int i = 0; i < 20; ++i)
    text +=
        "MERGE INTO b USING (VALUES (1)) AS v (id) ON b.id = v.id WHEN NOT MATCHED THEN INSERT VALUES (v.id) "
        "RETURNING b.id;\n";
  at.write("001_b.up.sql", text + "SELECT 1 FORM b;\n");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.code, "syntax-error") << refusal;
  EXPECT_EQ(refusal.error.at("line"), 22);
  EXPECT_EQ(at.all_tables(), Words{});
}

TEST_F(OfPostgres, a_long_statement_counts_on_what_the_plan_has_done_before) {
  at.table("001_a", "a");
  ASSERT_EQ(at.run({"up"}).exit_status, 0);
  at.write("002_b.up.sql", "ALTER TABLE a ADD COLUMN text text;\n");
  at.write("003_c.up.sql", "INSERT INTO a VALUES (1, '" + std::string(std::size_t{2} << 20, 'x') + "');\n");
  const Outcome up = at.run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(database.value("SELECT length(text) FROM a"), "2097152");
}

TEST_F(OfPostgres, temporary_tables_and_channels_end_with_their_migration) {
  at.write("001_a.up.sql", "CREATE TABLE trades (id integer);\n");
  at.write("002_b.up.sql", "CREATE TEMP TABLE trades AS SELECT 1 AS id;\nLISTEN news;\n");
  at.write("003_c.up.sql",
           "INSERT INTO trades VALUES (3);\nCREATE TABLE c AS SELECT pg_listening_channels();\n");
  at.write("004_d.up.sql",
           "-- Transaction: off\nDO $$ BEGIN EXECUTE 'CREATE TEMPORARY TABLE trades (id integer)'; END $$;\n"
           "INSERT INTO trades VALUES (4);\nLISTEN news;\n");
  at.write("005_e.up.sql", "INSERT INTO trades VALUES (5);\nINSERT INTO c SELECT pg_listening_channels();\n");
  for (const Words& command : {Words{"up", "3", "--atomic"}, Words{"up"}}) {
    const Outcome up = at.run(command);
    EXPECT_EQ(up.exit_status, 0) << up;
  }
  EXPECT_EQ(database.sql("SELECT id FROM trades ORDER BY 1"), (Rows{{"3"}, {"5"}}));
  EXPECT_EQ(database.value("SELECT count(*) FROM c"), "0");
}

TEST_F(OfPostgres, prepared_statements_and_cursors_end_with_their_migration) {
  for (int i = 1; i <= 5; ++i) {
    at.write("00" + std::to_string(i) + "_a.up.sql",
             "PREPARE p AS SELECT 1;\nEXECUTE p;\nDECLARE c CURSOR WITH HOLD FOR SELECT 1;\n");
  }
  at.write(
      "006_count.up.sql",
      "CREATE TABLE left_over AS SELECT name FROM pg_prepared_statements WHERE name = 'p' UNION ALL SELECT "
      "name FROM pg_cursors WHERE name = 'c';\n");
  at.write("007_off.up.sql", "-- Transaction: off\nPREPARE p AS SELECT 1;\nEXECUTE p;\n");
  at.write("008_off.up.sql", "-- Transaction: off\nPREPARE p AS SELECT 2;\nEXECUTE p;\n");
  const Outcome up = at.run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(database.value("SELECT count(*) FROM left_over"), "0");
}

TEST_F(OfPostgres, a_migration_that_drops_what_the_session_has_prepared_is_no_hindrance) {
  for (int i = 1; i <= 6; ++i) {
    const std::string name = "t" + std::to_string(i);
    at.migration("00" + std::to_string(i) + "_" + name,
                 "CREATE TABLE " + name + " (id integer);\nDEALLOCATE ALL;\n",
                 "DROP TABLE " + name + ";\nDO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$;\n");
  }
  for (const Words& command : {Words{"up"}, Words{"down", "--all", "--yes"}}) {
    const Outcome outcome = at.run(command);
    EXPECT_EQ(outcome.exit_status, 0) << outcome;
  }
  EXPECT_EQ(at.tables(), Words{});
}

TEST_F(OfPostgres, what_a_failed_attempt_has_prepared_is_not_in_the_way_of_the_next) {
  at.table("001_a", "a");
  ASSERT_EQ(at.run({"up"}).exit_status, 0);
  at.write("002_b.up.sql", "PREPARE p AS SELECT 1;\nALTER TABLE a ADD COLUMN b integer;\nEXECUTE p;\n");
  PostgresSession holder(database.url);
  holder.sql("BEGIN; LOCK TABLE a");
  std::thread release([&] {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    holder.sql("ROLLBACK");
  });
  const Outcome up = at.run({"up", "--wait", "60"});
  release.join();
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_TRUE(contains(up.err, "waiting for")) << up;
}

TEST_F(OfPostgres, notices_are_shown) {
  at.write("001_a.up.sql",
           "DO $$ BEGIN RAISE NOTICE 'hello from %', 'inside'; RAISE WARNING 'careful'; END $$;\nDROP TABLE "
           "IF EXISTS nothing;\n");
  const Outcome up = at.run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_TRUE(contains(up.err, "notice: hello from inside"));
  EXPECT_TRUE(contains(up.err, "warning: careful"));
  EXPECT_EQ(up.out, "");
}

TEST_F(OfPostgres, text_of_every_kind_arrives_as_it_is) {
  at.write(
      "001_a.up.sql",
      "SET standard_conforming_strings = off;\nCREATE TABLE a (id integer, t text);\nINSERT INTO a VALUES "
      "(1, 'it\\'s; one');\n"
      "SET standard_conforming_strings = on;\nINSERT INTO a VALUES (2, 'back\\slash'), (3, E'it\\'s'), (4, "
      "U&'d\\0061t'), (5, $q$;$$;$q$);\n"
      "CREATE FUNCTION f() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN ';' END; END;\n"
      "CREATE RULE r AS ON DELETE TO a DO ALSO (SELECT 1; SELECT 2);\n/* a /* nested; */ comment; */\nINSERT "
      "INTO a VALUES (6, f());\n");
  if (PostgresCluster::shared().version() < 14) GTEST_SKIP() << "no BEGIN ATOMIC";
  const Outcome up = at.run({"up"});
  ASSERT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(database.sql("SELECT t FROM a ORDER BY id"),
            (Rows{{"it's; one"}, {"back\\slash"}, {"it's"}, {"dat"}, {";$$;"}, {";"}}));
}

TEST_F(OfPostgres, an_error_names_what_the_server_says_besides) {
  at.write("001_a.up.sql", "CREATE TABLE a (id integer PRIMARY KEY);\nINSERT INTO a VALUES (1), (1);\n");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.error.at("sqlstate"), "23505");
  EXPECT_TRUE(contains(refusal.text, "duplicate key value violates unique constraint \"a_pkey\""));
  EXPECT_TRUE(contains(refusal.text, "Key (id)=(1) already exists."));
  at.write("001_a.up.sql", "CREATE TABLE a (id integer);\nDO $$ BEGIN\n  PERFORM 1 / 0;\nEND $$;\n");
  EXPECT_TRUE(contains(at.refused({"up"}).text, "PL/pgSQL function inline_code_block line 2"));
}

TEST_F(OfPostgres, a_lock_that_is_not_to_be_had_is_worth_retrying) {
  at.table("001_a", "a");
  ASSERT_EQ(at.run({"up"}).exit_status, 0);
  at.write("002_b.up.sql", "ALTER TABLE a ADD COLUMN b integer;\n");
  PostgresSession holder(database.url);
  holder.sql("BEGIN; LOCK TABLE a");
  const Refusal refusal = at.refused({"up", "--wait", "2"});
  EXPECT_EQ(refusal.exit_status, 5) << refusal;
  EXPECT_EQ(refusal.code, "lock-timeout");
  EXPECT_TRUE(contains(refusal.text, "pid " + std::to_string(holder.backend())));
  EXPECT_TRUE(contains(refusal.text, "LOCK TABLE a"));
  holder.sql("ROLLBACK");
  EXPECT_EQ(at.run({"up"}).exit_status, 0);
}

TEST_F(OfPostgres, what_is_not_the_migrations_is_left_as_it_was) {
  database.sql("CREATE TABLE keep (id integer); INSERT INTO keep VALUES (1)");
  at.table("001_a", "a");
  ASSERT_EQ(at.run({"up"}).exit_status, 0);
  ASSERT_EQ(at.run({"down", "--all", "--yes"}).exit_status, 0);
  EXPECT_EQ(at.tables(), Words{"keep"});
  EXPECT_EQ(database.value("SELECT count(*) FROM keep"), "1");
}

}  // namespace
}  // namespace tradewind::test
