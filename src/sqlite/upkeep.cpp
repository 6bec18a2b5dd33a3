#include "sqlite/upkeep.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "sqlite/handle.hpp"

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

/// Writers are kept out while it waits for readers: on a handle of its own, which waits for a second and no
/// more.
std::string empty_log(Connection& connection) {
  constexpr int patience_ms = 1000;
  Handle own;
  sqlite3* opened = nullptr;
  int code = sqlite3_open_v2(connection.place().c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  own.reset(opened);
  int pages = 0;
  int done = 0;
  if (code == SQLITE_OK) {
    sqlite3_busy_timeout(opened, patience_ms);
    // Before it has read, it does not know that there is a log.
    code = sqlite3_exec(opened, "SELECT 1 FROM sqlite_master LIMIT 1", nullptr, nullptr, nullptr);
  }
  if (code == SQLITE_OK) {
    code = sqlite3_wal_checkpoint_v2(opened, nullptr, SQLITE_CHECKPOINT_TRUNCATE, &pages, &done);
  }
  if (code == SQLITE_OK) return {};
  if ((code & 0xFF) != SQLITE_BUSY)
    throw Error(Code::statement_failed,
                fmt::format("the log was not written back: {}", sqlite3_errmsg(opened)));
  return fmt::format(
      "it was not emptied, as somebody reads it or writes: {} of its {} pages are written back; end long "
      "transactions, `tradewind doctor` names the processes",
      std::max(done, 0), std::max(pages, 0));
}

class SqliteUpkeep : public database::Upkeep {
 public:
  std::vector<std::string> session() const override { return {}; }
  std::int64_t standby_lag(Connection&) const override { return 0; }
  std::string unseen_standbys(Connection&) const override { return {}; }

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
      add("write the log back into the file", {"PRAGMA wal_checkpoint(TRUNCATE)"}).carry_out = empty_log;
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
