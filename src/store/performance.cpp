#include "store/performance.hpp"

#include <algorithm>

#include "store/nearest_decimal.hpp"

namespace tradewind::store {
namespace {

using database::Value;

/// The columns hold multiples of 10^-8 as whole numbers, which both engines add exactly.
Value money(Decimal value) {
  return {
      .type = ColumnType::decimal, .null = false, .decimal = Decimal::of_units(value.units() * 100'000'000)};
}
Value number(std::int64_t value) {
  return {.type = ColumnType::integer, .null = false, .integer = value};
}

constexpr std::string_view add =
    "INSERT INTO store_performance (symbol, phase, trades, closed, wins, losses, profit, loss, equity, peak, "
    "drawdown) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
    "ON CONFLICT (symbol, phase) DO UPDATE SET "
    "trades = store_performance.trades + excluded.trades, closed = store_performance.closed + "
    "excluded.closed, "
    "wins = store_performance.wins + excluded.wins, losses = store_performance.losses + excluded.losses, "
    "profit = store_performance.profit + excluded.profit, loss = store_performance.loss + excluded.loss, "
    "equity = store_performance.equity + excluded.equity, "
    "peak = CASE WHEN store_performance.equity + excluded.peak > store_performance.peak "
    "THEN store_performance.equity + excluded.peak ELSE store_performance.peak END, "
    // The deepest point of the new ones, seen from the old peak.
    "drawdown = CASE WHEN store_performance.peak - store_performance.equity - CAST($12 AS NUMERIC) > "
    "excluded.drawdown "
    "AND store_performance.peak - store_performance.equity - CAST($12 AS NUMERIC) > "
    "store_performance.drawdown "
    "THEN store_performance.peak - store_performance.equity - CAST($12 AS NUMERIC) "
    "WHEN excluded.drawdown > store_performance.drawdown THEN excluded.drawdown "
    "ELSE store_performance.drawdown END";

}  // namespace

void Tally::close(Decimal pnl) {
  ++closed;
  if (pnl > 0) ++wins;
  if (pnl < 0) ++losses;
  if (pnl > 0) profit += pnl;
  if (pnl < 0) loss -= pnl;
  equity += pnl;
  peak = std::max(peak, equity);
  low = std::min(low, equity);
  drawdown = std::max(drawdown, peak - equity);
}

std::string Performance::create_table() {
  return "CREATE TABLE IF NOT EXISTS store_performance (\n"
         "    symbol   TEXT NOT NULL,\n"
         "    phase    INTEGER NOT NULL,\n"
         "    trades   BIGINT NOT NULL,\n"
         "    closed   BIGINT NOT NULL,\n"
         "    wins     BIGINT NOT NULL,\n"
         "    losses   BIGINT NOT NULL,\n"
         "    profit   NUMERIC(38, 0) NOT NULL,\n"
         "    loss     NUMERIC(38, 0) NOT NULL,\n"
         "    equity   NUMERIC(38, 0) NOT NULL,\n"
         "    peak     NUMERIC(38, 0) NOT NULL,\n"
         "    drawdown NUMERIC(38, 0) NOT NULL,\n"
         "    PRIMARY KEY (symbol, phase)\n)";
}

template <typename Change>
void Performance::each(std::string_view symbol, std::int64_t phase, Change change) {
  const std::string name(symbol);
  change(tallies_[{name, phase}]);
  change(tallies_[{name, 0}]);
  change(tallies_[{"", phase}]);
  change(tallies_[{"", 0}]);
}

void Performance::trade(std::string_view symbol, std::int64_t phase) {
  each(symbol, phase, [](Tally& tally) { ++tally.trades; });
}

void Performance::close(std::string_view symbol, std::int64_t phase, Decimal pnl) {
  each(symbol, phase, [pnl](Tally& tally) { tally.close(pnl.rounded(8)); });
}

void Performance::write(database::BulkWriter& bulk) const {
  constexpr std::size_t columns = 12;
  Values parameters;
  parameters.reserve(tallies_.size() * columns);
  for (const auto& [key, tally] : tallies_) {
    parameters.push_back({.type = ColumnType::text, .null = false, .text = key.first});
    for (const std::int64_t count : {key.second, tally.trades, tally.closed, tally.wins, tally.losses})
      parameters.push_back(number(count));
    for (const Decimal sum : {tally.profit, tally.loss, tally.equity, tally.peak, tally.drawdown, tally.low})
      parameters.push_back(money(sum));
  }
  if (!parameters.empty()) bulk.execute(add, parameters, columns, {});
}

Performance::Tallies Performance::recomputed(database::Connection& connection) {
  Performance all;
  const database::Rows trades =
      connection.query("SELECT symbol, phase, count(*) FROM trades GROUP BY symbol, phase");
  for (std::size_t i = 0; i < trades.size(); ++i) {
    all.each(trades.text(i, 0), trades.integer(i, 1),
             [count = trades.integer(i, 2)](Tally& tally) { tally.trades += count; });
  }
  const database::Rows closed = connection.query(
      "SELECT symbol, phase_at_entry, realized_pnl FROM positions WHERE closed_at IS NOT NULL "
      "ORDER BY closed_at, position_id");
  for (std::size_t i = 0; i < closed.size(); ++i)
    all.close(closed.text(i, 0), closed.integer(i, 1), nearest_decimal(closed.text(i, 2)).value_or(0));
  return std::move(all.tallies_);
}

void Performance::begin(database::Connection& connection) {
  if (!connection.query("SELECT 1 FROM store_performance WHERE symbol = '' AND phase = 0").empty()) return;
  database::BulkWriter& bulk = *connection.bulk();
  bulk.begin();
  try {
    // Of two stores that come here at once the second waits, and then fails for the repeated key.
    connection.query("INSERT INTO store_performance VALUES ('', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)");
    Performance all;
    all.tallies_ = recomputed(connection);
    all.write(bulk);
    bulk.commit();
  } catch (const Error& error) {
    const bool was_faster = bulk.judge(error) == database::Refusal::repeated_key;
    bulk.rollback();
    if (!was_faster) throw;
  }
}

}  // namespace tradewind::store
