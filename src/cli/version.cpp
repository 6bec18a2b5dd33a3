#include <fmt/format.h>

#include "cli/commands.hpp"

namespace tradewind::cli {

int show_version(Context& context) {
  context.document["version"] = version();
  context.output.product(fmt::format("tradewind {}\n", version()));
  return 0;
}

void add_version(Commands& commands) {
  commands.add({.name = "version",
                .synopsis = {},
                .group = "More",
                .summary = "the program's version",
                .details = {},
                .examples = "tradewind version",
                .action = show_version});
}

}  // namespace tradewind::cli
