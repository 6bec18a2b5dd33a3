#include <gtest/gtest.h>

#include "faults/gates.hpp"
#include "faults/plan.hpp"
#include "support/given.hpp"

namespace tradewind::test {
namespace {

constexpr int count = 16;

std::vector<Process> start(const FaultPlan& plan, const TestDatabase& database) {
  std::vector<Process> runners;
  runners.reserve(count);
  for (int i = 0; i < count; ++i) runners.emplace_back(plan.up_command(database.url));
  return runners;
}

void expect_all_succeed(std::vector<Process>& runners) {
  for (Process& runner : runners) {
    const auto ended = runner.wait();
    ASSERT_TRUE(ended) << "a runner hangs: " << runner.err();
    const auto outcome = given(ended);
    EXPECT_EQ(outcome.exit_status, 0) << outcome;
  }
}

class SixteenRunners : public OnEachEngine {};
TRADEWIND_ON_EACH_ENGINE(SixteenRunners);

TEST_P(SixteenRunners, on_an_empty_database_apply_each_migration_once) {
  const FaultPlan plan(GetParam());
  auto runners = start(plan, database);
  expect_all_succeed(runners);
  plan.require_consistent(database);
  EXPECT_EQ(state_of(database), plan.clean_state());
}

TEST(SlowRunner, on_postgresql_is_waited_for_by_fifteen) {
  const FaultPlan plan(postgresql_engine, true);
  const auto database = plan.make_database();
  Gates gates(database->url);
  gates.shut(plan.gates() / 2);
  auto runners = start(plan, *database);
  ASSERT_TRUE(gates.wait_for_visitor(plan.gates() / 2));
  int waiting = 0;
  for (Process& runner : runners)
    waiting += runner.wait_for_err("waiting for", std::chrono::seconds(5)) ? 1 : 0;
  EXPECT_EQ(waiting, count - 1);
  gates.open(plan.gates() / 2);
  expect_all_succeed(runners);
  EXPECT_EQ(state_of(*database), plan.clean_state());
}

TEST(SlowRunner, on_sqlite_is_waited_for_by_fifteen) {
  const TempDir folder;
  folder.write(
      "m/001_slow.up.sql",
      "CREATE TABLE log (entry TEXT NOT NULL);\n"
      "INSERT INTO log WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 4000000) "
      "SELECT count(*) FROM c;\n");
  folder.write("m/002_next.up.sql", "INSERT INTO log VALUES ('next');\n");
  const auto database = make_database(sqlite_engine);
  std::vector<Process> runners;
  runners.reserve(count);
  for (int i = 0; i < count; ++i) {
    runners.emplace_back(
        tradewind_command({"up", "--database", database->url, "--dir", (folder / "m").string()}));
  }
  expect_all_succeed(runners);
  EXPECT_EQ(database->sql("SELECT entry FROM log ORDER BY rowid"), (Rows{{"4000000"}, {"next"}}));
  EXPECT_EQ(database->value("SELECT count(*) FROM schema_migrations"), "2");
}

}  // namespace
}  // namespace tradewind::test
