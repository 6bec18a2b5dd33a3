-- Migration: 004_market_data_tables
-- Description: Checks the market data tables, their triggers, functions and views
-- Created: 2026-11-21

-- A missing object makes its statement fail; a wrong count divides by zero. Nothing is read or written.

SELECT
    id, exchange, symbol, timeframe, timestamp, open, high, low, close, volume, quote_volume, taker_buy_volume, vwap,
    trade_count, data_source, is_complete, has_gap, is_interpolated, is_anomaly, has_issue, quality_score,
    quality_details, created_at, updated_at
FROM ohlcv_data
LIMIT 0;

SELECT
    id, timestamp, source, value, classification, volatility_score, momentum_score, social_media_score, survey_score,
    dominance_score, trends_score, metadata, created_at, updated_at
FROM fear_greed_index
LIMIT 0;

SELECT
    id, exchange, symbol, timestamp, funding_rate, funding_interval_hours, funding_rate_bps, annualized_rate,
    predicted_rate, mark_price, index_price, open_interest, next_funding_time, metadata, created_at, updated_at
FROM funding_rates
LIMIT 0;

SELECT
    exchange, symbol, timeframe, timestamp, price, open_24h, high_24h, low_24h, change_24h, change_percent_24h,
    volume_24h, quote_volume_24h, candles_24h, candles_with_issues_24h, quality_score, funding_time, funding_rate,
    funding_rate_bps, annualized_funding_rate, fear_greed_value, fear_greed_classification, fear_greed_time
FROM v_market_data_summary
LIMIT 0;

SELECT
    exchange, symbol, timestamp, funding_rate, funding_rate_bps, annualized_rate, average_24h, average_7d,
    average_30d, cumulative_7d, cumulative_30d, minimum_30d, maximum_30d, deviation_30d, z_score, negative_30d,
    settlements_30d, trend, extreme, payer
FROM v_funding_rate_analysis
LIMIT 0;

SELECT
    exchange, symbol, timeframe, timestamp, price, candles_30d, volatility_24h, volatility_7d, volatility_30d,
    average_true_range_14, average_true_range_percent_14, high_30d, low_30d, range_percent_30d, range_position_30d,
    regime
FROM v_volatility_analysis
LIMIT 0;

SELECT
    exchange, symbol, last_day, days_30d, correlation_30d, days_90d, correlation_90d, average_fear_greed_30d,
    average_funding_rate_30d, relationship
FROM v_market_correlation
LIMIT 0;

SELECT 1 / (count(*) >= 3)::integer AS primary_keys
FROM pg_constraint
WHERE contype = 'p'
  AND convalidated
  AND conrelid IN (
        'ohlcv_data'::regclass, 'fear_greed_index'::regclass, 'funding_rates'::regclass
  );

SELECT 1 / (count(*) >= 3)::integer AS unique_constraints
FROM pg_constraint
WHERE contype = 'u'
  AND convalidated
  AND conrelid IN (
        'ohlcv_data'::regclass, 'fear_greed_index'::regclass, 'funding_rates'::regclass
  );

SELECT 1 / (count(*) >= 25)::integer AS checks
FROM pg_constraint
WHERE contype = 'c'
  AND convalidated
  AND conrelid IN (
        'ohlcv_data'::regclass, 'fear_greed_index'::regclass, 'funding_rates'::regclass
  );

SELECT 1 / (count(*) >= 17)::integer AS indexes
FROM pg_index
WHERE indisvalid
  AND indrelid IN (
        'ohlcv_data'::regclass, 'fear_greed_index'::regclass, 'funding_rates'::regclass
  );

SELECT 1 / (count(*) >= 4)::integer AS partial_indexes
FROM pg_index
WHERE indpred IS NOT NULL
  AND indrelid IN (
        'ohlcv_data'::regclass, 'fear_greed_index'::regclass, 'funding_rates'::regclass
  );

SELECT 1 / (count(*) = 1)::integer AS set_fear_greed_classification
FROM pg_trigger
WHERE tgfoid = 'set_fear_greed_classification()'::regprocedure
  AND tgenabled IN ('O', 'A')
  AND tgrelid IN (
        'ohlcv_data'::regclass, 'fear_greed_index'::regclass, 'funding_rates'::regclass
  );

SELECT 1 / (count(*) = 1)::integer AS set_funding_rate_metrics
FROM pg_trigger
WHERE tgfoid = 'set_funding_rate_metrics()'::regprocedure
  AND tgenabled IN ('O', 'A')
  AND tgrelid IN (
        'ohlcv_data'::regclass, 'fear_greed_index'::regclass, 'funding_rates'::regclass
  );

SELECT 1 / (count(*) = 3)::integer AS set_updated_at
FROM pg_trigger
WHERE tgfoid = 'set_updated_at()'::regprocedure
  AND tgenabled IN ('O', 'A')
  AND tgrelid IN (
        'ohlcv_data'::regclass, 'fear_greed_index'::regclass, 'funding_rates'::regclass
  );

SELECT 1 / (count(*) = 2)::integer AS stable_functions
FROM pg_proc
WHERE provolatile = 's'
  AND oid IN (
        'get_latest_fear_greed()'::regprocedure,
        'get_latest_funding_rate(text, text)'::regprocedure
  );

SELECT 1 / (count(*) = 2)::integer AS volatile_functions
FROM pg_proc
WHERE provolatile = 'v'
  AND oid IN (
        'set_fear_greed_classification()'::regprocedure,
        'set_funding_rate_metrics()'::regprocedure
  );

SELECT 1 / (count(*) = 1)::integer AS get_latest_price_reads_ohlcv_data
FROM pg_proc
WHERE oid = 'get_latest_price(text, text)'::regprocedure
  AND prosrc LIKE '%ohlcv_data%';
