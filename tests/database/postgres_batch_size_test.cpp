#include <gtest/gtest.h>

#include "postgres/batch_size.hpp"

namespace tradewind::postgres {
namespace {

using Seconds = std::chrono::duration<double>;

/// What it settles at if each query costs a round trip and its bytes' share.
std::size_t settled(Seconds round_trip, double bytes_a_second) {
  BatchSize size;
  for (int i = 0; i < 20; ++i)
    size.took(size.bytes(), round_trip + Seconds(static_cast<double>(size.bytes()) / bytes_a_second));
  return size.bytes();
}

TEST(BatchSize, stays_small_near_the_server) {
  EXPECT_LE(settled(std::chrono::microseconds(50), 14e6), std::size_t{64} << 10);
}

TEST(BatchSize, grows_for_a_far_server) {
  EXPECT_EQ(settled(std::chrono::milliseconds(200), 14e6), std::size_t{1} << 20);
}

TEST(BatchSize, does_not_move_once_it_has_settled) {
  BatchSize size;
  for (int i = 0; i < 10; ++i) size.took(size.bytes(), Seconds(static_cast<double>(size.bytes()) / 14e6));
  const std::size_t before = size.bytes();
  size.took(before, Seconds(1e-9));
  EXPECT_EQ(size.bytes(), before);
}

}  // namespace
}  // namespace tradewind::postgres
