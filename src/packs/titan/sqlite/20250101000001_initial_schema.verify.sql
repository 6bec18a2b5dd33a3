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

-- SQLite has no catalog of constraints: count their names in each table's definition. A bad JSON path is an error
-- that carries the text; CASE evaluates it only when it is needed.
SELECT CASE
           WHEN (length(sql) - length(replace(sql, 'CONSTRAINT ', ''))) / length('CONSTRAINT ') >= expected.constraints
           THEN 1
           ELSE json_extract('{}', 'constraints of ' || m.name || ' are missing')
       END AS constraints_present
FROM (
    SELECT 'trades' AS name, 15 AS constraints
    UNION ALL SELECT 'positions', 18
    UNION ALL SELECT 'regime_snapshots', 8
    UNION ALL SELECT 'system_events', 5
) AS expected
JOIN sqlite_master AS m ON m.type = 'table' AND m.name = expected.name;
