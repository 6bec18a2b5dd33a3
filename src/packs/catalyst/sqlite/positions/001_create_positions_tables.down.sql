-- Migration: 001_create_positions_tables
-- Description: Drop the views, closed_positions and positions

DROP VIEW v_recent_closed_trades;

DROP VIEW v_position_summary;

DROP TABLE closed_positions;

DROP TABLE positions;
