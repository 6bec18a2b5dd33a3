/// [maintain] of tradewind.toml and of a pack.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tradewind/maintain.hpp>

#include <toml++/toml.h>

namespace tradewind::api {

/// A rule, and the one of several databases that it is for; empty for all.
template <typename Rule>
struct OfDatabase {
  std::string database;
  Rule rule;
};

/// What one file says; what it leaves open stays as it is.
struct PolicySettings {
  std::vector<OfDatabase<RetentionRule>> retention;
  std::vector<OfDatabase<PartitionRule>> partitions;
  std::vector<OfDatabase<std::string>> none;  ///< tables with keep = "forever"
  std::optional<VacuumPolicy> vacuum;
  std::optional<bool> refresh;
  std::optional<std::size_t> batch;
  std::optional<std::chrono::milliseconds> pause;
  std::optional<std::int64_t> standby_lag;
};

/// Gives an Error about a place of the file.
using PolicyProblem =
    std::function<Error(const std::string& message, const toml::node& at, std::string hint)>;

/// Throws what `problem` gives.
PolicySettings read_policy(const toml::node& node, const PolicyProblem& problem);

/// The rules for `database` over those of `policy`: a rule for the same table replaces it.
void apply(const PolicySettings& settings, const std::string& database, MaintenancePolicy& policy);

/// A built-in pack's.
PolicySettings pack_policy(std::string_view name);

}  // namespace tradewind::api
