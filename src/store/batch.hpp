#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "database/bulk.hpp"
#include "store/tables.hpp"

namespace tradewind::store {

/// A record that goes to the dead letters, and why.
struct DeadLetter {
  Lsn lsn = 0;
  std::string table;
  std::string reason;
  std::string sqlstate;
  std::string record;  ///< as JSON
};

/// Rows to be added to one table.
struct InsertGroup {
  std::string_view table;
  std::string_view key;
  std::vector<std::string_view> columns;
  Values values;
  std::vector<Lsn> lsns;

  database::RowBlock block() const { return {table, columns, values}; }
};

/// A row of a table whose rows change, as all of the batch's records together leave it.
struct ChangedRow {
  struct Source {
    Lsn lsn;
    const TableDescription* table;
    Values values;
  };

  std::string_view table;
  std::string_view key_column;
  std::string_view guard;  ///< the column that must be NULL before; may be empty
  bool added = false;      ///< the batch holds the row's beginning
  database::Value key;
  std::vector<std::string_view> columns;
  Values values;
  std::vector<Source> sources;

  const database::Value* value(std::string_view column) const;
};

/// Records on their way into one transaction: inserts by table, changes by row. Borrows the journal's memory.
class Batch {
 public:
  /// `expected`: how many records may come, about.
  Batch(const Tables& tables, std::size_t expected);

  /// False if the record has to begin another batch.
  bool add(const Frame& frame);

  std::size_t records() const { return records_; }
  /// In the order in which the tables were first met in the journal, so that parents come before children.
  const std::vector<InsertGroup>& inserts() const { return inserts_; }
  const std::vector<ChangedRow>& changes() const { return changes_; }
  /// Refused before the database saw them.
  const std::vector<DeadLetter>& refused() const { return refused_; }
  /// Of every record, for a batch of one that the database refuses.
  DeadLetter dead_letter(const Frame& frame, std::string reason, std::string sqlstate) const;

 private:
  bool refuse(const Frame& frame);
  bool changes(const TableDescription& table);
  bool add_change(const Frame& frame, const TableDescription& table, Values values);
  void merge(ChangedRow& row, const TableDescription& table, const Values& values);
  InsertGroup& group_of(const TableDescription& table);

  const Tables& tables_;  ///< grows while the journal is read
  std::size_t expected_;
  std::size_t known_tables_ = 0;
  std::set<std::string_view> changing_;  ///< tables that a layout updates
  std::vector<InsertGroup> inserts_;
  std::unordered_map<std::uint32_t, std::size_t> group_by_layout_;
  std::vector<ChangedRow> changes_;
  std::unordered_map<std::string, std::size_t> change_by_key_;
  std::vector<DeadLetter> refused_;
  std::size_t records_ = 0;
};

/// The changes that add rows, by the columns that they have.
std::vector<InsertGroup> added_rows(const std::vector<ChangedRow>& changes);

}  // namespace tradewind::store
