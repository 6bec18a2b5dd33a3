// F5: each CHECK, UNIQUE and foreign key of the pack iftb refuses a bad row, by its own name, beside good
// rows.
#include <gtest/gtest.h>

#include "packs/constraint_trial.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

constexpr const char* timeframes = "1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 1M";
constexpr const char* close_reasons =
    "take_profit stop_loss trailing_stop signal timeout manual liquidation circuit_breaker kill_switch";

ConstraintCase score(const std::string& constraint) {
  return between(constraint, -1, 1);
}
ConstraintCase confidence(const std::string& constraint) {
  return between(constraint, 0, 1);
}
/// A key of exchange, symbol, timeframe and time: row 1 is the candle before.
ConstraintCase candle(const std::string& constraint) {
  return {constraint,
          {"timestamp = '2026-01-02 00:00+00'"},
          {"timestamp = '2026-01-02 00:00+00', exchange = 'okx'",
           "timestamp = '2026-01-02 00:00+00', symbol = 'X'",
           "timestamp = '2026-01-02 00:00+00', timeframe = '1d'"}};
}

const ConstraintCases core = {
    candle("uq_ohlcv_candle"),
    one_of("ck_ohlcv_timeframe", timeframes),
    {"ck_ohlcv_low_positive", {"low = 0"}, {"low = 0.00000001"}},
    {"ck_ohlcv_high", {"high = 104", "high = 99, open = 95"}, {"high = 105"}},
    {"ck_ohlcv_low", {"low = 101", "low = 99, open = 98"}, {"low = 100"}},
    not_negative("ck_ohlcv_volume"),
    not_negative("ck_ohlcv_quote_volume"),
    not_negative("ck_ohlcv_trade_count"),

    {"uq_positions_active",
     {"symbol = 'BTCUSDT'", "symbol = 'BTCUSDT', status = 'closing'"},
     {"symbol = 'BTCUSDT', side = 'short'", "symbol = 'BTCUSDT', exchange = 'okx'",
      "symbol = 'BTCUSDT', status = 'closed', closed_at = now()"}},
    one_of("ck_positions_side", "long short"),
    {"ck_positions_status", {"status = 'pending'"}, {}, "open closing closed liquidated"},
    positive("ck_positions_quantity"),
    positive("ck_positions_entry_price"),
    positive("ck_positions_current_price"),
    positive("ck_positions_exit_price"),
    {"ck_positions_leverage", {"$ = 0.99"}, {"$ = 1"}},
    not_negative("ck_positions_margin"),
    not_negative("ck_positions_liquidation_price"),
    positive("ck_positions_stop_loss"),
    positive("ck_positions_take_profit"),
    {"ck_positions_stop_and_target",
     {"stop_loss = 110, take_profit = 90", "side = 'short', stop_loss = 90, take_profit = 110"},
     {"stop_loss = 90, take_profit = 110", "side = 'short', stop_loss = 110, take_profit = 90"}},
    {"ck_positions_trailing_stop_percent", {"$ = 0", "$ = 1"}, {"$ = 0.0001", "$ = 0.9999"}},
    not_negative("ck_positions_risk_amount"),
    score("ck_positions_technical_score"),
    score("ck_positions_llm_score"),
    score("ck_positions_ml_score"),
    score("ck_positions_final_score"),
    {"ck_positions_closed",
     {"status = 'closed'", "status = 'liquidated'", "closed_at = now()"},
     {"status = 'closed', closed_at = now()", "status = 'liquidated', closed_at = now()"}},
    {"ck_positions_closed_at",
     {"status = 'closed', closed_at = '2026-01-01 23:59:59+00'"},
     {"status = 'closed', closed_at = '2026-01-02 00:00+00'"}},
    one_of("ck_positions_close_reason", close_reasons),

    {"uq_trades_external_id",
     {"external_id = 'T1'"},
     {"external_id = 'T2'", "external_id = 'T1', exchange = 'okx'"}},
    one_of("ck_trades_side", "long short"),
    {"ck_trades_status", {"status = 'pending'"}, {}, "open closed cancelled"},
    positive("ck_trades_quantity"),
    positive("ck_trades_entry_price"),
    positive("ck_trades_exit_price"),
    {"ck_trades_leverage", {"$ = 0.99"}, {"$ = 1"}},
    positive("ck_trades_stop_loss"),
    positive("ck_trades_take_profit"),
    score("ck_trades_technical_score"),
    score("ck_trades_llm_score"),
    score("ck_trades_ml_score"),
    score("ck_trades_final_score"),
    {"ck_trades_closed",
     {"status = 'closed', exit_price = 1, pnl = 0", "exit_time = now()",
      "status = 'cancelled', exit_time = now()"},
     {"status = 'closed', exit_price = 1, pnl = 0, exit_time = now()"}},
    {"ck_trades_closed_result",
     {"status = 'closed', exit_time = now(), pnl = 0",
      "status = 'closed', exit_time = now(), exit_price = 1"},
     {"status = 'closed', exit_time = now(), exit_price = 1, pnl = -198"}},
    {"ck_trades_exit_time",
     {"status = 'closed', exit_price = 1, pnl = 0, exit_time = '2026-01-01 23:59:59+00'"},
     {"status = 'closed', exit_price = 1, pnl = 0, exit_time = entry_time"}},
    one_of("ck_trades_exit_reason", close_reasons),

    {"uq_orders_client_order_id", {"client_order_id = 'C1'"}, {"client_order_id = 'C3'"}},
    {"uq_orders_exchange_order_id",
     {"exchange_order_id = 'X1'"},
     {"exchange_order_id = 'X2'", "exchange_order_id = 'X1', exchange = 'okx'"}},
    one_of("ck_orders_purpose", "entry exit stop_loss take_profit liquidation"),
    one_of("ck_orders_side", "buy sell"),
    one_of("ck_orders_order_type",
           "market limit stop_market stop_limit take_profit_market take_profit_limit trailing_stop"),
    one_of("ck_orders_time_in_force", "gtc ioc fok gtx"),
    one_of("ck_orders_status", "pending submitted open partially_filled filled cancelled rejected expired"),
    {"ck_orders_quantity", {"$ = 0"}, {"$ = 0.00000001"}},
    positive("ck_orders_price"),
    {"ck_orders_limit_price",
     {"order_type = 'limit'", "order_type = 'stop_limit', stop_price = 1",
      "order_type = 'take_profit_limit', stop_price = 1"},
     {"order_type = 'limit', price = 1", "order_type = 'stop_limit', stop_price = 1, price = 1"}},
    positive("ck_orders_stop_price"),
    {"ck_orders_trigger_price",
     {"order_type = 'stop_market'", "order_type = 'stop_limit', price = 1",
      "order_type = 'take_profit_market'", "order_type = 'take_profit_limit', price = 1"},
     {"order_type = 'stop_market', stop_price = 1"}},
    {"ck_orders_trailing_percent", {"$ = 0", "$ = 1"}, {"$ = 0.0001", "$ = 0.9999"}},
    {"ck_orders_trailing",
     {"order_type = 'trailing_stop'"},
     {"order_type = 'trailing_stop', trailing_percent = 0.01"}},
    {"ck_orders_filled_quantity",
     {"filled_quantity = -1, average_fill_price = 1", "filled_quantity = 2.00000001, average_fill_price = 1"},
     {"filled_quantity = 2, average_fill_price = 1"}},
    {"ck_orders_filled",
     {"status = 'filled'", "status = 'filled', filled_quantity = 1, average_fill_price = 1"},
     {"status = 'filled', filled_quantity = 2, average_fill_price = 1"}},
    positive("ck_orders_average_fill_price"),
    {"ck_orders_fill_has_price", {"filled_quantity = 1"}, {"filled_quantity = 1, average_fill_price = 1"}},

    {"uq_account_snapshots_timestamp",
     {"timestamp = '2026-01-02 00:00+00'"},
     {"timestamp = '2026-01-02 00:00:01+00'"}},
    not_negative("ck_account_snapshots_used_margin"),
    not_negative("ck_account_snapshots_total_exposure"),
    not_negative("ck_account_snapshots_open_positions"),

    {"uq_llm_analysis_log_request_id",
     {"request_id = 'R1'"},
     {"request_id = 'R2'", "request_id = 'R1', provider = 'x'"}},
    not_negative("ck_llm_analysis_log_prompt_tokens"),
    not_negative("ck_llm_analysis_log_completion_tokens"),
    not_negative("ck_llm_analysis_log_cost_usd"),
    not_negative("ck_llm_analysis_log_latency_ms"),
    one_of("ck_llm_analysis_log_status", "success error timeout rate_limited"),
    {"ck_llm_analysis_log_error",
     {"status = 'error'"},
     {"status = 'error', error_message = 'no'", "status = 'timeout'"}},

    one_of("ck_system_events_severity", "debug info warning error critical"),

    {"uq_daily_performance_date", {"date = '2026-01-01'"}, {"date = '2026-01-03'"}},
    {"ck_daily_performance_trades",
     {"winning_trades = 1", "winning_trades = -1", "losing_trades = -1",
      "total_trades = 2, winning_trades = 2, losing_trades = 1"},
     {"total_trades = 3, winning_trades = 2, losing_trades = 1"}},
    confidence("ck_daily_performance_win_rate"),
    not_negative("ck_daily_performance_gross_profit"),
    not_negative("ck_daily_performance_gross_loss"),
    confidence("ck_daily_performance_max_drawdown"),
    {"ck_daily_performance_signals",
     {"signals_vetoed = 1", "signals_vetoed = -1"},
     {"signals_total = 1, signals_vetoed = 1"}},
    not_negative("ck_daily_performance_llm_calls"),
    not_negative("ck_daily_performance_llm_cost_usd"),
};

const ConstraintCases analysis = {
    candle("uq_technical_signals_candle"),
    one_of("ck_technical_signals_timeframe", timeframes),
    positive("ck_technical_signals_price"),
    one_of("ck_technical_signals_signal", "strong_buy buy neutral sell strong_sell"),
    score("ck_technical_signals_score"),
    confidence("ck_technical_signals_confidence"),
    {"ck_technical_signals_counts",
     {"bullish_count = -1", "bearish_count = -1", "neutral_count = -1"},
     {"bullish_count = 0, bearish_count = 1, neutral_count = 2"}},
    between("ck_technical_signals_rsi", 0, 100),
    {"ck_technical_signals_bollinger",
     {"bb_lower = 2, bb_middle = 1, bb_upper = 3", "bb_lower = 1, bb_middle = 4, bb_upper = 3"},
     {"bb_lower = 1, bb_middle = 2, bb_upper = 3", "bb_lower = 1, bb_middle = 1, bb_upper = 1"}},
    not_negative("ck_technical_signals_atr"),
    between("ck_technical_signals_adx", 0, 100),
    not_negative("ck_technical_signals_volume_ratio"),

    one_of("ck_llm_analyses_sentiment", "very_bearish bearish neutral bullish very_bullish"),
    score("ck_llm_analyses_sentiment_score"),
    confidence("ck_llm_analyses_confidence"),
    one_of("ck_llm_analyses_recommendation", "buy sell hold"),
    one_of("ck_llm_analyses_time_horizon", "scalp intraday swing position"),
    not_negative("ck_llm_analyses_prompt_tokens"),
    not_negative("ck_llm_analyses_completion_tokens"),
    not_negative("ck_llm_analyses_cost_usd"),
    not_negative("ck_llm_analyses_latency_ms"),

    candle("uq_ml_predictions_candle"),
    one_of("ck_ml_predictions_timeframe", timeframes),
    one_of("ck_ml_predictions_prediction", "up neutral down"),
    {"ck_ml_predictions_probability_up",
     {"probability_up = -0.1, probability_neutral = 0.5",
      "probability_up = 1.0001, probability_neutral = 0, probability_down = 0"},
     {"probability_up = 1, probability_neutral = 0, probability_down = 0"}},
    {"ck_ml_predictions_probability_neutral",
     {"probability_neutral = -0.1, probability_up = 0.5"},
     {"probability_neutral = 0, probability_up = 0.4"}},
    {"ck_ml_predictions_probability_down",
     {"probability_down = -0.1, probability_up = 0.8"},
     {"probability_down = 0, probability_up = 0.7"}},
    {"ck_ml_predictions_distribution",
     {"probability_up = 0.1011", "probability_up = 0.0989"},
     {"probability_up = 0.101", "probability_up = 0.099"}},
    confidence("ck_ml_predictions_confidence"),
    positive("ck_ml_predictions_horizon_minutes"),
    {"ck_ml_predictions_actual_outcome",
     {"actual_outcome = 'sideways', evaluated_at = now()"},
     {"actual_outcome = 'neutral', evaluated_at = now()"},
     "up neutral down"},
    {"ck_ml_predictions_evaluated",
     {"actual_outcome = 'up'", "evaluated_at = now()"},
     {"actual_outcome = 'up', evaluated_at = now()"}},

    one_of("ck_trading_decisions_action", "buy sell hold close"),
    score("ck_trading_decisions_technical_score"),
    score("ck_trading_decisions_llm_score"),
    score("ck_trading_decisions_ml_score"),
    score("ck_trading_decisions_final_score"),
    confidence("ck_trading_decisions_confidence"),
    {"ck_trading_decisions_veto_source",
     {"vetoed = true, veto_source = 'moon', veto_reason = 'full'"},
     {"vetoed = true, veto_source = 'llm', veto_reason = 'news'"},
     "technical llm ml risk fear_greed funding_rate circuit_breaker kill_switch manual"},
    {"ck_trading_decisions_veto",
     {"vetoed = true", "vetoed = true, veto_source = 'llm'", "veto_reason = 'news'", "veto_source = 'llm'"},
     {"vetoed = true, veto_source = 'risk', veto_reason = 'too large'"}},
    {"ck_trading_decisions_not_vetoed_and_executed",
     {"vetoed = true, veto_source = 'risk', veto_reason = 'x', executed = true, executed_at = now()"},
     {"executed = true, executed_at = now()"}},
    {"ck_trading_decisions_executed",
     {"executed = true", "executed_at = now()"},
     {"executed = true, executed_at = now()"}},
    positive("ck_trading_decisions_entry_price"),
    positive("ck_trading_decisions_stop_loss"),
    positive("ck_trading_decisions_take_profit"),
    positive("ck_trading_decisions_position_size"),
};

const ConstraintCases risk = {
    {"ck_circuit_breaker_events_breaker_type",
     {"breaker_type = 'boredom', threshold_value = 1, actual_value = 2"},
     {"breaker_type = 'volatility', threshold_value = 1, actual_value = 2"},
     "daily_loss weekly_loss max_drawdown consecutive_losses volatility exposure api_errors data_quality "
     "manual"},
    {"ck_circuit_breaker_events_values",
     {"breaker_type = 'daily_loss'", "breaker_type = 'daily_loss', threshold_value = 1",
      "breaker_type = 'daily_loss', actual_value = 1"},
     {"breaker_type = 'daily_loss', threshold_value = 1, actual_value = 1"}},
    {"ck_circuit_breaker_events_status", {"status = 'over'"}, {}, "active resolved"},
    positive("ck_circuit_breaker_events_cooldown_minutes"),
    {"ck_circuit_breaker_events_resolved",
     {"status = 'resolved'", "resolved_at = now()"},
     {"status = 'resolved', resolved_at = now()"}},
    {"ck_circuit_breaker_events_resolved_at",
     {"status = 'resolved', resolved_at = '2026-01-01 23:59:59+00'"},
     {"status = 'resolved', resolved_at = triggered_at"}},

    one_of("ck_kill_switch_events_event_type",
           "emergency_shutdown manual_intervention automatic maintenance"),
    {"ck_kill_switch_events_status", {"status = 'over'"}, {}, "active deactivated"},
    {"ck_kill_switch_events_counts",
     {"positions_closed = -1", "orders_cancelled = -1"},
     {"positions_closed = 0, orders_cancelled = 1"}},
    {"ck_kill_switch_events_deactivated",
     {"status = 'deactivated'", "deactivated_at = now(), deactivated_by = 'ann'"},
     {"status = 'deactivated', deactivated_at = now(), deactivated_by = 'ann'"}},
    {"ck_kill_switch_events_deactivated_by",
     {"status = 'deactivated', deactivated_at = now()"},
     {"status = 'deactivated', deactivated_at = now(), deactivated_by = 'ann'"}},
    {"ck_kill_switch_events_deactivated_at",
     {"status = 'deactivated', deactivated_by = 'ann', deactivated_at = '2026-01-01 23:59:59+00'"},
     {"status = 'deactivated', deactivated_by = 'ann', deactivated_at = activated_at"}},

    {"uq_daily_pnl_date", {"date = '2026-01-01'"}, {"date = '2026-01-03'"}},
    {"ck_daily_pnl_trades",
     {"winning_trades = 1", "winning_trades = -1", "losing_trades = -1",
      "total_trades = 2, winning_trades = 2, losing_trades = 1"},
     {"total_trades = 3, winning_trades = 2, losing_trades = 1"}},
    confidence("ck_daily_pnl_win_rate"),
    not_negative("ck_daily_pnl_gross_profit"),
    not_negative("ck_daily_pnl_gross_loss"),
    positive("ck_daily_pnl_average_win"),
    positive("ck_daily_pnl_average_loss"),
    positive("ck_daily_pnl_largest_win"),
    positive("ck_daily_pnl_largest_loss"),
    not_negative("ck_daily_pnl_profit_factor"),
    confidence("ck_daily_pnl_max_drawdown"),
    not_negative("ck_daily_pnl_volatility"),
    not_negative("ck_daily_pnl_circuit_breakers_triggered"),
};

const ConstraintCases market = {
    candle("uq_ohlcv_data_candle"),
    one_of("ck_ohlcv_data_timeframe", timeframes),
    {"ck_ohlcv_data_low_positive", {"low = 0"}, {"low = 0.00000001"}},
    {"ck_ohlcv_data_high", {"high = 104", "high = 99, open = 95"}, {"high = 105"}},
    {"ck_ohlcv_data_low", {"low = 101", "low = 99, open = 98"}, {"low = 100"}},
    not_negative("ck_ohlcv_data_volume"),
    not_negative("ck_ohlcv_data_quote_volume"),
    {"ck_ohlcv_data_taker_buy_volume",
     {"taker_buy_volume = 12.50000001", "taker_buy_volume = -1"},
     {"taker_buy_volume = 0", "taker_buy_volume = 12.5"}},
    {"ck_ohlcv_data_vwap", {"vwap = 89", "vwap = 111"}, {"vwap = 90", "vwap = 110"}},
    not_negative("ck_ohlcv_data_trade_count"),
    confidence("ck_ohlcv_data_quality_score"),

    {"uq_fear_greed_index_timestamp",
     {"timestamp = '2026-01-01 00:00+00'"},
     {"timestamp = '2026-01-01 00:00+00', source = 'cmc'"}},
    between("ck_fear_greed_index_value", 0, 100, 1),
    between("ck_fear_greed_index_volatility_score", 0, 100, 1),
    between("ck_fear_greed_index_momentum_score", 0, 100, 1),
    between("ck_fear_greed_index_social_media_score", 0, 100, 1),
    between("ck_fear_greed_index_survey_score", 0, 100, 1),
    between("ck_fear_greed_index_dominance_score", 0, 100, 1),
    between("ck_fear_greed_index_trends_score", 0, 100, 1),

    {"uq_funding_rates_settlement",
     {"timestamp = '2026-01-02 00:00+00'"},
     {"timestamp = '2026-01-02 00:00+00', exchange = 'okx'",
      "timestamp = '2026-01-02 00:00+00', symbol = 'X'"}},
    between("ck_funding_rates_funding_rate", -1, 1, 0.00000001),
    between("ck_funding_rates_funding_interval_hours", 1, 24, 1),
    between("ck_funding_rates_predicted_rate", -1, 1, 0.00000001),
    positive("ck_funding_rates_mark_price"),
    positive("ck_funding_rates_index_price"),
    not_negative("ck_funding_rates_open_interest"),
    {"ck_funding_rates_next_funding_time",
     {"next_funding_time = timestamp"},
     {"next_funding_time = timestamp + INTERVAL '1 second'"}},
};

ConstraintCases all_cases() {
  ConstraintCases all;
  for (const ConstraintCases& part : {core, analysis, risk, market})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

class IftbConstraints : public ::testing::Test {
 protected:
  IftbConstraints() {
    database_.up();
    database_.sql(read_file(TRADEWIND_SOURCE_DIR "/tests/packs/iftb_rows.sql"));
  }

  PackDatabase database_{postgresql_engine, "iftb"};
};

TEST_F(IftbConstraints, refuse_a_bad_row_each_and_accept_good_ones) {
  ConstraintCases cases = all_cases();
  // Its trigger writes the right class over any other: the CHECK only stands behind it.
  database_.sql("ALTER TABLE fear_greed_index DISABLE TRIGGER trg_fear_greed_index_classification");
  cases.push_back(
      one_of("ck_fear_greed_index_classification", "extreme_fear fear neutral greed extreme_greed"));
  Trial(database_, cases).run("2", "1");
}

TEST_F(IftbConstraints, refuse_null_where_a_value_is_needed) {
  Trial(database_, {}).refuse_nulls("2");
}

TEST_F(IftbConstraints, keep_references_by_their_delete_rules) {
  const Trial trial(database_, {});
  EXPECT_EQ(trial.unused_foreign_keys(), std::vector<std::string>());
  EXPECT_EQ(trial.delete_rules(),
            (std::vector<std::string>{
                "fk_llm_analyses_log SET NULL", "fk_orders_position SET NULL", "fk_orders_trade SET NULL",
                "fk_trades_position SET NULL", "fk_trading_decisions_llm_analysis SET NULL",
                "fk_trading_decisions_ml_prediction SET NULL", "fk_trading_decisions_order SET NULL",
                "fk_trading_decisions_technical_signal SET NULL"}));
  // Retention takes what is old; what refers to it stays and loses the link.
  database_.sql("DELETE FROM llm_analyses; DELETE FROM technical_signals; DELETE FROM ml_predictions");
  database_.sql(
      "DELETE FROM llm_analysis_log; DELETE FROM trades; DELETE FROM positions; DELETE FROM orders");
  EXPECT_EQ(database_.sql("SELECT technical_signal_id, llm_analysis_id, ml_prediction_id, order_id "
                          "FROM trading_decisions WHERE id = 1"),
            (Rows{{"NULL", "NULL", "NULL", "NULL"}}));
}

}  // namespace
}  // namespace tradewind::test
