#include <gtest/gtest.h>

#include "faults/gates.hpp"
#include "faults/plan.hpp"
#include "faults/rounds.hpp"
#include "support/eventually.hpp"
#include "support/given.hpp"
#include "support/postgres_cluster.hpp"
#include "support/proxy.hpp"

namespace tradewind::test {
namespace {

using namespace std::chrono_literals;

class LostConnection : public ::testing::Test {
 protected:
  std::string through_proxy(const std::string& options = {}) const {
    return PostgresCluster::tcp_url_at(proxy.port(), database->value("SELECT current_database()")) + options;
  }
  void expect_truth_and_convergence(const Outcome& outcome) const {
    wait_until_alone(*database);
    EXPECT_NO_THROW(plan.require_truth(*database, outcome));
    EXPECT_NO_THROW(plan.require_consistent(*database));
    EXPECT_NO_THROW(plan.require_convergence(*database));
  }
  /// Three migrations of one statement: `up` sends COMMIT for the history tables, then for each of them.
  Outcome up_plain(const std::string& more = {}) {
    folder.write("001_a.up.sql", "CREATE TABLE a (x int);\n");
    folder.write("002_b.up.sql", "CREATE TABLE b (x int);\n" + more);
    folder.write("003_c.up.sql", "CREATE TABLE c (x int);\n");
    return tradewind("up", "--json", "--database", through_proxy(), "--dir", folder.path().string());
  }
  Rows tables() const {
    return database->sql("SELECT relname FROM pg_class WHERE relname IN ('a', 'b', 'c') ORDER BY 1");
  }

  FaultPlan plan{postgresql_engine, true};
  std::unique_ptr<TestDatabase> database = plan.make_database();
  Gates gates{database->url};
  Proxy proxy{{.port = PostgresCluster::shared().port()}};
  TempDir folder;
};

// The server may be cut off before it comes to what was sent ahead of that COMMIT.
TEST_F(LostConnection, before_the_last_commit_was_sent_leaves_the_last_migration_out) {
  proxy.cut_at({Direction::to_server, "COMMIT", Moment::before, 4});
  const Outcome outcome = up_plain();
  ASSERT_EQ(proxy.cuts(), 1) << outcome;
  const auto applied = FaultPlan::applied(*database);
  EXPECT_EQ(outcome.exit_status, applied.empty() ? 5 : 4) << outcome;
  ASSERT_LT(applied.size(), 3U) << outcome;
  const char* versions[] = {"001_a", "002_b", "003_c"};
  EXPECT_NE(outcome.err.find(versions[applied.size()] + std::string(" is not applied")), std::string::npos)
      << outcome;
  EXPECT_EQ(tables().size(), applied.size());
}

TEST_F(LostConnection, before_the_first_commit_was_sent_applies_nothing_and_is_worth_retrying) {
  proxy.cut_at({Direction::to_server, "COMMIT", Moment::before, 2});
  const Outcome outcome = up_plain();
  ASSERT_EQ(proxy.cuts(), 1) << outcome;
  EXPECT_EQ(outcome.exit_status, 5) << outcome;
  EXPECT_NE(outcome.err.find("001_a is not applied"), std::string::npos) << outcome;
  EXPECT_EQ(tables(), Rows());
}

/// Reverted and applied again, the migration is as before: what tells is when it was applied.
TEST_F(LostConnection, after_the_last_commit_of_a_redo_was_sent_is_looked_up_and_succeeds) {
  folder.write("001_a.up.sql", "CREATE TABLE a (x int);\n");
  folder.write("001_a.down.sql", "DROP TABLE a;\n");
  ASSERT_EQ(tradewind("up", "--database", database->url, "--dir", folder.path().string()).exit_status, 0);
  proxy.cut_at({Direction::to_server, "COMMIT", Moment::after, 2});
  const Outcome outcome = tradewind("redo", "--database", through_proxy(), "--dir", folder.path().string());
  ASSERT_EQ(proxy.cuts(), 1) << outcome;
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_NE(outcome.err.find("it was committed"), std::string::npos) << outcome;
}

TEST_F(LostConnection, after_the_last_commit_was_sent_is_looked_up_and_succeeds) {
  proxy.cut_at({Direction::to_server, "COMMIT", Moment::after, 4});
  const Outcome outcome = up_plain();
  ASSERT_EQ(proxy.cuts(), 1) << outcome;
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_NE(outcome.err.find("it was committed"), std::string::npos) << outcome;
  EXPECT_EQ(tables(), (Rows{{"a"}, {"b"}, {"c"}}));
}

TEST_F(LostConnection, with_a_commit_that_then_fails_is_looked_up_and_says_so) {
  proxy.cut_at({Direction::to_server, "COMMIT", Moment::after, 4});
  const Outcome outcome = up_plain(
      "CREATE TABLE p (id int PRIMARY KEY);\n"
      "CREATE TABLE q (id int REFERENCES p DEFERRABLE INITIALLY DEFERRED);\n"
      "INSERT INTO q VALUES (1);\n");
  ASSERT_EQ(proxy.cuts(), 1) << outcome;
  EXPECT_EQ(outcome.exit_status, 4) << outcome;
  EXPECT_NE(outcome.err.find("002_b is not applied"), std::string::npos) << outcome;
  EXPECT_EQ(tables(), Rows{{"a"}});
}

/// The server has all of the plan in its buffers and goes on with it while the program looks.
TEST_F(LostConnection, while_the_server_goes_on_is_told_as_it_ends) {
  for (const int gate : {2, plan.gates() / 2, plan.gates() - 2}) {
    SCOPED_TRACE(gate);
    const auto other = plan.make_database();
    Gates doors(other->url);
    doors.shut(gate);
    Proxy link({.port = PostgresCluster::shared().port()});
    Process runner(
        plan.up_command(PostgresCluster::tcp_url_at(link.port(), other->value("SELECT current_database()"))));
    ASSERT_TRUE(doors.wait_for_visitor(gate)) << runner.err();
    const int before = link.connections();
    link.cut_all();
    ASSERT_TRUE(eventually([&] { return link.connections() > before || !runner.running(); })) << runner.err();
    doors.open(gate);
    const auto outcome = given(runner.wait());
    wait_until_alone(*other);
    EXPECT_NO_THROW(plan.require_truth(*other, outcome));
    EXPECT_NO_THROW(plan.require_consistent(*other));
    EXPECT_NO_THROW(plan.require_convergence(*other));
  }
}

TEST_F(LostConnection, while_the_server_commits_is_told_as_it_ends) {
  folder.write(
      "001_a.up.sql",
      "CREATE TABLE a (x int);\n"
      "CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM gates.gate(1); "
      "RETURN NULL; END $$;\n"
      "CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON a DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
      "EXECUTE FUNCTION wait_at_gate();\n"
      "INSERT INTO a VALUES (1);\n");
  gates.shut(1);
  Process runner(tradewind_command({"up", "--database", through_proxy(), "--dir", folder.path().string()}));
  ASSERT_TRUE(gates.wait_for_visitor(1)) << runner.err();
  proxy.cut_all();
  runner.wait(2s);
  gates.open(1);
  const auto outcome = given(runner.wait());
  wait_until_alone(*database);
  const bool applied = !FaultPlan::applied(*database).empty();
  EXPECT_EQ(outcome.exit_status, applied ? 0 : 5) << outcome;
  EXPECT_NE(outcome.err.find(applied ? "it was committed" : "001_a is not applied"), std::string::npos)
      << outcome;
}

TEST_F(LostConnection, behind_any_byte_sent_is_told_truly_and_converges) {
  const FaultPlan plain(postgresql_engine);
  plain.clean_state();
  std::vector<Round> rounds;
  for (const Direction direction : {Direction::to_server, Direction::to_client}) {
    for (const int bytes : spread(static_cast<int>(bytes_of(plain, direction)), 30)) {
      rounds.emplace_back(
          [&plain, direction, bytes] { cut_after(plain, direction, static_cast<std::uint64_t>(bytes)); });
    }
  }
  EXPECT_TRUE(all_hold(rounds));
}

TEST_F(LostConnection, in_a_black_hole_is_noticed_and_told_when_the_network_is_back) {
  const int gate = plan.gates() / 2;
  gates.shut(gate);
  Process runner(
      plan.up_command(through_proxy("&connect_timeout=2&tcp_user_timeout=1000&keepalives_idle=1&keepalives_"
                                    "interval=1&keepalives_count=1")));
  ASSERT_TRUE(gates.wait_for_visitor(gate)) << runner.err();
  const int before = proxy.connections();
  proxy.black_hole(true);
  const bool ended = runner.wait(6s).has_value();
  EXPECT_FALSE(ended) << "it gave up at once: " << runner.err();
  EXPECT_EQ(proxy.connections(), before);
  proxy.black_hole(false);
  ASSERT_TRUE(eventually([&] { return proxy.connections() > before; })) << runner.err();
  gates.open(gate);
  const auto outcome = given(runner.wait());
  expect_truth_and_convergence(outcome);
}

TEST_F(LostConnection, to_a_server_that_stays_away_is_unknown_and_worth_retrying) {
  const int gate = 2;
  gates.shut(gate);
  Process runner(plan.up_command(through_proxy()));
  ASSERT_TRUE(gates.wait_for_visitor(gate)) << runner.err();
  proxy.refuse(true);
  proxy.cut_all();
  gates.open(gate);
  const auto outcome = given(runner.wait());
  EXPECT_EQ(outcome.exit_status, 5) << outcome;
  EXPECT_NE(outcome.err.find("what follows it in the plan is done is unknown"), std::string::npos) << outcome;
  EXPECT_EQ(outcome.err.find("the database is unchanged"), std::string::npos) << outcome;
  EXPECT_NE(outcome.out.find("\"outcome\": \"unknown\""), std::string::npos) << outcome;
  wait_until_alone(*database);
  EXPECT_NO_THROW(plan.require_convergence(*database));
}

TEST_F(LostConnection, in_an_atomic_plan_names_the_migration_that_it_was_in) {
  folder.write("001_a.up.sql", "CREATE TABLE a (x int);\n");
  folder.write("002_b.up.sql", "CREATE TABLE b (x int);\n\n" + Gates::statement(1) + ";\n");
  folder.write("003_c.up.sql", "CREATE TABLE c (x int);\n");
  gates.shut(1);
  Process runner(tradewind_command(
      {"up", "--atomic", "--json", "--database", through_proxy(), "--dir", folder.path().string()}));
  ASSERT_TRUE(gates.wait_for_visitor(1)) << runner.err();
  proxy.cut_all();
  gates.open(1);
  const auto outcome = given(runner.wait());
  wait_until_alone(*database);
  // All of the plan was on its way, so the server may have come to its COMMIT.
  const std::size_t applied = FaultPlan::applied(*database).size();
  ASSERT_TRUE(applied == 0 || applied == 3) << applied;
  EXPECT_EQ(outcome.exit_status, applied == 0 ? 5 : 0) << outcome;
  if (applied > 0) return;
  EXPECT_NE(outcome.err.find("the connection was lost in 002_b"), std::string::npos) << outcome;
  EXPECT_NE(outcome.err.find("002_b.up.sql:3:1"), std::string::npos) << outcome;
  EXPECT_NE(outcome.err.find("001_a is not applied"), std::string::npos) << outcome;
}

TEST_F(LostConnection, by_pg_terminate_backend_in_any_migration_is_told_and_converges) {
  for (const int gate : spread(plan.gates(), 6)) {
    SCOPED_TRACE(gate);
    const auto other = plan.make_database();
    Gates doors(other->url);
    doors.shut(gate);
    Process runner(plan.up_command(other->url));
    ASSERT_TRUE(doors.wait_for_visitor(gate)) << runner.err();
    other->sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND "
        "application_name = 'tradewind' AND query LIKE '%gate%'");
    const auto outcome = given(runner.wait());
    EXPECT_NE(outcome.err.find("the connection was lost"), std::string::npos) << outcome;
    EXPECT_NO_THROW(plan.require_truth(*other, outcome));
    doors.open(gate);
    EXPECT_NO_THROW(plan.require_convergence(*other));
  }
}

}  // namespace
}  // namespace tradewind::test
