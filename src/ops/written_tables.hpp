#pragma once

#include <string>
#include <vector>

#include <tradewind/seed.hpp>

#include "database/connection.hpp"
#include "migration/script.hpp"

namespace tradewind::ops {

/// The tables that a script inserts into, updates or copies to, counted before and after it runs.
class WrittenTables {
 public:
  WrittenTables(database::Connection& connection, const migration::Script& script);
  /// With what came since.
  std::vector<SeedTable> counted() const;

 private:
  struct Table {
    std::string name;    ///< as the script has it
    std::string quoted;  ///< for SQL
    std::int64_t before = 0;
  };

  void add(std::string_view name);
  std::int64_t rows_of(const Table& table) const;

  database::Connection& connection_;
  std::vector<Table> tables_;
};

}  // namespace tradewind::ops
