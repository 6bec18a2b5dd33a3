/// The library's values as JSON, in the documented shapes.
#pragma once

#include <string_view>
#include <tradewind/tradewind.hpp>
#include <vector>

#include "cli/output.hpp"

namespace tradewind::cli {

Json to_json(const Error& error);
/// The keys of one database of a `status`.
void add_status(Json& entry, const Status& status);
/// Steps that ran; `direction` in place of each step's own if given.
Json ran_steps(const std::vector<Step>& steps, std::string_view direction = {});
Json planned_steps(const std::vector<Step>& steps);
Json to_json(const std::vector<Finding>& findings);
Json to_json(const std::vector<Repair>& repairs);

}  // namespace tradewind::cli
