#include "api/maintain_policy.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"

namespace tradewind::api {
namespace {

constexpr std::string_view forever = "forever";

class PolicyReader {
 public:
  explicit PolicyReader(const PolicyProblem& problem) : problem_(problem) {}

  PolicySettings read(const toml::node& node) {
    for (const auto& [key, value] : table_of(node, "maintain")) {
      const std::string_view name = key.str();
      if (name == "retention") {
        each_rule(value, "retention",
                  [&](const auto& table, const auto& rule) { read_retention(table, rule); });
      } else if (name == "partitions") {
        each_rule(value, "partitions",
                  [&](const auto& table, const auto& rule) { read_partitions(table, rule); });
      } else {
        read_setting(name, value);
      }
    }
    return std::move(settings_);
  }

 private:
  const toml::table& table_of(const toml::node& node, std::string_view name) const {
    if (const toml::table* table = node.as_table()) return *table;
    throw problem_(fmt::format("\"{}\" must be a table", name), node, fmt::format("write [{}]", name));
  }

  template <typename Read>
  void each_rule(const toml::node& node, const std::string& kind, const Read& read) {
    for (const auto& [key, value] : table_of(node, "maintain." + kind)) {
      const std::string table(key.str());
      const toml::table* rule = value.as_table();
      if (rule == nullptr) {
        throw problem_(fmt::format("\"{}\" must be a table", base::printable(table)), value,
                       fmt::format("write {} = {{ {} }}", table,
                                   kind == "retention" ? "column = \"timestamp\", keep = \"90 days\""
                                                       : "every = \"month\", ahead = 3"));
      }
      read(table, *rule);
    }
  }

  void read_setting(std::string_view name, const toml::node& value) {
    if (name == "vacuum") {
      settings_.vacuum = vacuum(value);
    } else if (name == "refresh") {
      settings_.refresh = value.value_exact<bool>();
      if (!settings_.refresh)
        throw problem_("\"refresh\" must be true or false", value, "write refresh = false");
    } else if (name == "batch") {
      settings_.batch = static_cast<std::size_t>(whole(value, "batch", 1, 1000000));
    } else if (name == "pause") {
      settings_.pause = duration(value, "pause");
    } else if (name == "max_standby_lag") {
      settings_.standby_lag = bytes(value);
    } else {
      unknown(name, value,
              std::array<std::string, 7>{"retention", "partitions", "vacuum", "refresh", "batch", "pause",
                                         "max_standby_lag"});
    }
  }

  void read_retention(const std::string& name, const toml::table& table) {
    OfDatabase<RetentionRule> read;
    read.rule.table = name;
    bool kept_for_ever = false;
    for (const auto& [key, value] : table) {
      if (key.str() == "column") {
        read.rule.column = text(value, "column");
      } else if (key.str() == "keep") {
        kept_for_ever = is_forever(value);
        if (!kept_for_ever) read.rule.keep = seconds(value);
      } else if (key.str() == "unit") {
        read.rule.unit = one_of(value, "unit", std::array<std::string, 3>{"s", "ms", "us"});
      } else if (key.str() == "database") {
        read.database = text(value, "database");
      } else {
        unknown(key.str(), value, std::array<std::string, 4>{"column", "keep", "unit", "database"});
      }
    }
    if (kept_for_ever) {
      settings_.none.push_back({read.database, name});
      return;
    }
    if (read.rule.column.empty() || read.rule.keep.count() == 0) {
      throw problem_(fmt::format("the retention of {} needs column and keep", base::printable(name)), table,
                     fmt::format("write {} = {{ column = \"timestamp\", keep = \"90 days\" }}", name));
    }
    settings_.retention.push_back(std::move(read));
  }

  void read_partitions(const std::string& name, const toml::table& table) {
    OfDatabase<PartitionRule> read;
    read.rule.table = name;
    for (const auto& [key, value] : table) {
      if (key.str() == "every") {
        read.rule.every = one_of(value, "every", std::array<std::string, 4>{"day", "week", "month", "year"});
      } else if (key.str() == "ahead") {
        read.rule.ahead = static_cast<int>(whole(value, "ahead", 0, 120));
      } else if (key.str() == "keep") {
        if (!is_forever(value)) read.rule.keep = seconds(value);
      } else if (key.str() == "make") {
        read.rule.make = text(value, "make");
      } else if (key.str() == "database") {
        read.database = text(value, "database");
      } else {
        unknown(key.str(), value, std::array<std::string, 5>{"every", "ahead", "keep", "make", "database"});
      }
    }
    settings_.partitions.push_back(std::move(read));
  }

  std::string text(const toml::node& value, std::string_view name) const {
    const auto found = value.value_exact<std::string>();
    if (!found || found->empty())
      throw problem_(fmt::format("\"{}\" must be a text", name), value,
                     fmt::format("write {} = \"...\"", name));
    return *found;
  }

  std::int64_t whole(const toml::node& value, std::string_view name, std::int64_t least,
                     std::int64_t most) const {
    const auto found = value.value_exact<std::int64_t>();
    if (!found || *found < least || *found > most) {
      throw problem_(fmt::format("\"{}\" must be a number from {} to {}", name, least, most), value,
                     fmt::format("write {} = {}", name, std::max<std::int64_t>(least, 3)));
    }
    return *found;
  }

  bool is_forever(const toml::node& value) const { return text(value, "keep") == forever; }

  std::chrono::milliseconds duration(const toml::node& value, std::string_view name) const {
    try {
      return parse_duration(text(value, name));
    } catch (const Error& error) {
      throw problem_(error.message(), value, error.hint());
    }
  }

  std::chrono::seconds seconds(const toml::node& value) const {
    const auto found = std::chrono::duration_cast<std::chrono::seconds>(duration(value, "keep"));
    if (found.count() == 0)
      throw problem_("\"keep\" must be a second at least", value, "write keep = \"90 days\", or \"forever\"");
    return found;
  }

  std::int64_t bytes(const toml::node& value) const {
    const std::string found = text(value, "max_standby_lag");
    static const std::map<std::string, std::int64_t> units = {{"kB", 1024}, {"MB", 1 << 20}, {"GB", 1 << 30}};
    const std::size_t digits = std::min(found.find_first_not_of("0123456789"), found.size());
    const auto unit = units.find(std::string(base::trimmed(found.substr(digits))));
    if (digits == 0 || digits > 6 || unit == units.end())
      throw problem_("\"max_standby_lag\" must be a size", value,
                     "write it as \"64 MB\"; kB, MB and GB are known");
    return std::stoll(found.substr(0, digits)) * unit->second;
  }

  VacuumPolicy vacuum(const toml::node& value) const {
    const std::string found = one_of(value, "vacuum", std::array<std::string, 3>{"off", "needed", "all"});
    return found == "off" ? VacuumPolicy::off : found == "all" ? VacuumPolicy::all : VacuumPolicy::needed;
  }

  template <typename Known>
  std::string one_of(const toml::node& value, std::string_view name, const Known& known) const {
    const std::string found = text(value, name);
    if (std::find(known.begin(), known.end(), found) != known.end()) return found;
    const std::string meant = base::nearest(found, known);
    throw problem_(
        fmt::format("\"{}\" is \"{}\"", name, base::printable(found)), value,
        meant.empty() ? "it can be " + base::listed(known) : fmt::format("did you mean \"{}\"?", meant));
  }

  template <typename Known>
  [[noreturn]] void unknown(std::string_view key, const toml::node& at, const Known& known) const {
    const std::string meant = base::nearest(key, known);
    throw problem_(fmt::format("unknown key \"{}\"", base::printable(key)), at,
                   meant.empty() ? fmt::format("the keys are {}", base::listed(known))
                                 : fmt::format("did you mean \"{}\"?", meant));
  }

  const PolicyProblem& problem_;
  PolicySettings settings_;
};

template <typename Rule>
void replace(std::vector<Rule>& rules, const std::string& table) {
  std::erase_if(rules, [&](const Rule& rule) { return rule.table == table; });
}

}  // namespace

PolicySettings read_policy(const toml::node& node, const PolicyProblem& problem) {
  return PolicyReader(problem).read(node);
}

void apply(const PolicySettings& settings, const std::string& database, MaintenancePolicy& policy) {
  const auto concerns = [&](const auto& entry) {
    return entry.database.empty() || entry.database == database;
  };
  for (const auto& entry : settings.none) {
    if (concerns(entry)) replace(policy.retention, entry.rule);
  }
  for (const auto& entry : settings.retention) {
    if (!concerns(entry)) continue;
    replace(policy.retention, entry.rule.table);
    policy.retention.push_back(entry.rule);
  }
  for (const auto& entry : settings.partitions) {
    if (!concerns(entry)) continue;
    replace(policy.partitions, entry.rule.table);
    policy.partitions.push_back(entry.rule);
  }
  policy.vacuum = settings.vacuum.value_or(policy.vacuum);
  policy.refresh = settings.refresh.value_or(policy.refresh);
  policy.batch = settings.batch.value_or(policy.batch);
  policy.pause = settings.pause.value_or(policy.pause);
  policy.standby_lag = settings.standby_lag.value_or(policy.standby_lag);
}

}  // namespace tradewind::api
