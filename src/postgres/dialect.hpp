#pragma once

#include <cstdint>

#include "database/dialect.hpp"

namespace tradewind::postgres {

/// The number of the advisory lock that runners exclude each other by: FNV-1a, 64 bits.
std::int64_t lock_number(std::string_view key);

class PostgresDialect : public database::Dialect {
 public:
  /// `flush_by_default`: the session's own commits are synchronous. If not, the last one of a plan is made
  /// so.
  explicit PostgresDialect(bool flush_by_default) : flush_by_default_(flush_by_default) {}

  std::string_view engine() const override { return "postgresql"; }
  std::string_view find_table() const override;
  std::string_view default_schema() const override;
  database::HistoryTables history_tables(std::string_view schema, std::string_view table) const override;
  std::vector<std::string> create_history(const database::HistoryTables& tables) const override;
  std::vector<std::string> begin(const database::TransactionSettings& settings) const override;
  std::vector<std::string> clean_session(const database::TransactionSettings& settings) const override;
  std::string_view commit() const override { return "COMMIT"; }
  // A transaction with an id writes a commit record, and that is flushed with all that came before it.
  std::string_view flush() const override { return "SELECT txid_current()"; }
  std::vector<std::string> before_outside(const database::TransactionSettings& settings) const override;
  std::vector<std::string> reset_session() const override;
  std::string_view invalid_indexes() const override;
  std::string index_check(std::string_view index, std::string_view schema,
                          std::string_view table) const override;
  std::string drop_invalid_index(std::string_view index) const override;
  std::string runner_lock_check(std::string_view key) const override;
  std::string guard_not_applied(const database::HistoryTables&) const override { return {}; }
  std::string guard_applied(const database::HistoryTables&) const override { return {}; }
  std::string guard_not_done(const database::HistoryTables& tables) const override;
  std::vector<std::string> record_applied(const database::HistoryTables& tables) const override;
  std::vector<std::string> record_reverted(const database::HistoryTables& tables) const override;
  std::string must_write(std::string statement) const override;
  std::vector<std::string> integrity_checks() const override;
  std::string utc(std::string_view column) const override;

 private:
  std::string commit_mode(bool durable) const;
  bool flush_by_default_;
};

}  // namespace tradewind::postgres
