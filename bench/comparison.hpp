#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "measured_run.hpp"

namespace tradewind::bench {

/// One side of a comparison: makes a fresh start, off the clock, and says what to run.
using Contender = std::function<Invocation()>;

/// A program against its floor, in turns.
struct Comparison {
  std::string name;   ///< what the command line calls it
  std::string floor;  ///< what the floor is
  Contender subject;
  Contender against;
  std::optional<double> goal = {};  ///< the largest ratio of subject to floor, if one is set
  int repeat = 1;                   ///< runs of each per round: many where a run takes milliseconds
  std::optional<double> memory_goal_mb = {};
  std::optional<Contender> bare = {};  ///< the library alone: no program can be faster than it
};

struct Result {
  Measured subject;  ///< medians
  Measured against;
  std::optional<Measured> bare = {};
  double ratio() const { return subject.seconds / against.seconds; }
};

/// Runs each `rounds` times `repeat` times, taking turns with who goes first; a first run of each is not
/// counted where runs are short. `log` takes what they say.
Result compare(const Comparison& comparison, int rounds, const std::filesystem::path& log);

std::string table_head();
std::string table_row(const Comparison& comparison, const Result& result);

}  // namespace tradewind::bench
