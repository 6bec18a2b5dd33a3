-- Migration: 20250101000001_initial_schema
-- Description: Fail unless the four tables, their columns and their constraints are there

SELECT trade_id, signal_id, symbol, side, size, entry_price, stop_price, tp_price, fill_price, slippage_pct,
       execution_latency_ms, regime_state, phase, timestamp
FROM trades
LIMIT 0;

SELECT position_id, symbol, side, size, avg_entry, current_stop, current_tp, unrealized_pnl, regime_at_entry,
       phase_at_entry, opened_at, updated_at, closed_at, close_price, realized_pnl, close_reason
FROM positions
LIMIT 0;

SELECT snapshot_id, timestamp, symbol, regime_state, trend_state, vol_state, market_structure_score,
       model_recommendation
FROM regime_snapshots
LIMIT 0;

SELECT event_id, event_type, severity, description, context_json, timestamp
FROM system_events
LIMIT 0;

-- A division by zero says that a key, a unique constraint or a check is missing or not valid.
SELECT 1 / (count(*) >= 39)::INT AS constraints_present
FROM pg_catalog.pg_constraint
WHERE conrelid IN (
          'trades'::REGCLASS, 'positions'::REGCLASS, 'regime_snapshots'::REGCLASS, 'system_events'::REGCLASS
      )
  AND contype IN ('p', 'u', 'c')
  AND convalidated;
