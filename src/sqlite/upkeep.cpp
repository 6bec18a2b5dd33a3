#include "sqlite/upkeep.hpp"

#include <fmt/format.h>
#include <tradewind/error.hpp>

namespace tradewind::sqlite {
namespace {

using database::Connection;
using database::FoundTable;
using database::Rows;
using database::UpkeepWork;

std::int64_t pragma_number(Connection& connection, std::string_view name) {
  const Rows rows = connection.query(fmt::format("PRAGMA {}", name));
  return rows.empty() ? 0 : rows.integer(0, 0);
}

class SqliteUpkeep : public database::Upkeep {
 public:
  std::vector<std::string> session() const override { return {}; }
  std::int64_t standby_lag(Connection&) const override { return 0; }

  std::unique_ptr<database::OldRows> old_rows(Connection& connection, const FoundTable& table,
                                              const RetentionRule& rule) const override {
    return sqlite::old_rows(connection, table, rule);
  }

  std::vector<UpkeepWork> partitions(Connection&, const FoundTable&, const PartitionRule& rule,
                                     std::size_t) const override {
    throw Error(Code::configuration, fmt::format("{}: SQLite has no partitions", rule.table),
                "take it out of [maintain.partitions]");
  }

  std::vector<UpkeepWork> refreshes(Connection&) const override { return {}; }

  std::vector<UpkeepWork> vacuums(Connection& connection, VacuumPolicy policy,
                                  const std::set<std::string>&) const override {
    std::vector<UpkeepWork> works;
    const auto add = [&](std::string action, std::vector<std::string> statements) -> UpkeepWork& {
      UpkeepWork& work = works.emplace_back();
      work.action = std::move(action);
      work.statements = std::move(statements);
      return work;
    };
    if (policy == VacuumPolicy::all) {
      add("analyze", {"ANALYZE"});
    } else {
      add("analyze what needs it", {"PRAGMA analysis_limit = 1000", "PRAGMA optimize = 0x10002"});
    }
    add_free_space(connection, policy, add);
    if (connection.query("PRAGMA journal_mode").text(0, 0) == "wal")
      add("write the log back into the file", {"PRAGMA wal_checkpoint(TRUNCATE)"});
    return works;
  }

  std::vector<IndexFinding> indexes(Connection& connection) const override {
    return index_findings(connection);
  }

 private:
  template <typename Add>
  static void add_free_space(Connection& connection, VacuumPolicy policy, const Add& add) {
    constexpr std::int64_t incremental = 2;
    constexpr std::int64_t pages_at_a_time = 1000;
    const std::int64_t free = pragma_number(connection, "freelist_count");
    const std::string amount =
        fmt::format("{:.1f} MB of {:.1f} MB are free",
                    static_cast<double>(free * pragma_number(connection, "page_size")) / 1e6,
                    static_cast<double>(pragma_number(connection, "page_count") *
                                        pragma_number(connection, "page_size")) /
                        1e6);
    if (policy == VacuumPolicy::all) {
      add("write the file anew", {"VACUUM"}).note = amount;
    } else if (free > 0 && pragma_number(connection, "auto_vacuum") == incremental) {
      // Each in a transaction of its own, so that writers get in between.
      const auto times = static_cast<std::size_t>((free + pages_at_a_time - 1) / pages_at_a_time);
      add("give free pages back",
          std::vector<std::string>(times, fmt::format("PRAGMA incremental_vacuum({})", pages_at_a_time)))
          .note = amount;
    } else if (free * 4 > pragma_number(connection, "page_count")) {
      add("free space stays in the file", {}).note =
          amount + ", for rows to come; vacuum = \"all\" gives it back and keeps writers out meanwhile";
    }
  }
};

}  // namespace

const database::Upkeep& upkeep() {
  static const SqliteUpkeep instance;
  return instance;
}

}  // namespace tradewind::sqlite
