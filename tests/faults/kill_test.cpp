#include <gtest/gtest.h>

#include "faults/rounds.hpp"

namespace tradewind::test {
namespace {

/// A few moments of each kind; the harness fault_rounds goes through all of them.
constexpr int moments = 14;

::testing::AssertionResult killed_at_calls(const FaultPlan& plan, const std::string& url_options = {}) {
  plan.clean_state();
  std::vector<Round> rounds;
  for (const auto& call : calls_of(plan, url_options)) {
    for (const int number : spread(call.count, moments)) {
      rounds.emplace_back(
          [&plan, name = call.name, number, url_options] { kill_at_call(plan, name, number, url_options); });
    }
  }
  return all_hold(rounds);
}

::testing::AssertionResult killed_at_random(const FaultPlan& plan, std::uint32_t count) {
  plan.clean_state();
  const auto longest = duration_of(plan);
  std::vector<Round> rounds;
  for (std::uint32_t seed = 1; seed <= count; ++seed) {
    rounds.emplace_back([&plan, seed, longest] { kill_at_random(plan, seed, longest); });
  }
  return all_hold(rounds);
}

TEST(KilledRun, of_sqlite_at_its_system_calls_converges) {
  EXPECT_TRUE(killed_at_calls(FaultPlan(sqlite_engine)));
}

TEST(KilledRun, of_sqlite_with_a_rollback_journal_converges) {
  EXPECT_TRUE(killed_at_calls(FaultPlan(sqlite_engine), "?journal_mode=delete"));
}

TEST(KilledRun, of_postgresql_at_its_system_calls_converges) {
  EXPECT_TRUE(killed_at_calls(FaultPlan(postgresql_engine)));
}

TEST(KilledRun, of_postgresql_at_every_statement_boundary_converges) {
  const FaultPlan plan(postgresql_engine, true);
  plan.clean_state();
  std::vector<Round> rounds;
  for (int gate = 1; gate <= plan.gates(); ++gate) {
    rounds.emplace_back([&plan, gate] { kill_at_gate(plan, gate, gate % 2 == 0); });
  }
  EXPECT_TRUE(all_hold(rounds));
}

TEST(KilledRun, of_sqlite_at_random_moments_converges) {
  EXPECT_TRUE(killed_at_random(FaultPlan(sqlite_engine), 20));
}

TEST(KilledRun, of_postgresql_at_random_moments_converges) {
  EXPECT_TRUE(killed_at_random(FaultPlan(postgresql_engine), 20));
}

}  // namespace
}  // namespace tradewind::test
