-- Migration: 20250101000002_add_indexes
-- Description: Fail unless the eight indexes are there, on the right columns

-- A bad JSON path is an error that carries the text; CASE evaluates it only when it is needed.
SELECT CASE
           WHEN m.name IS NOT NULL AND (SELECT group_concat(name) FROM pragma_index_info(m.name)) = expected.columns
           THEN 1
           ELSE json_extract('{}', 'index ' || expected.name || ' is missing or differs')
       END AS index_present
FROM (
    SELECT 'idx_trades_timestamp' AS name, 'trades' AS tbl_name, 'timestamp' AS columns
    UNION ALL SELECT 'idx_trades_symbol', 'trades', 'symbol'
    UNION ALL SELECT 'idx_trades_signal_id', 'trades', 'signal_id'
    UNION ALL SELECT 'idx_positions_symbol', 'positions', 'symbol'
    UNION ALL SELECT 'idx_positions_opened_at', 'positions', 'opened_at'
    UNION ALL SELECT 'idx_regime_snapshots_timestamp', 'regime_snapshots', 'timestamp'
    UNION ALL SELECT 'idx_system_events_timestamp', 'system_events', 'timestamp'
    UNION ALL SELECT 'idx_system_events_event_type', 'system_events', 'event_type'
) AS expected
LEFT JOIN sqlite_master AS m ON m.type = 'index' AND m.name = expected.name AND m.tbl_name = expected.tbl_name;
