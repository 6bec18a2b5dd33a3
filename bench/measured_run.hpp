#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tradewind::bench {

/// A program to be timed from its start to its end, without a shell around it.
struct Invocation {
  std::vector<std::string> arguments;
  std::filesystem::path input = {};  ///< a file for standard input; empty: the null device
};

struct Measured {
  double seconds = 0;  ///< wall clock
  double peak_mb = 0;  ///< the largest resident set, in 10^6 bytes
};

/// Runs it with standard output and error in a file, as a deployment's log would take them. Throws
/// std::runtime_error with the end of that file if it does not exit with 0.
Measured measure(const Invocation& invocation, const std::filesystem::path& log);

}  // namespace tradewind::bench
