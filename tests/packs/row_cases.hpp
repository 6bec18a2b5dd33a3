/// Rows that a pack's tables must take, and rows that one rule of them must refuse.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "packs/pack_support.hpp"

namespace tradewind::test {

/// SQL expressions by column.
using Values = std::map<std::string, std::string>;

/// A row that is right, and what differs in the row that is there before.
struct RightRow {
  std::string table;
  Values row;
  Values first;
};

/// A rule, and the right row with something in it that this rule refuses.
struct RowCase {
  std::string table;
  std::string rule;
  Values bad;
  Values good = {};                ///< on the edge: must be taken; empty: nothing to try
  std::string on = {};             ///< the engine; empty: both
  std::string on_sqlite = {};      ///< what SQLite says, where it does not name the rule
  std::string on_postgresql = {};  ///< and PostgreSQL
};
using RowCases = std::vector<RowCase>;

/// The case of a column's own check, ck_TABLE_COLUMN.
RowCase of_column(const std::string& table, const std::string& column, const std::string& bad,
                  const std::string& good = {}, const std::string& on = {});
/// A price or a size: more than 0 and a number.
RowCases positive(const std::string& table, const std::string& column);
/// 0 or more and a number.
RowCases not_negative(const std::string& table, const std::string& column);
/// A number of either sign.
RowCases number(const std::string& table, const std::string& column);
/// Not an empty text.
RowCases not_empty(const std::string& table, const std::string& column);
/// One of these, and nothing else; words of another case are something else.
RowCases one_of(const std::string& table, const std::string& column, const std::vector<std::string>& words);
/// Unix time in whole seconds, on SQLite. 2026-01-05T09:30:00Z is 1767605400.
RowCases seconds(const std::string& table, const std::string& column);
/// A day, ISO 8601, in a text of SQLite.
RowCases day(const std::string& table, const std::string& column);
/// From `lowest` to `highest`, both allowed; `below` and `above` are the nearest that are not.
RowCases between(const std::string& table, const std::string& column, const std::string& below,
                 const std::string& lowest, const std::string& highest, const std::string& above);
/// A key that the first row has.
RowCase taken(const std::string& table, const std::string& rule, const Values& key,
              const std::string& columns);
RowCases all_of(const std::vector<RowCases>& parts);

std::string insert(const PackDatabase& database, const std::string& table, Values row, const Values& changes);

/// Inserts the first rows; then each right row must be taken and each bad one refused by its rule, a NULL by
/// the NOT NULL of its column; on SQLite also a text and a fraction in a column of numbers. A rule of the
/// catalog without a case fails the test, and a case without a rule.
void try_rows(PackDatabase& database, const std::vector<RightRow>& rows, const RowCases& cases);

}  // namespace tradewind::test
