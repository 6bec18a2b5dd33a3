#pragma once

#include <string>

#include "place.hpp"

namespace tradewind::bench {

/// What a table of measurements must say besides: date, machine, versions, as lines of Markdown.
std::string machine(Place& place);

/// How busy the machine is: the load average of the last minute.
double load_average();

}  // namespace tradewind::bench
