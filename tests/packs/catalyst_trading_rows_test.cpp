// C1: trading.db takes right rows and refuses each bad one by the rule for it.
#include <gtest/gtest.h>

#include "packs/row_cases.hpp"

namespace tradewind::test {
namespace {

Values order() {
  return {{"order_id", "'ord-2'"},
          {"ticker", "'NVDA'"},
          {"order_type", "'stop_limit'"},
          {"side", "'buy'"},
          {"quantity", "40"},
          {"limit_price", "136.2"},
          {"stop_price", "136"},
          {"time_in_force", "'day'"},
          {"status", "'filled'"},
          {"filled_quantity", "40"},
          {"filled_avg_price", "136.15"},
          {"commission", "0.2"},
          {"slippage", "-0.4"},
          {"position_id", "'pos-1'"},
          {"strategy", "'momentum'"},
          {"submitted_at", "1767605400"},
          {"updated_at", "1767605430"},
          {"filled_at", "1767605430"},
          {"metadata", "'{}'"}};
}

Values fill() {
  return {{"fill_id", "'fill-2'"},     {"order_id", "'ord-1'"},  {"ticker", "'NVDA'"},
          {"side", "'buy'"},           {"quantity", "40"},       {"price", "136.15"},
          {"filled_at", "1767605430"}, {"liquidity", "'maker'"}, {"commission", "0.2"},
          {"position_id", "'pos-1'"}};
}

Values snapshot() {
  return {{"snapshot_date", "'2026-01-06'"},
          {"snapshot_time", "1767733200"},
          {"total_equity", "100000"},
          {"cash_balance", "94000"},
          {"long_market_value", "10000"},
          {"short_market_value", "-4000"},
          {"daily_pnl", "-41.5"},
          {"cumulative_pnl", "120"},
          {"positions_count", "3"},
          {"buying_power", "190000"},
          {"leverage", "0.14"},
          {"unrealized_pnl", "-20"}};
}

Values metrics() {
  return {{"metric_date", "'2026-01-06'"},
          {"strategy", "'momentum'"},
          {"sharpe_ratio", "1.4"},
          {"sortino_ratio", "2"},
          {"calmar_ratio", "1.1"},
          {"max_drawdown", "500"},
          {"max_drawdown_pct", "0.5"},
          {"current_drawdown", "100"},
          {"volatility", "0.12"},
          {"win_rate", "0.6"},
          {"profit_factor", "1.5"},
          {"avg_win", "240"},
          {"avg_loss", "-165"},
          {"alpha", "0.02"},
          {"beta", "0.7"},
          {"correlation_to_benchmark", "0.5"},
          {"calculated_at", "1767734100"}};
}

RowCases prices_and_states_of_orders() {
  const std::string t = "orders";
  const std::string prices = "ck_orders_prices_of_type";
  const std::string filled = "ck_orders_filled";
  return {
      {t,
       prices,
       {{"limit_price", "NULL"}},
       {{"order_type", "'market'"}, {"limit_price", "NULL"}, {"stop_price", "NULL"}}},
      {t, prices, {{"stop_price", "NULL"}}, {{"order_type", "'limit'"}, {"stop_price", "NULL"}}},
      {t, prices, {{"order_type", "'limit'"}, {"limit_price", "NULL"}}},
      {t,
       prices,
       {{"order_type", "'stop'"}, {"stop_price", "NULL"}},
       {{"order_type", "'stop'"}, {"limit_price", "NULL"}}},
      {t, filled, {{"filled_avg_price", "NULL"}}},
      {t, filled, {{"filled_quantity", "39"}}, {{"filled_quantity", "39"}, {"status", "'partially_filled'"}}},
      {t,
       filled,
       {{"filled_quantity", "0"}, {"status", "'partially_filled'"}},
       {{"filled_quantity", "0"}, {"status", "'cancelled'"}, {"filled_avg_price", "NULL"}}},
      of_column(t, "filled_quantity", "40.01", "40.0000001"),
  };
}

RowCases cases_of_orders() {
  const std::string t = "orders";
  const RowCases own = {
      taken(t, "pk_orders", {{"order_id", "'ord-1'"}}, "orders.order_id"),
      of_column(t, "updated_at", "1767605399", "1767605400"),
      of_column(t, "filled_at", "1767605399", "1767605400"),
      of_column(t, "filled_quantity", "-1"),
      of_column(t, "metadata", "'{'", "'[1]'"),
  };
  RowCases states =
      one_of(t, "status", {"pending", "submitted", "filled", "cancelled", "rejected", "expired"});
  return all_of({own,
                 prices_and_states_of_orders(),
                 not_empty(t, "order_id"),
                 not_empty(t, "ticker"),
                 one_of(t, "order_type", {"market", "limit", "stop", "stop_limit"}),
                 one_of(t, "side", {"buy", "sell"}),
                 {of_column(t, "quantity", "0"), of_column(t, "quantity", "'text'")},
                 positive(t, "limit_price"),
                 positive(t, "stop_price"),
                 one_of(t, "time_in_force", {"day", "gtc", "ioc", "fok", "opg", "cls"}),
                 states,
                 positive(t, "filled_avg_price"),
                 not_negative(t, "commission"),
                 number(t, "slippage"),
                 seconds(t, "submitted_at"),
                 seconds(t, "updated_at"),
                 seconds(t, "filled_at")});
}

RowCases cases_of_fills() {
  const std::string t = "fills";
  const RowCases own = {taken(t, "pk_fills", {{"fill_id", "'fill-1'"}}, "fills.fill_id"),
                        {t, "fk_fills_order_id", {{"order_id", "'ord-9'"}}}};
  return all_of({own, not_empty(t, "fill_id"), not_empty(t, "ticker"), one_of(t, "side", {"buy", "sell"}),
                 positive(t, "quantity"), positive(t, "price"), one_of(t, "liquidity", {"maker", "taker"}),
                 not_negative(t, "commission"), seconds(t, "filled_at")});
}

RowCases cases_of_snapshots() {
  const std::string t = "portfolio_snapshots";
  const RowCases own = {
      taken(t, "pk_portfolio_snapshots", {{"snapshot_id", "1000"}}, "portfolio_snapshots.snapshot_id"),
      taken(t, "uq_portfolio_snapshots_snapshot_date", {{"snapshot_date", "'2026-01-05'"}},
            "portfolio_snapshots.snapshot_date"),
      of_column(t, "short_market_value", "0.01", "0"),
      of_column(t, "short_market_value", "-9e999"),
      of_column(t, "positions_count", "-1", "0"),
      of_column(t, "positions_count", "1.5"),
  };
  return all_of({own, day(t, "snapshot_date"), seconds(t, "snapshot_time"), number(t, "total_equity"),
                 number(t, "cash_balance"), not_negative(t, "long_market_value"), number(t, "daily_pnl"),
                 number(t, "cumulative_pnl"), not_negative(t, "buying_power"), not_negative(t, "leverage"),
                 number(t, "unrealized_pnl")});
}

RowCases cases_of_metrics() {
  const std::string t = "performance_metrics";
  const RowCases own = {
      taken(t, "pk_performance_metrics", {{"metric_id", "1000"}}, "performance_metrics.metric_id"),
      taken(t, "uq_performance_metrics_metric_date_strategy", {{"metric_date", "'2026-01-05'"}},
            "performance_metrics.metric_date, performance_metrics.strategy"),
      of_column(t, "max_drawdown", "-0.01"),
      of_column(t, "max_drawdown", "9e999"),
      of_column(t, "current_drawdown", "500.01", "500"),
      of_column(t, "current_drawdown", "-0.01", "0"),
      of_column(t, "avg_loss", "0.01", "0"),
      of_column(t, "avg_loss", "-9e999"),
  };
  return all_of({own, day(t, "metric_date"), not_empty(t, "strategy"), number(t, "sharpe_ratio"),
                 number(t, "sortino_ratio"), number(t, "calmar_ratio"), not_negative(t, "max_drawdown_pct"),
                 not_negative(t, "volatility"), between(t, "win_rate", "-0.01", "0", "1", "1.01"),
                 not_negative(t, "profit_factor"), not_negative(t, "avg_win"), number(t, "alpha"),
                 number(t, "beta"), between(t, "correlation_to_benchmark", "-1.01", "-1", "1", "1.01"),
                 seconds(t, "calculated_at")});
}

TEST(CatalystTrading, refuses_each_bad_row_by_the_rule_for_it) {
  PackDatabase database(sqlite_engine, "catalyst", "trading");
  database.up();
  try_rows(database,
           {{"orders", order(), {{"order_id", "'ord-1'"}}},
            {"fills", fill(), {{"fill_id", "'fill-1'"}}},
            {"portfolio_snapshots", snapshot(), {{"snapshot_date", "'2026-01-05'"}, {"snapshot_id", "1000"}}},
            {"performance_metrics", metrics(), {{"metric_date", "'2026-01-05'"}, {"metric_id", "1000"}}}},
           all_of({cases_of_orders(), cases_of_fills(), cases_of_snapshots(), cases_of_metrics()}));
}

// Fills are the record of what was traded: an order does not take them along.
TEST(CatalystTrading, an_order_with_fills_stays) {
  PackDatabase database(sqlite_engine, "catalyst", "trading");
  database.up();
  database.sql(insert(database, "orders", order(), {{"order_id", "'ord-1'"}}));
  database.sql(insert(database, "orders", order(), {}));
  database.sql(insert(database, "fills", fill(), {}));
  database.expect_refused("DELETE FROM orders WHERE order_id = 'ord-1'", "FOREIGN KEY constraint failed");
  database.expect_refused("UPDATE orders SET order_id = 'ord-3' WHERE order_id = 'ord-1'",
                          "FOREIGN KEY constraint failed");
  database.expect_accepted("DELETE FROM orders WHERE order_id = 'ord-2'");
  database.expect_accepted("DELETE FROM fills; DELETE FROM orders");
}

}  // namespace
}  // namespace tradewind::test
