/// What differs between engines as text: the statements that the engine-independent layers send.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "database/command.hpp"

namespace tradewind::database {

/// Where the history is, quoted for the engine, ready for use in SQL.
struct HistoryTables {
  std::string migrations;
  std::string steps;
  std::string events;
};

/// Session settings for one migration's transaction.
struct TransactionSettings {
  bool durable = true;            ///< its commit is flushed before it is answered
  int lock_timeout_ms = 0;        ///< 0: the engine's own
  bool goes_on = false;           ///< another migration follows in the same transaction
  bool only_data = false;         ///< no table is altered: foreign keys may act
  bool leaves_temporary = false;  ///< the migration may leave temporary tables in its session
  bool leaves_listening = false;  ///< it may leave the session listening
  bool leaves_prepared = false;   ///< it may leave prepared statements
  bool leaves_cursors = false;    ///< it may leave cursors that are held open
};

/// Stateless; safe to share between threads.
class Dialect {
 public:
  virtual ~Dialect() = default;

  /// "postgresql", "sqlite": for output, file names and packs, never for decisions.
  virtual std::string_view engine() const = 0;

  /// Rows of (schema, table, column) of every table of one of these names that the session can see, whatever
  /// its search path, those that it would find first in front. $1 is the schema or NULL, $2 the table.
  virtual std::string_view find_table() const = 0;
  /// One row, one column: the schema that a new history table goes to.
  virtual std::string_view default_schema() const = 0;
  /// The history's tables, quoted. `schema` may be empty where the engine has none.
  virtual HistoryTables history_tables(std::string_view schema, std::string_view table) const = 0;
  virtual std::vector<std::string> create_history(const HistoryTables& tables) const = 0;

  /// What a migration's transaction begins with: settings that can't stand in it first, then BEGIN, then the
  /// others.
  virtual std::vector<std::string> begin(const TransactionSettings& settings) const = 0;
  /// Ends whatever the migration has set in its session. Inside its transaction, before the history row.
  virtual std::vector<std::string> clean_session(const TransactionSettings& settings) const = 0;
  virtual std::string_view commit() const = 0;
  /// Makes the commits before it durable.
  virtual std::string_view flush() const = 0;
  /// For a statement that can't stand in a transaction: the session before it.
  virtual std::vector<std::string> before_outside(const TransactionSettings& settings) const = 0;
  /// Undoes begin() and before_outside() and what statements outside a transaction have set.
  virtual std::vector<std::string> reset_session() const = 0;

  /// Indexes left half built or being built: (quoted, schema, name, being built, schema and name of a
  /// relation, whether that is an index, whether the search path finds it). One row for each relation: its
  /// table, what that is a partition of, and the partitioned index that it would belong to. Those of one
  /// index stand together. Empty where there are none.
  virtual std::string_view invalid_indexes() const = 0;
  /// A query that gives a row, which says so, if the index on this table is there and invalid. The schema may
  /// be empty.
  virtual std::string index_check(std::string_view index, std::string_view schema,
                                  std::string_view table) const = 0;
  virtual std::string drop_invalid_index(std::string_view index) const = 0;

  /// A query that gives a row, which says so, if this session does not hold the runners' lock of this key.
  /// Empty where there is none.
  virtual std::string runner_lock_check(std::string_view key) const = 0;

  /// Gives a row if the version is applied: a guard against runners that were faster. Empty where the
  /// runner lock excludes them.
  virtual std::string guard_not_applied(const HistoryTables& tables) const = 0;
  virtual std::string guard_applied(const HistoryTables& tables) const = 0;
  /// Gives a row, or an error of which the adapter tells the same, if the journal has $1 version, $2
  /// direction, $3 position as done.
  virtual std::string guard_not_done(const HistoryTables& tables) const = 0;

  /// $1 version, $2 who, $3 event, $4 checksum, $5 batch, $6 execution_time_ms as the client measured it, $7
  /// name, $8 description, $9 down_sql, $10 transactional (1 or 0). The first statement writes the row and
  /// gives the time; those after it take the first five parameters only. Each must give exactly one row, none
  /// or an error if the row is not there as it was written: triggers may have had their way with it.
  virtual std::vector<std::string> record_applied(const HistoryTables& tables) const = 0;
  /// $1 to $3 as above, $4 execution_time_ms; those after the first take the first three. The row must be
  /// gone.
  virtual std::vector<std::string> record_reverted(const HistoryTables& tables) const = 0;

  /// An INSERT, UPDATE or DELETE with RETURNING as one that gives one row, and fails where it would give
  /// none, if the engine has to be told: its answer may come too late to stop what follows.
  virtual std::string must_write(std::string statement) const { return statement; }

  /// Queries whose rows, of one text each, say what is broken in the database itself.
  virtual std::vector<std::string> integrity_checks() const = 0;

  /// A timestamp column as UTC, ISO 8601 with milliseconds or finer.
  virtual std::string utc(std::string_view column) const = 0;
};

}  // namespace tradewind::database
