-- Seed: 010_sample_data
-- Description: Sample trades, positions, regime snapshots and events of January 2025

-- Safe to load twice: the times are fixed, and a row whose key is already there is left out.

INSERT INTO trades (
    signal_id, symbol, side, size, entry_price, stop_price, tp_price, fill_price,
    slippage_pct, execution_latency_ms, regime_state, phase, timestamp
)
VALUES
    ('sig_20250106_001', 'BTCUSDT', 'BUY', 0.05, 98250.00, 97200.00, 100350.00, 98262.50,
     0.012723, 42.180, 1, 1, '2025-01-06T08:15:00.412Z'),
    ('sig_20250106_002', 'BTCUSDT', 'SELL', 0.05, 100350.00, NULL, NULL, 100338.20,
     0.011759, 38.905, 1, 1, '2025-01-06T19:40:12.038Z'),
    ('sig_20250107_001', 'ETHUSDT', 'SELL', 1.20, 3620.00, 3695.00, 3470.00, 3618.85,
     0.031768, 51.337, -1, 1, '2025-01-07T10:05:00.377Z'),
    ('sig_20250107_002', 'ETHUSDT', 'BUY', 1.20, 3470.00, NULL, NULL, 3470.60,
     0.017291, 47.020, -1, 1, '2025-01-07T21:12:45.120Z'),
    ('sig_20250108_001', 'SOLUSDT', 'BUY', 25, 204.50, 199.00, 215.50, 204.58,
     0.039120, 63.511, 1, 1, '2025-01-08T13:30:00.655Z'),
    ('sig_20250108_002', 'SOLUSDT', 'SELL', 25, 199.00, NULL, NULL, 198.87,
     0.065327, 35.246, 0, 1, '2025-01-08T17:02:31.904Z'),
    ('sig_20250109_001', 'BTCUSDT', 'SELL', 0.08, 94100.00, 95350.00, 91600.00, 94085.00,
     0.015940, 44.719, -1, 2, '2025-01-09T09:45:00.298Z'),
    ('sig_20250109_002', 'BTCUSDT', 'BUY', 0.08, 93420.00, NULL, NULL, 93431.40,
     0.012203, 29.664, 0, 2, '2025-01-09T14:20:08.771Z'),
    ('sig_20250110_001', 'ETHUSDT', 'BUY', 2.00, 3240.00, 3175.00, 3370.00, 3239.60,
     -0.012346, 40.402, 1, 2, '2025-01-10T11:00:00.183Z'),
    ('sig_20250110_002', 'SOLUSDT', 'SELL', 30, 186.20, 190.10, 178.40, 186.11,
     0.048335, 58.993, -1, 2, '2025-01-10T15:30:00.540Z')
ON CONFLICT (signal_id) DO NOTHING;

-- Four closed positions and two open ones.
WITH sample (
    symbol, side, size, avg_entry, current_stop, current_tp, unrealized_pnl, regime_at_entry, phase_at_entry,
    opened_at, updated_at, closed_at, close_price, realized_pnl, close_reason
) AS (
    VALUES
        ('BTCUSDT', 'LONG', 0.05, 98262.50, 97200.00, 100350.00, 0, 1, 1,
         '2025-01-06T08:15:00.412Z', '2025-01-06T19:40:12.038Z',
         '2025-01-06T19:40:12.038Z', 100338.20, 103.785, 'take_profit'),
        ('ETHUSDT', 'SHORT', 1.20, 3618.85, 3695.00, 3470.00, 0, -1, 1,
         '2025-01-07T10:05:00.377Z', '2025-01-07T21:12:45.120Z',
         '2025-01-07T21:12:45.120Z', 3470.60, 177.9, 'take_profit'),
        ('SOLUSDT', 'LONG', 25, 204.58, 199.00, 215.50, 0, 1, 1,
         '2025-01-08T13:30:00.655Z', '2025-01-08T17:02:31.904Z',
         '2025-01-08T17:02:31.904Z', 198.87, -142.75, 'stop_hit'),
        ('BTCUSDT', 'SHORT', 0.08, 94085.00, 95350.00, 91600.00, 0, -1, 2,
         '2025-01-09T09:45:00.298Z', '2025-01-09T14:20:08.771Z',
         '2025-01-09T14:20:08.771Z', 93431.40, 52.288, 'regime_kill'),
        ('ETHUSDT', 'LONG', 2.00, 3239.60, 3205.00, 3370.00, 57.80, 1, 2,
         '2025-01-10T11:00:00.183Z', '2025-01-10T18:00:00.000Z', NULL, NULL, NULL, NULL),
        ('SOLUSDT', 'SHORT', 30, 186.11, 190.10, 178.40, -21.60, -1, 2,
         '2025-01-10T15:30:00.540Z', '2025-01-10T18:00:00.000Z', NULL, NULL, NULL, NULL)
)
INSERT INTO positions (
    symbol, side, size, avg_entry, current_stop, current_tp, unrealized_pnl, regime_at_entry, phase_at_entry,
    opened_at, updated_at, closed_at, close_price, realized_pnl, close_reason
)
SELECT s.symbol, s.side, s.size, s.avg_entry, s.current_stop, s.current_tp, s.unrealized_pnl, s.regime_at_entry,
       s.phase_at_entry, s.opened_at, s.updated_at, s.closed_at, s.close_price, s.realized_pnl, s.close_reason
FROM sample AS s
WHERE NOT EXISTS (
    SELECT 1
    FROM positions AS p
    WHERE p.symbol = s.symbol AND p.side = s.side AND p.opened_at = s.opened_at
)
ORDER BY s.opened_at;

WITH sample (
    timestamp, symbol, regime_state, trend_state, vol_state, market_structure_score, model_recommendation
) AS (
    VALUES
        ('2025-01-06T08:00:00.000Z', 'BTCUSDT', 1, 1, 1, 78.50, 'TREND_FOLLOW'),
        ('2025-01-07T10:00:00.000Z', 'ETHUSDT', -1, -1, 1, 69.75, 'TREND_FOLLOW'),
        ('2025-01-08T13:15:00.000Z', 'SOLUSDT', 1, 1, 2, 82.10, 'TREND_FOLLOW'),
        ('2025-01-08T17:00:00.000Z', 'SOLUSDT', 0, -1, 2, 27.90, 'NO_TRADE'),
        ('2025-01-09T09:30:00.000Z', 'BTCUSDT', -1, -1, 2, 71.25, 'TREND_FOLLOW'),
        ('2025-01-09T14:15:00.000Z', 'BTCUSDT', 0, 0, 2, 34.00, 'NO_TRADE'),
        ('2025-01-10T10:45:00.000Z', 'ETHUSDT', 1, 0, 0, 58.40, 'MEAN_REVERT'),
        ('2025-01-10T15:15:00.000Z', 'SOLUSDT', -1, -1, 1, 66.30, 'TREND_FOLLOW')
)
INSERT INTO regime_snapshots (
    timestamp, symbol, regime_state, trend_state, vol_state, market_structure_score, model_recommendation
)
SELECT s.timestamp, s.symbol, s.regime_state, s.trend_state, s.vol_state, s.market_structure_score,
       s.model_recommendation
FROM sample AS s
WHERE NOT EXISTS (
    SELECT 1
    FROM regime_snapshots AS r
    WHERE r.timestamp = s.timestamp AND r.symbol = s.symbol
)
ORDER BY s.timestamp;

WITH sample (event_type, severity, description, context_json, timestamp) AS (
    VALUES
        ('startup', 'INFO', 'Execution service started, no open positions',
         '{"restored_positions": 0}', '2025-01-06T07:59:30.000Z'),
        ('regime_kill', 'WARNING', 'BTCUSDT short closed: the regime turned neutral',
         '{"symbol": "BTCUSDT", "from": -1, "to": 0}', '2025-01-09T14:20:08.771Z'),
        ('heartbeat_timeout', 'ERROR', 'No heartbeat from the signal source for 300 s',
         '{"timeout_s": 300, "last_heartbeat": "2025-01-09T23:00:00Z"}', '2025-01-09T23:05:00.000Z'),
        ('startup', 'INFO', 'Execution service restarted, shadow state restored',
         '{"restored_positions": 0}', '2025-01-09T23:06:12.000Z')
)
INSERT INTO system_events (event_type, severity, description, context_json, timestamp)
SELECT s.event_type, s.severity, s.description, s.context_json, s.timestamp
FROM sample AS s
WHERE NOT EXISTS (
    SELECT 1
    FROM system_events AS e
    WHERE e.timestamp = s.timestamp AND e.event_type = s.event_type
)
ORDER BY s.timestamp;
