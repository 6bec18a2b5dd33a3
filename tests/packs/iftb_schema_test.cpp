// F1, F5: every table of the pack iftb with every column, its type, nullability and default; the conventions
// for numbers, times, JSON and enumerations; the kinds of indexes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "packs/pack_support.hpp"

namespace tradewind::test {
namespace {

using Lines = std::vector<std::string>;

/// Columns as "name type", with ! for NOT NULL and =default. Money is numeric(20,8), of volumes of cheap
/// tokens numeric(30,8); a score is numeric(5,4); a ratio, which has no bound, numeric(12,6); a time
/// timestamptz. Every table begins with id and ends with created_at and updated_at.
const std::map<std::string, std::string> columns = {
    {"ohlcv",
     "exchange text!, symbol text!, timeframe text!, timestamp time!, open money!, high money!, low money!, "
     "close money!, "
     "volume volume!, quote_volume volume, trade_count bigint"},
    {"positions",
     "exchange text!, symbol text!, side text!, status text!='open', quantity money!, entry_price money!, "
     "current_price money, exit_price money, leverage numeric(5,2)!=1, margin money, liquidation_price "
     "money, "
     "stop_loss money, take_profit money, trailing_stop_percent score, risk_amount money, realized_pnl "
     "money!=0, "
     "fees money!=0, technical_score score, llm_score score, ml_score score, final_score score, strategy "
     "text, "
     "opened_at time!=now(), closed_at time, close_reason text, metadata jsonb!='{}'"},
    {"trades",
     "position_id bigint, exchange text!, symbol text!, external_id text, side text!, status text!='open', "
     "quantity money!, entry_price money!, exit_price money, entry_time time!=now(), exit_time time, "
     "leverage numeric(5,2)!=1, stop_loss money, take_profit money, fees money!=0, funding_paid money!=0, "
     "pnl money, "
     "pnl_percent ratio=generated, exit_reason text, technical_score score, llm_score score, ml_score score, "
     "final_score score, strategy text, metadata jsonb!='{}'"},
    {"orders",
     "position_id bigint, trade_id bigint, exchange text!, symbol text!, client_order_id text!, "
     "exchange_order_id text, purpose text!='entry', side text!, order_type text!, time_in_force "
     "text!='gtc', "
     "status text!='pending', quantity money!, price money, stop_price money, trailing_percent score, "
     "filled_quantity money!=0, average_fill_price money, fees money!=0, fee_currency text, "
     "reduce_only boolean!=false, submitted_at time, filled_at time, cancelled_at time, error_message text, "
     "metadata jsonb!='{}'"},
    {"account_snapshots",
     "timestamp time!=now(), currency text!='USDT', total_equity money!, available_balance money!, "
     "used_margin money!=0, unrealized_pnl money!=0, net_deposits money!=0, total_exposure money!=0, "
     "open_positions integer!=0, balances jsonb!='{}'"},
    {"llm_analysis_log",
     "timestamp time!=now(), request_id text, provider text!, model text!, analysis_type text!, symbol text, "
     "prompt text, response jsonb, prompt_tokens integer!=0, completion_tokens integer!=0, "
     "total_tokens integer=generated, cost_usd money!=0, latency_ms integer, cached boolean!=false, "
     "status text!='success', error_message text"},
    {"system_events",
     "timestamp time!=now(), event_type text!, severity text!='info', source text!, message text!, "
     "details jsonb!='{}', correlation_id text"},
    {"daily_performance",
     "date date!, starting_balance money!, ending_balance money!, total_trades integer!=0, winning_trades "
     "integer!=0, "
     "losing_trades integer!=0, win_rate score, total_pnl money!=0, gross_profit money!=0, gross_loss "
     "money!=0, "
     "fees money!=0, max_drawdown score, sharpe_ratio ratio, signals_total integer!=0, signals_vetoed "
     "integer!=0, "
     "llm_calls integer!=0, llm_cost_usd money!=0, metadata jsonb!='{}'"},
    {"technical_signals",
     "timestamp time!=now(), exchange text!, symbol text!, timeframe text!, price money!, signal text!, "
     "score score!, "
     "confidence score!, bullish_count integer!=0, bearish_count integer!=0, neutral_count integer!=0, "
     "rsi numeric(7,4), macd money, macd_signal money, macd_histogram money, bb_upper money, bb_middle "
     "money, "
     "bb_lower money, ema_fast money, ema_slow money, atr money, adx numeric(7,4), volume_ratio ratio, "
     "indicators jsonb!='{}'"},
    {"llm_analyses",
     "llm_analysis_log_id bigint, timestamp time!=now(), symbol text!, provider text!, model text!, "
     "sentiment text!, "
     "sentiment_score score!, confidence score!, recommendation text!, time_horizon text, summary text!, "
     "factors jsonb!='[]', risks jsonb!='[]', should_veto boolean!=false, prompt_tokens integer!=0, "
     "completion_tokens integer!=0, total_tokens integer=generated, cost_usd money!=0, latency_ms integer"},
    {"ml_predictions",
     "timestamp time!=now(), exchange text!, symbol text!, timeframe text!, model_name text!='xgboost', "
     "model_version text!, prediction text!, probability_up score!, probability_neutral score!, "
     "probability_down score!, confidence score!, horizon_minutes integer!, features jsonb!='{}', "
     "feature_importance jsonb!='{}', actual_outcome text, actual_return ratio, evaluated_at time"},
    {"trading_decisions",
     "timestamp time!=now(), exchange text!, symbol text!, technical_signal_id bigint, llm_analysis_id "
     "bigint, "
     "ml_prediction_id bigint, order_id bigint, action text!, technical_score score, llm_score score, "
     "ml_score score, "
     "final_score score!, confidence score!, reasons jsonb!='[]', vetoed boolean!=false, veto_source text, "
     "veto_reason text, entry_price money, stop_loss money, take_profit money, position_size money, "
     "executed boolean!=false, executed_at time"},
    {"circuit_breaker_events",
     "triggered_at time!=now(), breaker_type text!, symbol text, status text!='active', threshold_value "
     "money, "
     "actual_value money, reason text!, cooldown_minutes integer, cooldown_expires_at time, resolved_at "
     "time, "
     "resolved_by text, resolution_notes text, details jsonb!='{}'"},
    {"kill_switch_events",
     "activated_at time!=now(), activated_by text!, event_type text!, status text!='active', reason text!, "
     "equity_at_activation money, positions_closed integer!=0, orders_cancelled integer!=0, deactivated_at "
     "time, "
     "deactivated_by text, deactivation_reason text, details jsonb!='{}'"},
    {"daily_pnl",
     "date date!, starting_balance money, ending_balance money, net_deposits money!=0, net_pnl money, "
     "return_percent ratio, realized_pnl money!=0, unrealized_pnl money!=0, fees money!=0, funding_paid "
     "money!=0, "
     "total_trades integer!=0, winning_trades integer!=0, losing_trades integer!=0, win_rate score, "
     "gross_profit money!=0, gross_loss money!=0, average_win money, average_loss money, largest_win money, "
     "largest_loss money, profit_factor numeric(20,6), expectancy money, max_drawdown score, volatility "
     "ratio, "
     "sharpe_ratio ratio, sortino_ratio ratio, calmar_ratio ratio, circuit_breakers_triggered integer!=0"},
    {"ohlcv_data",
     "exchange text!, symbol text!, timeframe text!, timestamp time!, open money!, high money!, low money!, "
     "close money!, "
     "volume volume!, quote_volume volume, taker_buy_volume volume, vwap money, trade_count bigint, "
     "data_source text!='exchange_api', is_complete boolean!=true, has_gap boolean!=false, "
     "is_interpolated boolean!=false, is_anomaly boolean!=false, has_issue boolean=generated, quality_score "
     "score!=1, "
     "quality_details jsonb!='{}'"},
    {"fear_greed_index",
     "timestamp time!, source text!='alternative.me', value integer!, classification text!, volatility_score "
     "integer, "
     "momentum_score integer, social_media_score integer, survey_score integer, dominance_score integer, "
     "trends_score integer, metadata jsonb!='{}'"},
    {"funding_rates",
     "exchange text!, symbol text!, timestamp time!, funding_rate numeric(12,8)!, funding_interval_hours "
     "integer!=8, "
     "funding_rate_bps numeric(12,4)!, annualized_rate money!, predicted_rate numeric(12,8), mark_price "
     "money, "
     "index_price money, open_interest volume, next_funding_time time, metadata jsonb!='{}'"},
};

constexpr const char* read_columns = R"sql(
SELECT string_agg(
  format('%s %s%s%s', a.attname,
    CASE format_type(a.atttypid, a.atttypmod)
      WHEN 'numeric(20,8)' THEN 'money' WHEN 'numeric(30,8)' THEN 'volume' WHEN 'numeric(5,4)' THEN 'score'
      WHEN 'numeric(12,6)' THEN 'ratio' WHEN 'timestamp with time zone' THEN 'time'
      ELSE format_type(a.atttypid, a.atttypmod)
    END,
    CASE WHEN a.attnotnull THEN '!' END,
    CASE WHEN a.attidentity <> '' THEN '=identity' WHEN a.attgenerated <> '' THEN '=generated'
      ELSE '=' || regexp_replace(pg_get_expr(d.adbin, d.adrelid), '::\w+', '') END),
  ', ' ORDER BY a.attnum)
FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = '{}'::regclass AND a.attnum > 0 AND NOT a.attisdropped)sql";

class IftbSchema : public ::testing::Test {
 protected:
  /// One for all tests, which leave it as it was.
  static void SetUpTestSuite() {
    shared = std::make_unique<PackDatabase>(postgresql_engine, "iftb");
    shared->up();
  }
  static void TearDownTestSuite() { shared.reset(); }

  Lines names(const std::string& query) {
    Lines found;
    for (const auto& row : database_.sql(query)) found.push_back(row[0]);
    return found;
  }

  PackDatabase& database_ = *shared;

 private:
  static inline std::unique_ptr<PackDatabase> shared;
};

TEST_F(IftbSchema, has_every_table_with_every_column) {
  Lines tables;
  for (const auto& [table, expected] : columns) {
    tables.push_back(table);
    std::string query = read_columns;
    query.replace(query.find("{}"), 2, table);
    EXPECT_EQ(database_.value(query),
              "id bigint!=identity, " + expected + ", created_at time!=now(), updated_at time!=now()")
        << table;
  }
  Lines counted;
  for (const auto& row : database_.counts()) counted.push_back(row[0]);
  EXPECT_EQ(counted, tables);
}

TEST_F(IftbSchema, has_the_views_and_functions_of_the_document) {
  EXPECT_EQ(names("SELECT viewname::text FROM pg_views WHERE schemaname = 'public' ORDER BY 1"),
            (Lines{"v_active_positions", "v_analysis_performance", "v_decision_analysis",
                   "v_funding_rate_analysis", "v_market_correlation", "v_market_data_summary",
                   "v_recent_trades", "v_risk_summary", "v_volatility_analysis"}));
  EXPECT_EQ(names("SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
                  "AND prorettype <> 'trigger'::regtype ORDER BY 1"),
            (Lines{"calculate_daily_pnl", "calculate_position_pnl", "get_latest_fear_greed",
                   "get_latest_funding_rate", "get_latest_price", "is_trading_allowed", "record_daily_pnl",
                   "refresh_materialized_views", "timeframe_interval"}));
}

TEST_F(IftbSchema, keeps_its_conventions) {
  // Times have a zone, JSON is JSONB, no number is a float, an enumeration is text under a CHECK.
  EXPECT_EQ(names("SELECT DISTINCT data_type FROM information_schema.columns WHERE table_schema = 'public' "
                  "AND table_name NOT LIKE 'schema\\_%' AND table_name IN (SELECT relname FROM pg_class "
                  "WHERE relkind = 'r') "
                  "ORDER BY 1"),
            (Lines{"bigint", "boolean", "date", "integer", "jsonb", "numeric", "text",
                   "timestamp with time zone"}));
  EXPECT_EQ(
      names(
          "SELECT typname::text FROM pg_type WHERE typtype = 'e' AND typnamespace = 'public'::regnamespace"),
      Lines());
  // Every table says what it is for; every table keeps updated_at.
  for (const auto& [table, expected] : columns) {
    EXPECT_NE(database_.value("SELECT obj_description('" + table + "'::regclass)"), "NULL") << table;
    EXPECT_EQ(database_.value("SELECT count(*) FROM pg_trigger WHERE tgrelid = '" + table +
                              "'::regclass AND tgfoid = 'set_updated_at'::regproc"),
              "1")
        << table;
  }
}

TEST_F(IftbSchema, has_partial_indexes_and_gin_on_json) {
  const auto count = [&](const std::string& condition) {
    return std::stoi(
        database_.value("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public' AND " + condition));
  };
  EXPECT_GE(count("indexdef LIKE '% WHERE %'"), 25);
  EXPECT_GE(count("indexdef LIKE '%UNIQUE%' AND indexdef LIKE '% WHERE %'"), 4);
  EXPECT_GE(count("indexdef LIKE '%(symbol, timeframe, \"timestamp\" DESC%'"), 2);
  // Each JSONB column has its GIN index, but what is only ever read with its row.
  EXPECT_EQ(names("SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c "
                  "WHERE c.table_schema = 'public' AND c.data_type = 'jsonb' "
                  "AND c.table_name IN (SELECT relname FROM pg_class WHERE relkind = 'r') "
                  "AND NOT EXISTS (SELECT FROM pg_indexes i WHERE i.tablename = c.table_name "
                  "  AND i.indexdef LIKE '%USING gin (' || c.column_name || ')%') ORDER BY 1"),
            (Lines{"ml_predictions.feature_importance"}));
  EXPECT_EQ(names("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"), Lines());
}

/// now() is the time of the check: what it lets through today it might not tomorrow.
TEST_F(IftbSchema, has_no_constraint_that_becomes_false_with_time) {
  EXPECT_EQ(names("SELECT conname::text FROM pg_constraint WHERE contype = 'c' "
                  "AND pg_get_constraintdef(oid) ~* 'now\\(|current_(date|time)|localtime|clock_timestamp'"),
            Lines());
}

}  // namespace
}  // namespace tradewind::test
