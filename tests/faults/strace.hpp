#pragma once

#include <string>
#include <vector>

#include "support/program.hpp"

namespace tradewind::test {

/// What strace does to a system call of a program.
struct Injection {
  std::string call;                     ///< "pwrite64"
  std::string what;                     ///< "signal=SIGKILL", "error=EIO"
  int first = 1;                        ///< the how manieth such call to change
  bool forever = false;                 ///< and every one after it
  std::vector<std::string> paths = {};  ///< of the files that the call is about; none: any
};

/// Throws std::runtime_error if strace is not installed or may not trace.
std::vector<std::string> under_strace(const Injection& injection, const std::vector<std::string>& command);
Outcome run_under_strace(const Injection& injection, const std::vector<std::string>& command);

/// How many such calls the command makes, which must succeed.
int count_calls(const std::string& call, const std::vector<std::string>& command);

}  // namespace tradewind::test
