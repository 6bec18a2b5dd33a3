#pragma once

#include <string_view>

#include "cli/context.hpp"

namespace tradewind::cli {

/// Somebody is there to answer: standard input is a terminal.
bool can_ask();

/// Asks on standard error; only "y" and "yes" are a yes.
bool confirmed(Context& context, std::string_view question);

}  // namespace tradewind::cli
