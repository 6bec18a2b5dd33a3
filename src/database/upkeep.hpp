/// The port's optional capability to keep a database in order.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tradewind/maintain.hpp>
#include <vector>

#include "database/connection.hpp"

namespace tradewind::database {

/// A table as found in the catalog.
struct FoundTable {
  std::string schema;  ///< empty where the engine has none
  std::string name;
  std::string quoted;  ///< for SQL
};

/// The rows of one table that are old enough to go.
class OldRows {
 public:
  virtual ~OldRows() = default;
  /// "2026-08-23 06:00:00+00".
  virtual std::string before() const = 0;
  virtual std::int64_t count() = 0;
  /// Deletes the next `limit` at most, in one transaction; gives their number, or nothing at the end. Zero if
  /// others hold them all. Throws LockTimeout and Error with nothing of this batch deleted.
  virtual std::optional<std::int64_t> delete_some(std::size_t limit) = 0;
  /// One batch's statement, for people.
  virtual std::string statement(std::size_t limit) const = 0;
  /// What else goes, what it costs.
  virtual std::string note() const = 0;
};

/// A piece of work, planned: its statements run in this order.
struct UpkeepWork {
  MaintenanceTask task = MaintenanceTask::vacuum;
  std::string table;
  std::string action;
  std::vector<std::string> statements;  ///< none: there is only the note
  bool in_transaction = false;          ///< all of them in one
  std::int64_t rows = 0;                ///< that they take away
  std::string note = {};
  std::optional<Error> error = {};  ///< why it can't be done; then there are no statements

  using Statements = std::function<std::vector<std::string>(Connection&)>;
  /// What is left to do, asked before each try where an earlier one may have done a part; none: `statements`.
  Statements rest = {};
  /// What takes away the traces of tries that came to nothing.
  Statements undo = {};
  /// Does the work in place of the statements, which are for people; gives a note.
  std::function<std::string(Connection&)> carry_out = {};
};

/// Stateless; safe to share between threads. Everything throws Error, ConnectionError.
class Upkeep {
 public:
  virtual ~Upkeep() = default;

  /// Settings of the session for the time of a run.
  virtual std::vector<std::string> session() const = 0;
  /// Bytes that the farthest standby is behind.
  virtual std::int64_t standby_lag(Connection& connection) const = 0;
  /// Why it may be more than standby_lag() says; empty: it is not.
  virtual std::string unseen_standbys(Connection& connection) const = 0;

  virtual std::unique_ptr<OldRows> old_rows(Connection& connection, const FoundTable& table,
                                            const RetentionRule& rule) const = 0;
  /// `most_moved`: rows that may move out of the default partition in one transaction.
  virtual std::vector<UpkeepWork> partitions(Connection& connection, const FoundTable& table,
                                             const PartitionRule& rule, std::size_t most_moved) const = 0;
  virtual std::vector<UpkeepWork> refreshes(Connection& connection) const = 0;
  /// `changed`: tables that lost rows in this run, quoted.
  virtual std::vector<UpkeepWork> vacuums(Connection& connection, VacuumPolicy policy,
                                          const std::set<std::string>& changed) const = 0;
  virtual std::vector<IndexFinding> indexes(Connection& connection) const = 0;
};

}  // namespace tradewind::database
