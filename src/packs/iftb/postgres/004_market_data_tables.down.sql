-- Migration: 004_market_data_tables
-- Description: Removes the market data for analysis; get_latest_price() is again that of 001_initial_schema
-- Created: 2026-11-21

DROP VIEW v_market_correlation;
DROP VIEW v_volatility_analysis;
DROP VIEW v_funding_rate_analysis;
DROP VIEW v_market_data_summary;

DROP FUNCTION get_latest_funding_rate(TEXT, TEXT);
DROP FUNCTION get_latest_fear_greed();

CREATE OR REPLACE FUNCTION get_latest_price(p_symbol TEXT, p_exchange TEXT DEFAULT NULL)
    RETURNS NUMERIC
    LANGUAGE sql
    STABLE PARALLEL SAFE
    SET search_path FROM CURRENT
AS $$
    SELECT candle.close
    FROM unnest(ARRAY['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '3d', '1w', '1M'])
             AS frame (timeframe)
    CROSS JOIN LATERAL (
        SELECT o.timestamp, o.close, o.updated_at
        FROM ohlcv AS o
        WHERE o.symbol = p_symbol
          AND o.timeframe = frame.timeframe
          AND (p_exchange IS NULL OR o.exchange = p_exchange)
        ORDER BY o.timestamp DESC, o.exchange
        LIMIT 1
    ) AS candle
    ORDER BY LEAST(candle.timestamp + timeframe_interval(frame.timeframe), candle.updated_at) DESC,
             candle.timestamp DESC
    LIMIT 1
$$;

DROP TABLE funding_rates;
DROP TABLE fear_greed_index;
DROP TABLE ohlcv_data;

DROP FUNCTION set_funding_rate_metrics();
DROP FUNCTION set_fear_greed_classification();
