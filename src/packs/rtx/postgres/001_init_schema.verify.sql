-- Migration: 001_init_schema
-- Description: Check the core tables, their columns, keys and triggers
-- Created: 2026-11-21

-- A count that is not as expected divides by zero.

SELECT 1 / (count(*) = 14)::INTEGER AS tables
FROM pg_catalog.pg_class
WHERE relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND relkind IN ('r', 'p')
    AND relname IN (
        'users', 'user_roles', 'sessions', 'login_attempts', 'password_reset_tokens', 'two_factor_recovery_codes',
        'instruments', 'accounts', 'api_keys', 'positions', 'orders', 'order_fills', 'trades',
        'account_transactions'
    );

SELECT 1 / (count(*) = 2)::INTEGER AS indexes
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
WHERE c.relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND i.indisvalid
    AND c.relname IN (
        'uq_users_username', 'uq_users_email'
    );

SELECT
    1 / (count(*) FILTER (WHERE c.contype = 'p') = 14)::INTEGER AS primary_keys,
    1 / (count(*) FILTER (WHERE c.contype = 'u') = 13)::INTEGER AS unique_keys,
    1 / (count(*) FILTER (WHERE c.contype = 'f') = 29)::INTEGER AS foreign_keys,
    1 / (count(*) FILTER (WHERE c.contype = 'c') = 105)::INTEGER AS checks
FROM pg_catalog.pg_constraint AS c
JOIN pg_catalog.pg_class AS t ON t.oid = c.conrelid
WHERE t.relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND c.convalidated
    AND t.relname IN (
        'users', 'user_roles', 'sessions', 'login_attempts', 'password_reset_tokens', 'two_factor_recovery_codes',
        'instruments', 'accounts', 'api_keys', 'positions', 'orders', 'order_fills', 'trades',
        'account_transactions'
    );

SELECT 1 / (count(*) = 9)::INTEGER AS triggers
FROM pg_catalog.pg_trigger AS g
JOIN pg_catalog.pg_class AS t ON t.oid = g.tgrelid
WHERE t.relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND g.tgenabled = 'O'
    AND g.tgname IN (
        'trg_users_updated_at', 'trg_user_roles_updated_at', 'trg_sessions_updated_at',
        'trg_instruments_updated_at', 'trg_accounts_updated_at', 'trg_api_keys_updated_at',
        'trg_positions_updated_at', 'trg_orders_updated_at', 'trg_account_transactions_updated_at'
    );

SELECT 1 / (count(*) = 1)::INTEGER AS functions
FROM pg_catalog.pg_proc
WHERE pronamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND proname IN (
        'set_updated_at'
    );

SELECT 1 / (count(*) = 2)::INTEGER AS extensions
FROM pg_catalog.pg_extension
WHERE extname IN ('pgcrypto', 'pg_trgm');

SELECT
    id, username, email, password_hash, password_changed_at, must_change_password, first_name, last_name, phone,
    country_code, status, kyc_status, email_verified_at, two_factor_enabled, two_factor_secret,
    failed_login_attempts, last_failed_login_at, locked_until, last_login_at, last_login_ip, registration_ip,
    metadata, created_at, updated_at, deleted_at
FROM users
LIMIT 0;

SELECT
    id, user_id, role, granted_by, granted_at, expires_at, metadata, created_at, updated_at
FROM user_roles
LIMIT 0;

SELECT
    id, user_id, token_hash, refresh_token_hash, ip_address, user_agent, two_factor_verified, last_seen_at,
    expires_at, revoked_at, revoke_reason, metadata, created_at, updated_at
FROM sessions
LIMIT 0;

SELECT
    id, user_id, username, ip_address, user_agent, succeeded, failure_reason, attempted_at, metadata
FROM login_attempts
LIMIT 0;

SELECT
    id, user_id, token_hash, requested_ip, expires_at, used_at, created_at
FROM password_reset_tokens
LIMIT 0;

SELECT
    id, user_id, code_hash, used_at, created_at
FROM two_factor_recovery_codes
LIMIT 0;

SELECT
    id, symbol, name, asset_class, base_currency, quote_currency, contract_size, tick_size, pip_size, price_digits,
    min_quantity, max_quantity, quantity_step, max_leverage, margin_rate, commission_per_lot, swap_long,
    swap_short, trading_hours, status, metadata, created_at, updated_at, deleted_at
FROM instruments
LIMIT 0;

SELECT
    id, user_id, account_number, account_type, currency, leverage, balance, credit, equity, margin_used,
    free_margin, margin_level, status, opened_at, closed_at, metadata, created_at, updated_at, deleted_at
FROM accounts
LIMIT 0;

SELECT
    id, user_id, account_id, name, key_prefix, key_hash, permissions, allowed_ips, rate_limit_per_minute,
    last_used_at, last_used_ip, expires_at, revoked_at, metadata, created_at, updated_at
FROM api_keys
LIMIT 0;

SELECT
    id, account_id, symbol, side, status, quantity, entry_price, current_price, exit_price, stop_loss, take_profit,
    unrealized_pnl, realized_pnl, commission, swap, margin_used, opened_at, closed_at, close_reason, metadata,
    created_at, updated_at
FROM positions
LIMIT 0;

SELECT
    id, account_id, client_order_id, parent_order_id, position_id, symbol, side, order_type, time_in_force,
    quantity, filled_quantity, remaining_quantity, limit_price, stop_price, trailing_distance, stop_loss,
    take_profit, average_fill_price, commission, status, reject_reason, book, source, placed_by, session_id,
    api_key_id, ip_address, expires_at, submitted_at, accepted_at, completed_at, metadata, created_at, updated_at
FROM orders
LIMIT 0;

SELECT
    id, order_id, execution_id, quantity, price, commission, liquidity, venue, slippage, executed_at, metadata,
    created_at
FROM order_fills
LIMIT 0;

SELECT
    id, account_id, order_id, fill_id, position_id, symbol, side, entry_type, quantity, price, realized_pnl,
    commission, swap, executed_at, metadata, created_at
FROM trades
LIMIT 0;

SELECT
    id, account_id, transaction_type, amount, currency, balance_before, balance_after, status, reference,
    description, trade_id, position_id, reversal_of, created_by, ip_address, completed_at, metadata, created_at,
    updated_at
FROM account_transactions
LIMIT 0;
