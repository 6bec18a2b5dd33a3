#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "database/connection.hpp"

namespace tradewind::migration {

/// An index that a concurrent build has left half done, or is at work on.
struct InvalidIndex {
  struct Relation {
    std::string schema;
    std::string name;
    bool is_index = false;
    bool on_path = false;
  };

  std::string quoted;  ///< with its schema, ready for use in SQL
  std::string schema;
  std::string name;
  bool being_built = false;
  /// Its table, what that is a partition of, and the partitioned index that it would belong to.
  std::vector<Relation> relations;
};

/// All of the database. Empty for an engine that has none.
std::vector<InvalidIndex> invalid_indexes(database::Connection& connection);

/// Those among `indexes` that a statement of this text can have left: told by the names that it uses, as the
/// server reads them.
std::vector<InvalidIndex> left_by(std::string_view statement, const std::vector<InvalidIndex>& indexes);

}  // namespace tradewind::migration
