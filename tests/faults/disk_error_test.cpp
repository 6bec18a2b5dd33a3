#include <gtest/gtest.h>

#include "faults/rounds.hpp"

namespace tradewind::test {
namespace {

::testing::AssertionResult failing_calls(const std::string& call, const std::string& error, bool forever) {
  const FaultPlan plan(sqlite_engine);
  plan.clean_state();
  std::vector<Round> rounds;
  for (const auto& counted : calls_of(plan)) {
    if (counted.name != call) continue;
    for (const int number : spread(counted.count, 12)) {
      rounds.emplace_back(
          [&plan, call, number, error, forever] { fail_at_call(plan, call, number, error, forever); });
    }
  }
  return all_hold(rounds);
}

TEST(DiskError, of_one_write_is_reported_and_survived) {
  EXPECT_TRUE(failing_calls("pwrite64", "EIO", false));
}

TEST(DiskError, of_every_write_from_one_on_is_reported_and_survived) {
  EXPECT_TRUE(failing_calls("pwrite64", "EIO", true));
}

TEST(DiskError, of_one_flush_is_reported_and_survived) {
  EXPECT_TRUE(failing_calls("fdatasync", "EIO", false));
}

TEST(DiskError, of_every_flush_from_one_on_is_reported_and_survived) {
  EXPECT_TRUE(failing_calls("fdatasync", "EIO", true));
}

TEST(DiskError, full_disk_is_reported_and_survived) {
  EXPECT_TRUE(failing_calls("pwrite64", "ENOSPC", true));
}

}  // namespace
}  // namespace tradewind::test
