#include "cli/ask.hpp"

#include <termios.h>
#include <unistd.h>

#include <iostream>

#include "base/text.hpp"
#include "cli/signals.hpp"

namespace tradewind::cli {
namespace {

std::string answer(Context& context) {
  std::string line;
  if (std::getline(std::cin, line) && !stop_requested().load()) return line;
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

}  // namespace tradewind::cli
