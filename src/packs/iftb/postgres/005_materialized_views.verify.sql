-- Migration: 005_materialized_views
-- Description: Checks the materialized views
-- Created: 2026-11-21

-- A missing object makes its statement fail; a wrong count divides by zero. Nothing is read or written.

SELECT
    method, calls, bullish_calls, bearish_calls, correct_calls, accuracy, average_strength, average_strength_correct,
    average_strength_wrong, agreed_trades, agreed_pnl, disagreed_pnl, refreshed_at
FROM mv_analysis_performance
LIMIT 0;

SELECT
    exchange, symbol, timestamp, funding_rate, funding_rate_bps, annualized_rate, average_24h, average_7d,
    average_30d, cumulative_7d, cumulative_30d, minimum_30d, maximum_30d, deviation_30d, z_score, negative_30d,
    settlements_30d, trend, extreme, payer, refreshed_at
FROM mv_funding_rate_analysis
LIMIT 0;

SELECT
    exchange, symbol, timeframe, timestamp, price, candles_30d, volatility_24h, volatility_7d, volatility_30d,
    average_true_range_14, average_true_range_percent_14, high_30d, low_30d, range_percent_30d, range_position_30d,
    regime, refreshed_at
FROM mv_volatility_analysis
LIMIT 0;

SELECT
    exchange, symbol, last_day, days_30d, correlation_30d, days_90d, correlation_90d, average_fear_greed_30d,
    average_funding_rate_30d, relationship, refreshed_at
FROM mv_market_correlation
LIMIT 0;

SELECT 1 / (count(*) >= 4)::integer AS indexes
FROM pg_index
WHERE indisvalid
  AND indrelid IN (
        'mv_analysis_performance'::regclass, 'mv_funding_rate_analysis'::regclass, 'mv_volatility_analysis'::regclass,
        'mv_market_correlation'::regclass
  );

SELECT 1 / (count(*) = 1)::integer AS volatile_functions
FROM pg_proc
WHERE provolatile = 'v'
  AND oid IN (
        'refresh_materialized_views()'::regprocedure
  );
