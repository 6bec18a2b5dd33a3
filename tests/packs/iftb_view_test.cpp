// F2: the views of the pack iftb on small data sets whose answers are worked out by hand.
#include <gtest/gtest.h>

#include "packs/pack_support.hpp"

namespace tradewind::test {
namespace {

class IftbViews : public ::testing::Test {
 protected:
  /// One transaction, so that now() is the same moment for the data and the view.
  IftbViews() {
    database_.up();
    database_.sql("BEGIN; SET LOCAL TIME ZONE 'UTC'");
  }

  PackDatabase database_{postgresql_engine, "iftb"};
};

/// The price of BTCUSDT is 110. Long 2 at 100: +20, a tenth of 200; stop 99 is 11 of 110 away, target 132
/// is 22. Short 1 at 100: -10.
TEST_F(IftbViews, active_positions_are_valued_at_the_latest_price) {
  database_.sql(R"sql(
    INSERT INTO ohlcv (exchange, symbol, timeframe, timestamp, open, high, low, close, volume)
    VALUES ('okx', 'BTCUSDT', '1m', '2026-03-10 10:00+00', 100, 120, 90, 110, 1);
    INSERT INTO positions (id, exchange, symbol, side, status, quantity, entry_price, leverage, stop_loss, take_profit,
                           technical_score, llm_score, ml_score, final_score, opened_at, closed_at)
    VALUES (1, 'okx', 'BTCUSDT', 'long', 'open', 2, 100, 3, 99, 132, 0.1, 0.2, 0.3, 0.25, now() - INTERVAL '2 hours', NULL),
           (2, 'okx', 'BTCUSDT', 'short', 'closing', 1, 100, 1, NULL, NULL, NULL, NULL, NULL, NULL, now(), NULL),
           (3, 'okx', 'ETHUSDT', 'long', 'closed', 1, 100, 1, NULL, NULL, NULL, NULL, NULL, NULL, now(), now()))sql");
  EXPECT_EQ(
      database_.sql(
          "SELECT id, current_price, notional, unrealized_pnl, unrealized_pnl_percent, stop_loss_distance, "
          "take_profit_distance, technical_score, llm_score, ml_score, final_score, holding_time "
          "FROM v_active_positions ORDER BY id"),
      (Rows{{"1", "110.00000000", "220.0000000000000000", "20.00000000", "0.100000", "0.100000", "0.200000",
             "0.1000", "0.2000", "0.3000", "0.2500", "02:00:00"},
            {"2", "110.00000000", "110.0000000000000000", "-10.00000000", "-0.100000", "NULL", "NULL", "NULL",
             "NULL", "NULL", "NULL", "00:00:00"}}));
}

/// 102 closed trades, numbered by their exit: the view shows the last 100. Trade 102: pnl 10 on a notional of
/// 200 is 0.05, 0.15 with leverage 3; planned risk (100 - 98) * 2 = 4, so 2.5 times the risk.
TEST_F(IftbViews, recent_trades_are_the_last_hundred_closed) {
  database_.sql(R"sql(
    INSERT INTO trades (id, exchange, symbol, side, status, quantity, entry_price, exit_price, stop_loss, leverage,
                        entry_time, exit_time, fees, pnl)
    SELECT n, 'okx', 'BTCUSDT', 'long', 'closed', 2, 100, 105.5, 98, 3, '2026-03-10', '2026-03-10'::timestamptz + n * INTERVAL '1 hour',
           1, CASE WHEN n = 101 THEN -10 ELSE 10 END
    FROM generate_series(1, 102) n;
    INSERT INTO trades (id, exchange, symbol, side, quantity, entry_price) VALUES (103, 'okx', 'BTCUSDT', 'long', 2, 100))sql");
  EXPECT_EQ(database_.sql("SELECT count(*), min(id), max(id) FROM v_recent_trades"),
            (Rows{{"100", "3", "102"}}));
  EXPECT_EQ(database_.sql("SELECT id, pnl_percent, return_on_margin, r_multiple, is_winner, holding_time "
                          "FROM v_recent_trades LIMIT 2"),
            (Rows{{"102", "0.050000", "0.150000", "2.5000", "t", "4 days 06:00:00"},
                  {"101", "-0.050000", "-0.150000", "-2.5000", "f", "4 days 05:00:00"}}));
}

/// Three trades: long and right (+10), short and right (+10), long and wrong (-5).
constexpr const char* decisions = R"sql(
INSERT INTO trades (id, exchange, symbol, side, status, quantity, entry_price, exit_price, entry_time, exit_time, pnl)
VALUES (1, 'okx', 'B', 'long', 'closed', 1, 100, 110, '2026-03-10', '2026-03-11', 10),
       (2, 'okx', 'B', 'short', 'closed', 1, 100, 90, '2026-03-10', '2026-03-11', 10),
       (3, 'okx', 'B', 'long', 'closed', 1, 100, 95, '2026-03-10', '2026-03-11', -5),
       (4, 'okx', 'B', 'long', 'closed', 1, 100, 100, '2026-03-10', '2026-03-11', 0);
INSERT INTO orders (id, trade_id, exchange, symbol, client_order_id, purpose, side, order_type, quantity)
SELECT n, n, 'okx', 'B', n, 'entry', 'buy', 'market', 1 FROM generate_series(1, 4) n;
INSERT INTO orders (id, trade_id, exchange, symbol, client_order_id, purpose, side, order_type, quantity)
VALUES (5, 1, 'okx', 'B', '5', 'exit', 'sell', 'market', 1);
INSERT INTO technical_signals (id, timestamp, exchange, symbol, timeframe, price, signal, score, confidence)
VALUES (1, '2026-03-10', 'okx', 'B', '1h', 100, 'buy', 0.5, 0.8);
INSERT INTO llm_analyses (id, symbol, provider, model, sentiment, sentiment_score, confidence, recommendation, summary)
VALUES (1, 'B', 'p', 'm', 'bearish', -0.4, 0.7, 'sell', 'down');
INSERT INTO ml_predictions (id, timestamp, exchange, symbol, timeframe, model_version, prediction, probability_up,
                            probability_neutral, probability_down, confidence, horizon_minutes)
VALUES (1, '2026-03-10', 'okx', 'B', '1h', 'v1', 'neutral', 0.2, 0.6, 0.2, 0.6, 60);
INSERT INTO trading_decisions (id, exchange, symbol, technical_signal_id, llm_analysis_id, ml_prediction_id, order_id, action,
                               technical_score, llm_score, ml_score, final_score, confidence, executed, executed_at)
VALUES (1, 'okx', 'B', 1, 1, 1, 1, 'buy', 0.5, -0.4, 0, 0.3, 0.8, true, now()),
       (2, 'okx', 'B', NULL, NULL, NULL, 2, 'sell', -0.7, -0.6, 0.2, -0.5, 0.8, true, now()),
       (3, 'okx', 'B', NULL, NULL, NULL, 3, 'buy', 0.9, 0.2, -0.8, 0.4, 0.8, true, now()),
       (4, 'okx', 'B', NULL, NULL, NULL, 4, 'buy', 0.9, 0.9, 0.9, 0.9, 0.8, true, now()),
       (5, 'okx', 'B', NULL, NULL, NULL, 5, 'close', 0.9, 0.9, 0.9, 0.9, 0.8, true, now());
INSERT INTO trading_decisions (id, exchange, symbol, action, final_score, confidence, vetoed, veto_source, veto_reason)
VALUES (6, 'okx', 'B', 'buy', 0.9, 0.8, true, 'risk', 'too large'))sql";

TEST_F(IftbViews, decision_analysis_shows_what_a_decision_was_made_from_and_came_to) {
  database_.sql(decisions);
  const std::string columns =
      "SELECT id, action, technical_signal, technical_confidence, llm_sentiment, llm_confidence, "
      "ml_prediction, ml_confidence, "
      "vetoed, veto_source, order_status, trade_status, trade_pnl, trade_pnl_percent FROM "
      "v_decision_analysis WHERE id = ";
  EXPECT_EQ(database_.sql(columns + "1"),
            (Rows{{"1", "buy", "buy", "0.8000", "bearish", "0.7000", "neutral", "0.6000", "f", "NULL",
                   "pending", "closed", "10.00000000", "0.100000"}}));
  EXPECT_EQ(database_.sql(columns + "6"), (Rows{{"6", "buy", "NULL", "NULL", "NULL", "NULL", "NULL", "NULL",
                                                 "t", "risk", "NULL", "NULL", "NULL", "NULL"}}));
  EXPECT_EQ(database_.value("SELECT count(*) FROM v_decision_analysis"), "6");
}

/// A call is the sign of the score; the trade without a move, the exit and the score of 0 are left out.
/// technical called up, down, up; llm down, down, up; ml down (trade 3) and up (trade 2); combined up, down,
/// up.
TEST_F(IftbViews, analysis_performance_counts_who_called_the_direction) {
  database_.sql(decisions);
  EXPECT_EQ(
      database_.sql("SELECT * FROM v_analysis_performance ORDER BY method"),
      (Rows{
          {"combined", "3", "2", "1", "2", "0.6667", "0.4000", "0.4000", "0.4000", "3", "15.00000000", "0"},
          {"llm", "3", "1", "2", "1", "0.3333", "0.4000", "0.6000", "0.3000", "2", "5.00000000",
           "10.00000000"},
          {"ml", "2", "1", "1", "1", "0.5000", "0.5000", "0.8000", "0.2000", "0", "0", "5.00000000"},
          {"technical", "3", "2", "1", "2", "0.6667", "0.7000", "0.6000", "0.9000", "3", "15.00000000", "0"},
      }));
}

/// Equity 1000, 1200, then 990 with 100 withdrawn: the peak, the withdrawal taken out, is 1100, the fall a
/// tenth. Exposure 2 * 110 = 220 of 990.
TEST_F(IftbViews, risk_summary_is_the_status_now) {
  EXPECT_EQ(
      database_.sql("SELECT trading_allowed, active_kill_switches, active_circuit_breakers, open_positions, "
                    "total_exposure, current_equity, consecutive_losses, drawdown_30d FROM v_risk_summary"),
      (Rows{{"t", "0", "0", "0", "0", "NULL", "0", "NULL"}}));
  database_.sql(R"sql(
    INSERT INTO account_snapshots (timestamp, total_equity, available_balance, net_deposits)
    VALUES (now() - INTERVAL '40 days', 9000, 1, 0), (now() - INTERVAL '3 days', 1000, 1, 0),
           (now() - INTERVAL '2 days', 1200, 1, 0), (now() - INTERVAL '1 day', 990, 1, -100);
    INSERT INTO positions (exchange, symbol, side, quantity, entry_price, current_price, risk_amount)
    VALUES ('okx', 'BTCUSDT', 'long', 2, 100, 110, 15);
    INSERT INTO trades (exchange, symbol, side, status, quantity, entry_price, exit_price, entry_time, exit_time, pnl)
    SELECT 'okx', 'B', 'long', 'closed', 1, 100, 100 + pnl, now() - INTERVAL '9 days', now() - age, pnl
    FROM (VALUES (INTERVAL '0', -3), (INTERVAL '2 days', -2), (INTERVAL '3 days', 5), (INTERVAL '4 days', -1)) AS t (age, pnl);
    INSERT INTO circuit_breaker_events (triggered_at, breaker_type, symbol, reason, cooldown_minutes)
    VALUES (now() - INTERVAL '10 minutes', 'manual', NULL, 'first', 60),
           (now() - INTERVAL '5 minutes', 'manual', 'BTCUSDT', 'second', 60),
           (now() - INTERVAL '2 hours', 'manual', NULL, 'over', 60);
    INSERT INTO kill_switch_events (activated_by, event_type, reason) VALUES ('ann', 'automatic', 'drill'))sql");
  EXPECT_EQ(database_.sql(
                "SELECT trading_allowed, active_kill_switches, kill_switch_reasons, active_circuit_breakers, "
                "circuit_breaker_reasons, cooldown_expires_at - now(), open_positions, total_exposure, "
                "unrealized_pnl, "
                "risk_amount FROM v_risk_summary"),
            (Rows{{"f", "1", "drill", "2", "manual: first; manual (BTCUSDT): second", "00:55:00", "1",
                   "220.0000000000000000", "20.00000000", "15.00000000"}}));
  EXPECT_EQ(
      database_.sql(
          "SELECT current_equity, exposure_ratio, today_realized_pnl, today_trades, consecutive_losses, "
          "peak_equity_30d, drawdown_30d FROM v_risk_summary"),
      (Rows{{"990.00000000", "0.2222", "-3.00000000", "1", "2", "1100.00000000", "0.1000"}}));
}

/// The 24 hours end with the newest candle: 13:00 of the day before to 13:00. The anomaly at 10:00 is left
/// out. From 100 to 105 is 0.05; volume 5 + 7 + 1.
TEST_F(IftbViews, market_data_summary_is_the_last_day_of_each_symbol) {
  database_.sql(R"sql(
    INSERT INTO ohlcv_data (exchange, symbol, timeframe, timestamp, open, high, low, close, volume, quote_volume, has_gap,
                            is_anomaly)
    VALUES ('okx', 'B', '1h', '2026-03-09 12:00+00', 1, 900, 1, 90, 99, 9999, false, false),
           ('okx', 'B', '1h', '2026-03-09 13:00+00', 100, 120, 95, 110, 5, 500, false, false),
           ('okx', 'B', '1h', '2026-03-10 10:00+00', 110, 999, 1, 100, 9, 900, false, true),
           ('okx', 'B', '1h', '2026-03-10 11:00+00', 110, 130, 100, 125, 7, 800, true, false),
           ('okx', 'B', '1h', '2026-03-10 12:00+00', 125, 126, 90, 105, 1, 100, false, false),
           ('okx', 'B', '1d', '2026-03-10 00:00+00', 100, 130, 70, 77, 1, 100, false, false),
           ('okx', 'C', '1d', '2026-03-10 00:00+00', 100, 130, 90, 120, 1, NULL, false, false);
    INSERT INTO funding_rates (exchange, symbol, timestamp, funding_rate)
    VALUES ('okx', 'B', '2026-03-10 08:00+00', 0.0001), ('okx', 'B', '2026-03-10 00:00+00', 0.0009);
    INSERT INTO fear_greed_index (timestamp, value) VALUES ('2026-03-10 00:00+00', 30))sql");
  EXPECT_EQ(
      database_.sql(
          "SELECT exchange, symbol, timeframe, timestamp, price, open_24h, high_24h, low_24h, change_24h, "
          "change_percent_24h, volume_24h, quote_volume_24h, candles_24h, candles_with_issues_24h, "
          "funding_rate, annualized_funding_rate, fear_greed_value, fear_greed_classification "
          "FROM v_market_data_summary ORDER BY symbol"),
      (Rows{{"okx", "B", "1h", "2026-03-10 12:00:00+00", "105.00000000", "100.00000000", "130.00000000",
             "90.00000000", "5.00000000", "0.050000", "13.00000000", "1400.00000000", "3", "1", "0.00010000",
             "0.10950000", "30", "fear"},
            {"okx", "C", "1d", "2026-03-10 00:00:00+00", "120.00000000", "100.00000000", "130.00000000",
             "90.00000000", "20.00000000", "0.200000", "1.00000000", "NULL", "1", "0", "NULL", "NULL", "30",
             "fear"}}));
}

/// okx B: means of 24 hours (4 + 2 + 3) / 3, 7 days (9 + 1) / 4, 30 days (10 - 5) / 5, each e-4; sample
/// deviation sqrt((9 + 1 + 4 + 0 + 36) / 4)e-4 = 3.5355e-4; z = (4 - 1) / 3.5355. okx C: nine zeros and
/// -0.001: mean -1e-4, deviation sqrt(90 / 9)e-4, z = -9 / 3.1623.
TEST_F(IftbViews, funding_rate_analysis_compares_the_rate_with_its_past) {
  database_.sql(R"sql(
    INSERT INTO funding_rates (exchange, symbol, timestamp, funding_rate)
    VALUES ('okx', 'B', '2026-03-10 16:00+00', 0.0004), ('okx', 'B', '2026-03-10 08:00+00', 0.0002),
           ('okx', 'B', '2026-03-10 00:00+00', 0.0003), ('okx', 'B', '2026-03-08 00:00+00', 0.0001),
           ('okx', 'B', '2026-03-01 00:00+00', -0.0005), ('okx', 'B', '2026-01-01 00:00+00', 0.5);
    INSERT INTO funding_rates (exchange, symbol, timestamp, funding_rate)
    SELECT 'okx', 'C', '2026-03-10 16:00+00'::timestamptz - n * INTERVAL '8 hours', CASE n WHEN 0 THEN -0.001 ELSE 0 END
    FROM generate_series(0, 9) n)sql");
  EXPECT_EQ(
      database_.sql(
          "SELECT symbol, funding_rate, funding_rate_bps, annualized_rate, average_24h, average_7d, "
          "average_30d, "
          "cumulative_7d, cumulative_30d, minimum_30d, maximum_30d, deviation_30d, z_score, negative_30d, "
          "settlements_30d, trend, extreme, payer FROM v_funding_rate_analysis ORDER BY symbol"),
      (Rows{{"B", "0.00040000", "4.0000", "0.43800000", "0.00030000", "0.00025000", "0.00010000",
             "0.00100000", "0.00050000", "-0.00050000", "0.00040000", "0.00035355", "0.8485", "1", "5",
             "rising", "normal", "longs"},
            {"C", "-0.00100000", "-10.0000", "-1.09500000", "-0.00033333", "-0.00010000", "-0.00010000",
             "-0.00100000", "-0.00100000", "-0.00100000", "0.00000000", "0.00031623", "-2.8460", "1", "10",
             "falling", "extreme_low", "shorts"}}));
}

/// Sample deviation of ln(close / previous close), times sqrt(365 days / timeframe). Daily, of ln 1.1, ln
/// 0.9, ln 1.1: 2.213450; one return a day has no deviation. Hourly: the old moves of a tenth make 6.342059,
/// the last day's 0, +-0.00995 make 0.931300. True ranges by day: 5, 12, 14, 11.9; highest 112, lowest 96.
TEST_F(IftbViews, volatility_analysis_is_the_deviation_of_log_returns) {
  database_.sql(R"sql(
    INSERT INTO ohlcv_data (exchange, symbol, timeframe, timestamp, open, high, low, close, volume)
    SELECT 'okx', 'B', frame, time::timestamptz, close, close + 2, close - 3, close, 1
    FROM (VALUES ('1d', '2026-03-07 00:00+00', 100), ('1d', '2026-03-08 00:00+00', 110), ('1d', '2026-03-09 00:00+00', 99),
                 ('1d', '2026-03-10 00:00+00', 108.9),
                 ('1h', '2026-03-08 00:00+00', 100), ('1h', '2026-03-08 01:00+00', 110), ('1h', '2026-03-08 02:00+00', 100),
                 ('1h', '2026-03-10 00:00+00', 100), ('1h', '2026-03-10 01:00+00', 101), ('1h', '2026-03-10 02:00+00', 100))
         AS candle (frame, time, close);
    INSERT INTO ohlcv_data (exchange, symbol, timeframe, timestamp, open, high, low, close, volume, is_anomaly)
    VALUES ('okx', 'B', '1h', '2026-03-10 01:30+00', 500, 500, 500, 500, 1, true))sql");
  EXPECT_EQ(database_.sql(
                "SELECT timeframe, price, candles_30d, volatility_24h, volatility_7d, volatility_30d, "
                "average_true_range_14, average_true_range_percent_14, high_30d, low_30d, range_percent_30d, "
                "range_position_30d, regime FROM v_volatility_analysis ORDER BY timeframe"),
            (Rows{{"1d", "108.90000000", "4", "NULL", "2.213450", "2.213450", "10.72500000", "0.098485",
                   "112.00000000", "96.00000000", "0.166667", "0.8063", "NULL"},
                  {"1h", "100.00000000", "6", "0.931300", "6.342059", "6.342059", "7.50000000", "0.075000",
                   "112.00000000", "97.00000000", "0.154639", "0.2000", "contracting"}}));
}

/// Rates that rise with the mood, against it, not at all; a day without a mood does not count.
TEST_F(IftbViews, market_correlation_is_that_of_mood_and_funding_by_day) {
  database_.sql(R"sql(
    INSERT INTO fear_greed_index (timestamp, value)
    VALUES ('2026-03-08 00:00+00', 10), ('2026-03-09 00:00+00', 20), ('2026-03-10 00:00+00', 30);
    INSERT INTO funding_rates (exchange, symbol, timestamp, funding_rate)
    SELECT 'okx', symbol, '2026-03-08 00:00+00'::timestamptz + n * INTERVAL '8 hours', 0.0001 * slope * (n / 3)
    FROM (VALUES ('AGAINST', -1), ('ALONG', 1), ('STILL', 0)) AS s (symbol, slope), generate_series(0, 9) n)sql");
  EXPECT_EQ(
      database_.sql("SELECT symbol, last_day, days_30d, correlation_30d, days_90d, correlation_90d, "
                    "average_fear_greed_30d, average_funding_rate_30d, relationship "
                    "FROM v_market_correlation ORDER BY symbol"),
      (Rows{{"AGAINST", "2026-03-10", "3", "-1.0000", "3", "-1.0000", "20.00", "-0.00010000",
             "strong_negative"},
            {"ALONG", "2026-03-10", "3", "1.0000", "3", "1.0000", "20.00", "0.00010000", "strong_positive"},
            {"STILL", "2026-03-10", "3", "NULL", "3", "NULL", "20.00", "0.00000000", "NULL"}}));
}

/// The copies show what they were refreshed to, also while others read them.
TEST_F(IftbViews, materialized_copies_are_refreshed_on_request) {
  database_.sql(decisions);
  EXPECT_EQ(database_.value("SELECT count(*) FROM mv_analysis_performance"), "0");
  database_.sql("SELECT refresh_materialized_views()");
  EXPECT_EQ(database_.sql("SELECT method, calls, accuracy FROM mv_analysis_performance ORDER BY method"),
            (Rows{{"combined", "3", "0.6667"},
                  {"llm", "3", "0.3333"},
                  {"ml", "2", "0.5000"},
                  {"technical", "3", "0.6667"}}));
}

}  // namespace
}  // namespace tradewind::test
