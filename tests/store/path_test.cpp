// T9: the way of a record off the trading thread: no system call, whoever else is slow.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "store/store_fixture.hpp"
#include "support/program.hpp"

namespace tradewind::test {
namespace {

/// Run under strace by the test below: what is between the two getppid calls is the path.
TEST(RecordPath, DISABLED_between_two_marks) {
  const TempDir folder;
  const StoreFolders folders;
  Store store = Store::open("sqlite:" + (folder / "test.db").string(), folders.options());
  ASSERT_TRUE(store.prepare_thread());
  const Trade one = trade("s");
  const PositionUpdate update{.position_id = 1, .size = 1, .avg_entry = 1};
  getppid();
  for (int i = 0; i < 5000; ++i) {
    store.record_trade(one);
    store.update_position(update);
  }
  getppid();
}

TEST(RecordPath, makes_no_system_call) {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "a sanitizer makes calls of its own";
#endif
  const TempDir folder;
  const std::string trace = (folder / "trace").string();
  const Outcome outcome =
      Program::run({"strace", "-f", "-o", trace, std::filesystem::read_symlink("/proc/self/exe"),
                    "--gtest_also_run_disabled_tests", "--gtest_filter=RecordPath.DISABLED_*"});
  ASSERT_EQ(outcome.exit_status, 0) << outcome;
  std::istringstream lines(folder.read("trace"));
  std::string thread;
  int calls = 0;
  bool ended = false;
  for (std::string line; std::getline(lines, line);) {
    const std::string who = line.substr(0, line.find(' '));
    if (line.find("getppid") != std::string::npos) {
      ended = !thread.empty();
      thread = who;
    } else if (!thread.empty() && !ended && who == thread) {
      ++calls;
      EXPECT_EQ(line, "") << "on the path";
    }
  }
  EXPECT_TRUE(ended);
  EXPECT_EQ(calls, 0);
}

}  // namespace
}  // namespace tradewind::test
