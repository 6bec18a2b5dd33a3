/// Errors and results as sentences.
#pragma once

#include <string>
#include <string_view>
#include <tradewind/tradewind.hpp>

#include "cli/style.hpp"

namespace tradewind::cli {

/// What a command does to a database, for what an error says about it.
enum class Deed { looks, applies, reverts, records, loads };

/// The program's exit status for an error: 4 where something of the run was done and stays.
int exit_status_of(const Error& error);
/// Of two exit statuses the one that matters more: 70, 4, 3, 2, 5, 1, 0.
int worse(int a, int b);

/// The whole report of an error, several lines. `database` names the one concerned if there are several.
std::string error_text(const Error& error, Deed deed, std::string_view database, const Style& style);
/// Of an exception that should not have come.
std::string bug_text(std::string_view what, const Style& style);

/// "2 migrations".
std::string migrations(std::size_t count);

}  // namespace tradewind::cli
