-- Seed: 010_test_data
-- Description: Test users, instruments, accounts, liquidity providers, routing rules, risk limits and circuit breakers
-- Created: 2026-11-21
--
-- For development and tests only: the passwords stand here in the open.
--
-- credential: admin Admin-rtx-2026 admin
-- credential: trader1 Trader1-rtx-2026 trader
-- credential: trader2 Trader2-rtx-2026 trader
-- credential: demo Demo-rtx-2026 demo
--
-- Safe to load twice: a row that is there is left as it is, a password changed since included.

-- bcrypt is slow on purpose and salts at random: a hash is made only for a user who is not there yet.
INSERT INTO users (
    id, username, email, password_hash, first_name, last_name, country_code, status, kyc_status, email_verified_at,
    metadata
)
SELECT
    u.id, u.username, u.email, crypt(u.password, gen_salt('bf', 10)), u.first_name, u.last_name, u.country_code,
    'active', u.kyc_status, now(), '{"seed": true}'
FROM (
    VALUES
        ('a0000000-0000-4000-8000-000000000001'::UUID, 'admin', 'admin@rtx.example', 'Admin-rtx-2026',
         'Ada', 'Admin', 'GB', 'approved'),
        ('a0000000-0000-4000-8000-000000000002', 'trader1', 'trader1@rtx.example', 'Trader1-rtx-2026',
         'Tara', 'Trent', 'GB', 'approved'),
        ('a0000000-0000-4000-8000-000000000003', 'trader2', 'trader2@rtx.example', 'Trader2-rtx-2026',
         'Theo', 'Tanner', 'DE', 'approved'),
        ('a0000000-0000-4000-8000-000000000004', 'demo', 'demo@rtx.example', 'Demo-rtx-2026',
         'Dana', 'Demo', 'US', 'not_started')
) AS u (id, username, email, password, first_name, last_name, country_code, kyc_status)
WHERE NOT EXISTS (SELECT 1 FROM users AS existing WHERE existing.id = u.id)
ON CONFLICT DO NOTHING;

INSERT INTO user_roles (id, user_id, role, granted_by)
VALUES
    ('a1000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', 'admin', NULL),
    ('a1000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000002', 'trader',
     'a0000000-0000-4000-8000-000000000001'),
    ('a1000000-0000-4000-8000-000000000003', 'a0000000-0000-4000-8000-000000000003', 'trader',
     'a0000000-0000-4000-8000-000000000001'),
    ('a1000000-0000-4000-8000-000000000004', 'a0000000-0000-4000-8000-000000000004', 'demo',
     'a0000000-0000-4000-8000-000000000001')
ON CONFLICT DO NOTHING;

INSERT INTO instruments (
    id, symbol, name, asset_class, base_currency, quote_currency, contract_size, tick_size, pip_size, price_digits,
    min_quantity, max_quantity, quantity_step, max_leverage, margin_rate, commission_per_lot, swap_long, swap_short
)
VALUES
    ('a2000000-0000-4000-8000-000000000001', 'EURUSD', 'Euro / US Dollar', 'forex', 'EUR', 'USD',
     100000, 0.00001, 0.0001, 5, 0.01, 100, 0.01, 500, 0.002, 3.5, -0.65, 0.22),
    ('a2000000-0000-4000-8000-000000000002', 'GBPUSD', 'British Pound / US Dollar', 'forex', 'GBP', 'USD',
     100000, 0.00001, 0.0001, 5, 0.01, 100, 0.01, 500, 0.002, 3.5, -0.31, -0.18),
    ('a2000000-0000-4000-8000-000000000003', 'USDJPY', 'US Dollar / Japanese Yen', 'forex', 'USD', 'JPY',
     100000, 0.001, 0.01, 3, 0.01, 100, 0.01, 500, 0.002, 500, 1.10, -2.05),
    ('a2000000-0000-4000-8000-000000000004', 'AUDUSD', 'Australian Dollar / US Dollar', 'forex', 'AUD', 'USD',
     100000, 0.00001, 0.0001, 5, 0.01, 100, 0.01, 500, 0.002, 3.5, -0.24, -0.06),
    ('a2000000-0000-4000-8000-000000000005', 'USDCHF', 'US Dollar / Swiss Franc', 'forex', 'USD', 'CHF',
     100000, 0.00001, 0.0001, 5, 0.01, 100, 0.01, 500, 0.002, 3.5, 0.72, -1.34),
    ('a2000000-0000-4000-8000-000000000006', 'BTCUSD', 'Bitcoin / US Dollar', 'crypto', 'BTC', 'USD',
     1, 0.01, 1, 2, 0.001, 50, 0.001, 20, 0.05, 0, -25, -10),
    ('a2000000-0000-4000-8000-000000000007', 'ETHUSD', 'Ether / US Dollar', 'crypto', 'ETH', 'USD',
     1, 0.01, 0.1, 2, 0.01, 500, 0.01, 20, 0.05, 0, -12, -5),
    ('a2000000-0000-4000-8000-000000000008', 'SOLUSD', 'Solana / US Dollar', 'crypto', 'SOL', 'USD',
     1, 0.01, 0.01, 2, 0.1, 5000, 0.1, 10, 0.1, 0, -6, -3),
    ('a2000000-0000-4000-8000-000000000009', 'XRPUSD', 'XRP / US Dollar', 'crypto', 'XRP', 'USD',
     1, 0.0001, 0.0001, 4, 1, 100000, 1, 10, 0.1, 0, -4, -2),
    ('a2000000-0000-4000-8000-000000000010', 'XAUUSD', 'Gold / US Dollar', 'commodity', 'XAU', 'USD',
     100, 0.01, 0.1, 2, 0.01, 50, 0.01, 200, 0.005, 3.5, -3.9, 1.6),
    ('a2000000-0000-4000-8000-000000000011', 'XAGUSD', 'Silver / US Dollar', 'commodity', 'XAG', 'USD',
     5000, 0.001, 0.01, 3, 0.01, 50, 0.01, 100, 0.01, 3.5, -2.4, 0.9),
    ('a2000000-0000-4000-8000-000000000012', 'WTIUSD', 'WTI Crude Oil / US Dollar', 'commodity', 'WTI', 'USD',
     1000, 0.01, 0.01, 2, 0.01, 50, 0.01, 100, 0.01, 0, -1.8, -1.2),
    ('a2000000-0000-4000-8000-000000000013', 'SPX500USD', 'S&P 500 Index', 'index', 'SPX500', 'USD',
     1, 0.1, 0.1, 1, 0.1, 500, 0.1, 200, 0.005, 0, -8.5, 2.1),
    ('a2000000-0000-4000-8000-000000000014', 'NAS100USD', 'Nasdaq 100 Index', 'index', 'NAS100', 'USD',
     1, 0.1, 0.1, 1, 0.1, 500, 0.1, 200, 0.005, 0, -29, 7.4),
    ('a2000000-0000-4000-8000-000000000015', 'GER40EUR', 'Germany 40 Index', 'index', 'GER40', 'EUR',
     1, 0.1, 0.1, 1, 0.1, 500, 0.1, 200, 0.005, 0, -17, 3.3)
ON CONFLICT DO NOTHING;

INSERT INTO accounts (id, user_id, account_number, account_type, currency, leverage, balance, equity, status)
VALUES
    ('a3000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000002', 'RTX-LIVE-1001', 'live',
     'USD', 100, 50000, 50000, 'active'),
    ('a3000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000002', 'RTX-MARGIN-1001', 'margin',
     'USD', 200, 100000, 100000, 'active'),
    ('a3000000-0000-4000-8000-000000000003', 'a0000000-0000-4000-8000-000000000003', 'RTX-LIVE-1002', 'live',
     'EUR', 50, 25000, 25000, 'active'),
    ('a3000000-0000-4000-8000-000000000004', 'a0000000-0000-4000-8000-000000000004', 'RTX-DEMO-1001', 'demo',
     'USD', 500, 10000, 10000, 'active')
ON CONFLICT DO NOTHING;

-- The ledger accounts for every balance.
INSERT INTO account_transactions (
    id, account_id, transaction_type, amount, currency, balance_before, balance_after, status, reference, description,
    created_by, completed_at
)
VALUES
    ('a4000000-0000-4000-8000-000000000001', 'a3000000-0000-4000-8000-000000000001', 'deposit', 50000, 'USD',
     0, 50000, 'completed', 'SEED-1', 'Opening deposit', 'a0000000-0000-4000-8000-000000000001', now()),
    ('a4000000-0000-4000-8000-000000000002', 'a3000000-0000-4000-8000-000000000002', 'deposit', 100000, 'USD',
     0, 100000, 'completed', 'SEED-1', 'Opening deposit', 'a0000000-0000-4000-8000-000000000001', now()),
    ('a4000000-0000-4000-8000-000000000003', 'a3000000-0000-4000-8000-000000000003', 'deposit', 25000, 'EUR',
     0, 25000, 'completed', 'SEED-1', 'Opening deposit', 'a0000000-0000-4000-8000-000000000001', now()),
    ('a4000000-0000-4000-8000-000000000004', 'a3000000-0000-4000-8000-000000000004', 'deposit', 10000, 'USD',
     0, 10000, 'completed', 'SEED-1', 'Play money', 'a0000000-0000-4000-8000-000000000001', now())
ON CONFLICT DO NOTHING;

INSERT INTO client_profiles (id, account_id, client_class, toxicity_score, risk_score, style_tags)
VALUES
    ('a5000000-0000-4000-8000-000000000001', 'a3000000-0000-4000-8000-000000000001', 'retail', 20, 35, '{swing}'),
    ('a5000000-0000-4000-8000-000000000002', 'a3000000-0000-4000-8000-000000000002', 'professional', 45, 60,
     '{day_trader,algorithmic}'),
    ('a5000000-0000-4000-8000-000000000003', 'a3000000-0000-4000-8000-000000000003', 'retail', 75, 50, '{scalper}'),
    ('a5000000-0000-4000-8000-000000000004', 'a3000000-0000-4000-8000-000000000004', 'retail', 0, 0, '{}')
ON CONFLICT DO NOTHING;

INSERT INTO liquidity_providers (
    id, code, name, provider_type, status, connection_type, connection_config, credentials_reference, asset_classes,
    priority, commission_rate, min_order_notional, max_order_notional, credit_limit, order_timeout_ms,
    max_orders_per_second
)
VALUES
    ('a6000000-0000-4000-8000-000000000001', 'BINANCE', 'Binance', 'exchange', 'active', 'websocket',
     '{"environment": "testnet", "host": "testnet.binance.example"}', 'secret/rtx/lp/binance', '{crypto}',
     10, 0.001, 10, 1000000, 5000000, 1000, 50),
    ('a6000000-0000-4000-8000-000000000002', 'OANDA', 'OANDA', 'broker', 'active', 'rest',
     '{"environment": "practice", "host": "api-practice.oanda.example"}', 'secret/rtx/lp/oanda',
     '{forex,commodity,index}', 20, 0, 1, 10000000, 20000000, 2000, 30),
    ('a6000000-0000-4000-8000-000000000003', 'PRIME_BROKER', 'Prime Broker', 'prime_broker', 'active', 'fix',
     '{"version": "FIX.4.4", "sender": "RTX", "target": "PRIME"}', 'secret/rtx/lp/prime',
     '{forex,commodity,index,stock}', 30, 0.00002, 100000, 100000000, 250000000, 500, 200),
    ('a6000000-0000-4000-8000-000000000004', 'AGGREGATOR', 'Aggregator', 'aggregator', 'active', 'fix',
     '{"version": "FIX.4.4", "sender": "RTX", "target": "AGG"}', 'secret/rtx/lp/aggregator',
     '{forex,crypto,commodity,index}', 40, 0.00005, 1000, 25000000, 50000000, 500, 100)
ON CONFLICT DO NOTHING;

-- Each provider offers every instrument of its asset classes.
INSERT INTO lp_instruments (id, lp_id, symbol, lp_symbol, min_quantity, max_quantity, quantity_step)
SELECT
    md5('rtx:' || lp.code || ':' || i.symbol)::UUID,
    lp.id,
    i.symbol,
    CASE
        WHEN lp.code = 'BINANCE' THEN i.base_currency || 'USDT'
        WHEN lp.code = 'OANDA' THEN i.base_currency || '_' || i.quote_currency
        WHEN i.asset_class IN ('forex', 'crypto') THEN i.base_currency || '/' || i.quote_currency
        ELSE i.symbol
    END,
    i.min_quantity,
    i.max_quantity,
    i.quantity_step
FROM liquidity_providers AS lp
JOIN instruments AS i ON i.asset_class = ANY (lp.asset_classes)
WHERE lp.id IN (
        'a6000000-0000-4000-8000-000000000001', 'a6000000-0000-4000-8000-000000000002',
        'a6000000-0000-4000-8000-000000000003', 'a6000000-0000-4000-8000-000000000004'
    )
    AND i.id BETWEEN 'a2000000-0000-4000-8000-000000000001' AND 'a2000000-0000-4000-8000-000000000015'
ON CONFLICT DO NOTHING;

INSERT INTO sor_rules (
    id, name, description, priority, asset_classes, min_quantity, max_quantity, book, hedge_ratio, strategy, lp_id,
    fallback_lp_id, max_slippage
)
VALUES
    ('a7000000-0000-4000-8000-000000000001', 'Crypto to A-Book',
     'Crypto moves too fast to keep: all of it goes to Binance, or to the aggregator when that is down',
     10, '{crypto}', NULL, NULL, 'A_BOOK', 1, 'fixed',
     'a6000000-0000-4000-8000-000000000001', 'a6000000-0000-4000-8000-000000000004', 10),
    ('a7000000-0000-4000-8000-000000000002', 'Large Forex to A-Book',
     'Forex orders of 10 lots and more go to the prime broker',
     20, '{forex}', 10, NULL, 'A_BOOK', 1, 'fixed',
     'a6000000-0000-4000-8000-000000000003', 'a6000000-0000-4000-8000-000000000002', 1),
    ('a7000000-0000-4000-8000-000000000003', 'Forex to B-Book',
     'Forex orders below 10 lots are kept in house',
     30, '{forex}', NULL, 10, 'B_BOOK', 0, 'internal', NULL, NULL, NULL),
    ('a7000000-0000-4000-8000-000000000004', 'Commodities and Indices Hybrid',
     'Half is passed on to whoever quotes best, half is kept',
     40, '{commodity,index}', NULL, NULL, 'HYBRID', 0.5, 'best_price', NULL,
     'a6000000-0000-4000-8000-000000000004', 3)
ON CONFLICT DO NOTHING;

INSERT INTO margin_requirements (
    id, asset_class, symbol, min_notional, initial_margin_rate, maintenance_margin_rate, hedged_margin_rate,
    weekend_multiplier
)
VALUES
    ('a8000000-0000-4000-8000-000000000001', 'forex', NULL, 0, 0.002, 0.001, 0, 1),
    ('a8000000-0000-4000-8000-000000000002', 'forex', NULL, 5000000, 0.01, 0.005, 0.0025, 1),
    ('a8000000-0000-4000-8000-000000000003', 'crypto', NULL, 0, 0.05, 0.025, 0.025, 1),
    ('a8000000-0000-4000-8000-000000000004', 'commodity', NULL, 0, 0.01, 0.005, 0.0025, 2),
    ('a8000000-0000-4000-8000-000000000005', 'index', NULL, 0, 0.005, 0.0025, 0.00125, 2),
    ('a8000000-0000-4000-8000-000000000006', NULL, 'XAUUSD', 0, 0.005, 0.0025, 0.00125, 2)
ON CONFLICT DO NOTHING;

INSERT INTO risk_limits (
    id, name, description, limit_type, scope, account_type, asset_class, limit_value, unit, currency, period,
    warning_ratio, action, created_by
)
VALUES
    ('a9000000-0000-4000-8000-000000000001', 'Daily loss of live accounts',
     'An account that has lost five per cent of its equity in a day may only reduce',
     'daily_loss', 'account_type', 'live', NULL, 0.05, 'fraction', NULL, 'day', 0.8, 'reduce_only',
     'a0000000-0000-4000-8000-000000000001'),
    ('a9000000-0000-4000-8000-000000000002', 'Leverage of any account',
     'Open positions of at most fifty times the equity',
     'leverage', 'global', NULL, NULL, 50, 'ratio', NULL, 'none', 0.9, 'reject_order',
     'a0000000-0000-4000-8000-000000000001'),
    ('a9000000-0000-4000-8000-000000000003', 'Position size in crypto',
     'No crypto position above a million dollars',
     'position_size', 'asset_class', NULL, 'crypto', 1000000, 'currency', 'USD', 'none', 0.8, 'reject_order',
     'a0000000-0000-4000-8000-000000000001'),
    ('a9000000-0000-4000-8000-000000000004', 'Open positions of any account',
     'At most one hundred at a time',
     'open_positions', 'global', NULL, NULL, 100, 'count', NULL, 'none', 0.9, 'block_new_orders',
     'a0000000-0000-4000-8000-000000000001'),
    ('a9000000-0000-4000-8000-000000000005', 'Drawdown of margin accounts',
     'Positions are closed when a fifth of the highest equity is lost',
     'drawdown', 'account_type', 'margin', NULL, 0.2, 'fraction', NULL, 'none', 0.75, 'close_positions',
     'a0000000-0000-4000-8000-000000000001')
ON CONFLICT DO NOTHING;

INSERT INTO circuit_breakers (
    id, name, description, breaker_type, scope, symbol, threshold_value, threshold_unit, window_seconds,
    cooldown_seconds, action, auto_reset
)
VALUES
    ('aa000000-0000-4000-8000-000000000001', 'Volatility',
     'Volatility three times its usual level within five minutes',
     'volatility', 'global', NULL, 3, 'ratio', 300, 900, 'block_new_orders', true),
    ('aa000000-0000-4000-8000-000000000002', 'Loss limit', 'The house has lost a tenth of its equity in a day',
     'loss_limit', 'global', NULL, 0.1, 'fraction', 86400, 86400, 'halt_trading', false),
    ('aa000000-0000-4000-8000-000000000003', 'Price movement of BTCUSD', 'Bitcoin moves by a tenth within a minute',
     'price_movement', 'symbol', 'BTCUSD', 0.1, 'fraction', 60, 300, 'close_only', true)
ON CONFLICT DO NOTHING;

INSERT INTO stress_test_scenarios (
    id, name, description, scenario_type, shocks, volatility_multiplier, spread_multiplier, horizon_days,
    max_loss_ratio, created_by
)
VALUES
    ('ab000000-0000-4000-8000-000000000001', 'Swiss franc unpegged', 'USDCHF as on 15 January 2015',
     'historical', '{"USDCHF": -0.18, "forex": -0.02}', 6, 10, 1, 0.5, 'a0000000-0000-4000-8000-000000000001'),
    ('ab000000-0000-4000-8000-000000000002', 'Pandemic crash', 'Markets as in March 2020',
     'historical', '{"index": -0.3, "commodity": -0.25, "XAUUSD": -0.1, "crypto": -0.5, "forex": -0.04}', 4, 3, 20,
     0.6, 'a0000000-0000-4000-8000-000000000001'),
    ('ab000000-0000-4000-8000-000000000003', 'Crypto winter', 'Crypto loses four fifths',
     'hypothetical', '{"crypto": -0.8}', 3, 5, 30, 0.5, 'a0000000-0000-4000-8000-000000000001')
ON CONFLICT DO NOTHING;
