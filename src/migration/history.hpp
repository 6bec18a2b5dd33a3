#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/migrator.hpp>

#include "database/connection.hpp"
#include "database/dialect.hpp"

namespace tradewind::migration {

/// A history row with what planning needs besides.
struct Applied : AppliedMigration {
  bool has_down = false;
  bool transactional = true;
};

/// A statement of a migration outside a transaction, as it was last seen.
struct StepRecord {
  std::string version;
  std::string direction;
  std::size_t position = 0;
  std::string sha;
  std::string state;  ///< running, done, failed
  std::string error;
  std::string note;
};

/// Something that happened to a migration.
struct EventRecord {
  std::int64_t id = 0;
  std::string version;
  std::string event;        ///< applied, reverted, failed, repaired, baselined, adopted
  std::string occurred_at;  ///< UTC, ISO 8601
  std::string error;
};

/// The history tables of one database. Reads never write: tables that are not there read as empty.
class History {
 public:
  /// `table` may carry a schema: "audit.migrations".
  History(database::Connection& connection, std::string_view table);

  /// Looks where the tables are. Throws Error{history_foreign} if the table is another tool's,
  /// Error{history_damaged} if it is ours and lacks columns.
  void find();
  bool exists() const { return exists_; }
  const database::HistoryTables& tables() const { return tables_; }
  /// What runners of this history exclude each other by.
  std::string lock_key() const { return "tradewind " + tables_.migrations; }

  /// In the order of application, without when, by whom and how fast: to format the times of thousands of
  /// rows takes longer than all the rest of a run that finds nothing to do.
  std::vector<Applied> applied() const { return read(false); }
  std::vector<Applied> applied_in_full() const { return read(true); }
  std::vector<FailedMigration> failed() const;
  std::vector<EventRecord> events() const;
  std::vector<StepRecord> steps(std::string_view version = {}) const;
  std::string down_sql(std::string_view version) const;
  /// The statements that make the tables; safe if they exist.
  std::vector<std::string> creation() const { return connection_.dialect().create_history(tables_); }

  void record_event(std::string_view version, std::string_view event, std::string_view who,
                    const std::optional<std::string>& error = std::nullopt) const;
  /// An event of no version.
  void record_backup(std::string_view name, std::string_view who) const;
  void accept_checksum(std::string_view version, std::string_view checksum) const;
  void clear_steps(std::string_view version) const;

 private:
  /// A table of the history's name.
  struct Found {
    std::string schema;
    std::vector<std::string> columns;
    bool on_path = false;
  };
  static std::vector<Found> tables_found(const database::Rows& rows);
  const Found* find_without_path(const std::vector<Found>& tables) const;
  std::vector<Applied> read(bool in_full) const;
  void refuse_foreign(std::string_view schema, const std::vector<std::string>& columns) const;

  database::Connection& connection_;
  std::string schema_;
  std::string table_;
  database::HistoryTables tables_;
  bool exists_ = false;
};

}  // namespace tradewind::migration
