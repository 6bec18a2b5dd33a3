#pragma once

#include <cstdint>
#include <string_view>

namespace tradewind::test {

/// A bot that records trades and positions without a pause is killed at random moments, again and again on
/// one database and journal, now and then together with a crash of the server where there is one; then the
/// store is opened again. Throws std::runtime_error with the seed if an accepted record is not in the
/// database exactly once, or a position is not as it was last recorded.
void store_kill_rounds(std::string_view engine, int rounds, std::uint32_t seed);

}  // namespace tradewind::test
