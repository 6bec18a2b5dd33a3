-- Migration: 20250101000002_add_indexes
-- Description: Drop the performance indexes

DROP INDEX idx_system_events_event_type;

DROP INDEX idx_system_events_timestamp;

DROP INDEX idx_regime_snapshots_timestamp;

DROP INDEX idx_positions_opened_at;

DROP INDEX idx_positions_symbol;

DROP INDEX idx_trades_signal_id;

DROP INDEX idx_trades_symbol;

DROP INDEX idx_trades_timestamp;
