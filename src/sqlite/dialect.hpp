#pragma once

#include "database/dialect.hpp"

namespace tradewind::sqlite {

class SqliteDialect : public database::Dialect {
 public:
  /// With write-ahead logging a commit may leave the flush to a later one without risk to the file. `session`
  /// is what foreign_keys and synchronous go back to after a run.
  SqliteDialect(bool write_ahead_log, std::vector<std::string> session)
      : write_ahead_log_(write_ahead_log), session_(std::move(session)) {}

  std::string_view engine() const override { return "sqlite"; }
  std::string_view find_table() const override;
  std::string_view default_schema() const override;
  database::HistoryTables history_tables(std::string_view schema, std::string_view table) const override;
  std::vector<std::string> create_history(const database::HistoryTables& tables) const override;
  std::vector<std::string> begin(const database::TransactionSettings& settings) const override;
  std::vector<std::string> clean_session(const database::TransactionSettings& settings) const override;
  std::string_view commit() const override { return "COMMIT"; }
  std::string_view flush() const override { return "PRAGMA wal_checkpoint(PASSIVE)"; }
  std::vector<std::string> before_outside(const database::TransactionSettings& settings) const override;
  std::vector<std::string> reset_session() const override { return session_; }
  std::string_view invalid_indexes() const override { return {}; }
  std::string index_check(std::string_view, std::string_view, std::string_view) const override { return {}; }
  std::string drop_invalid_index(std::string_view) const override { return {}; }
  std::string runner_lock_check(std::string_view) const override { return {}; }
  std::string guard_not_applied(const database::HistoryTables& tables) const override;
  std::string guard_applied(const database::HistoryTables& tables) const override;
  std::string guard_not_done(const database::HistoryTables& tables) const override;
  std::vector<std::string> record_applied(const database::HistoryTables& tables) const override;
  std::vector<std::string> record_reverted(const database::HistoryTables& tables) const override;
  std::vector<std::string> integrity_checks() const override;
  std::string utc(std::string_view column) const override { return std::string(column); }

 private:
  bool write_ahead_log_;
  std::vector<std::string> session_;
};

}  // namespace tradewind::sqlite
