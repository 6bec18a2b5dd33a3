#include <gtest/gtest.h>

#include <thread>
#include <tradewind/tradewind.hpp>

#include "faults/plan.hpp"
#include "support/given.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {
namespace {

using namespace std::chrono_literals;

class HeldTable : public ::testing::Test {
 protected:
  HeldTable() {
    database->sql("CREATE TABLE held (x int)");
    folder.write("001_before.up.sql", "CREATE TABLE before (x int);\n");
    holder.sql("BEGIN; LOCK TABLE held IN ACCESS EXCLUSIVE MODE");
  }
  std::vector<std::string> up(const std::string& wait) const {
    return tradewind_command(
        {"up", "--wait", wait, "--database", database->url, "--dir", folder.path().string()});
  }
  void expect_blocker_named(const std::string& text) const {
    for (const auto& part :
         {"pid " + std::to_string(holder.backend()), std::string(PostgresCluster::superuser),
          std::string("LOCK TABLE held IN ACCESS EXCLUSIVE MODE")}) {
      EXPECT_NE(text.find(part), std::string::npos) << part << " is not in\n" << text;
    }
  }

  std::unique_ptr<TestDatabase> database = make_database(postgresql_engine);
  TempDir folder;
  PostgresSession holder{database->url};
};

TEST_F(HeldTable, that_stays_held_fails_with_the_blocker_named) {
  folder.write("001_before.up.sql", "ALTER TABLE held ADD COLUMN y int;\n");
  const Outcome outcome = Program::run(up("3"));
  EXPECT_EQ(outcome.exit_status, 5) << outcome;
  expect_blocker_named(outcome.err);
  EXPECT_NE(outcome.err.find("lock timeout"), std::string::npos) << outcome;
  EXPECT_NE(outcome.err.find("001_before.up.sql:1:1"), std::string::npos) << outcome;
  EXPECT_TRUE(FaultPlan::applied(*database).empty());
}

TEST_F(HeldTable, that_stays_held_keeps_the_migrations_before) {
  folder.write("002_alter.up.sql", "CREATE TABLE half (x int);\nALTER TABLE held ADD COLUMN y int;\n");
  const Outcome outcome = Program::run(up("2"));
  EXPECT_EQ(outcome.exit_status, 4) << outcome;
  expect_blocker_named(outcome.err);
  EXPECT_EQ(FaultPlan::applied(*database), std::vector<std::string>{"001_before"});
  EXPECT_EQ(database->value("SELECT count(*) FROM pg_class WHERE relname = 'half'"), "0");
}

TEST_F(HeldTable, that_is_let_go_meanwhile_is_altered_by_a_retry) {
  folder.write("002_alter.up.sql", "ALTER TABLE held ADD COLUMN y int;\n");
  Process runner(up("60"));
  ASSERT_TRUE(runner.wait_for_err("waiting for pid " + std::to_string(holder.backend()))) << runner.err();
  holder.sql("COMMIT");
  const auto outcome = given(runner.wait());
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_EQ(FaultPlan::applied(*database), (std::vector<std::string>{"001_before", "002_alter"}));
}

TEST_F(HeldTable, is_named_with_its_holder_to_a_copy_too) {
  folder.write("002_copy.up.sql", "SET lock_timeout = 0;\nCOPY held FROM stdin;\n1\n\\.\n");
  Process runner(up("60"));
  ASSERT_TRUE(runner.wait_for_err("waiting for pid " + std::to_string(holder.backend()))) << runner.err();
  holder.sql("COMMIT");
  const auto outcome = given(runner.wait());
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_EQ(database->value("SELECT count(*) FROM held"), "1");
}

/// The patience is each migration's, however long those before it took.
TEST_F(HeldTable, late_in_a_plan_is_waited_for_as_long_as_at_its_beginning) {
  folder.write("001_before.up.sql", "SELECT pg_sleep(3);\n");
  folder.write("002_alter.up.sql", "ALTER TABLE held ADD COLUMN y int;\n");
  Process runner(up("2"));
  ASSERT_TRUE(runner.wait_for_err("waiting for pid " + std::to_string(holder.backend()))) << runner.err();
  EXPECT_FALSE(runner.wait(500ms)) << runner.err();
  holder.sql("COMMIT");
  const auto outcome = given(runner.wait());
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
}

/// Whoever queues behind the migration's request for the lock gets on between its attempts.
TEST_F(HeldTable, lets_others_pass_between_attempts) {
  holder.sql("COMMIT; BEGIN; LOCK TABLE held IN ACCESS SHARE MODE");
  folder.write("002_alter.up.sql", "ALTER TABLE held ADD COLUMN y int;\n");
  Process runner(up("60"));
  ASSERT_TRUE(runner.wait_for_err("waiting for")) << runner.err();
  PostgresSession reader(database->url);
  reader.sql("SET lock_timeout = '5s'");
  EXPECT_NO_THROW(reader.sql("SELECT count(*) FROM held"));
  holder.sql("COMMIT");
  const auto outcome = given(runner.wait());
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
}

TEST_F(HeldTable, lets_others_pass_where_the_migration_has_no_transaction_around_it) {
  holder.sql("COMMIT; BEGIN; LOCK TABLE held IN ACCESS SHARE MODE");
  folder.write("002_alter.up.sql", "-- Transaction: off\nSELECT 1;\nALTER TABLE held ADD COLUMN y int;\n");
  Process runner(up("60"));
  ASSERT_TRUE(runner.wait_for_err("waiting for")) << runner.err();
  PostgresSession reader(database->url);
  reader.sql("SET lock_timeout = '5s'");
  EXPECT_NO_THROW(reader.sql("SELECT count(*) FROM held"));
  holder.sql("COMMIT");
  const auto outcome = given(runner.wait());
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
}

TEST_F(HeldTable, that_stays_held_without_a_transaction_is_worth_retrying) {
  folder.write("001_before.up.sql", "-- Transaction: off\nALTER TABLE held ADD COLUMN y int;\n");
  const Outcome outcome = Program::run(up("2"));
  EXPECT_EQ(outcome.exit_status, 5) << outcome;
  expect_blocker_named(outcome.err);
}

/// As in a transaction, a lock_timeout of the migration's own holds.
TEST_F(HeldTable, is_waited_for_as_long_as_the_migration_says) {
  folder.write("002_alter.up.sql",
               "-- Transaction: off\nSET lock_timeout = '1min';\nALTER TABLE held ADD COLUMN y int;\n");
  Process runner(up("0"));
  ASSERT_TRUE(runner.wait_for_err("waiting for")) << runner.err();
  EXPECT_FALSE(runner.wait(2s)) << runner.err();
  holder.sql("COMMIT");
  const auto outcome = given(runner.wait());
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
}

TEST_F(HeldTable, is_a_lock_timeout_with_its_attempts_to_the_library) {
  class Waits : public Observer {
   public:
    void waiting(std::string_view who) override { said.emplace_back(who); }
    std::vector<std::string> said;
  } waits;
  folder.write("001_before.up.sql", "ALTER TABLE held ADD COLUMN y int;\n");
  Database opened = Database::open(database->url);
  MigratorOptions options;
  options.lock_patience = 2s;
  options.observer = &waits;
  Migrator migrator(opened, Source::directory(folder.path()), options);
  try {
    migrator.up();
    FAIL() << "it altered a table that is held";
  } catch (const RunFailed& error) {
    EXPECT_EQ(error.code(), Code::lock_timeout);
    EXPECT_TRUE(error.applied().empty());
    expect_blocker_named(error.hint());
  }
  EXPECT_GE(waits.said.size(), 2U);
  holder.sql("COMMIT");
  EXPECT_EQ(migrator.up().steps.size(), 1U);
}

TEST(BusyFile, that_is_let_go_is_migrated) {
  const auto database = make_database(sqlite_engine);
  const TempDir folder;
  folder.write("001_a.up.sql", "CREATE TABLE a (x int);\n");
  database->sql("PRAGMA journal_mode = wal; CREATE TABLE other (x int)");
  SqliteSession writer(database->url.substr(7));
  writer.sql("BEGIN IMMEDIATE; INSERT INTO other VALUES (1)");
  Process runner(tradewind_command({"up", "--database", database->url, "--dir", folder.path().string()}));
  EXPECT_FALSE(runner.wait(1s)) << "it did not wait: " << runner.err();
  writer.sql("COMMIT");
  const auto outcome = given(runner.wait());
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_EQ(FaultPlan::applied(*database), std::vector<std::string>{"001_a"});
}

TEST(BusyFile, that_stays_busy_is_worth_retrying) {
  for (const std::string mode : {"wal", "delete"}) {
    SCOPED_TRACE(mode);
    const auto database = make_database(sqlite_engine);
    const TempDir folder;
    folder.write("001_a.up.sql", "CREATE TABLE a (x int);\n");
    database->sql("PRAGMA journal_mode = " + mode + "; CREATE TABLE other (x int)");
    SqliteSession writer(database->url.substr(7));
    writer.sql("BEGIN EXCLUSIVE; INSERT INTO other VALUES (1)");
    const Outcome outcome =
        tradewind("up", "--wait", "1", "--database", database->url, "--dir", folder.path().string());
    EXPECT_EQ(outcome.exit_status, 5) << outcome;
    EXPECT_NE(outcome.err.find("locked"), std::string::npos) << outcome;
    writer.sql("COMMIT");
    EXPECT_EQ(tradewind("up", "--database", database->url, "--dir", folder.path().string()).exit_status, 0);
  }
}

/// SQLite waits itself: what waits once more for the same lock, be it to write down that it failed, doubles
/// that.
TEST(BusyFile, is_waited_for_once) {
  for (const std::string text :
       {"CREATE TABLE b (x int);\n", "VACUUM;\n", "-- Transaction: off\nDELETE FROM a;\n"}) {
    SCOPED_TRACE(text);
    const auto database = make_database(sqlite_engine);
    const TempDir folder;
    folder.write("001_a.up.sql", "CREATE TABLE a (x int);\n");
    ASSERT_EQ(tradewind("up", "--database", database->url, "--dir", folder.path().string()).exit_status, 0);
    folder.write("002_b.up.sql", text);
    SqliteSession writer(database->url.substr(7));
    writer.sql("BEGIN IMMEDIATE");
    const auto begun = std::chrono::steady_clock::now();
    const Outcome outcome =
        tradewind("up", "--wait", "2", "--database", database->url, "--dir", folder.path().string());
    const auto took = std::chrono::steady_clock::now() - begun;
    EXPECT_EQ(outcome.exit_status, 5) << outcome;
    EXPECT_GE(took, 2s);
    EXPECT_LT(took, 3500ms);
    writer.sql("COMMIT");
    EXPECT_EQ(database->sql("SELECT 1 FROM schema_migration_events WHERE event = 'failed'").size(), 0U);
    EXPECT_EQ(tradewind("up", "--database", database->url, "--dir", folder.path().string()).exit_status, 0);
  }
}

}  // namespace
}  // namespace tradewind::test
