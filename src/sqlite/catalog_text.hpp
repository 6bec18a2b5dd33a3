/// What SQLite keeps of a schema only as text.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::sqlite {

/// SQL without comments, with white space outside quotes as single spaces.
std::string in_one_line(std::string_view sql);

/// A name as SQL: quoted if it has to be.
std::string name_as_sql(std::string_view name);

struct TextConstraint {
  std::string name;     ///< after CONSTRAINT; else empty
  std::string columns;  ///< of PRIMARY KEY and UNIQUE: "a, b"
  std::string text;     ///< of CHECK: what is in the parentheses
  std::string suffix;   ///< "AUTOINCREMENT", "ON CONFLICT REPLACE", "DEFERRABLE INITIALLY DEFERRED"
};

struct ColumnText {
  std::string collation;
  std::string generated;  ///< the expression
};

/// What a CREATE TABLE says beyond what the pragmas know.
struct TableText {
  std::map<std::string, ColumnText> columns;
  std::vector<TextConstraint> primary_keys;
  std::vector<TextConstraint> uniques;
  std::vector<TextConstraint> checks;
  std::vector<TextConstraint> foreign_keys;  ///< in their order; only name and suffix
};

TableText read_create_table(std::string_view sql);

}  // namespace tradewind::sqlite
