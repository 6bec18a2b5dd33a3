#pragma once

#include "cli/each_database.hpp"

namespace tradewind::cli {

/// Says what a run did, and puts it into the visit's document. `done` as in "applied".
void report_run(Context& context, Visit& visit, const RunResult& result, std::string_view done,
                std::string_view nothing);

}  // namespace tradewind::cli
