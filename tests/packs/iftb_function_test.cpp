// F3, F4: the functions and triggers of the pack iftb on data whose answers are worked out by hand.
#include <gtest/gtest.h>

#include "packs/pack_support.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

class IftbFunctions : public ::testing::Test {
 protected:
  IftbFunctions() { database_.up(); }

  void candle(const std::string& table, const std::string& exchange, const std::string& timeframe,
              const std::string& time, const std::string& close, const std::string& more = "") {
    database_.sql(
        "INSERT INTO " + table + " (exchange, symbol, timeframe, timestamp, open, high, low, close, volume" +
        (more.empty() ? "" : ", " + more) + ") VALUES ('" + exchange + "', 'BTCUSDT', '" + timeframe + "', " +
        time + ", 100, 1000, 1, " + close + ", 1" + (more.empty() ? "" : ", true") + ")");
  }
  std::string value(const std::string& query) { return database_.value(query); }

  PackDatabase database_{postgresql_engine, "iftb"};
};

/// The close of a finished candle is the price at its end.
TEST_F(IftbFunctions, latest_price_is_the_close_of_the_candle_that_ended_last) {
  EXPECT_EQ(value("SELECT get_latest_price('BTCUSDT')"), "NULL");
  candle("ohlcv", "binance", "1h", "'2026-03-10 10:00+00'", "101");
  candle("ohlcv", "binance", "5m", "'2026-03-10 10:50+00'", "102");
  EXPECT_EQ(value("SELECT get_latest_price('BTCUSDT')"), "101.00000000");  // 11:00, not 10:55
  candle("ohlcv", "okx", "1m", "'2026-03-10 11:05+00'", "103");
  EXPECT_EQ(value("SELECT get_latest_price('BTCUSDT')"), "103.00000000");
  EXPECT_EQ(value("SELECT get_latest_price('BTCUSDT', 'binance')"), "101.00000000");
  EXPECT_EQ(value("SELECT get_latest_price('BTCUSDT', 'kraken')"), "NULL");
  EXPECT_EQ(value("SELECT get_latest_price('ETHUSDT')"), "NULL");
  candle("ohlcv_data", "okx", "1m", "'2026-03-10 11:05+00'", "104");
  EXPECT_EQ(value("SELECT get_latest_price('BTCUSDT')"), "104.00000000");  // quality-checked goes first
  candle("ohlcv_data", "okx", "1m", "'2026-03-10 11:06+00'", "999", "is_anomaly");
  EXPECT_EQ(value("SELECT get_latest_price('BTCUSDT')"), "104.00000000");
}

/// A candle that still forms is as old as its last update.
TEST_F(IftbFunctions, latest_price_of_a_forming_candle_is_as_old_as_its_last_update) {
  database_.sql("BEGIN");
  candle("ohlcv", "binance", "1d", "now() - INTERVAL '1 hour'", "101");
  candle("ohlcv", "binance", "1m", "now() - INTERVAL '1 minute'", "102");
  database_.sql(
      "ALTER TABLE ohlcv DISABLE TRIGGER trg_ohlcv_updated_at;"
      "UPDATE ohlcv SET updated_at = now() - INTERVAL '30 minutes' WHERE timeframe = '1d'");
  EXPECT_EQ(value("SELECT get_latest_price('BTCUSDT')"), "102.00000000");
  database_.sql("ROLLBACK");
}

/// (price - entry) * quantity, negated for a short position; 0 once it is closed.
TEST_F(IftbFunctions, position_pnl_is_the_move_times_the_quantity) {
  database_.sql(R"sql(
    INSERT INTO positions (id, exchange, symbol, side, status, quantity, entry_price, current_price, closed_at)
    VALUES (1, 'binance', 'BTCUSDT', 'long', 'open', 2, 100, 104, NULL),
           (2, 'binance', 'BTCUSDT', 'short', 'open', 3, 100, NULL, NULL),
           (3, 'binance', 'ETHUSDT', 'long', 'open', 0.5, 10, NULL, NULL),
           (4, 'binance', 'BTCUSDT', 'long', 'closed', 2, 100, 150, now()))sql");
  EXPECT_EQ(value("SELECT calculate_position_pnl(1)"), "8.00000000");         // (104 - 100) * 2: no candle
  EXPECT_EQ(value("SELECT calculate_position_pnl(1, 97.5)"), "-5.00000000");  // (97.5 - 100) * 2
  EXPECT_EQ(value("SELECT calculate_position_pnl(2)"), "NULL");               // no price at all
  EXPECT_EQ(value("SELECT calculate_position_pnl(3, 11)"), "0.50000000");     // (11 - 10) * 0.5
  candle("ohlcv", "binance", "1m", "'2026-03-10 10:00+00'", "110");
  EXPECT_EQ(value("SELECT calculate_position_pnl(1)"), "20.00000000");   // (110 - 100) * 2
  EXPECT_EQ(value("SELECT calculate_position_pnl(2)"), "-30.00000000");  // -(110 - 100) * 3
  EXPECT_EQ(value("SELECT calculate_position_pnl(4)"), "0");
  EXPECT_EQ(value("SELECT calculate_position_pnl(5)"), "NULL");
}

TEST_F(IftbFunctions, trading_is_allowed_unless_a_breaker_or_the_kill_switch_is_on) {
  EXPECT_EQ(value("SELECT is_trading_allowed()"), "t");
  database_.sql(R"sql(
    INSERT INTO circuit_breaker_events (triggered_at, breaker_type, symbol, status, reason, cooldown_minutes, resolved_at)
    VALUES ('2026-03-10 10:00+00', 'manual', NULL, 'active', 'a', 60, NULL),
           ('2026-03-10 12:00+00', 'manual', 'BTCUSDT', 'resolved', 'b', NULL, '2026-03-10 13:00+00');
    INSERT INTO kill_switch_events (activated_at, activated_by, event_type, status, reason, deactivated_at, deactivated_by)
    VALUES ('2026-03-10 14:00+00', 'ann', 'maintenance', 'deactivated', 'c', '2026-03-10 15:00+00', 'ann'))sql");
  const auto allowed = [&](const std::string& time, const std::string& symbol = "NULL") {
    return value("SELECT is_trading_allowed(" + symbol + ", '2026-03-10 " + time + "+00')");
  };
  EXPECT_EQ(allowed("09:59:59"), "t");
  EXPECT_EQ(allowed("10:00"), "f");
  EXPECT_EQ(allowed("10:59:59"), "f");
  EXPECT_EQ(allowed("11:00"), "t");  // the cooldown of 60 minutes is over
  EXPECT_EQ(allowed("12:30"), "t");  // one symbol's breaker stops that symbol
  EXPECT_EQ(allowed("12:30", "'BTCUSDT'"), "f");
  EXPECT_EQ(allowed("12:30", "'ETHUSDT'"), "t");
  EXPECT_EQ(allowed("13:00", "'BTCUSDT'"), "t");  // resolved
  EXPECT_EQ(allowed("14:00", "'ETHUSDT'"), "f");
  EXPECT_EQ(allowed("15:00"), "t");
  database_.sql(
      "INSERT INTO kill_switch_events (activated_by, event_type, reason) VALUES ('ann', 'automatic', 'd')");
  EXPECT_EQ(value("SELECT is_trading_allowed()"), "f");
}

constexpr const char* a_day = R"sql(
INSERT INTO account_snapshots (timestamp, total_equity, available_balance, net_deposits, unrealized_pnl)
VALUES ('2026-03-07 23:00+00', 1000, 1000, 0, 0),
       ('2026-03-08 23:00+00', 1100, 1000, 0, 0),
       ('2026-03-09 23:00+00', 1045, 1000, 0, 0),
       ('2026-03-10 06:00+00', 1150, 1000, 0, 0),
       ('2026-03-10 12:00+00', 1200, 1000, 100, 0),
       ('2026-03-10 20:00+00', 1249.5, 1000, 0, 10),
       ('2026-03-11 00:00+00', 5000, 1000, 0, 0);
INSERT INTO trades (exchange, symbol, side, status, quantity, entry_price, exit_price, entry_time, exit_time, fees,
                    funding_paid, pnl)
VALUES ('x', 'B', 'long', 'closed', 1, 100, 130, '2026-03-09 00:00+00', '2026-03-10 00:00+00', 1, 0.5, 30),
       ('x', 'B', 'long', 'closed', 1, 100, 110, '2026-03-09 00:00+00', '2026-03-10 05:00+00', 2, 0, 10),
       ('x', 'B', 'long', 'closed', 1, 100, 80, '2026-03-09 00:00+00', '2026-03-10 23:59:59+00', 3, 0, -20),
       ('x', 'B', 'long', 'closed', 1, 100, 100, '2026-03-09 00:00+00', '2026-03-10 09:00+00', 4, 0, 0),
       ('x', 'B', 'long', 'closed', 1, 100, 99, '2026-03-09 00:00+00', '2026-03-11 00:00+00', 9, 0, -9),
       ('x', 'B', 'long', 'closed', 1, 100, 99, '2026-03-09 00:00+00', '2026-03-09 23:59:59+00', 9, 0, -9);
INSERT INTO trades (exchange, symbol, side, quantity, entry_price) VALUES ('x', 'B', 'long', 1, 100);
INSERT INTO circuit_breaker_events (triggered_at, breaker_type, reason)
VALUES ('2026-03-10 10:00+00', 'manual', 'a'), ('2026-03-09 10:00+00', 'manual', 'b'))sql";

/// Balances: from 1045 to 1249.5 with 100 deposited, so 104.5 earned, a tenth of 1045. The fall from the
/// peak, the deposit taken out: 1150 to 1100. Returns of the days: 0.10, -0.05, 0.10; their mean is 0.05,
/// their sample standard deviation sqrt(0.0075), the downside deviation sqrt(0.05^2 / 3), their largest fall
/// 0.05. volatility sqrt(0.0075 * 365); Sharpe 0.05 / sqrt(0.0075) * sqrt(365); Sortino 0.05 / sqrt(0.0025 /
/// 3) * sqrt(365); Calmar 0.05 * 365 / 0.05.
TEST_F(IftbFunctions, daily_pnl_is_what_the_records_of_the_day_come_to) {
  database_.sql(a_day);
  const Rows expected = {{"2026-03-10",
                          "1045.00000000",
                          "1249.50000000",
                          "100.00000000",
                          "104.50000000",
                          "0.100000",
                          "20.00000000",
                          "10.00000000",
                          "10.00000000",
                          "0.50000000",
                          "4",
                          "2",
                          "1",
                          "0.5000",
                          "40.00000000",
                          "20.00000000",
                          "20.00000000",
                          "20.00000000",
                          "30.00000000",
                          "20.00000000",
                          "2.000000",
                          "5.00000000",
                          "0.0435",
                          "1.654539",
                          "11.030261",
                          "33.090784",
                          "365.000000",
                          "1"}};
  EXPECT_EQ(database_.sql("SELECT * FROM calculate_daily_pnl('2026-03-10')"), expected);
  EXPECT_EQ(value("SELECT count(*) FROM daily_pnl"), "0");

  // record_daily_pnl() stores the same, and replaces what was there.
  database_.sql("SELECT record_daily_pnl('2026-03-10')");
  database_.sql("UPDATE trades SET pnl = 40 WHERE pnl = 30");
  database_.sql("SELECT record_daily_pnl('2026-03-10')");
  EXPECT_EQ(database_.sql(
                "SELECT date, net_pnl, realized_pnl, gross_profit, win_rate, sharpe_ratio FROM daily_pnl"),
            (Rows{{"2026-03-10", "104.50000000", "30.00000000", "50.00000000", "0.5000", "11.030261"}}));
}

/// What is undefined is NULL, not 0: no trade has no win rate, one day has no deviation.
TEST_F(IftbFunctions, daily_pnl_of_a_day_without_records_is_a_row_without_ratios) {
  const std::string query =
      "SELECT starting_balance, net_pnl, realized_pnl, total_trades, win_rate, profit_factor, expectancy, "
      "max_drawdown, volatility, sharpe_ratio, sortino_ratio, calmar_ratio FROM "
      "calculate_daily_pnl('2026-03-08')";
  EXPECT_EQ(
      database_.sql(query),
      (Rows{{"NULL", "NULL", "0", "0", "NULL", "NULL", "NULL", "NULL", "NULL", "NULL", "NULL", "NULL"}}));
  database_.sql(a_day);
  EXPECT_EQ(database_.sql(query), (Rows{{"1000.00000000", "100.00000000", "0", "0", "NULL", "NULL", "NULL",
                                         "0.0000", "NULL", "NULL", "NULL", "NULL"}}));
}

TEST_F(IftbFunctions, latest_fear_and_greed_and_funding_are_the_newest) {
  EXPECT_EQ(database_.sql("SELECT * FROM get_latest_fear_greed()"), Rows());
  EXPECT_EQ(database_.sql("SELECT * FROM get_latest_funding_rate('BTCUSDT')"), Rows());
  database_.sql(R"sql(
    SET TIME ZONE 'UTC';
    INSERT INTO fear_greed_index (timestamp, value) VALUES ('2026-03-10 00:00+00', 20), ('2026-03-11 00:00+00', 60),
                                                           ('2026-03-09 00:00+00', 90);
    INSERT INTO funding_rates (exchange, symbol, timestamp, funding_rate, next_funding_time)
    VALUES ('binance', 'BTCUSDT', '2026-03-10 08:00+00', 0.0001, '2026-03-10 16:00+00'),
           ('okx', 'BTCUSDT', '2026-03-10 16:00+00', -0.0002, NULL),
           ('okx', 'ETHUSDT', '2026-03-11 16:00+00', 0.0003, NULL))sql");
  EXPECT_EQ(database_.sql("SELECT * FROM get_latest_fear_greed()"),
            (Rows{{"60", "greed", "2026-03-11 00:00:00+00"}}));
  EXPECT_EQ(database_.sql("SELECT * FROM get_latest_funding_rate('BTCUSDT')"),
            (Rows{{"okx", "-0.00020000", "-2.0000", "-0.21900000", "2026-03-10 16:00:00+00", "NULL"}}));
  EXPECT_EQ(database_.sql("SELECT * FROM get_latest_funding_rate('BTCUSDT', 'binance')"),
            (Rows{{"binance", "0.00010000", "1.0000", "0.10950000", "2026-03-10 08:00:00+00",
                   "2026-03-10 16:00:00+00"}}));
}

TEST_F(IftbFunctions, find_their_tables_whatever_the_search_path) {
  candle("ohlcv", "binance", "1m", "'2026-03-10 10:00+00'", "110");
  database_.sql("SET search_path = ''");
  EXPECT_EQ(value("SELECT public.get_latest_price('BTCUSDT')"), "110.00000000");
  EXPECT_EQ(value("SELECT public.is_trading_allowed()"), "t");
  EXPECT_EQ(value("SELECT count(*) FROM public.calculate_daily_pnl()"), "1");
}

TEST_F(IftbFunctions, updated_at_is_set_by_every_update_on_every_table) {
  const Rows tables = database_.counts();
  ASSERT_EQ(tables.size(), 18U);
  database_.sql(read_file(TRADEWIND_SOURCE_DIR "/tests/packs/iftb_rows.sql"));
  for (const auto& table : tables) {
    database_.sql("UPDATE " + table[0] +
                  " SET updated_at = '2000-01-01', created_at = '2000-01-01' WHERE id = 1");
    EXPECT_EQ(
        database_.sql("SELECT now() - updated_at < INTERVAL '1 minute', created_at < '2001-01-01' FROM " +
                      table[0] + " WHERE id = 1"),
        (Rows{{"t", "t"}}))
        << table[0];
  }
}

TEST_F(IftbFunctions, cooldown_expires_so_many_minutes_after_the_breaker_was_triggered) {
  database_.sql(R"sql(
    SET TIME ZONE 'UTC';
    INSERT INTO circuit_breaker_events (id, triggered_at, breaker_type, reason, cooldown_minutes, cooldown_expires_at)
    VALUES (1, '2026-03-10 10:00+00', 'manual', 'a', 90, '2000-01-01'), (2, now(), 'manual', 'b', NULL, now()))sql");
  const std::string query = "SELECT cooldown_expires_at FROM circuit_breaker_events ORDER BY id";
  EXPECT_EQ(database_.sql(query), (Rows{{"2026-03-10 11:30:00+00"}, {"NULL"}}));
  database_.sql("UPDATE circuit_breaker_events SET cooldown_minutes = 30 WHERE id = 1");
  EXPECT_EQ(database_.sql(query), (Rows{{"2026-03-10 10:30:00+00"}, {"NULL"}}));
}

/// The bands of alternative.me.
TEST_F(IftbFunctions, fear_and_greed_is_classified_by_its_value) {
  database_.sql(
      "INSERT INTO fear_greed_index (timestamp, value, classification) "
      "SELECT '2026-01-01'::timestamptz + v * INTERVAL '1 day', v, 'neutral' FROM generate_series(0, 100) v");
  EXPECT_EQ(database_.sql("SELECT classification, min(value), max(value), count(*) FROM fear_greed_index "
                          "GROUP BY 1 ORDER BY 2"),
            (Rows{{"extreme_fear", "0", "25", "26"},
                  {"fear", "26", "46", "21"},
                  {"neutral", "47", "54", "8"},
                  {"greed", "55", "75", "21"},
                  {"extreme_greed", "76", "100", "25"}}));
  database_.sql("UPDATE fear_greed_index SET value = 100 WHERE value = 0");
  EXPECT_EQ(value("SELECT count(*) FROM fear_greed_index WHERE classification = 'extreme_greed'"), "26");
  database_.expect_refused("INSERT INTO fear_greed_index (timestamp, value) VALUES (now(), 101)",
                           "ck_fear_greed_index_value");
}

/// Basis points: rate * 10000. Annualised without compounding: rate * (24 / hours) * 365, of the 8-hour rate
/// rate * 3 * 365.
TEST_F(IftbFunctions, funding_has_basis_points_and_an_annualised_rate) {
  database_.sql(R"sql(
    INSERT INTO funding_rates (exchange, symbol, timestamp, funding_rate, funding_interval_hours, funding_rate_bps)
    VALUES ('a', 'B', now(), 0.0001, 8, 77), ('b', 'B', now(), -0.00012345, 4, 0), ('c', 'B', now(), 0.0001, 1, 0))sql");
  const std::string query = "SELECT funding_rate_bps, annualized_rate FROM funding_rates ORDER BY exchange";
  EXPECT_EQ(database_.sql(query),
            (Rows{{"1.0000", "0.10950000"}, {"-1.2345", "-0.27035550"}, {"1.0000", "0.87600000"}}));
  database_.sql("UPDATE funding_rates SET funding_rate = 0.0002 WHERE exchange = 'a'");
  EXPECT_EQ(database_.sql(query)[0], (std::vector<std::string>{"2.0000", "0.21900000"}));
}

}  // namespace
}  // namespace tradewind::test
