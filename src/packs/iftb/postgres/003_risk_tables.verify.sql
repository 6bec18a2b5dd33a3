-- Migration: 003_risk_tables
-- Description: Checks the risk tables, their triggers, functions and view
-- Created: 2026-11-21

-- A missing object makes its statement fail; a wrong count divides by zero. Nothing is read or written.

SELECT
    id, triggered_at, breaker_type, symbol, status, threshold_value, actual_value, reason, cooldown_minutes,
    cooldown_expires_at, resolved_at, resolved_by, resolution_notes, details, created_at, updated_at
FROM circuit_breaker_events
LIMIT 0;

SELECT
    id, activated_at, activated_by, event_type, status, reason, equity_at_activation, positions_closed,
    orders_cancelled, deactivated_at, deactivated_by, deactivation_reason, details, created_at, updated_at
FROM kill_switch_events
LIMIT 0;

SELECT
    id, date, starting_balance, ending_balance, net_deposits, net_pnl, return_percent, realized_pnl, unrealized_pnl,
    fees, funding_paid, total_trades, winning_trades, losing_trades, win_rate, gross_profit, gross_loss, average_win,
    average_loss, largest_win, largest_loss, profit_factor, expectancy, max_drawdown, volatility, sharpe_ratio,
    sortino_ratio, calmar_ratio, circuit_breakers_triggered, created_at, updated_at
FROM daily_pnl
LIMIT 0;

SELECT
    trading_allowed, active_kill_switches, kill_switch_reasons, active_circuit_breakers, circuit_breaker_reasons,
    cooldown_expires_at, open_positions, total_exposure, unrealized_pnl, risk_amount, current_equity, exposure_ratio,
    today_realized_pnl, today_net_pnl, today_return_percent, today_trades, today_max_drawdown, consecutive_losses,
    peak_equity_30d, drawdown_30d
FROM v_risk_summary
LIMIT 0;

SELECT 1 / (count(*) >= 3)::integer AS primary_keys
FROM pg_constraint
WHERE contype = 'p'
  AND convalidated
  AND conrelid IN (
        'circuit_breaker_events'::regclass, 'kill_switch_events'::regclass, 'daily_pnl'::regclass
  );

SELECT 1 / (count(*) >= 1)::integer AS unique_constraints
FROM pg_constraint
WHERE contype = 'u'
  AND convalidated
  AND conrelid IN (
        'circuit_breaker_events'::regclass, 'kill_switch_events'::regclass, 'daily_pnl'::regclass
  );

SELECT 1 / (count(*) >= 24)::integer AS checks
FROM pg_constraint
WHERE contype = 'c'
  AND convalidated
  AND conrelid IN (
        'circuit_breaker_events'::regclass, 'kill_switch_events'::regclass, 'daily_pnl'::regclass
  );

SELECT 1 / (count(*) >= 12)::integer AS indexes
FROM pg_index
WHERE indisvalid
  AND indrelid IN (
        'circuit_breaker_events'::regclass, 'kill_switch_events'::regclass, 'daily_pnl'::regclass
  );

SELECT 1 / (count(*) >= 3)::integer AS partial_indexes
FROM pg_index
WHERE indpred IS NOT NULL
  AND indrelid IN (
        'circuit_breaker_events'::regclass, 'kill_switch_events'::regclass, 'daily_pnl'::regclass
  );

SELECT 1 / (count(*) = 1)::integer AS set_cooldown_expiry
FROM pg_trigger
WHERE tgfoid = 'set_cooldown_expiry()'::regprocedure
  AND tgenabled IN ('O', 'A')
  AND tgrelid IN (
        'circuit_breaker_events'::regclass, 'kill_switch_events'::regclass, 'daily_pnl'::regclass
  );

SELECT 1 / (count(*) = 3)::integer AS set_updated_at
FROM pg_trigger
WHERE tgfoid = 'set_updated_at()'::regprocedure
  AND tgenabled IN ('O', 'A')
  AND tgrelid IN (
        'circuit_breaker_events'::regclass, 'kill_switch_events'::regclass, 'daily_pnl'::regclass
  );

SELECT 1 / (count(*) = 2)::integer AS stable_functions
FROM pg_proc
WHERE provolatile = 's'
  AND oid IN (
        'is_trading_allowed(text, timestamp with time zone)'::regprocedure,
        'calculate_daily_pnl(date)'::regprocedure
  );

SELECT 1 / (count(*) = 2)::integer AS volatile_functions
FROM pg_proc
WHERE provolatile = 'v'
  AND oid IN (
        'set_cooldown_expiry()'::regprocedure,
        'record_daily_pnl(date)'::regprocedure
  );
