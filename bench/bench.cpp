/// Measures tradewind against floors: the same work done by psql and the sqlite3 shell, in turns on the same
/// machine.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "cases.hpp"
#include "machine.hpp"

namespace tradewind::bench {
namespace {

struct Request {
  std::vector<Case> cases;
  int rounds = 5;
};

std::vector<Case> all_cases() {
  std::vector<Case> cases = postgres_cases();
  for (Case& one : sqlite_cases()) cases.push_back(std::move(one));
  for (Case& one : backup_cases()) cases.push_back(std::move(one));
  return cases;
}

std::string usage() {
  std::string text =
      "bench [--rounds N] [--megabytes N] [CASE...]\n"
      "--megabytes is the size of what is backed up, 1,000 by default.\n"
      "Prints a table of medians and their ratios on standard output. TRADEWIND_PROGRAM names another "
      "program to\n"
      "measure, TRADEWIND_POSTGRES_BIN the folder of another server. Cases, all of them by default:\n";
  for (const Case& one : all_cases()) text += fmt::format("  {:<16} {}\n", one.name, one.work);
  return text;
}

int number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1) {
    throw std::invalid_argument(fmt::format("an option takes a number from 1, not \"{}\"", text));
  }
  return value;
}

/// The cases say their size, so it must be known before them.
void take_size(std::vector<std::string>& arguments) {
  const auto option = std::find(arguments.begin(), arguments.end(), "--megabytes");
  if (option == arguments.end()) return;
  const std::string text = option + 1 == arguments.end() ? "" : *(option + 1);
  ::setenv("TRADEWIND_BENCH_MB", std::to_string(number(text)).c_str(), 1);
  arguments.erase(option, option + 2);
}

Request parse(std::vector<std::string> arguments) {
  take_size(arguments);
  Request request;
  const std::vector<Case> known = all_cases();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--rounds") {
      request.rounds = number(++i < arguments.size() ? arguments[i] : "");
      continue;
    }
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const Case& one) { return one.name == arguments[i]; });
    if (found == known.end())
      throw std::invalid_argument(fmt::format("there is no case \"{}\"\n{}", arguments[i], usage()));
    request.cases.push_back(*found);
  }
  if (request.cases.empty()) request.cases = known;
  return request;
}

void measure_all(const Request& request) {
  Place place;
  std::string rows;
  std::string legend;
  double busiest = load_average();
  for (const Case& one : request.cases) {
    fmt::print(stderr, "{}: {}\n", one.name, one.work);
    const Comparison comparison = one.make(place);
    const Result result = compare(comparison, request.rounds, place.folder() / "log");
    const std::string row = table_row(comparison, result);
    fmt::print(stderr, "{}", row);
    rows += row;
    legend += fmt::format("- `{}`: {}. Floor: {}. Median of {} runs.\n", one.name, one.work, comparison.floor,
                          request.rounds * comparison.repeat);
    busiest = std::max(busiest, load_average());
  }
  fmt::print("{}Load average at most {:.1f}.\n\n{}{}\n{}", machine(place), busiest, table_head(), rows,
             legend);
}

}  // namespace
}  // namespace tradewind::bench

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (std::find(arguments.begin(), arguments.end(), "--help") != arguments.end()) {
      fmt::print("{}", tradewind::bench::usage());
      return 0;
    }
    tradewind::bench::measure_all(tradewind::bench::parse(arguments));
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench: {}\n", error.what());
    return dynamic_cast<const std::invalid_argument*>(&error) != nullptr ? 2 : 1;
  }
}
