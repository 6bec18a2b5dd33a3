-- Migration: 20250101000002_add_indexes
-- Description: Add the performance indexes
-- Created: 2026-11-21

CREATE INDEX idx_trades_timestamp ON trades (timestamp);

CREATE INDEX idx_trades_symbol ON trades (symbol);

CREATE INDEX idx_trades_signal_id ON trades (signal_id);

CREATE INDEX idx_positions_symbol ON positions (symbol);

CREATE INDEX idx_positions_opened_at ON positions (opened_at);

CREATE INDEX idx_regime_snapshots_timestamp ON regime_snapshots (timestamp);

CREATE INDEX idx_system_events_timestamp ON system_events (timestamp);

CREATE INDEX idx_system_events_event_type ON system_events (event_type);
