#pragma once

#include <string>

#include "support/engines.hpp"
#include "support/sql_session.hpp"

namespace tradewind::test {

/// Gates of a PostgreSQL database: a migration's `SELECT gate(7)` goes on once nobody keeps gate 7 shut.
/// Waiting at a gate is no wait for a lock, so no lock timeout ends it.
class Gates {
 public:
  /// Makes the function.
  static void prepare(const TestDatabase& database);
  static std::string statement(int gate);

  explicit Gates(const std::string& url) : session_(url) {}
  void shut(int gate);
  void open(int gate);
  /// Waits until somebody stands before the gate; false when the time is over.
  bool wait_for_visitor(int gate);

 private:
  PostgresSession session_;
};

}  // namespace tradewind::test
