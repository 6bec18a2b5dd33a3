/// The port's optional capability to describe a database's schema.
#pragma once

#include <string>
#include <tradewind/schema.hpp>
#include <vector>

#include "database/connection.hpp"

namespace tradewind::database {

/// What a catalog reader leaves out.
struct HistoryName {
  std::string schema;  ///< empty: wherever it is
  std::string table;
};

/// Stateless; safe to share between threads.
class CatalogReader {
 public:
  virtual ~CatalogReader() = default;
  /// Every object that the user made, in any order, but columns as in their table. Names and properties mean
  /// the same on every server version. Throws Error, ConnectionError.
  virtual std::vector<SchemaObject> read(Connection& connection, const HistoryName& history) const = 0;
};

}  // namespace tradewind::database
