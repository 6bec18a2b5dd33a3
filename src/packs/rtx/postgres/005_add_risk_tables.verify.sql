-- Migration: 005_add_risk_tables
-- Description: Check the risk tables, their keys, indexes and triggers
-- Created: 2026-11-21

-- A count that is not as expected divides by zero.

SELECT 1 / (count(*) = 11)::INTEGER AS tables
FROM pg_catalog.pg_class
WHERE relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND relkind IN ('r', 'p')
    AND relname IN (
        'risk_limits', 'risk_limit_breaches', 'margin_requirements', 'margin_calls', 'position_risk_metrics',
        'portfolio_risk', 'circuit_breakers', 'circuit_breaker_events', 'risk_alerts', 'stress_test_scenarios',
        'stress_test_results'
    );

SELECT 1 / (count(*) = 56)::INTEGER AS indexes
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
WHERE c.relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND i.indisvalid
    AND c.relname IN (
        'uq_risk_limits_name', 'idx_risk_limits_enabled', 'idx_risk_limits_user', 'idx_risk_limits_account',
        'idx_risk_limits_symbol', 'idx_risk_limits_lp', 'idx_risk_limits_created_by',
        'idx_risk_limit_breaches_limit', 'idx_risk_limit_breaches_account', 'idx_risk_limit_breaches_order',
        'idx_risk_limit_breaches_position', 'idx_risk_limit_breaches_acknowledged_by',
        'idx_risk_limit_breaches_open', 'idx_risk_limit_breaches_breached_at_brin',
        'uq_margin_requirements_target', 'idx_margin_requirements_symbol', 'idx_margin_requirements_asset_class',
        'uq_margin_calls_open', 'idx_margin_calls_account', 'idx_margin_calls_due_at',
        'idx_position_risk_metrics_latest', 'idx_position_risk_metrics_calculated_at_brin',
        'uq_portfolio_risk_account', 'idx_portfolio_risk_account', 'idx_portfolio_risk_calculated_at_brin',
        'idx_portfolio_risk_by_currency_gin', 'uq_circuit_breakers_name', 'idx_circuit_breakers_enabled',
        'idx_circuit_breakers_tripped', 'idx_circuit_breakers_account', 'idx_circuit_breakers_symbol',
        'idx_circuit_breaker_events_breaker', 'idx_circuit_breaker_events_account',
        'idx_circuit_breaker_events_triggered_by', 'idx_circuit_breaker_events_triggered',
        'idx_circuit_breaker_events_occurred_at_brin', 'idx_risk_alerts_open', 'idx_risk_alerts_user',
        'idx_risk_alerts_account', 'idx_risk_alerts_position', 'idx_risk_alerts_breach',
        'idx_risk_alerts_margin_call', 'idx_risk_alerts_breaker_event', 'idx_risk_alerts_acknowledged_by',
        'idx_risk_alerts_created_at_brin', 'idx_risk_alerts_message_trgm', 'uq_stress_test_scenarios_name',
        'idx_stress_test_scenarios_created_by', 'idx_stress_test_scenarios_shocks_gin',
        'uq_stress_test_results_run', 'idx_stress_test_results_scenario', 'idx_stress_test_results_account',
        'idx_stress_test_results_worst_position', 'idx_stress_test_results_executed_by',
        'idx_stress_test_results_failed', 'idx_stress_test_results_details_gin'
    );

SELECT
    1 / (count(*) FILTER (WHERE c.contype = 'p') = 11)::INTEGER AS primary_keys,
    1 / (count(*) FILTER (WHERE c.contype = 'u') = 1)::INTEGER AS unique_keys,
    1 / (count(*) FILTER (WHERE c.contype = 'f') = 31)::INTEGER AS foreign_keys,
    1 / (count(*) FILTER (WHERE c.contype = 'c') = 91)::INTEGER AS checks
FROM pg_catalog.pg_constraint AS c
JOIN pg_catalog.pg_class AS t ON t.oid = c.conrelid
WHERE t.relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND c.convalidated
    AND t.relname IN (
        'risk_limits', 'risk_limit_breaches', 'margin_requirements', 'margin_calls', 'position_risk_metrics',
        'portfolio_risk', 'circuit_breakers', 'circuit_breaker_events', 'risk_alerts', 'stress_test_scenarios',
        'stress_test_results'
    );

SELECT 1 / (count(*) = 11)::INTEGER AS triggers
FROM pg_catalog.pg_trigger AS g
JOIN pg_catalog.pg_class AS t ON t.oid = g.tgrelid
WHERE t.relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND g.tgenabled = 'O'
    AND g.tgname IN (
        'trg_risk_limits_updated_at', 'trg_risk_limits_audit', 'trg_risk_limit_breaches_updated_at',
        'trg_margin_requirements_updated_at', 'trg_margin_requirements_audit', 'trg_margin_calls_updated_at',
        'trg_circuit_breakers_updated_at', 'trg_circuit_breakers_audit', 'trg_risk_alerts_updated_at',
        'trg_stress_test_scenarios_updated_at', 'trg_stress_test_scenarios_audit'
    );

SELECT
    id, name, description, limit_type, scope, user_id, account_id, account_type, symbol, asset_class, lp_id,
    limit_value, unit, currency, period, warning_ratio, action, enabled, effective_from, effective_to, created_by,
    metadata, created_at, updated_at, deleted_at
FROM risk_limits
LIMIT 0;

SELECT
    id, limit_id, account_id, order_id, position_id, severity, limit_value, actual_value, utilization,
    action_taken, status, breached_at, acknowledged_by, acknowledged_at, resolved_at, notes, metadata, created_at,
    updated_at
FROM risk_limit_breaches
LIMIT 0;

SELECT
    id, symbol, asset_class, account_type, min_notional, initial_margin_rate, maintenance_margin_rate,
    hedged_margin_rate, weekend_multiplier, effective_from, effective_to, metadata, created_at, updated_at
FROM margin_requirements
LIMIT 0;

SELECT
    id, account_id, call_type, status, equity, margin_used, margin_level, threshold_level, required_amount,
    positions_closed, issued_at, notified_at, due_at, resolved_at, notes, metadata, created_at, updated_at
FROM margin_calls
LIMIT 0;

SELECT
    id, position_id, method, horizon_days, notional, var_95, var_99, expected_shortfall, volatility, delta, gamma,
    vega, theta, rho, beta, liquidation_price, max_adverse_pnl, max_favorable_pnl, calculated_at, metadata
FROM position_risk_metrics
LIMIT 0;

SELECT
    id, account_id, currency, method, horizon_days, open_positions, equity, margin_used, long_exposure,
    short_exposure, gross_exposure, net_exposure, leverage, var_95, var_99, expected_shortfall, volatility,
    sharpe_ratio, sortino_ratio, max_drawdown, concentration, exposure_by_currency, exposure_by_asset_class,
    calculated_at, metadata
FROM portfolio_risk
LIMIT 0;

SELECT
    id, name, description, breaker_type, scope, account_id, symbol, asset_class, threshold_value, threshold_unit,
    window_seconds, cooldown_seconds, action, status, auto_reset, enabled, last_triggered_at, resets_at,
    trigger_count, metadata, created_at, updated_at, deleted_at
FROM circuit_breakers
LIMIT 0;

SELECT
    id, breaker_id, event_type, symbol, account_id, threshold_value, actual_value, action_taken, reason,
    triggered_by, occurred_at, metadata
FROM circuit_breaker_events
LIMIT 0;

SELECT
    id, alert_type, severity, title, message, user_id, account_id, position_id, breach_id, margin_call_id,
    breaker_event_id, channels, status, sent_at, acknowledged_by, acknowledged_at, resolved_at, metadata,
    created_at, updated_at
FROM risk_alerts
LIMIT 0;

SELECT
    id, name, description, scenario_type, shocks, volatility_multiplier, spread_multiplier, horizon_days,
    max_loss_ratio, enabled, created_by, metadata, created_at, updated_at, deleted_at
FROM stress_test_scenarios
LIMIT 0;

SELECT
    id, run_id, scenario_id, account_id, currency, equity_before, equity_after, pnl, loss_ratio,
    margin_level_after, margin_call, stopped_out, positions_tested, worst_position_id, worst_position_pnl, passed,
    details, executed_by, executed_at
FROM stress_test_results
LIMIT 0;
