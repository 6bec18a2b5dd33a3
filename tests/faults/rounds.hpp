/// One fault each, with all that must hold after it. A round throws std::runtime_error with what does not
/// hold.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "faults/plan.hpp"
#include "support/proxy.hpp"

namespace tradewind::test {

/// Ends `up` without a chance to clean up right before its `number`th such system call.
void kill_at_call(const FaultPlan& plan, const std::string& call, int number,
                  const std::string& url_options = {});
/// The same by an error that this call gives, or it and all after it.
void fail_at_call(const FaultPlan& plan, const std::string& call, int number, const std::string& error,
                  bool forever);
/// Kills `up` while the server stands at a gate of a gated plan: a statement boundary. `at_once`: the next
/// run begins before the server has noticed.
void kill_at_gate(const FaultPlan& plan, int gate, bool at_once);
/// Kills several runs in a row, each after a part of `longest`, drawn with `seed`.
void kill_at_random(const FaultPlan& plan, std::uint32_t seed, std::chrono::microseconds longest);
/// Cuts the connection behind so many bytes of one direction.
void cut_after(const FaultPlan& plan, Direction direction, std::uint64_t bytes);

/// The system calls with which `up` changes the world, and how many it makes of each.
struct Calls {
  std::string name;
  int count = 0;
};
std::vector<Calls> calls_of(const FaultPlan& plan, const std::string& url_options = {});
/// How long a run without faults takes.
std::chrono::microseconds duration_of(const FaultPlan& plan);
/// How many bytes a run without faults sends in one direction.
std::uint64_t bytes_of(const FaultPlan& plan, Direction direction);

/// Runs the rounds, two at a time, and gives what failed.
using Round = std::function<void()>;
std::vector<std::string> failures(const std::vector<Round>& rounds);
/// For EXPECT_TRUE: whether none failed, with what did.
::testing::AssertionResult all_hold(const std::vector<Round>& rounds);

/// Numbers 1 to `count`, thinned out evenly to at most `most`.
std::vector<int> spread(int count, int most);

}  // namespace tradewind::test
