#include "measured_run.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/spawn.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::bench {
namespace {

using Clock = std::chrono::steady_clock;

test::Descriptor open_file(const std::filesystem::path& path, int flags) {
  test::Descriptor file(::open(path.c_str(), flags | O_CLOEXEC, 0600));
  if (!file) throw std::runtime_error("can't open " + path.string());
  return file;
}

/// Nothing of the caller's: no DATABASE_URL, no PGHOST, no colours, no .psqlrc.
std::vector<std::string> environment(const std::filesystem::path& home) {
  const char* path = std::getenv("PATH");
  return {fmt::format("PATH={}", path != nullptr ? path : "/usr/bin:/bin"),
          fmt::format("HOME={}", home.string()), "LC_ALL=C.UTF-8", "TERM=dumb"};
}

[[noreturn]] void refuse(const Invocation& invocation, const std::filesystem::path& log) {
  const std::string said = test::read_file(log);
  throw std::runtime_error(fmt::format("{} failed:\n{}", fmt::join(invocation.arguments, " "),
                                       said.substr(said.size() > 2000 ? said.size() - 2000 : 0)));
}

}  // namespace

Measured measure(const Invocation& invocation, const std::filesystem::path& log) {
  const test::Descriptor in = open_file(invocation.input.empty() ? "/dev/null" : invocation.input, O_RDONLY);
  const test::Descriptor out = open_file(log, O_WRONLY | O_CREAT | O_TRUNC);
  test::Spawn child{.arguments = invocation.arguments,
                    .environment = environment(log.parent_path()),
                    .folder = log.parent_path(),
                    .in = in.get(),
                    .out = out.get(),
                    .err = out.get(),
                    .identity = {}};
  const auto begin = Clock::now();
  const pid_t process = test::spawn(child);
  int status = 0;
  rusage usage{};
  while (::wait4(process, &status, 0, &usage) < 0 && errno == EINTR) continue;
  const std::chrono::duration<double> elapsed = Clock::now() - begin;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) refuse(invocation, log);
  return {.seconds = elapsed.count(), .peak_mb = static_cast<double>(usage.ru_maxrss) * 1024 / 1e6};
}

}  // namespace tradewind::bench
