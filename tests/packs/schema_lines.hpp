/// A pack's tables as text, to compare with what is written down by hand.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "packs/pack_support.hpp"

namespace tradewind::test {

struct Column {
  std::string table;
  std::string name;
  std::string type;
  bool required = false;   ///< NOT NULL
  bool generated = false;  ///< the key that the database numbers
  std::string default_value;
};

/// All columns of all tables but the history's, by table and place.
std::vector<Column> columns_of(PackDatabase& database);

/// A line for each table with its columns below: "trades", "  side text not null", "  trade_id bigint
/// numbered".
std::string column_lines(PackDatabase& database);

/// CREATE INDEX statements, by name, of the indexes that no constraint makes; no schema, no "USING btree".
std::string index_lines(PackDatabase& database);

/// The names of the checks, unique and foreign and primary keys, of unique indexes and of triggers. A
/// constraint without a name of its own fails the test.
std::set<std::string> rules_of(PackDatabase& database);

std::string replaced(std::string text, std::string_view from, std::string_view to);

}  // namespace tradewind::test
