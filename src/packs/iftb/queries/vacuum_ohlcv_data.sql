-- Query: vacuum_ohlcv_data
-- Description: Reclaims the space of deleted candles; not inside a transaction

-- Vacuum to reclaim space
VACUUM ANALYZE ohlcv_data;
