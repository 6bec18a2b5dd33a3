/// Child programs: run one to its end, or start one, watch it and kill it.
///
///     const auto outcome = tradewind_in(folder.path(), {"status", "--json"});
///     EXPECT_EQ(outcome.exit_status, 0) << outcome;
///
/// A child's environment is this process's without what a database or a terminal would set (DATABASE_URL,
/// DATABASE_TYPE, DB_*, PG*, NO_COLOR) and with HOME in a temp folder; `env` adds to it and wins.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::test {

struct Outcome {
  int exit_status = -1;  ///< -1 if a signal ended it
  int signal = 0;
  bool timed_out = false;  ///< it was killed because its time was over
  std::string out;
  std::string err;
};
/// For messages of failed expectations.
std::ostream& operator<<(std::ostream& stream, const Outcome& outcome);

struct RunOptions {
  std::map<std::string, std::string> env = {};
  std::filesystem::path cwd = {};
  std::string stdin_text = {};  ///< written, then the child's input ends
  std::chrono::milliseconds timeout = std::chrono::seconds(120);
};

class Program {
 public:
  /// Runs arguments[0] with the rest to its end; kills it when the time is over. Throws std::runtime_error if
  /// it can't be started.
  static Outcome run(const std::vector<std::string>& arguments, const RunOptions& options = {});
};

/// A child that runs while the test goes on. Its output is read all the time, so it never blocks on a full
/// pipe. Members may be called from any thread. The destructor kills what still runs.
class Process {
 public:
  explicit Process(const std::vector<std::string>& arguments, const RunOptions& options = {});
  ~Process();
  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;

  pid_t pid() const noexcept;
  bool running() const;
  /// Sends a signal; nothing happens if the child has ended.
  void signal(int number);
  void kill9();

  /// The outcome once the child has ended, or nothing when `timeout` is over first (the child lives on).
  std::optional<Outcome> wait(std::chrono::milliseconds timeout = std::chrono::seconds(120));

  /// What it has written so far.
  std::string out() const;
  std::string err() const;
  /// Waits until standard output (or standard error) contains the text; false when it ended or the time is
  /// over.
  bool wait_for_out(std::string_view text, std::chrono::milliseconds timeout = std::chrono::seconds(30));
  bool wait_for_err(std::string_view text, std::chrono::milliseconds timeout = std::chrono::seconds(30));

 private:
  class Pump;
  std::unique_ptr<Pump> pump_;
};

/// The program under test: the environment's TRADEWIND_PROGRAM, else the one built with the tests.
std::string tradewind_program();
std::vector<std::string> tradewind_command(const std::vector<std::string>& arguments);

/// Runs the program under test.
Outcome run_tradewind(const std::vector<std::string>& arguments, const RunOptions& options = {});
Outcome tradewind_in(const std::filesystem::path& folder, const std::vector<std::string>& arguments);
template <typename... Arguments>
Outcome tradewind(const Arguments&... arguments) {
  return run_tradewind({std::string(arguments)...});
}

}  // namespace tradewind::test
