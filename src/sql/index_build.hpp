#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tradewind::sql {

/// What a CREATE INDEX CONCURRENTLY or REINDEX ... CONCURRENTLY of PostgreSQL works on. Names are as the
/// server keeps them: folded to lower case unless quoted, cut off at 63 bytes. Empty where the statement has
/// none.
struct IndexBuild {
  enum class Of { index, table, schema, database };

  struct Name {
    std::string schema = {};
    std::string name = {};
  };

  bool rebuilds = false;  ///< REINDEX
  Of of = Of::index;      ///< what is rebuilt; a new index is one
  Name index = {};        ///< the new one, or the one that is rebuilt; of Of::schema its name
  Name table = {};        ///< that the new index is on, or whose indexes are rebuilt
};

/// None for any other statement.
std::optional<IndexBuild> index_build(std::string_view statement);

}  // namespace tradewind::sql
