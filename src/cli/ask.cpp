#include "cli/ask.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/signals.hpp"

namespace tradewind::cli {
namespace {

/// A signal that stops us is let in during the wait alone: one that came just before it would go unnoticed
/// until somebody types.
bool input_comes() {
  sigset_t stopping;
  sigset_t before;
  sigemptyset(&stopping);
  for (const int number : {SIGINT, SIGTERM}) sigaddset(&stopping, number);
  ::pthread_sigmask(SIG_BLOCK, &stopping, &before);
  pollfd input{STDIN_FILENO, POLLIN, 0};
  bool comes = false;
  while (!comes && !stop_requested().load())
    comes = ::ppoll(&input, 1, nullptr, &before) > 0 || errno != EINTR;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return comes;
}

std::string answer(Context& context) {
  if (auto line = typed_line()) return *std::move(line);
  context.output.error("\n");
  throw Error(Code::interrupted, "nobody answered: nothing was changed",
              "give all by options and pass --yes");
}

/// Typed characters are not shown while it lives.
class NoEcho {
 public:
  NoEcho() {
    known_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (known_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &silent);
  }
  ~NoEcho() {
    if (known_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  termios before_{};
  bool known_ = false;
};

}  // namespace

std::optional<std::string> typed_line() {
  std::string line;
  if (!input_comes() || !std::getline(std::cin, line) || stop_requested().load()) return std::nullopt;
  return line;
}

std::string asked(Context& context, std::string_view question, const std::string& usual) {
  context.output.error(usual.empty() ? fmt::format("{}: ", question)
                                     : fmt::format("{} [{}]: ", question, clean(usual)));
  const std::string line = answer(context);
  const std::string_view given = base::trimmed(line);
  return given.empty() ? usual : std::string(given);
}

std::string asked_secretly(Context& context, std::string_view question) {
  const NoEcho silent;
  context.output.error(fmt::format("{}: ", question));
  std::string given = answer(context);
  context.output.error("\n");
  return given;
}

std::string asked_url(Context& context, std::string_view question, const std::string& usual) {
  const NoEcho silent;
  context.output.error(fmt::format("{} (not shown while typed) [{}]: ", question, clean(usual)));
  const std::string line = answer(context);
  std::string given(base::trimmed(line));
  if (given.empty()) given = usual;
  context.output.error(clean(given.find("://") == std::string::npos ? given : masked(given)) + "\n");
  return given;
}

}  // namespace tradewind::cli
