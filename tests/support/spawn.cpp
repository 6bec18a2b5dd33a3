#include "support/spawn.hpp"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace tradewind::test {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/usr/bin:/bin";
  while (!rest.empty()) {
    const auto end = rest.find(':');
    std::string candidate = std::string(rest.substr(0, end)) + "/" + name;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  throw std::runtime_error("no program named " + name);
}

// From here to exec only async-signal-safe calls: other threads of the test may have held any lock at the
// fork.
struct Child {
  const char* program;
  char* const* arguments;
  char* const* environment;
  const char* folder;
  std::array<int, 3> files;
  const Identity* identity;
  int report;
};

bool attach_files(const Child& child) {
  std::array<int, 3> high{};
  for (int i = 0; i < 3; ++i) {
    const int from = child.files[i] >= 0 ? child.files[i] : open("/dev/null", O_RDWR);
    high[i] = fcntl(from, F_DUPFD_CLOEXEC, 10);
    if (high[i] < 0) return false;
  }
  for (int i = 0; i < 3; ++i) {
    if (dup2(high[i], i) < 0) return false;
  }
  return true;
}

bool become(const Identity* identity) {
  if (identity == nullptr) return true;
  return setgroups(identity->groups.size(), identity->groups.data()) == 0 &&
         setresgid(identity->group, identity->group, identity->group) == 0 &&
         setresuid(identity->user, identity->user, identity->user) == 0;
}

[[noreturn]] void run_child(const Child& child) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  const bool ready =
      attach_files(child) && become(child.identity) && (child.folder == nullptr || chdir(child.folder) == 0);
  if (ready) execve(child.program, child.arguments, child.environment);
  const int error = errno;
  [[maybe_unused]] const auto written = write(child.report, &error, sizeof error);
  _exit(127);
}

void wait_for_exec(pid_t pid, Pipe& report, const std::string& program) {
  report.write_end.close();
  int error = 0;
  if (read(report.read_end.get(), &error, sizeof error) != sizeof error) return;
  waitpid(pid, nullptr, 0);
  throw std::system_error(error, std::generic_category(), "cannot start " + program);
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    number_ = other.release();
  }
  return *this;
}

int Descriptor::release() noexcept {
  return std::exchange(number_, -1);
}

void Descriptor::close() noexcept {
  if (number_ >= 0) ::close(release());
}

Pipe make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

pid_t spawn(const Spawn& child) {
  const std::string program = find_program(child.arguments.at(0));
  const auto arguments = pointers(child.arguments);
  const auto environment = pointers(child.environment);
  Pipe report = make_pipe();
  const Child prepared{program.c_str(),
                       arguments.data(),
                       environment.data(),
                       child.folder.empty() ? nullptr : child.folder.c_str(),
                       {child.in, child.out, child.err},
                       child.identity ? &*child.identity : nullptr,
                       report.write_end.get()};
  const pid_t pid = fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) run_child(prepared);
  wait_for_exec(pid, report, program);
  return pid;
}

std::vector<std::string> own_environment() {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) result.emplace_back(*entry);
  return result;
}

}  // namespace tradewind::test
