#include <tradewind/maintain.hpp>

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "api/database_implementation.hpp"
#include "base/text.hpp"
#include "ops/maintain.hpp"

namespace tradewind {
namespace {

struct Unit {
  std::string_view name;
  double milliseconds;
};

constexpr double second = 1000;
constexpr double day = 86400 * second;
constexpr std::array<Unit, 17> units = {{{"ms", 1},
                                         {"s", second},
                                         {"second", second},
                                         {"sec", second},
                                         {"m", 60 * second},
                                         {"min", 60 * second},
                                         {"minute", 60 * second},
                                         {"h", 3600 * second},
                                         {"hour", 3600 * second},
                                         {"d", day},
                                         {"day", day},
                                         {"w", 7 * day},
                                         {"week", 7 * day},
                                         {"month", 30 * day},
                                         {"y", 365 * day},
                                         {"year", 365 * day},
                                         {"", second}}};

}  // namespace

std::chrono::milliseconds parse_duration(std::string_view text) {
  const std::string_view trimmed = base::trimmed(text);
  double number = 0;
  const auto [end, error] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), number);
  std::string unit =
      base::lower(base::trimmed({end, static_cast<std::size_t>(trimmed.data() + trimmed.size() - end)}));
  if (unit.size() > 2 && unit.ends_with('s')) unit.pop_back();
  for (const Unit& known : units) {
    if (error != std::errc() || unit != known.name) continue;
    const double milliseconds = number * known.milliseconds;
    if (!(milliseconds >= 0 && milliseconds <= 1000 * 365 * day)) break;
    return std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds));
  }
  throw Error(
      Code::configuration, fmt::format("\"{}\" is no length of time", base::printable(text)),
      "write it as \"90 days\", \"12h\", \"30 s\" or \"50ms\"; weeks, months (30 days) and years (365) are "
      "known too");
}

std::string_view name(MaintenanceTask task) noexcept {
  switch (task) {
    case MaintenanceTask::partitions:
      return "partitions";
    case MaintenanceTask::retention:
      return "retention";
    case MaintenanceTask::refresh:
      return "refresh";
    case MaintenanceTask::vacuum:
      return "vacuum";
    case MaintenanceTask::indexes:
      return "indexes";
  }
  return "";
}

void MaintenanceObserver::step_started(const MaintenanceStep&) {}
void MaintenanceObserver::rows_deleted(const MaintenanceStep&, std::int64_t) {}
void MaintenanceObserver::waiting(std::string_view) {}
void MaintenanceObserver::step_finished(const MaintenanceStep&) {}

MaintenanceReport maintain(Database& database, const MaintenancePolicy& policy,
                           const MaintainOptions& options) {
  Database::Implementation& opened = database.implementation();
  return ops::Maintenance(*opened.connection, *opened.upkeep, policy, options, opened.stop).run();
}

}  // namespace tradewind
