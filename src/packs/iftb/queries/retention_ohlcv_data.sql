-- Query: retention_ohlcv_data
-- Description: Deletes candles older than 90 days

-- Archive old OHLCV data (keep 90 days)
DELETE FROM ohlcv_data WHERE timestamp < NOW() - INTERVAL '90 days';
