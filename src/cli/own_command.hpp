/// Commands of our own that are printed to be pasted into a shell.
#pragma once

#include <string>

#include "cli/context.hpp"

namespace tradewind::cli {

std::string quoted_for_shell(const std::string& text);

/// "tradewind --pack iftb --database a": what leads to the same databases again. A password is left out.
/// `database` is the name of one of several.
std::string command_of(const Context& context, const std::string& database = {});

/// What must be there when the command runs, for people: " (with the password ...)"; mostly empty.
std::string needs_of(const Context& context);

}  // namespace tradewind::cli
