#include "base/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fmt/format.h>
#include <tradewind/error.hpp>

namespace tradewind::base {
namespace {

constexpr std::size_t kept_error = 16384;

class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0)
      throw Error(Code::internal, fmt::format("no pipe can be made: {}", std::strerror(errno)));
  }
  ~Pipe() {
    close_read();
    close_write();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int read_end() const { return ends_[0]; }
  int write_end() const { return ends_[1]; }
  void close_read() { close_one(ends_[0]); }
  void close_write() { close_one(ends_[1]); }

 private:
  static void close_one(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

std::vector<std::string> merged_environment(const ChildProcess& child) {
  std::vector<std::string> result;
  for (const auto& [name, value] : child.environment) {
    if (!value.empty()) result.push_back(fmt::format("{}={}", name, value));
  }
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    const auto is_it = [&](const auto& own) { return own.first == name; };
    if (std::none_of(child.environment.begin(), child.environment.end(), is_it)) result.emplace_back(text);
  }
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// Between fork and exec only what a signal handler may do.
[[noreturn]] void become(char* const* arguments, char* const* environment, const Pipe& out, const Pipe& err,
                         pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(126);
  const int null = ::open("/dev/null", O_RDONLY);
  if (null >= 0) ::dup2(null, STDIN_FILENO);
  ::dup2(out.write_end(), STDOUT_FILENO);
  ::dup2(err.write_end(), STDERR_FILENO);
  std::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(arguments[0], arguments, environment);
  ::_exit(127);
}

/// Reads both pipes until the child has closed them.
class Reader {
 public:
  Reader(const ChildProcess& child, pid_t pid, ChildOutcome& outcome)
      : child_(child), pid_(pid), outcome_(outcome) {}

  void read_all(int out, int err) {
    std::array<pollfd, 2> sources{{{out, POLLIN, 0}, {err, POLLIN, 0}}};
    while (sources[0].fd >= 0 || sources[1].fd >= 0) {
      ::poll(sources.data(), sources.size(), 100);
      if (child_.on_tick) child_.on_tick();
      end_if_asked();
      for (pollfd& source : sources) {
        if (source.fd >= 0 && source.revents != 0 && !read_some(source.fd, source.fd == err)) source.fd = -1;
      }
    }
    if (!line_.empty() && child_.on_line) child_.on_line(line_);
  }

 private:
  void end_if_asked() {
    if (outcome_.stopped || child_.stop == nullptr || !child_.stop->load()) return;
    outcome_.stopped = true;
    ::kill(pid_, SIGTERM);
  }

  bool read_some(int fd, bool is_error) {
    std::array<char, 65536> buffer{};
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0) return errno == EINTR || errno == EAGAIN;
    const std::string_view text(buffer.data(), static_cast<std::size_t>(got));
    if (is_error) {
      take_error(text);
    } else {
      outcome_.out += text;
    }
    return got > 0;
  }

  void take_error(std::string_view text) {
    outcome_.error += text;
    if (outcome_.error.size() > kept_error) outcome_.error.erase(0, outcome_.error.size() - kept_error);
    line_ += text;
    for (std::size_t end = 0; (end = line_.find('\n')) != std::string::npos;) {
      if (child_.on_line) child_.on_line(std::string_view(line_).substr(0, end));
      line_.erase(0, end + 1);
    }
  }

  const ChildProcess& child_;
  pid_t pid_;
  ChildOutcome& outcome_;
  std::string line_;
};

}  // namespace

ChildOutcome run(const ChildProcess& child) {
  Pipe out;
  Pipe err;
  std::vector<std::string> arguments = child.arguments;
  std::vector<std::string> environment = merged_environment(child);
  const std::vector<char*> argument_pointers = pointers(arguments);
  const std::vector<char*> environment_pointers = pointers(environment);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw Error(Code::internal, fmt::format("no process can be made: {}", std::strerror(errno)));
  if (pid == 0) become(argument_pointers.data(), environment_pointers.data(), out, err, parent);
  out.close_write();
  err.close_write();
  ChildOutcome outcome;
  Reader(child, pid, outcome).read_all(out.read_end(), err.read_end());
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

}  // namespace tradewind::base
