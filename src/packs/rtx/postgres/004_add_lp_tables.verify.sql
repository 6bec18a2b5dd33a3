-- Migration: 004_add_lp_tables
-- Description: Check the liquidity provider tables, their keys, indexes and triggers
-- Created: 2026-11-21

-- A count that is not as expected divides by zero.

SELECT 1 / (count(*) = 8)::INTEGER AS tables
FROM pg_catalog.pg_class
WHERE relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND relkind IN ('r', 'p')
    AND relname IN (
        'liquidity_providers', 'lp_instruments', 'lp_quotes', 'sor_rules', 'lp_order_routing',
        'lp_performance_metrics', 'lp_exposure', 'client_profiles'
    );

SELECT 1 / (count(*) = 29)::INTEGER AS indexes
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
WHERE c.relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND i.indisvalid
    AND c.relname IN (
        'idx_liquidity_providers_active', 'idx_liquidity_providers_asset_classes_gin', 'idx_lp_instruments_symbol',
        'idx_lp_quotes_latest', 'idx_lp_quotes_symbol', 'idx_lp_quotes_quoted_at_brin', 'uq_sor_rules_priority',
        'uq_sor_rules_name', 'idx_sor_rules_symbol', 'idx_sor_rules_lp', 'idx_sor_rules_fallback_lp',
        'idx_sor_rules_asset_classes_gin', 'idx_sor_rules_conditions_gin', 'idx_lp_order_routing_order',
        'idx_lp_order_routing_lp', 'idx_lp_order_routing_sor_rule', 'idx_lp_order_routing_working',
        'idx_lp_order_routing_rejected', 'idx_lp_order_routing_routed_at_brin',
        'idx_lp_order_routing_decision_factors_gin', 'uq_lp_performance_metrics_period',
        'idx_lp_performance_metrics_lp', 'idx_lp_performance_metrics_symbol',
        'idx_lp_performance_metrics_period_brin', 'idx_lp_exposure_symbol', 'idx_lp_exposure_over_limit',
        'idx_client_profiles_toxicity', 'idx_client_profiles_class', 'idx_client_profiles_style_tags_gin'
    );

SELECT
    1 / (count(*) FILTER (WHERE c.contype = 'p') = 8)::INTEGER AS primary_keys,
    1 / (count(*) FILTER (WHERE c.contype = 'u') = 6)::INTEGER AS unique_keys,
    1 / (count(*) FILTER (WHERE c.contype = 'f') = 13)::INTEGER AS foreign_keys,
    1 / (count(*) FILTER (WHERE c.contype = 'c') = 70)::INTEGER AS checks
FROM pg_catalog.pg_constraint AS c
JOIN pg_catalog.pg_class AS t ON t.oid = c.conrelid
WHERE t.relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND c.convalidated
    AND t.relname IN (
        'liquidity_providers', 'lp_instruments', 'lp_quotes', 'sor_rules', 'lp_order_routing',
        'lp_performance_metrics', 'lp_exposure', 'client_profiles'
    );

SELECT 1 / (count(*) = 10)::INTEGER AS triggers
FROM pg_catalog.pg_trigger AS g
JOIN pg_catalog.pg_class AS t ON t.oid = g.tgrelid
WHERE t.relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND g.tgenabled = 'O'
    AND g.tgname IN (
        'trg_liquidity_providers_updated_at', 'trg_liquidity_providers_audit', 'trg_lp_instruments_updated_at',
        'trg_lp_instruments_audit', 'trg_sor_rules_updated_at', 'trg_sor_rules_audit',
        'trg_lp_order_routing_updated_at', 'trg_lp_exposure_updated_at', 'trg_client_profiles_updated_at',
        'trg_client_profiles_audit'
    );

SELECT
    id, code, name, provider_type, status, connection_type, connection_config, credentials_reference,
    asset_classes, base_currency, priority, commission_rate, min_order_notional, max_order_notional, credit_limit,
    order_timeout_ms, max_orders_per_second, health_score, last_heartbeat_at, metadata, created_at, updated_at,
    deleted_at
FROM liquidity_providers
LIMIT 0;

SELECT
    id, lp_id, symbol, lp_symbol, enabled, min_quantity, max_quantity, quantity_step, spread_markup,
    commission_rate, priority, metadata, created_at, updated_at
FROM lp_instruments
LIMIT 0;

SELECT
    id, lp_id, symbol, bid, ask, bid_size, ask_size, mid, spread, quoted_at, received_at
FROM lp_quotes
LIMIT 0;

SELECT
    id, name, description, priority, enabled, asset_classes, symbol, account_types, client_classes, min_quantity,
    max_quantity, min_toxicity, conditions, book, hedge_ratio, strategy, lp_id, fallback_lp_id, max_slippage,
    valid_from, valid_to, metadata, created_at, updated_at, deleted_at
FROM sor_rules
LIMIT 0;

SELECT
    id, order_id, sor_rule_id, book, lp_id, lp_order_id, attempt, status, requested_quantity, executed_quantity,
    expected_price, executed_price, slippage, reject_reason, decision_reason, decision_factors, routed_at,
    acknowledged_at, completed_at, latency_ms, metadata, created_at, updated_at
FROM lp_order_routing
LIMIT 0;

SELECT
    id, lp_id, symbol, period_start, period_end, orders_sent, orders_filled, orders_rejected, orders_timed_out,
    fill_rate, reject_rate, volume, average_latency_ms, p95_latency_ms, p99_latency_ms, average_spread,
    average_slippage, quotes_received, uptime_ratio, metadata, created_at
FROM lp_performance_metrics
LIMIT 0;

SELECT
    id, lp_id, symbol, long_quantity, short_quantity, net_quantity, average_price, net_notional, unrealized_pnl,
    margin_used, exposure_limit, calculated_at, metadata, created_at, updated_at
FROM lp_exposure
LIMIT 0;

SELECT
    id, account_id, client_class, routing_preference, toxicity_score, risk_score, trade_count, win_rate,
    profit_factor, sharpe_ratio, average_quantity, average_holding_seconds, total_volume, total_pnl, style_tags,
    calculated_at, metadata, created_at, updated_at
FROM client_profiles
LIMIT 0;
