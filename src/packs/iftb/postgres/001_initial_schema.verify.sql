-- Migration: 001_initial_schema
-- Description: Checks the core trading tables, their triggers, functions and views
-- Created: 2026-11-21

-- A missing object makes its statement fail; a wrong count divides by zero. Nothing is read or written.

SELECT
    id, exchange, symbol, timeframe, timestamp, open, high, low, close, volume, quote_volume, trade_count, created_at,
    updated_at
FROM ohlcv
LIMIT 0;

SELECT
    id, exchange, symbol, side, status, quantity, entry_price, current_price, exit_price, leverage, margin,
    liquidation_price, stop_loss, take_profit, trailing_stop_percent, risk_amount, realized_pnl, fees,
    technical_score, llm_score, ml_score, final_score, strategy, opened_at, closed_at, close_reason, metadata,
    created_at, updated_at
FROM positions
LIMIT 0;

SELECT
    id, position_id, exchange, symbol, external_id, side, status, quantity, entry_price, exit_price, entry_time,
    exit_time, leverage, stop_loss, take_profit, fees, funding_paid, pnl, pnl_percent, exit_reason, technical_score,
    llm_score, ml_score, final_score, strategy, metadata, created_at, updated_at
FROM trades
LIMIT 0;

SELECT
    id, position_id, trade_id, exchange, symbol, client_order_id, exchange_order_id, purpose, side, order_type,
    time_in_force, status, quantity, price, stop_price, trailing_percent, filled_quantity, average_fill_price, fees,
    fee_currency, reduce_only, submitted_at, filled_at, cancelled_at, error_message, metadata, created_at, updated_at
FROM orders
LIMIT 0;

SELECT
    id, timestamp, currency, total_equity, available_balance, used_margin, unrealized_pnl, net_deposits,
    total_exposure, open_positions, balances, created_at, updated_at
FROM account_snapshots
LIMIT 0;

SELECT
    id, timestamp, request_id, provider, model, analysis_type, symbol, prompt, response, prompt_tokens,
    completion_tokens, total_tokens, cost_usd, latency_ms, cached, status, error_message, created_at, updated_at
FROM llm_analysis_log
LIMIT 0;

SELECT
    id, timestamp, event_type, severity, source, message, details, correlation_id, created_at, updated_at
FROM system_events
LIMIT 0;

SELECT
    id, date, starting_balance, ending_balance, total_trades, winning_trades, losing_trades, win_rate, total_pnl,
    gross_profit, gross_loss, fees, max_drawdown, sharpe_ratio, signals_total, signals_vetoed, llm_calls,
    llm_cost_usd, metadata, created_at, updated_at
FROM daily_performance
LIMIT 0;

SELECT
    id, exchange, symbol, side, status, quantity, entry_price, current_price, notional, leverage, margin,
    unrealized_pnl, unrealized_pnl_percent, realized_pnl, stop_loss, stop_loss_distance, take_profit,
    take_profit_distance, liquidation_price, trailing_stop_percent, risk_amount, technical_score, llm_score, ml_score,
    final_score, strategy, opened_at, holding_time
FROM v_active_positions
LIMIT 0;

SELECT
    id, position_id, exchange, symbol, side, quantity, entry_price, exit_price, entry_time, exit_time, holding_time,
    leverage, fees, funding_paid, pnl, pnl_percent, return_on_margin, r_multiple, is_winner, exit_reason,
    technical_score, llm_score, ml_score, final_score, strategy
FROM v_recent_trades
LIMIT 0;

SELECT 1 / (count(*) >= 8)::integer AS primary_keys
FROM pg_constraint
WHERE contype = 'p'
  AND convalidated
  AND conrelid IN (
        'ohlcv'::regclass, 'positions'::regclass, 'trades'::regclass, 'orders'::regclass,
        'account_snapshots'::regclass, 'llm_analysis_log'::regclass, 'system_events'::regclass,
        'daily_performance'::regclass
  );

SELECT 1 / (count(*) >= 4)::integer AS unique_constraints
FROM pg_constraint
WHERE contype = 'u'
  AND convalidated
  AND conrelid IN (
        'ohlcv'::regclass, 'positions'::regclass, 'trades'::regclass, 'orders'::regclass,
        'account_snapshots'::regclass, 'llm_analysis_log'::regclass, 'system_events'::regclass,
        'daily_performance'::regclass
  );

SELECT 1 / (count(*) >= 3)::integer AS foreign_keys
FROM pg_constraint
WHERE contype = 'f'
  AND convalidated
  AND conrelid IN (
        'ohlcv'::regclass, 'positions'::regclass, 'trades'::regclass, 'orders'::regclass,
        'account_snapshots'::regclass, 'llm_analysis_log'::regclass, 'system_events'::regclass,
        'daily_performance'::regclass
  );

SELECT 1 / (count(*) >= 78)::integer AS checks
FROM pg_constraint
WHERE contype = 'c'
  AND convalidated
  AND conrelid IN (
        'ohlcv'::regclass, 'positions'::regclass, 'trades'::regclass, 'orders'::regclass,
        'account_snapshots'::regclass, 'llm_analysis_log'::regclass, 'system_events'::regclass,
        'daily_performance'::regclass
  );

SELECT 1 / (count(*) >= 43)::integer AS indexes
FROM pg_index
WHERE indisvalid
  AND indrelid IN (
        'ohlcv'::regclass, 'positions'::regclass, 'trades'::regclass, 'orders'::regclass,
        'account_snapshots'::regclass, 'llm_analysis_log'::regclass, 'system_events'::regclass,
        'daily_performance'::regclass
  );

SELECT 1 / (count(*) >= 15)::integer AS partial_indexes
FROM pg_index
WHERE indpred IS NOT NULL
  AND indrelid IN (
        'ohlcv'::regclass, 'positions'::regclass, 'trades'::regclass, 'orders'::regclass,
        'account_snapshots'::regclass, 'llm_analysis_log'::regclass, 'system_events'::regclass,
        'daily_performance'::regclass
  );

SELECT 1 / (count(*) = 8)::integer AS set_updated_at
FROM pg_trigger
WHERE tgfoid = 'set_updated_at()'::regprocedure
  AND tgenabled IN ('O', 'A')
  AND tgrelid IN (
        'ohlcv'::regclass, 'positions'::regclass, 'trades'::regclass, 'orders'::regclass,
        'account_snapshots'::regclass, 'llm_analysis_log'::regclass, 'system_events'::regclass,
        'daily_performance'::regclass
  );

SELECT 1 / (count(*) = 1)::integer AS immutable_functions
FROM pg_proc
WHERE provolatile = 'i'
  AND oid IN (
        'timeframe_interval(text)'::regprocedure
  );

SELECT 1 / (count(*) = 2)::integer AS stable_functions
FROM pg_proc
WHERE provolatile = 's'
  AND oid IN (
        'get_latest_price(text, text)'::regprocedure,
        'calculate_position_pnl(bigint, numeric)'::regprocedure
  );

SELECT 1 / (count(*) = 1)::integer AS volatile_functions
FROM pg_proc
WHERE provolatile = 'v'
  AND oid IN (
        'set_updated_at()'::regprocedure
  );
