#include "support/watchdog.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace tradewind::test {
namespace {

// Everything here runs between fork and exec of a process that may have threads: async-signal-safe calls
// only.

void stop(pid_t server) {
  kill(server, SIGQUIT);
  const timespec moment = {0, 20'000'000};
  for (int i = 0; i < 250 && kill(server, 0) == 0; ++i) nanosleep(&moment, nullptr);
  kill(server, SIGKILL);
}

void detach(int line) {
  setsid();
  const int null = open("/dev/null", O_RDWR);
  for (int i = 0; null >= 0 && i < 3; ++i) dup2(null, i);
  // The writing end must be open in the watched process alone.
  dup2(line, 3);
  close_range(4, ~0U, 0);
}

[[noreturn]] void watch_over(int line, const char* folder) {
  detach(line);
  pid_t server = -1;
  pid_t next = -1;
  ssize_t count = 0;
  while ((count = read(3, &next, sizeof next)) != 0) {
    if (count == sizeof next) server = next;
  }
  if (server > 0) stop(server);
  execl("/bin/rm", "rm", "-rf", "--", folder, nullptr);
  _exit(1);
}

}  // namespace

ServerWatchdog::ServerWatchdog(const std::filesystem::path& folder) : owner_(getpid()) {
  Pipe pipe = make_pipe();
  const std::string text = folder.string();
  process_ = fork();
  if (process_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (process_ == 0) watch_over(pipe.read_end.get(), text.c_str());
  line_ = std::move(pipe.write_end);
}

ServerWatchdog::~ServerWatchdog() {
  if (!is_own()) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

void ServerWatchdog::watch(pid_t server) {
  [[maybe_unused]] const auto written = write(line_.get(), &server, sizeof server);
}

bool ServerWatchdog::is_own() const {
  return getpid() == owner_;
}

}  // namespace tradewind::test
