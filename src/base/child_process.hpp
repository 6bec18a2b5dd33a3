#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradewind::base {

/// A program to run to its end, without a shell. It is killed when this process dies.
struct ChildProcess {
  std::vector<std::string> arguments;  ///< the first is the program's path; all of them are public
  /// Put over this process's environment: what must not be seen in the process list. An
  /// empty value takes a variable away.
  std::vector<std::pair<std::string, std::string>> environment = {};
  /// Told of each line on standard error, from the thread that runs it; may be empty.
  std::function<void(std::string_view)> on_line = {};
  /// While it runs, asked ten times a second; may be empty.
  std::function<void()> on_tick = {};
  const std::atomic<bool>* stop = nullptr;  ///< ends it
};

struct ChildOutcome {
  int status = -1;    ///< its exit status; 128 and the signal's number if one ended it
  std::string out;    ///< standard output
  std::string error;  ///< the end of standard error
  bool stopped = false;
};

/// Throws Error{internal} if no process can be made; a program that can't be executed has status 127.
ChildOutcome run(const ChildProcess& child);

}  // namespace tradewind::base
