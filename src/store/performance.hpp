#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "database/connection.hpp"
#include "store/batch.hpp"

namespace tradewind::store {

/// What closed positions come to, in their order: docs/store.md has the formulas.
struct Tally {
  std::int64_t trades = 0;
  std::int64_t closed = 0;
  std::int64_t wins = 0;
  std::int64_t losses = 0;
  Decimal profit;    ///< of the wins
  Decimal loss;      ///< of the losses, as a positive number
  Decimal equity;    ///< the sum
  Decimal peak;      ///< the largest sum on the way, at least 0
  Decimal low;       ///< the smallest, at most 0
  Decimal drawdown;  ///< the largest fall from a peak

  void close(Decimal pnl);
};

/// Keeps the performance summary up to date within the writer's transactions: one row for each symbol and
/// phase, for each symbol, for each phase and for all.
class Performance {
 public:
  /// Empty means all symbols, 0 all phases.
  using Key = std::pair<std::string, std::int64_t>;
  using Tallies = std::map<Key, Tally>;

  static constexpr std::string_view table = "store_performance";
  static std::string create_table();

  /// If there is no summary yet: from what the tables hold.
  static void begin(database::Connection& connection);
  /// From what the tables hold, whatever the summary says.
  static Tallies recomputed(database::Connection& connection);

  void trade(std::string_view symbol, std::int64_t phase);
  void close(std::string_view symbol, std::int64_t phase, Decimal pnl);
  /// Adds to the rows.
  void write(database::BulkWriter& bulk) const;

 private:
  template <typename Change>
  void each(std::string_view symbol, std::int64_t phase, Change change);

  Tallies tallies_;
};

}  // namespace tradewind::store
