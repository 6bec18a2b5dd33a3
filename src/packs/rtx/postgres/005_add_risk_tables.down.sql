-- Migration: 005_add_risk_tables
-- Description: Drop the risk tables
-- Created: 2026-11-21

DROP TABLE stress_test_results;
DROP TABLE stress_test_scenarios;
DROP TABLE risk_alerts;
DROP TABLE circuit_breaker_events;
DROP TABLE circuit_breakers;
DROP TABLE portfolio_risk;
DROP TABLE position_risk_metrics;
DROP TABLE margin_calls;
DROP TABLE margin_requirements;
DROP TABLE risk_limit_breaches;
DROP TABLE risk_limits;
