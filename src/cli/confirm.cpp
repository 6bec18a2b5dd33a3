#include "cli/confirm.hpp"

#include <unistd.h>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/ask.hpp"

namespace tradewind::cli {

bool can_ask() {
  return ::isatty(STDIN_FILENO) == 1;
}

bool confirmed(Context& context, std::string_view question) {
  context.output.error(fmt::format("{} [y/N] ", question));
  const auto line = typed_line();
  if (!line) {
    context.output.error("\n");
    return false;
  }
  const std::string answer = base::lower(base::trimmed(*line));
  return answer == "y" || answer == "yes";
}

}  // namespace tradewind::cli
