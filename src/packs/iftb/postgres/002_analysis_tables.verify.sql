-- Migration: 002_analysis_tables
-- Description: Checks the analysis tables and their views
-- Created: 2026-11-21

-- A missing object makes its statement fail; a wrong count divides by zero. Nothing is read or written.

SELECT
    id, timestamp, exchange, symbol, timeframe, price, signal, score, confidence, bullish_count, bearish_count,
    neutral_count, rsi, macd, macd_signal, macd_histogram, bb_upper, bb_middle, bb_lower, ema_fast, ema_slow, atr,
    adx, volume_ratio, indicators, created_at, updated_at
FROM technical_signals
LIMIT 0;

SELECT
    id, llm_analysis_log_id, timestamp, symbol, provider, model, sentiment, sentiment_score, confidence,
    recommendation, time_horizon, summary, factors, risks, should_veto, prompt_tokens, completion_tokens,
    total_tokens, cost_usd, latency_ms, created_at, updated_at
FROM llm_analyses
LIMIT 0;

SELECT
    id, timestamp, exchange, symbol, timeframe, model_name, model_version, prediction, probability_up,
    probability_neutral, probability_down, confidence, horizon_minutes, features, feature_importance, actual_outcome,
    actual_return, evaluated_at, created_at, updated_at
FROM ml_predictions
LIMIT 0;

SELECT
    id, timestamp, exchange, symbol, technical_signal_id, llm_analysis_id, ml_prediction_id, order_id, action,
    technical_score, llm_score, ml_score, final_score, confidence, reasons, vetoed, veto_source, veto_reason,
    entry_price, stop_loss, take_profit, position_size, executed, executed_at, created_at, updated_at
FROM trading_decisions
LIMIT 0;

SELECT
    id, timestamp, exchange, symbol, action, final_score, confidence, reasons, vetoed, veto_source, veto_reason,
    executed, executed_at, technical_score, technical_timeframe, technical_signal, technical_confidence,
    technical_indicators, llm_score, llm_model, llm_sentiment, llm_confidence, llm_recommendation, llm_summary,
    llm_factors, ml_score, ml_model_version, ml_prediction, ml_confidence, ml_probability_up, ml_probability_neutral,
    ml_probability_down, entry_price, stop_loss, take_profit, position_size, order_id, order_status, filled_quantity,
    average_fill_price, trade_id, trade_status, trade_pnl, trade_pnl_percent
FROM v_decision_analysis
LIMIT 0;

SELECT
    method, calls, bullish_calls, bearish_calls, correct_calls, accuracy, average_strength, average_strength_correct,
    average_strength_wrong, agreed_trades, agreed_pnl, disagreed_pnl
FROM v_analysis_performance
LIMIT 0;

SELECT 1 / (count(*) >= 4)::integer AS primary_keys
FROM pg_constraint
WHERE contype = 'p'
  AND convalidated
  AND conrelid IN (
        'technical_signals'::regclass, 'llm_analyses'::regclass, 'ml_predictions'::regclass,
        'trading_decisions'::regclass
  );

SELECT 1 / (count(*) >= 2)::integer AS unique_constraints
FROM pg_constraint
WHERE contype = 'u'
  AND convalidated
  AND conrelid IN (
        'technical_signals'::regclass, 'llm_analyses'::regclass, 'ml_predictions'::regclass,
        'trading_decisions'::regclass
  );

SELECT 1 / (count(*) >= 5)::integer AS foreign_keys
FROM pg_constraint
WHERE contype = 'f'
  AND convalidated
  AND conrelid IN (
        'technical_signals'::regclass, 'llm_analyses'::regclass, 'ml_predictions'::regclass,
        'trading_decisions'::regclass
  );

SELECT 1 / (count(*) >= 44)::integer AS checks
FROM pg_constraint
WHERE contype = 'c'
  AND convalidated
  AND conrelid IN (
        'technical_signals'::regclass, 'llm_analyses'::regclass, 'ml_predictions'::regclass,
        'trading_decisions'::regclass
  );

SELECT 1 / (count(*) >= 31)::integer AS indexes
FROM pg_index
WHERE indisvalid
  AND indrelid IN (
        'technical_signals'::regclass, 'llm_analyses'::regclass, 'ml_predictions'::regclass,
        'trading_decisions'::regclass
  );

SELECT 1 / (count(*) >= 12)::integer AS partial_indexes
FROM pg_index
WHERE indpred IS NOT NULL
  AND indrelid IN (
        'technical_signals'::regclass, 'llm_analyses'::regclass, 'ml_predictions'::regclass,
        'trading_decisions'::regclass
  );

SELECT 1 / (count(*) = 4)::integer AS set_updated_at
FROM pg_trigger
WHERE tgfoid = 'set_updated_at()'::regprocedure
  AND tgenabled IN ('O', 'A')
  AND tgrelid IN (
        'technical_signals'::regclass, 'llm_analyses'::regclass, 'ml_predictions'::regclass,
        'trading_decisions'::regclass
  );
