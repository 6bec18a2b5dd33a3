#include "faults/strace.hpp"

#include <algorithm>
#include <stdexcept>

#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

void refuse_without_strace() {
  static const Outcome outcome = Program::run({"strace", "-o", "/dev/null", "true"});
  if (outcome.exit_status != 0) throw std::runtime_error("strace can't trace here: " + outcome.err);
}

}  // namespace

std::vector<std::string> under_strace(const Injection& injection, const std::vector<std::string>& command) {
  refuse_without_strace();
  const std::string when = std::to_string(injection.first) + (injection.forever ? "+" : "");
  std::vector<std::string> result = {"strace", "-qq", "-o", "/dev/null", "-e", "trace=" + injection.call,
                                     "-e"};
  result.push_back("inject=" + injection.call + ":" + injection.what + ":when=" + when);
  for (const std::string& path : injection.paths) result.insert(result.end(), {"-P", path});
  result.insert(result.end(), command.begin(), command.end());
  return result;
}

Outcome run_under_strace(const Injection& injection, const std::vector<std::string>& command) {
  return Program::run(under_strace(injection, command));
}

int count_calls(const std::string& call, const std::vector<std::string>& command) {
  refuse_without_strace();
  const TempDir folder;
  const std::string trace = (folder / "trace").string();
  std::vector<std::string> counted = {"strace", "-qq",           "-o", trace,
                                      "-e",     "trace=" + call, "-e", "signal=none"};
  counted.insert(counted.end(), command.begin(), command.end());
  const Outcome outcome = Program::run(counted);
  if (outcome.exit_status != 0) throw std::runtime_error("the command fails without a fault: " + outcome.err);
  const std::string lines = folder.read("trace");
  return static_cast<int>(std::count(lines.begin(), lines.end(), '\n'));
}

}  // namespace tradewind::test
