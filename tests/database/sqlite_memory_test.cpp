#include <gtest/gtest.h>
#include <sqlite3.h>
#include <tradewind/process.hpp>

namespace tradewind::test {
namespace {

/// In a process of its own: it has an effect only before SQLite's first use.
TEST(SqliteMemoryDeathTest, is_not_counted_once_that_is_turned_off) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto in_use = [](bool counted) {
    if (!counted) turn_off_sqlite_statistics();
    sqlite3* database = nullptr;
    sqlite3_open(":memory:", &database);
    std::exit(sqlite3_memory_used() > 0 ? 1 : 0);
  };
  EXPECT_EXIT(in_use(true), ::testing::ExitedWithCode(1), "");
  EXPECT_EXIT(in_use(false), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace tradewind::test
