/// Mistakes of the command line, each with what was probably meant.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <tradewind/error.hpp>

namespace tradewind::cli {

/// Throws Error{usage} for arguments that nothing took.
void refuse_unexpected(const CLI::App& root, const CLI::App& selected);

/// `--to --json`: a value was forgotten. Throws Error{usage}.
void refuse_options_as_values(const CLI::App& app);

Error unknown_command(const CLI::App& parent, const std::string& name);

/// The option parser's own complaints.
Error usage_error(const CLI::ParseError& error, const CLI::App& selected);

/// A number of migrations: `text` from the command line, none for an empty one. Throws Error{usage}.
std::optional<std::size_t> parse_count(const std::string& text, const std::string& command);

}  // namespace tradewind::cli
