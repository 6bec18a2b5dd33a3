-- Two good rows in every table of the pack rtx: row 1 fills the columns that refer to other tables, row 2 only what it
-- must. n(1) is the id of row 1.

CREATE FUNCTION pg_temp.n(number INTEGER) RETURNS UUID LANGUAGE sql AS 'SELECT lpad(number::TEXT, 32, ''0'')::UUID';

INSERT INTO users (id, username, email, password_hash)
VALUES (pg_temp.n(1), 'alice', 'alice@rtx.example', '$2b$10$' || repeat('a', 53)),
       (pg_temp.n(2), 'bob', 'bob@rtx.example', '$2b$10$' || repeat('b', 53)),
       (pg_temp.n(3), 'carol', 'carol@rtx.example', '$2b$10$' || repeat('c', 53));

INSERT INTO user_roles (id, user_id, role, granted_by, granted_at)
VALUES (pg_temp.n(1), pg_temp.n(1), 'admin', pg_temp.n(3), '2026-01-02 00:00+00'),
       (pg_temp.n(2), pg_temp.n(1), 'trader', NULL, '2026-01-02 00:00+00');

INSERT INTO sessions (id, user_id, token_hash, refresh_token_hash, ip_address, created_at, expires_at)
VALUES (pg_temp.n(1), pg_temp.n(1), repeat('1', 64), repeat('a', 64), '192.0.2.1', '2026-01-02 00:00+00',
        '2026-01-03 00:00+00'),
       (pg_temp.n(2), pg_temp.n(2), repeat('2', 64), NULL, '192.0.2.2', '2026-01-02 00:00+00', '2026-01-03 00:00+00');

INSERT INTO login_attempts (id, user_id, username, ip_address, succeeded)
VALUES (pg_temp.n(1), pg_temp.n(1), 'alice', '192.0.2.1', true),
       (pg_temp.n(2), NULL, 'bob', '192.0.2.2', true);

INSERT INTO password_reset_tokens (id, user_id, token_hash, created_at, expires_at)
VALUES (pg_temp.n(1), pg_temp.n(1), repeat('1', 64), '2026-01-02 00:00+00', '2026-01-03 00:00+00'),
       (pg_temp.n(2), pg_temp.n(2), repeat('2', 64), '2026-01-02 00:00+00', '2026-01-03 00:00+00');

INSERT INTO two_factor_recovery_codes (id, user_id, code_hash)
VALUES (pg_temp.n(1), pg_temp.n(1), '$2b$10$' || repeat('a', 53)),
       (pg_temp.n(2), pg_temp.n(1), '$2b$10$' || repeat('b', 53));

INSERT INTO instruments (id, symbol, name, asset_class, base_currency, quote_currency, tick_size, pip_size,
                         price_digits)
VALUES (pg_temp.n(1), 'EURUSD', 'Euro', 'forex', 'EUR', 'USD', 0.00001, 0.0001, 5),
       (pg_temp.n(2), 'BTCUSD', 'Bitcoin', 'crypto', 'BTC', 'USD', 0.01, 1, 2);

INSERT INTO accounts (id, user_id, account_number, account_type)
VALUES (pg_temp.n(1), pg_temp.n(1), 'A-1', 'live'),
       (pg_temp.n(2), pg_temp.n(2), 'A-2', 'demo'),
       (pg_temp.n(3), pg_temp.n(3), 'A-3', 'demo');

INSERT INTO api_keys (id, user_id, account_id, name, key_prefix, key_hash, created_at)
VALUES (pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), 'bot', 'rtx1', repeat('1', 64), '2026-01-02 00:00+00'),
       (pg_temp.n(2), pg_temp.n(2), NULL, 'bot', 'rtx2', repeat('2', 64), '2026-01-02 00:00+00');

INSERT INTO positions (id, account_id, symbol, side, quantity, entry_price, opened_at)
VALUES (pg_temp.n(1), pg_temp.n(1), 'EURUSD', 'LONG', 1, 1.1, '2026-01-02 00:00+00'),
       (pg_temp.n(2), pg_temp.n(2), 'BTCUSD', 'SHORT', 1, 60000, '2026-01-02 00:00+00');

INSERT INTO orders (id, account_id, client_order_id, parent_order_id, position_id, symbol, side, order_type, quantity,
                    placed_by, session_id, api_key_id)
VALUES (pg_temp.n(2), pg_temp.n(1), 'C-2', NULL, NULL, 'EURUSD', 'BUY', 'MARKET', 2, NULL, NULL, NULL),
       (pg_temp.n(1), pg_temp.n(1), 'C-1', pg_temp.n(2), pg_temp.n(1), 'EURUSD', 'BUY', 'MARKET', 2, pg_temp.n(1),
        pg_temp.n(1), pg_temp.n(1));

INSERT INTO order_fills (id, order_id, execution_id, quantity, price)
VALUES (pg_temp.n(1), pg_temp.n(1), 'E-1', 1, 1.1),
       (pg_temp.n(2), pg_temp.n(1), 'E-2', 1, 1.1);

INSERT INTO trades (id, account_id, order_id, fill_id, position_id, symbol, side, entry_type, quantity, price)
VALUES (pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), 'EURUSD', 'BUY', 'open', 1, 1.1),
       (pg_temp.n(2), pg_temp.n(1), pg_temp.n(1), pg_temp.n(2), pg_temp.n(1), 'EURUSD', 'BUY', 'open', 1, 1.1);

INSERT INTO account_transactions (id, account_id, transaction_type, amount, currency, reference, trade_id, position_id,
                                  reversal_of, created_by)
VALUES (pg_temp.n(3), pg_temp.n(1), 'trade_pnl', 5, 'USD', 'P-3', pg_temp.n(1), pg_temp.n(1), NULL, pg_temp.n(1)),
       (pg_temp.n(1), pg_temp.n(1), 'reversal', -5, 'USD', 'P-1', NULL, NULL, pg_temp.n(3), NULL),
       (pg_temp.n(2), pg_temp.n(1), 'deposit', 100, 'USD', 'P-2', NULL, NULL, NULL, NULL);

INSERT INTO audit_log (id, schema_name, table_name, action, new_data)
VALUES (pg_temp.n(1), 'public', 'users', 'INSERT', '{}'),
       (pg_temp.n(2), 'public', 'users', 'INSERT', '{}');

INSERT INTO order_audit (id, order_id, account_id, symbol, action)
VALUES (pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), 'EURUSD', 'created'),
       (pg_temp.n(2), pg_temp.n(1), pg_temp.n(1), 'EURUSD', 'filled');

INSERT INTO position_audit (id, position_id, account_id, symbol, action)
VALUES (pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), 'EURUSD', 'opened'),
       (pg_temp.n(2), pg_temp.n(1), pg_temp.n(1), 'EURUSD', 'closed');

INSERT INTO account_audit (id, account_id, user_id, action)
VALUES (pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), 'created'),
       (pg_temp.n(2), pg_temp.n(1), pg_temp.n(1), 'modified');

INSERT INTO user_activity_log (id, user_id, activity_type)
VALUES (pg_temp.n(1), pg_temp.n(1), 'login'),
       (pg_temp.n(2), NULL, 'logout');

INSERT INTO risk_events (id, event_type, severity, user_id, account_id, order_id, position_id, description, resolved_at,
                         resolved_by)
VALUES (pg_temp.n(1), 'exposure', 'info', pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), 'high', now(),
        pg_temp.n(1)),
       (pg_temp.n(2), 'exposure', 'info', NULL, NULL, NULL, NULL, 'high', NULL, NULL);

INSERT INTO compliance_events (id, event_type, user_id, account_id, transaction_id, order_id, assigned_to, description)
VALUES (pg_temp.n(1), 'aml_alert', pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), 'look'),
       (pg_temp.n(2), 'aml_alert', NULL, NULL, NULL, NULL, NULL, 'look');

INSERT INTO system_events (id, event_type, component, message)
VALUES (pg_temp.n(1), 'started', 'engine', 'up'),
       (pg_temp.n(2), 'started', 'engine', 'up');

INSERT INTO api_access_log (id, api_key_id, user_id, method, path, status_code, response_time_ms, ip_address)
VALUES (pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), 'GET', '/orders', 200, 1.5, '192.0.2.1'),
       (pg_temp.n(2), NULL, NULL, 'GET', '/orders', 200, 1.5, '192.0.2.1');

INSERT INTO liquidity_providers (id, code, name, provider_type, connection_type, asset_classes)
VALUES (pg_temp.n(1), 'BINANCE', 'Binance', 'exchange', 'rest', '{crypto}'),
       (pg_temp.n(2), 'OANDA', 'OANDA', 'broker', 'rest', '{forex}');

INSERT INTO lp_instruments (id, lp_id, symbol, lp_symbol)
VALUES (pg_temp.n(1), pg_temp.n(1), 'BTCUSD', 'BTCUSDT'),
       (pg_temp.n(2), pg_temp.n(1), 'EURUSD', 'EURUSDT'),
       (pg_temp.n(3), pg_temp.n(2), 'EURUSD', 'EUR_USD');

INSERT INTO lp_quotes (id, lp_id, symbol, bid, ask, quoted_at)
VALUES (pg_temp.n(1), pg_temp.n(1), 'BTCUSD', 99, 101, '2026-01-02 00:00+00'),
       (pg_temp.n(2), pg_temp.n(1), 'BTCUSD', 99, 101, '2026-01-02 00:00+00');

INSERT INTO sor_rules (id, name, priority, symbol, book, hedge_ratio, strategy, lp_id, fallback_lp_id)
VALUES (pg_temp.n(1), 'Bitcoin away', 1, 'BTCUSD', 'A_BOOK', 1, 'fixed', pg_temp.n(1), pg_temp.n(2)),
       (pg_temp.n(2), 'All away', 2, NULL, 'A_BOOK', 1, 'best_price', NULL, NULL);

INSERT INTO lp_order_routing (id, order_id, sor_rule_id, book, lp_id, lp_order_id, requested_quantity, routed_at)
VALUES (pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), 'A_BOOK', pg_temp.n(1), 'L-1', 2, '2026-01-02 00:00+00'),
       (pg_temp.n(2), pg_temp.n(1), NULL, 'A_BOOK', pg_temp.n(1), 'L-2', 2, '2026-01-02 00:00+00');

INSERT INTO lp_performance_metrics (id, lp_id, symbol, period_start, period_end)
VALUES (pg_temp.n(1), pg_temp.n(1), 'BTCUSD', '2026-01-01 00:00+00', '2026-01-02 00:00+00'),
       (pg_temp.n(2), pg_temp.n(1), NULL, '2026-01-01 00:00+00', '2026-01-02 00:00+00'),
       (pg_temp.n(3), pg_temp.n(1), NULL, '2026-01-02 00:00+00', '2026-01-03 00:00+00');

INSERT INTO lp_exposure (id, lp_id, symbol)
VALUES (pg_temp.n(1), pg_temp.n(1), 'BTCUSD'),
       (pg_temp.n(2), pg_temp.n(1), 'EURUSD');

INSERT INTO client_profiles (id, account_id)
VALUES (pg_temp.n(1), pg_temp.n(1)),
       (pg_temp.n(2), pg_temp.n(2));

INSERT INTO risk_limits (id, name, limit_type, scope, user_id, limit_value, unit, effective_from, created_by)
VALUES (pg_temp.n(1), 'Alice', 'leverage', 'user', pg_temp.n(1), 10, 'ratio', '2026-01-02 00:00+00', pg_temp.n(1)),
       (pg_temp.n(2), 'All', 'leverage', 'global', NULL, 50, 'ratio', '2026-01-02 00:00+00', NULL);
INSERT INTO risk_limits (id, name, limit_type, scope, account_id, symbol, lp_id, limit_value, unit)
VALUES (pg_temp.n(3), 'Account', 'leverage', 'account', pg_temp.n(1), NULL, NULL, 50, 'ratio'),
       (pg_temp.n(4), 'Euro', 'leverage', 'symbol', NULL, 'EURUSD', NULL, 50, 'ratio'),
       (pg_temp.n(5), 'Binance', 'exposure', 'lp', NULL, NULL, pg_temp.n(1), 50, 'ratio');

INSERT INTO risk_limit_breaches (id, limit_id, account_id, order_id, position_id, severity, limit_value, actual_value,
                                 action_taken, acknowledged_by, acknowledged_at)
VALUES (pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), 'breach', 10, 12, 'warn', pg_temp.n(1),
        now()),
       (pg_temp.n(2), pg_temp.n(1), NULL, NULL, NULL, 'breach', 10, 12, 'warn', NULL, NULL);

INSERT INTO margin_requirements (id, symbol, asset_class, initial_margin_rate, maintenance_margin_rate)
VALUES (pg_temp.n(1), 'EURUSD', NULL, 0.02, 0.01),
       (pg_temp.n(2), NULL, 'crypto', 0.2, 0.1);

INSERT INTO margin_calls (id, account_id, call_type, equity, margin_used, threshold_level, issued_at)
VALUES (pg_temp.n(1), pg_temp.n(1), 'margin_call', 90, 100, 100, '2026-01-02 00:00+00'),
       (pg_temp.n(2), pg_temp.n(2), 'margin_call', 90, 100, 100, '2026-01-02 00:00+00');

INSERT INTO position_risk_metrics (id, position_id, notional, calculated_at)
VALUES (pg_temp.n(1), pg_temp.n(1), 100, '2026-01-02 00:00+00'),
       (pg_temp.n(2), pg_temp.n(1), 100, '2026-01-03 00:00+00');

INSERT INTO portfolio_risk (id, account_id, currency, equity, calculated_at)
VALUES (pg_temp.n(1), pg_temp.n(1), 'USD', 100, '2026-01-02 00:00+00'),
       (pg_temp.n(2), NULL, 'USD', 100, '2026-01-02 00:00+00'),
       (pg_temp.n(3), NULL, 'USD', 100, '2026-01-03 00:00+00');

INSERT INTO circuit_breakers (id, name, breaker_type, scope, account_id, symbol, threshold_value, threshold_unit,
                              window_seconds, cooldown_seconds, action)
VALUES (pg_temp.n(1), 'Alice', 'loss_limit', 'account', pg_temp.n(1), NULL, 0.1, 'fraction', 60, 60, 'notify'),
       (pg_temp.n(2), 'All', 'volatility', 'global', NULL, NULL, 3, 'ratio', 60, 60, 'notify'),
       (pg_temp.n(3), 'Euro', 'volatility', 'symbol', NULL, 'EURUSD', 3, 'ratio', 60, 60, 'notify');

INSERT INTO circuit_breaker_events (id, breaker_id, event_type, account_id, triggered_by)
VALUES (pg_temp.n(1), pg_temp.n(1), 'tested', pg_temp.n(1), pg_temp.n(1)),
       (pg_temp.n(2), pg_temp.n(1), 'tested', NULL, NULL);

INSERT INTO risk_alerts (id, alert_type, severity, title, message, user_id, account_id, position_id, breach_id,
                         margin_call_id, breaker_event_id, acknowledged_by, acknowledged_at)
VALUES (pg_temp.n(1), 'other', 'info', 'Look', 'Look at it', pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), pg_temp.n(1),
        pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), now()),
       (pg_temp.n(2), 'other', 'info', 'Look', 'Look at it', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

INSERT INTO stress_test_scenarios (id, name, scenario_type, shocks, created_by)
VALUES (pg_temp.n(1), 'Crash', 'hypothetical', '{"crypto": -0.5}', pg_temp.n(1)),
       (pg_temp.n(2), 'Rally', 'hypothetical', '{"crypto": 0.5}', NULL);

INSERT INTO stress_test_results (id, run_id, scenario_id, account_id, currency, equity_before, equity_after,
                                 positions_tested, worst_position_id, passed, executed_by)
VALUES (pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), pg_temp.n(1), 'USD', 100, 90, 1, pg_temp.n(1), true, pg_temp.n(1)),
       (pg_temp.n(2), pg_temp.n(1), pg_temp.n(1), NULL, 'USD', 100, 90, 1, NULL, true, NULL),
       (pg_temp.n(3), pg_temp.n(2), pg_temp.n(1), NULL, 'USD', 100, 90, 1, NULL, true, NULL);
