#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "faults/gates.hpp"
#include "faults/plan.hpp"
#include "faults/rounds.hpp"
#include "support/given.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {
namespace {

/// A database of a server that may be crashed: its writes reach the disk as in earnest.
class CrashingDatabase : public TestDatabase {
 public:
  CrashingDatabase(const PostgresCluster& cluster, const std::string& name)
      : TestDatabase(cluster.url(name), postgresql_engine), cluster_(cluster), name_(name) {}
  Rows sql(const std::string& text) const override { return cluster_.sql(name_, text); }

 private:
  const PostgresCluster& cluster_;
  std::string name_;
};

class ServerCrash : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    // What is not flushed is then lost for certain, not only if the crash comes quickly.
    cluster = std::make_unique<PostgresCluster>(
        ClusterOptions{.fsync = true, .settings = {"wal_writer_delay=2s", "autovacuum=off"}});
    plan = std::make_unique<FaultPlan>(postgresql_engine, true);
    plan->clean_state();
  }
  static void TearDownTestSuite() {
    plan.reset();
    cluster.reset();
  }
  std::unique_ptr<TestDatabase> make_database() const {
    auto database = std::make_unique<CrashingDatabase>(*cluster, cluster->create_database());
    Gates::prepare(*database);
    return database;
  }
  /// Crashes the server with the runner at the gate.
  static void crash_at(int gate, const TestDatabase& database, Process& runner) {
    Gates gates(database.url);
    gates.shut(gate);
    runner = Process(plan->up_command(database.url));
    ASSERT_TRUE(gates.wait_for_visitor(gate)) << runner.err();
    cluster->stop_immediate();
  }

  static inline std::unique_ptr<PostgresCluster> cluster;
  static inline std::unique_ptr<FaultPlan> plan;
};

TEST_F(ServerCrash, in_mid_plan_is_told_once_the_server_is_back) {
  for (const int gate : spread(plan->gates(), 8)) {
    SCOPED_TRACE(gate);
    const auto database = make_database();
    Process runner({"true"});
    crash_at(gate, *database, runner);
    cluster->start();
    const auto outcome = given(runner.wait());
    EXPECT_NE(outcome.err.find("the connection was lost"), std::string::npos) << outcome;
    EXPECT_NO_THROW(plan->require_truth(*database, outcome));
    EXPECT_NO_THROW(plan->require_consistent(*database));
    EXPECT_NO_THROW(plan->require_convergence(*database));
  }
}

TEST_F(ServerCrash, of_unknown_outcome_is_told_so_to_who_does_not_wait) {
  const int gate = plan->gates() / 2;
  const auto database = make_database();
  Process runner({"true"});
  crash_at(gate, *database, runner);
  EXPECT_FALSE(runner.wait(std::chrono::seconds(1))) << "it does not wait for the server: " << runner.err();
  runner.signal(SIGINT);
  const auto ended = runner.wait(std::chrono::seconds(10));
  cluster->start();
  const auto outcome = given(ended);
  EXPECT_EQ(outcome.exit_status, 4) << outcome;
  EXPECT_NE(outcome.err.find("is unknown"), std::string::npos) << outcome;
  EXPECT_NE(outcome.err.find("tradewind status"), std::string::npos) << outcome;
  EXPECT_NE(outcome.err.find("committed, perhaps not flushed to disk: "), std::string::npos) << outcome;
  EXPECT_EQ(outcome.err.find("and that stays"), std::string::npos) << outcome;
  EXPECT_NO_THROW(plan->require_consistent(*database));
  EXPECT_NO_THROW(plan->require_convergence(*database));
}

/// One migration for each number, and in the one of that number a gate.
void write_numbered(const TempDir& folder, int count, int gated = 0) {
  for (int i = 1; i <= count; ++i) {
    const std::string number = (i < 10 ? "0" : "") + std::to_string(i);
    folder.write("0" + number + "_step.up.sql", "CREATE TABLE step_" + number + " (x int);\n" +
                                                    (i == gated ? "SELECT gates.gate(1);\n" : ""));
  }
}

std::string recorded_and_done(const TestDatabase& database) {
  return database.value(
      "SELECT (SELECT count(*) FROM schema_migrations) || ' and ' || count(*) FROM pg_class "
      "WHERE relname LIKE 'step\\_%'");
}

TEST_F(ServerCrash, right_after_a_run_has_ended_well_loses_nothing) {
  const auto database = make_database();
  const TempDir folder;
  write_numbered(folder, 40);
  const auto outcome = tradewind("up", "--database", database->url, "--dir", folder.path().string());
  cluster->stop_immediate();
  cluster->start();
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_EQ(recorded_and_done(*database), "40 and 40");
}

TEST_F(ServerCrash, right_after_a_run_has_failed_loses_nothing_that_it_says_stays) {
  const auto database = make_database();
  const TempDir folder;
  write_numbered(folder, 10);
  folder.write("011_bad.up.sql", "INSERT INTO nowhere VALUES (1);\n");
  const auto outcome = tradewind("up", "--database", database->url, "--dir", folder.path().string());
  cluster->stop_immediate();
  cluster->start();
  EXPECT_EQ(outcome.exit_status, 4) << outcome;
  EXPECT_EQ(recorded_and_done(*database), "10 and 10");
}

TEST_F(ServerCrash, in_mid_plan_loses_nothing_with_durable_each) {
  const auto database = make_database();
  const TempDir folder;
  write_numbered(folder, 20, 15);
  {
    Gates gates(database->url);
    gates.shut(1);
    Process runner(tradewind_command(
        {"up", "--durable-each", "--database", database->url, "--dir", folder.path().string()}));
    ASSERT_TRUE(gates.wait_for_visitor(1)) << runner.err();
    cluster->stop_immediate();
    runner.kill9();
  }
  cluster->start();
  EXPECT_EQ(recorded_and_done(*database), "14 and 14");
}

/// Commits of a plan but the last are not flushed at once: a crash may lose whole migrations from the end.
TEST_F(ServerCrash, loses_at_most_whole_migrations_from_the_end) {
  const TempDir folder;
  constexpr int count = 300;
  folder.write(
      "001_log.up.sql",
      "CREATE TABLE applied_log (entry text NOT NULL);\nINSERT INTO applied_log VALUES ('001_log');\n");
  for (int i = 2; i <= count; ++i) {
    const std::string version = fmt::format("{:03}_step", i);
    folder.write(version + ".up.sql", fmt::format("INSERT INTO applied_log VALUES ('{0}');\n"
                                                  "INSERT INTO applied_log VALUES ('{0}.2');\n{1}",
                                                  version, i == 250 ? "SELECT gates.gate(1);\n" : ""));
  }
  const auto database = make_database();
  {
    Gates gates(database->url);
    gates.shut(1);
    Process runner(tradewind_command({"up", "--database", database->url, "--dir", folder.path().string()}));
    ASSERT_TRUE(gates.wait_for_visitor(1)) << runner.err();
    cluster->stop_immediate();
    runner.kill9();
  }
  cluster->start();
  EXPECT_NO_THROW(plan->require_consistent(*database));
  const auto halves = database->value("SELECT count(*) FROM applied_log WHERE entry LIKE '%.2'");
  const auto whole = database->value("SELECT greatest(count(*) - 1, 0) FROM schema_migrations");
  EXPECT_EQ(halves, whole);
  const auto outcome = tradewind("up", "--database", database->url, "--dir", folder.path().string());
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_EQ(database->value("SELECT count(DISTINCT entry) || ' of ' || count(*) FROM applied_log"),
            "599 of 599");
}

}  // namespace
}  // namespace tradewind::test
