#include "cli/confirm.hpp"

#include <unistd.h>

#include <iostream>

#include "base/text.hpp"
#include "cli/signals.hpp"

namespace tradewind::cli {

bool can_ask() {
  return ::isatty(STDIN_FILENO) == 1;
}

bool confirmed(Context& context, std::string_view question) {
  context.output.error(fmt::format("{} [y/N] ", question));
  std::string answer;
  if (!std::getline(std::cin, answer) || stop_requested().load()) {
    context.output.error("\n");
    return false;
  }
  answer = base::lower(base::trimmed(answer));
  return answer == "y" || answer == "yes";
}

}  // namespace tradewind::cli
