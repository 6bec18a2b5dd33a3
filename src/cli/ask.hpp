#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/context.hpp"

namespace tradewind::cli {

/// A line that is typed on standard input; none at its end, or once stop_requested().
std::optional<std::string> typed_line();

/// Asks on standard error; an empty answer is the default. Throws Error{interrupted} where nobody answers.
std::string asked(Context& context, std::string_view question, const std::string& usual);
/// The same without showing what is typed, of which nothing is cut off; it may be empty.
std::string asked_secretly(Context& context, std::string_view question);

/// For an answer that may be a URL with a password: it is shown, masked, once it is given.
std::string asked_url(Context& context, std::string_view question, const std::string& usual);

}  // namespace tradewind::cli
