-- Migration: 20250101000001_initial_schema
-- Description: Drop system_events, regime_snapshots, positions and trades

DROP TABLE system_events;

DROP TABLE regime_snapshots;

DROP TABLE positions;

DROP TABLE trades;
