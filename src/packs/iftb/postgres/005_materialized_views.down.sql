-- Migration: 005_materialized_views
-- Description: Removes the materialized copies; the views they copy stay
-- Created: 2026-11-21

DROP FUNCTION refresh_materialized_views();

DROP MATERIALIZED VIEW mv_market_correlation;
DROP MATERIALIZED VIEW mv_volatility_analysis;
DROP MATERIALIZED VIEW mv_funding_rate_analysis;
DROP MATERIALIZED VIEW mv_analysis_performance;
