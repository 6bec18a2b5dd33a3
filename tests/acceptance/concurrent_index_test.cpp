// What is left by builds of indexes that did not come to their end, and who may build at all.
// Shows: R2
#include "engine_folder.hpp"
#include "support/eventually.hpp"

namespace tradewind::test {
namespace {

class LeftIndex : public OnPostgres {
 protected:
  void SetUp() override {
    database.sql("CREATE TABLE trades (id integer, symbol text); INSERT INTO trades VALUES (1, 'a')");
  }
  /// Writes the migration 002 and has its session ended while its only statement is at work: the journal says
  /// "running", and an index is left that is invalid.
  void cut_off(const std::string& statement) {
    at.write("002_index.up.sql", statement + ";\n");
    PostgresSession writer(database.url);
    writer.sql("BEGIN; INSERT INTO trades VALUES (2, 'b')");
    std::vector<std::string> command = tradewind_command({"up", "--database", database.url});
    Process runner(command, {.cwd = at.folder.path("")});
    const std::string waits =
        " FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND "
        "application_name = 'tradewind' AND query ILIKE '%concurrently%'";
    ASSERT_TRUE(eventually([&] { return database.value("SELECT count(*)" + waits) == "1"; })) << runner.err();
    runner.kill9();
    database.sql("SELECT pg_terminate_backend(pid)" + waits);
    ASSERT_TRUE(eventually([&] { return database.value("SELECT count(*)" + waits) == "0"; }));
    writer.sql("COMMIT");
    ASSERT_FALSE(invalid().empty()) << "nothing is left to clean up";
  }
  Rows invalid() const {
    return database.sql(
        "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid ORDER BY indexrelid::regclass::text");
  }
  Rows indexes() const {
    return database.sql(
        "SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = "
        "'trades'::regclass ORDER BY indexrelid::regclass::text");
  }
  void expect_resumed(const Rows& wanted) const {
    const Outcome again = at.run({"up"});
    EXPECT_EQ(again.exit_status, 0) << again;
    EXPECT_EQ(indexes(), wanted);
    EXPECT_EQ(database.value("SELECT count(*) FROM pg_class WHERE relname LIKE '%\\_cc%'"), "0");
  }
};

TEST_F(LeftIndex, is_told_by_its_name_as_the_server_reads_it) {
  cut_off("CREATE INDEX CONCURRENTLY IDX_Trades ON Trades (symbol)");
  expect_resumed({{"idx_trades", "t"}});
}

TEST_F(LeftIndex, with_if_not_exists_is_built_anew) {
  cut_off("CREATE INDEX CONCURRENTLY IF NOT EXISTS \"Idx\" ON public.trades (symbol)");
  expect_resumed({{"\"Idx\"", "t"}});
}

TEST_F(LeftIndex, without_a_name_is_told_by_its_table) {
  cut_off("CREATE INDEX CONCURRENTLY ON trades (symbol)");
  expect_resumed({{"trades_symbol_idx", "t"}});
}

TEST_F(LeftIndex, of_a_reindex_of_the_table_is_dropped) {
  database.sql("CREATE INDEX trades_symbol ON trades (symbol)");
  cut_off("REINDEX TABLE CONCURRENTLY Trades");
  expect_resumed({{"trades_symbol", "t"}});
}

TEST_F(LeftIndex, of_a_reindex_of_a_partitioned_index_is_dropped) {
  if (PostgresCluster::shared().version() < 14) GTEST_SKIP() << "partitioned indexes are not rebuilt";
  database.sql(
      "DROP TABLE trades; CREATE TABLE whole (id integer, symbol text) PARTITION BY LIST (symbol);"
      "CREATE TABLE trades PARTITION OF whole DEFAULT; CREATE INDEX whole_symbol ON whole (symbol)");
  cut_off("REINDEX INDEX CONCURRENTLY whole_symbol");
  expect_resumed({{"trades_symbol_idx", "t"}});
}

TEST_F(LeftIndex, of_a_longer_name_is_not_taken_for_ours) {
  EXPECT_THROW(database.sql("INSERT INTO trades VALUES (3, 'a'); CREATE UNIQUE INDEX CONCURRENTLY "
                            "idx ON trades (symbol)"),
               SqlError);
  database.sql("DELETE FROM trades WHERE id = 3");
  cut_off("CREATE INDEX CONCURRENTLY idx_trades ON trades (symbol)");
  // Somebody else's, made since: its name is the beginning of ours.
  database.sql("INSERT INTO trades VALUES (4, 'a'), (4, 'a')");
  EXPECT_THROW(database.sql("CREATE UNIQUE INDEX CONCURRENTLY idx ON trades (symbol)"), SqlError);
  expect_resumed({{"idx", "f"}, {"idx_trades", "t"}});
}

TEST_F(LeftIndex, of_somebody_else_does_not_count_as_done) {
  database.sql("INSERT INTO trades VALUES (3, 'a')");
  EXPECT_THROW(database.sql("CREATE UNIQUE INDEX CONCURRENTLY idx ON trades (symbol)"), SqlError);
  at.write("002_index.up.sql", "CREATE INDEX CONCURRENTLY IF NOT EXISTS idx ON trades (symbol);\n");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_TRUE(contains(refusal.text, "the index public.idx is there and invalid"));
  EXPECT_EQ(refusal.error.at("line"), 1);
  EXPECT_EQ(invalid(), Rows{{"idx"}});
  EXPECT_EQ(at.applied(), Words{});
  database.sql("DROP INDEX idx");
  expect_resumed({{"idx", "t"}});
}

class RunnerLock : public OnPostgres {};

TEST_F(RunnerLock, is_not_given_up_by_discard_all) {
  at.write("001_a.up.sql", "CREATE TABLE a (id integer);\n  discard ALL;\n");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.code, "bad-file");
  EXPECT_EQ(refusal.error.at("line"), 2);
  EXPECT_TRUE(contains(refusal.text, "gives up the lock that keeps other runners out"));
  EXPECT_EQ(at.all_tables(), Words{});
}

TEST_F(RunnerLock, that_a_migration_has_released_keeps_it_from_being_recorded) {
  at.write("001_a.up.sql",
           "-- Transaction: off\nCREATE TABLE a (id integer);\nSELECT pg_advisory_unlock_all();\n");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 4) << refusal;
  EXPECT_EQ(refusal.error.at("file"), "migrations/001_a.up.sql");
  EXPECT_TRUE(contains(refusal.text, "has released the lock that keeps other runners out"));
  EXPECT_EQ(at.applied(), Words{});
  const Outcome again = at.run({"up"});
  EXPECT_EQ(again.exit_status, 0) << again << "the statements are done, and this run has its lock";
}

}  // namespace
}  // namespace tradewind::test
