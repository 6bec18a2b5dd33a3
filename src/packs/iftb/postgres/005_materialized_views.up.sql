-- Migration: 005_materialized_views
-- Description: Materialized copies of the expensive analysis views, refreshed on request
-- Created: 2026-11-21
-- Depends: 002_analysis_tables, 004_market_data_tables

-- The views stay as they are. Each copy has a unique index, so that it can be refreshed without blocking its readers.

CREATE MATERIALIZED VIEW mv_analysis_performance AS
SELECT v.*, now() AS refreshed_at
FROM v_analysis_performance AS v;

CREATE UNIQUE INDEX uq_mv_analysis_performance ON mv_analysis_performance (method);

CREATE MATERIALIZED VIEW mv_funding_rate_analysis AS
SELECT v.*, now() AS refreshed_at
FROM v_funding_rate_analysis AS v;

CREATE UNIQUE INDEX uq_mv_funding_rate_analysis ON mv_funding_rate_analysis (exchange, symbol);

CREATE MATERIALIZED VIEW mv_volatility_analysis AS
SELECT v.*, now() AS refreshed_at
FROM v_volatility_analysis AS v;

CREATE UNIQUE INDEX uq_mv_volatility_analysis ON mv_volatility_analysis (exchange, symbol, timeframe);

CREATE MATERIALIZED VIEW mv_market_correlation AS
SELECT v.*, now() AS refreshed_at
FROM v_market_correlation AS v;

CREATE UNIQUE INDEX uq_mv_market_correlation ON mv_market_correlation (exchange, symbol);

COMMENT ON MATERIALIZED VIEW mv_analysis_performance IS 'v_analysis_performance as of refreshed_at.';
COMMENT ON MATERIALIZED VIEW mv_funding_rate_analysis IS 'v_funding_rate_analysis as of refreshed_at.';
COMMENT ON MATERIALIZED VIEW mv_volatility_analysis IS 'v_volatility_analysis as of refreshed_at.';
COMMENT ON MATERIALIZED VIEW mv_market_correlation IS 'v_market_correlation as of refreshed_at.';

CREATE FUNCTION refresh_materialized_views()
    RETURNS void
    LANGUAGE plpgsql
    VOLATILE
    SET search_path FROM CURRENT
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW CONCURRENTLY mv_analysis_performance;
    REFRESH MATERIALIZED VIEW CONCURRENTLY mv_funding_rate_analysis;
    REFRESH MATERIALIZED VIEW CONCURRENTLY mv_volatility_analysis;
    REFRESH MATERIALIZED VIEW CONCURRENTLY mv_market_correlation;
END;
$$;

COMMENT ON FUNCTION refresh_materialized_views() IS
    'Brings the materialized views up to date without blocking their readers; only their owner may.';
