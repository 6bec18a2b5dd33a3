#pragma once

#include <atomic>
#include <memory>

#include <tradewind/database.hpp>

#include "database/catalog.hpp"
#include "database/connection.hpp"
#include "database/examiner.hpp"
#include "database/upkeep.hpp"
#include "database/url.hpp"
#include "sql/grammar.hpp"

namespace tradewind {

/// A connection with the grammar of its engine's SQL.
class Database::Implementation {
 public:
  std::unique_ptr<database::Connection> connection;
  const sql::Grammar* grammar = nullptr;
  const database::CatalogReader* catalog = nullptr;
  const database::Upkeep* upkeep = nullptr;
  const database::Examiner* examiner = nullptr;
  database::Url url;
  const std::atomic<bool>* stop = nullptr;
};

}  // namespace tradewind
