#include "store/batch.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/mapped.hpp"

namespace tradewind::store {
namespace {

using database::Value;

/// Texts by which a row is found.
std::string identity(const TableDescription& table, const Value& key) {
  return fmt::format("{}\n{}\n{}\n{}", table.table, key.integer, key.decimal.to_string(), key.text);
}

std::size_t key_index(const TableDescription& table) {
  if (table.operation == Operation::update) return 0;
  const auto is_key = [&](const ColumnDescription& column) { return column.name == table.key; };
  const auto found = std::find_if(table.columns.begin(), table.columns.end(), is_key);
  return static_cast<std::size_t>(found - table.columns.begin());
}

}  // namespace

const Value* ChangedRow::value(std::string_view column) const {
  const auto found = std::find(columns.begin(), columns.end(), column);
  return found == columns.end() ? nullptr : &values[static_cast<std::size_t>(found - columns.begin())];
}

Batch::Batch(const Tables& tables, std::size_t expected) : tables_(tables), expected_(expected) {}

bool Batch::changes(const TableDescription& table) {
  if (known_tables_ != tables_.size()) {
    for (const auto& [layout, known] : tables_) {
      if (known.operation == Operation::update) changing_.insert(known.table);
    }
    known_tables_ = tables_.size();
  }
  return changing_.contains(table.table) && key_index(table) < table.columns.size();
}

bool Batch::add(const Frame& frame) {
  const auto known = tables_.find(frame.layout);
  if (known == tables_.end()) return refuse(frame);
  const TableDescription& table = known->second;
  const std::span<const std::byte> payload(frame.payload(), frame.payload_size());
  if (changes(table)) {
    Values values;
    return decode(table, payload, values) ? add_change(frame, table, std::move(values)) : refuse(frame);
  }
  InsertGroup& group = group_of(table);
  const std::size_t before = group.values.size();
  if (!decode(table, payload, group.values)) {
    group.values.resize(before);
    return refuse(frame);
  }
  group.lsns.push_back(frame.number);
  ++records_;
  return true;
}

bool Batch::refuse(const Frame& frame) {
  refused_.push_back(dead_letter(frame, "the journal does not say how to read this record", ""));
  ++records_;
  return true;
}

InsertGroup& Batch::group_of(const TableDescription& table) {
  const auto [known, is_new] = group_by_layout_.try_emplace(table.layout, inserts_.size());
  if (is_new) {
    InsertGroup group{.table = table.table, .key = table.key, .columns = {}, .values = {}, .lsns = {}};
    for (const ColumnDescription& column : table.columns) group.columns.push_back(column.name);
    group.values.reserve(expected_ * table.columns.size());
    inserts_.push_back(std::move(group));
  }
  return inserts_[known->second];
}

bool Batch::add_change(const Frame& frame, const TableDescription& table, Values values) {
  const Value key = values[key_index(table)];
  const auto [known, is_new] = change_by_key_.try_emplace(identity(table, key), changes_.size());
  const bool adds = table.operation == Operation::insert;
  // A row that begins twice: what the second one is, the database has to tell.
  if (!is_new && adds) return false;
  ++records_;
  if (is_new) {
    changes_.push_back({.table = table.table,
                        .key_column = table.columns[key_index(table)].name,
                        .guard = {},
                        .added = adds,
                        .key = key,
                        .columns = {},
                        .values = {},
                        .sources = {}});
  }
  ChangedRow& row = changes_[known->second];
  const Value* guard = table.while_null.empty() ? nullptr : row.value(table.while_null);
  if (guard != nullptr && !guard->null) {
    refused_.push_back({frame.number, table.table, fmt::format("{} was set before", table.while_null), "",
                        to_json(table, values)});
    return true;
  }
  merge(row, table, values);
  row.sources.push_back({frame.number, &table, std::move(values)});
  return true;
}

void Batch::merge(ChangedRow& row, const TableDescription& table, const Values& values) {
  if (!table.while_null.empty()) row.guard = table.while_null;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string_view name = table.columns[i].name;
    const auto found = std::find(row.columns.begin(), row.columns.end(), name);
    if (found != row.columns.end()) {
      row.values[static_cast<std::size_t>(found - row.columns.begin())] = values[i];
    } else {
      row.columns.push_back(name);
      row.values.push_back(values[i]);
    }
  }
}

DeadLetter Batch::dead_letter(const Frame& frame, std::string reason, std::string sqlstate) const {
  DeadLetter letter{frame.number, "", std::move(reason), std::move(sqlstate), "{}"};
  const auto known = tables_.find(frame.layout);
  if (known == tables_.end()) return letter;
  letter.table = known->second.table;
  Values values;
  if (decode(known->second, {frame.payload(), frame.payload_size()}, values))
    letter.record = to_json(known->second, values);
  return letter;
}

std::vector<InsertGroup> added_rows(const std::vector<ChangedRow>& changes) {
  std::map<std::pair<std::string_view, std::vector<std::string_view>>, InsertGroup> groups;
  for (const ChangedRow& row : changes) {
    if (!row.added) continue;
    InsertGroup& group = groups[{row.table, row.columns}];
    group.table = row.table;
    group.key = row.key_column;
    group.columns = row.columns;
    group.values.insert(group.values.end(), row.values.begin(), row.values.end());
    group.lsns.push_back(row.sources.front().lsn);
  }
  return base::mapped(groups, [](auto& entry) { return std::move(entry.second); });
}

}  // namespace tradewind::store
