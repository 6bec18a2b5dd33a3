#pragma once

#include <tradewind/plan.hpp>
#include <vector>

#include "cli/each_database.hpp"

namespace tradewind::cli {

/// A statement with the semicolon that it needs to be followed by another one.
std::string terminated(std::string_view statement);

/// Prints steps as a script that psql or sqlite3 could run, and puts them into the visit's document.
void print_script(Context& context, Visit& visit, const std::vector<Step>& steps,
                  const std::vector<std::string>& notes);

}  // namespace tradewind::cli
