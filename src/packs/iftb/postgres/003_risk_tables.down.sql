-- Migration: 003_risk_tables
-- Description: Removes circuit breakers, kill switch and daily profit and loss
-- Created: 2026-11-21

DROP VIEW v_risk_summary;

DROP FUNCTION record_daily_pnl(DATE);
DROP FUNCTION calculate_daily_pnl(DATE);
DROP FUNCTION is_trading_allowed(TEXT, TIMESTAMPTZ);

DROP TABLE daily_pnl;
DROP TABLE kill_switch_events;
DROP TABLE circuit_breaker_events;

DROP FUNCTION set_cooldown_expiry();
