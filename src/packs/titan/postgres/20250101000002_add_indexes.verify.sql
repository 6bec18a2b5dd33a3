-- Migration: 20250101000002_add_indexes
-- Description: Fail unless the eight indexes are there, on the right columns, and valid

-- A division by zero says that one is missing, on another column, or invalid.
SELECT 1 / (count(*) = 8)::INT AS indexes_present
FROM (
    VALUES ('idx_trades_timestamp', 'trades'::REGCLASS, 'timestamp'),
           ('idx_trades_symbol', 'trades'::REGCLASS, 'symbol'),
           ('idx_trades_signal_id', 'trades'::REGCLASS, 'signal_id'),
           ('idx_positions_symbol', 'positions'::REGCLASS, 'symbol'),
           ('idx_positions_opened_at', 'positions'::REGCLASS, 'opened_at'),
           ('idx_regime_snapshots_timestamp', 'regime_snapshots'::REGCLASS, 'timestamp'),
           ('idx_system_events_timestamp', 'system_events'::REGCLASS, 'timestamp'),
           ('idx_system_events_event_type', 'system_events'::REGCLASS, 'event_type')
) AS expected (index_name, table_oid, column_name)
JOIN pg_catalog.pg_index AS i ON i.indrelid = expected.table_oid AND i.indisvalid AND i.indnatts = 1
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid AND c.relname = expected.index_name
JOIN pg_catalog.pg_attribute AS a
    ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] AND a.attname = expected.column_name;
