-- Roles: 010_rtx_roles
-- Description: Group roles of the RTX engine and their grants; safe to run again
-- Created: 2026-11-21
--
--   rtx_app       the engine: reads and writes, deletes only what is not a record; reads the audit trails, which
--                 triggers write for it
--   rtx_auditor   reads everything but secrets, the audit trails included
--   rtx_readonly  reads the trading tables; no secrets, no audit trails
-- They can not log in: GRANT rtx_app TO your_login. Roles belong to the whole cluster and outlive a rollback.

DO $$
DECLARE
    role_name  TEXT;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['rtx_app', 'rtx_auditor', 'rtx_readonly'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = role_name) THEN
            EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', role_name);
        END IF;
        EXECUTE pg_catalog.format('GRANT USAGE ON SCHEMA %I TO %I', pg_catalog.current_schema(), role_name);
    END LOOP;
END
$$;

-- The engine. Financial records are inserted and updated; trades, fills and logs only inserted.
GRANT SELECT, INSERT, UPDATE ON
    users, accounts, instruments, orders, positions, account_transactions, api_keys,
    liquidity_providers, lp_order_routing, lp_exposure, risk_limits, risk_limit_breaches, margin_calls,
    circuit_breakers, risk_alerts, risk_events, compliance_events
TO rtx_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON
    user_roles, sessions, password_reset_tokens, two_factor_recovery_codes, lp_instruments, sor_rules,
    client_profiles, margin_requirements, stress_test_scenarios
TO rtx_app;

GRANT SELECT, INSERT ON
    order_fills, trades, login_attempts, user_activity_log, system_events, api_access_log, circuit_breaker_events,
    lp_performance_metrics, position_risk_metrics, portfolio_risk, stress_test_results
TO rtx_app;

-- Quotes are kept for a while only.
GRANT SELECT, INSERT, DELETE ON lp_quotes TO rtx_app;

GRANT SELECT ON audit_log, order_audit, position_audit, account_audit TO rtx_app, rtx_auditor;

-- Readers see users and keys without hashes and secrets.
GRANT SELECT (
    id, username, email, password_changed_at, must_change_password, first_name, last_name, phone, country_code, status,
    kyc_status, email_verified_at, two_factor_enabled, failed_login_attempts, last_failed_login_at, locked_until,
    last_login_at, last_login_ip, registration_ip, metadata, created_at, updated_at, deleted_at
) ON users TO rtx_auditor;

GRANT SELECT (id, username, status, country_code, created_at, deleted_at) ON users TO rtx_readonly;

GRANT SELECT (
    id, user_id, account_id, name, key_prefix, permissions, allowed_ips, rate_limit_per_minute, last_used_at,
    last_used_ip, expires_at, revoked_at, metadata, created_at, updated_at
) ON api_keys TO rtx_auditor;

GRANT SELECT (
    id, user_id, ip_address, user_agent, two_factor_verified, last_seen_at, expires_at, revoked_at, revoke_reason,
    metadata, created_at, updated_at
) ON sessions TO rtx_auditor;

GRANT SELECT ON
    user_roles, login_attempts, user_activity_log, risk_events, compliance_events, system_events, api_access_log
TO rtx_auditor;

GRANT SELECT ON
    accounts, instruments, orders, order_fills, positions, trades, account_transactions,
    liquidity_providers, lp_instruments, lp_quotes, lp_order_routing, lp_performance_metrics, lp_exposure, sor_rules,
    client_profiles, risk_limits, risk_limit_breaches, margin_requirements, margin_calls, position_risk_metrics,
    portfolio_risk, circuit_breakers, circuit_breaker_events, risk_alerts, stress_test_scenarios, stress_test_results
TO rtx_auditor, rtx_readonly;
