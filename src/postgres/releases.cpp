#include "postgres/releases.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tradewind::postgres {
namespace {

/// The day of its last release, from https://www.postgresql.org/support/versioning/.
struct Release {
  int major;
  std::string_view last;
};

constexpr std::array<Release, 7> releases = {{{12, "2024-11-14"},
                                              {13, "2025-11-13"},
                                              {14, "2026-11-12"},
                                              {15, "2027-11-11"},
                                              {16, "2028-11-09"},
                                              {17, "2029-11-08"},
                                              {18, "2030-11-14"}}};

}  // namespace

std::optional<Diagnosis> support_finding(int major, std::string_view version, std::string_view today) {
  const auto own = std::find_if(releases.begin(), releases.end(),
                                [&](const Release& release) { return release.major == major; });
  if (own == releases.end() && major > releases.back().major) return std::nullopt;
  if (own != releases.end() && today <= own->last) return std::nullopt;
  const auto good = std::find_if(releases.begin(), releases.end(),
                                 [&](const Release& release) { return today <= release.last; });
  return Diagnosis{
      {},
      DiagnosisSeverity::warning,
      fmt::format("PostgreSQL {}", version),
      fmt::format("this version gets no fixes any more{}",
                  own == releases.end() ? "" : fmt::format(" since {}", own->last)),
      good == releases.end() ? "upgrade to a later one" : fmt::format("upgrade to {} or later", good->major)};
}

}  // namespace tradewind::postgres
