-- Migration: 004_add_lp_tables
-- Description: Drop the liquidity provider tables
-- Created: 2026-11-21

DROP TABLE client_profiles;
DROP TABLE lp_exposure;
DROP TABLE lp_performance_metrics;
DROP TABLE lp_order_routing;
DROP TABLE sor_rules;
DROP TABLE lp_quotes;
DROP TABLE lp_instruments;
DROP TABLE liquidity_providers;
