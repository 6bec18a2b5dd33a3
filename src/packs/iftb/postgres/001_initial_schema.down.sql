-- Migration: 001_initial_schema
-- Description: Removes the core trading tables and all they hold
-- Created: 2026-11-21

DROP VIEW v_recent_trades;
DROP VIEW v_active_positions;

DROP FUNCTION calculate_position_pnl(BIGINT, NUMERIC);
DROP FUNCTION get_latest_price(TEXT, TEXT);

DROP TABLE daily_performance;
DROP TABLE system_events;
DROP TABLE llm_analysis_log;
DROP TABLE account_snapshots;
DROP TABLE orders;
DROP TABLE trades;
DROP TABLE positions;
DROP TABLE ohlcv;

DROP FUNCTION timeframe_interval(TEXT);
DROP FUNCTION set_updated_at();
