#include "support/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <ostream>
#include <system_error>
#include <thread>

#include "support/given.hpp"
#include "support/spawn.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

using std::chrono::milliseconds;

bool is_inherited(std::string_view entry) {
  const auto name = entry.substr(0, entry.find('='));
  return name != "DATABASE_URL" && name != "DATABASE_TYPE" && !name.starts_with("DB_") &&
         !name.starts_with("PG") && name != "NO_COLOR" && name != "HOME";
}

const std::filesystem::path& home() {
  static const TempDir folder("tradewind-home");
  return folder.path();
}

std::string assignment(const std::string& name, const std::string& value) {
  return name + "=" + value;
}

std::vector<std::string> environment(const std::string& program,
                                     std::map<std::string, std::string> additions) {
  // The leak check of a sanitizer traces too, and only one can.
  if (program == "strace") additions.try_emplace("ASAN_OPTIONS", "detect_leaks=0");
  std::map<std::string, std::string> merged = {{"HOME", home().string()}};
  for (const auto& entry : own_environment()) {
    const auto equals = entry.find('=');
    if (is_inherited(entry)) merged[entry.substr(0, equals)] = entry.substr(equals + 1);
  }
  for (const auto& [name, value] : additions) merged[name] = value;
  std::vector<std::string> result;
  result.reserve(merged.size());
  for (const auto& [name, value] : merged) result.push_back(assignment(name, value));
  return result;
}

void make_non_blocking(const Descriptor& file) {
  fcntl(file.get(), F_SETFL, O_NONBLOCK);
}

}  // namespace

/// Feeds and empties the child's pipes on a thread and reaps it.
class Process::Pump {
 public:
  Pump(const std::vector<std::string>& arguments, const RunOptions& options);
  ~Pump();

  pid_t pid() const noexcept { return pid_; }
  bool running() const { return !ended_locked(); }
  void send(int number);
  std::optional<Outcome> wait(milliseconds timeout);
  std::string copy(std::string Outcome::*stream) const;
  bool wait_for(std::string Outcome::*stream, std::string_view text, milliseconds timeout);

 private:
  bool ended_locked() const;
  void work();
  void feed();
  void drain(Descriptor& from, std::string Outcome::*stream);
  void reap();

  Descriptor in_;
  Descriptor out_;
  Descriptor err_;
  Descriptor process_;
  pid_t pid_ = -1;
  std::string input_;
  std::size_t fed_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Outcome outcome_;
  bool ended_ = false;
  std::thread thread_;
};

Process::Pump::Pump(const std::vector<std::string>& arguments, const RunOptions& options)
    : input_(options.stdin_text) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  pid_ = spawn({arguments, environment(arguments.at(0), options.env), options.cwd, in.read_end.get(),
                out.write_end.get(), err.write_end.get(), std::nullopt});
  in_ = std::move(in.write_end);
  out_ = std::move(out.read_end);
  err_ = std::move(err.read_end);
  for (const auto* file : {&in_, &out_, &err_}) make_non_blocking(*file);
  process_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  if (!process_) throw std::system_error(errno, std::generic_category(), "pidfd_open");
  thread_ = std::thread([this] { work(); });
}

Process::Pump::~Pump() {
  send(SIGKILL);
  thread_.join();
}

bool Process::Pump::ended_locked() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

// Through the descriptor: the number may belong to another process once this one is reaped.
void Process::Pump::send(int number) {
  syscall(SYS_pidfd_send_signal, process_.get(), number, nullptr, 0);
}

void Process::Pump::work() {
  // A child that stops reading must not end the test.
  sigset_t pipe_signal;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, nullptr);
  for (;;) {
    if (fed_ == input_.size()) in_.close();
    std::array<pollfd, 4> files = {{{in_.get(), POLLOUT, 0},
                                    {out_.get(), POLLIN, 0},
                                    {err_.get(), POLLIN, 0},
                                    {process_.get(), POLLIN, 0}}};
    if (poll(files.data(), files.size(), -1) < 0) continue;
    if (files[0].revents != 0) feed();
    if (files[1].revents != 0) drain(out_, &Outcome::out);
    if (files[2].revents != 0) drain(err_, &Outcome::err);
    if (files[3].revents != 0) return reap();
  }
}

void Process::Pump::feed() {
  const auto count = write(in_.get(), input_.data() + fed_, input_.size() - fed_);
  if (count > 0) fed_ += static_cast<std::size_t>(count);
  if (count < 0 && errno == EPIPE) fed_ = input_.size();
}

void Process::Pump::drain(Descriptor& from, std::string Outcome::*stream) {
  std::array<char, 65536> buffer;
  while (from) {
    const auto count = read(from.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return;
    if (count == 0) return from.close();
    const std::lock_guard lock(mutex_);
    (outcome_.*stream).append(buffer.data(), static_cast<std::size_t>(count));
    changed_.notify_all();
  }
}

void Process::Pump::reap() {
  int status = 0;
  waitpid(pid_, &status, 0);
  drain(out_, &Outcome::out);
  drain(err_, &Outcome::err);
  const std::lock_guard lock(mutex_);
  if (WIFEXITED(status)) outcome_.exit_status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) outcome_.signal = WTERMSIG(status);
  ended_ = true;
  changed_.notify_all();
}

std::optional<Outcome> Process::Pump::wait(milliseconds timeout) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, timeout, [this] { return ended_; })) return std::nullopt;
  return outcome_;
}

std::string Process::Pump::copy(std::string Outcome::*stream) const {
  const std::lock_guard lock(mutex_);
  return outcome_.*stream;
}

bool Process::Pump::wait_for(std::string Outcome::*stream, std::string_view text, milliseconds timeout) {
  std::unique_lock lock(mutex_);
  const auto found = [&] { return (outcome_.*stream).find(text) != std::string::npos; };
  changed_.wait_for(lock, timeout, [&] { return ended_ || found(); });
  return found();
}

Process::Process(const std::vector<std::string>& arguments, const RunOptions& options)
    : pump_(std::make_unique<Pump>(arguments, options)) {}
Process::~Process() = default;
Process::Process(Process&&) noexcept = default;
Process& Process::operator=(Process&&) noexcept = default;

pid_t Process::pid() const noexcept {
  return pump_->pid();
}
bool Process::running() const {
  return pump_->running();
}
void Process::signal(int number) {
  pump_->send(number);
}
void Process::kill9() {
  pump_->send(SIGKILL);
}
std::optional<Outcome> Process::wait(milliseconds timeout) {
  return pump_->wait(timeout);
}
std::string Process::out() const {
  return pump_->copy(&Outcome::out);
}
std::string Process::err() const {
  return pump_->copy(&Outcome::err);
}
bool Process::wait_for_out(std::string_view text, milliseconds timeout) {
  return pump_->wait_for(&Outcome::out, text, timeout);
}
bool Process::wait_for_err(std::string_view text, milliseconds timeout) {
  return pump_->wait_for(&Outcome::err, text, timeout);
}

std::ostream& operator<<(std::ostream& stream, const Outcome& outcome) {
  stream << "exit status " << outcome.exit_status;
  if (outcome.signal != 0) stream << ", signal " << outcome.signal;
  if (outcome.timed_out) stream << ", out of time";
  return stream << "\n--- out\n" << outcome.out << "\n--- err\n" << outcome.err << "\n---";
}

Outcome Program::run(const std::vector<std::string>& arguments, const RunOptions& options) {
  Process process(arguments, options);
  if (auto outcome = process.wait(options.timeout)) return *outcome;
  process.kill9();
  Outcome outcome = given(process.wait());
  outcome.timed_out = true;
  return outcome;
}

std::string tradewind_program() {
  const char* other = std::getenv("TRADEWIND_PROGRAM");
  return other != nullptr && *other != '\0' ? other : TRADEWIND_PROGRAM;
}

std::vector<std::string> tradewind_command(const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {tradewind_program()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

Outcome run_tradewind(const std::vector<std::string>& arguments, const RunOptions& options) {
  return Program::run(tradewind_command(arguments), options);
}

Outcome tradewind_in(const std::filesystem::path& folder, const std::vector<std::string>& arguments) {
  RunOptions options;
  options.cwd = folder;
  return run_tradewind(arguments, options);
}

}  // namespace tradewind::test
