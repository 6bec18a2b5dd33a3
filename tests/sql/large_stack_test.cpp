#include "sql/large_stack.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace tradewind::sql {
namespace {

/// Takes `depth` KiB of stack.
int dive(int depth) {
  volatile char frame[1024];
  frame[0] = 1;
  return depth == 0 ? 0 : frame[0] + dive(depth - 1);
}

TEST(LargeStack, holds_what_eight_megabytes_would_not) {
  int reached = 0;
  run_on_large_stack([&] { reached = dive(16 * 1024); });
  EXPECT_EQ(reached, 16 * 1024);
}

TEST(LargeStack, work_inside_work_stays_on_its_thread) {
  std::thread::id outer;
  std::thread::id inner;
  run_on_large_stack([&] {
    outer = std::this_thread::get_id();
    run_on_large_stack([&] { inner = std::this_thread::get_id(); });
  });
  EXPECT_EQ(outer, inner);
  EXPECT_NE(outer, std::this_thread::get_id());
}

TEST(LargeStack, passes_on_what_is_thrown) {
  EXPECT_THROW(run_on_large_stack([] { throw std::out_of_range("far"); }), std::out_of_range);
  EXPECT_THROW(run_on_large_stack([] { run_on_large_stack([] { throw std::out_of_range("farther"); }); }),
               std::out_of_range);
}

}  // namespace
}  // namespace tradewind::sql
