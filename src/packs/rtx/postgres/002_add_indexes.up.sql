-- Migration: 002_add_indexes
-- Description: Add the indexes of the core tables without blocking them, statistics targets and ANALYZE
-- Created: 2026-11-21
-- Depends: 001_init_schema
-- Transaction: off

-- Each statement runs on its own, outside a transaction: writers of these tables go on while an index is built.
-- Uniqueness the engine relies on is not here but in 001: it must not depend on this file.

-- Users and sign-in
CREATE INDEX CONCURRENTLY idx_users_username_trgm ON users USING gin (username gin_trgm_ops);
CREATE INDEX CONCURRENTLY idx_users_email_trgm ON users USING gin (email gin_trgm_ops);
CREATE INDEX CONCURRENTLY idx_users_metadata_gin ON users USING gin (metadata jsonb_path_ops);
CREATE INDEX CONCURRENTLY idx_users_status ON users (status, created_at) WHERE deleted_at IS NULL;
CREATE INDEX CONCURRENTLY idx_users_kyc_open ON users (kyc_status, created_at)
    WHERE deleted_at IS NULL AND kyc_status <> 'approved';
CREATE INDEX CONCURRENTLY idx_users_locked_until ON users (locked_until) WHERE locked_until IS NOT NULL;

CREATE INDEX CONCURRENTLY idx_user_roles_role ON user_roles (role, user_id);
CREATE INDEX CONCURRENTLY idx_user_roles_granted_by ON user_roles (granted_by) WHERE granted_by IS NOT NULL;
CREATE INDEX CONCURRENTLY idx_user_roles_expires_at ON user_roles (expires_at) WHERE expires_at IS NOT NULL;

CREATE INDEX CONCURRENTLY idx_sessions_user ON sessions (user_id, created_at DESC);
CREATE INDEX CONCURRENTLY idx_sessions_active ON sessions (user_id, expires_at) INCLUDE (ip_address, last_seen_at)
    WHERE revoked_at IS NULL;
CREATE INDEX CONCURRENTLY idx_sessions_expires_at ON sessions (expires_at);
CREATE INDEX CONCURRENTLY idx_sessions_ip_address ON sessions USING gist (ip_address inet_ops);

CREATE INDEX CONCURRENTLY idx_login_attempts_user ON login_attempts (user_id, attempted_at DESC);
CREATE INDEX CONCURRENTLY idx_login_attempts_failed_ip ON login_attempts (ip_address, attempted_at DESC)
    WHERE NOT succeeded;
CREATE INDEX CONCURRENTLY idx_login_attempts_failed_username ON login_attempts (lower(username), attempted_at DESC)
    WHERE NOT succeeded;
CREATE INDEX CONCURRENTLY idx_login_attempts_attempted_at_brin ON login_attempts USING brin (attempted_at);

CREATE INDEX CONCURRENTLY idx_password_reset_tokens_user ON password_reset_tokens (user_id, created_at DESC);
CREATE INDEX CONCURRENTLY idx_password_reset_tokens_unused ON password_reset_tokens (expires_at) WHERE used_at IS NULL;

CREATE INDEX CONCURRENTLY idx_two_factor_recovery_codes_unused ON two_factor_recovery_codes (user_id)
    WHERE used_at IS NULL;

CREATE INDEX CONCURRENTLY idx_api_keys_user ON api_keys (user_id, created_at DESC);
CREATE INDEX CONCURRENTLY idx_api_keys_account ON api_keys (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX CONCURRENTLY idx_api_keys_active ON api_keys (key_hash) INCLUDE (user_id, account_id, expires_at)
    WHERE revoked_at IS NULL;
CREATE INDEX CONCURRENTLY idx_api_keys_permissions_gin ON api_keys USING gin (permissions);

-- Instruments and accounts
CREATE INDEX CONCURRENTLY idx_instruments_asset_class ON instruments (asset_class, symbol) WHERE deleted_at IS NULL;
CREATE INDEX CONCURRENTLY idx_instruments_status ON instruments (status) WHERE status <> 'active';
CREATE INDEX CONCURRENTLY idx_instruments_currencies ON instruments (base_currency, quote_currency);
CREATE INDEX CONCURRENTLY idx_instruments_symbol_trgm ON instruments USING gin (symbol gin_trgm_ops);
CREATE INDEX CONCURRENTLY idx_instruments_name_trgm ON instruments USING gin (name gin_trgm_ops);
CREATE INDEX CONCURRENTLY idx_instruments_metadata_gin ON instruments USING gin (metadata jsonb_path_ops);

CREATE INDEX CONCURRENTLY idx_accounts_user ON accounts (user_id, account_type);
CREATE INDEX CONCURRENTLY idx_accounts_status ON accounts (account_type, status) WHERE deleted_at IS NULL;
CREATE INDEX CONCURRENTLY idx_accounts_margin_level ON accounts (margin_level) INCLUDE (equity, margin_used)
    WHERE margin_used > 0;
CREATE INDEX CONCURRENTLY idx_accounts_account_number_trgm ON accounts USING gin (account_number gin_trgm_ops);
CREATE INDEX CONCURRENTLY idx_accounts_metadata_gin ON accounts USING gin (metadata jsonb_path_ops);

-- Positions
CREATE INDEX CONCURRENTLY idx_positions_account ON positions (account_id, opened_at DESC);
CREATE INDEX CONCURRENTLY idx_positions_account_open ON positions (account_id, symbol)
    INCLUDE (side, quantity, entry_price) WHERE status = 'open';
CREATE INDEX CONCURRENTLY idx_positions_symbol_open ON positions (symbol, side) INCLUDE (account_id, quantity)
    WHERE status = 'open';
CREATE INDEX CONCURRENTLY idx_positions_symbol ON positions (symbol, opened_at DESC);
CREATE INDEX CONCURRENTLY idx_positions_account_closed ON positions (account_id, closed_at DESC)
    INCLUDE (realized_pnl) WHERE status = 'closed';
CREATE INDEX CONCURRENTLY idx_positions_stop_loss ON positions (symbol, stop_loss)
    WHERE status = 'open' AND stop_loss IS NOT NULL;
CREATE INDEX CONCURRENTLY idx_positions_take_profit ON positions (symbol, take_profit)
    WHERE status = 'open' AND take_profit IS NOT NULL;
CREATE INDEX CONCURRENTLY idx_positions_opened_at_brin ON positions USING brin (opened_at);
CREATE INDEX CONCURRENTLY idx_positions_metadata_gin ON positions USING gin (metadata jsonb_path_ops);

-- Orders
CREATE INDEX CONCURRENTLY idx_orders_account ON orders (account_id, created_at DESC);
CREATE INDEX CONCURRENTLY idx_orders_account_status ON orders (account_id, status, created_at DESC);
CREATE INDEX CONCURRENTLY idx_orders_account_working ON orders (account_id, symbol)
    INCLUDE (side, quantity, filled_quantity) WHERE status IN ('PENDING', 'ACCEPTED', 'PARTIALLY_FILLED');
CREATE INDEX CONCURRENTLY idx_orders_symbol ON orders (symbol, created_at DESC);
CREATE INDEX CONCURRENTLY idx_orders_book_limit ON orders (symbol, side, limit_price, created_at)
    WHERE status IN ('ACCEPTED', 'PARTIALLY_FILLED') AND limit_price IS NOT NULL;
CREATE INDEX CONCURRENTLY idx_orders_book_stop ON orders (symbol, side, stop_price)
    WHERE status IN ('ACCEPTED', 'PARTIALLY_FILLED') AND stop_price IS NOT NULL;
CREATE INDEX CONCURRENTLY idx_orders_expires_at ON orders (expires_at)
    WHERE expires_at IS NOT NULL AND status IN ('PENDING', 'ACCEPTED', 'PARTIALLY_FILLED');
CREATE INDEX CONCURRENTLY idx_orders_client_order_id ON orders (client_order_id) WHERE client_order_id IS NOT NULL;
CREATE INDEX CONCURRENTLY idx_orders_parent ON orders (parent_order_id) WHERE parent_order_id IS NOT NULL;
CREATE INDEX CONCURRENTLY idx_orders_position ON orders (position_id) WHERE position_id IS NOT NULL;
CREATE INDEX CONCURRENTLY idx_orders_placed_by ON orders (placed_by, created_at DESC) WHERE placed_by IS NOT NULL;
CREATE INDEX CONCURRENTLY idx_orders_session ON orders (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX CONCURRENTLY idx_orders_api_key ON orders (api_key_id) WHERE api_key_id IS NOT NULL;
CREATE INDEX CONCURRENTLY idx_orders_rejected ON orders (created_at DESC) WHERE status = 'REJECTED';
CREATE INDEX CONCURRENTLY idx_orders_created_at_brin ON orders USING brin (created_at);
CREATE INDEX CONCURRENTLY idx_orders_metadata_gin ON orders USING gin (metadata jsonb_path_ops);

-- Fills and trades
CREATE INDEX CONCURRENTLY idx_order_fills_order ON order_fills (order_id, executed_at) INCLUDE (quantity, price);
CREATE INDEX CONCURRENTLY idx_order_fills_venue ON order_fills (venue, executed_at DESC) INCLUDE (slippage);
CREATE INDEX CONCURRENTLY idx_order_fills_execution_id ON order_fills (execution_id);
CREATE INDEX CONCURRENTLY idx_order_fills_executed_at_brin ON order_fills USING brin (executed_at);

CREATE INDEX CONCURRENTLY idx_trades_account ON trades (account_id, executed_at DESC);
CREATE INDEX CONCURRENTLY idx_trades_account_pnl ON trades (account_id, executed_at)
    INCLUDE (realized_pnl, commission, swap) WHERE entry_type = 'close';
CREATE INDEX CONCURRENTLY idx_trades_symbol ON trades (symbol, executed_at DESC) INCLUDE (price, quantity);
CREATE INDEX CONCURRENTLY idx_trades_order ON trades (order_id);
CREATE INDEX CONCURRENTLY idx_trades_position ON trades (position_id, executed_at);
CREATE INDEX CONCURRENTLY idx_trades_executed_at_brin ON trades USING brin (executed_at);
CREATE INDEX CONCURRENTLY idx_trades_metadata_gin ON trades USING gin (metadata jsonb_path_ops);

-- Ledger
CREATE INDEX CONCURRENTLY idx_account_transactions_account ON account_transactions (account_id, created_at DESC);
CREATE INDEX CONCURRENTLY idx_account_transactions_type ON account_transactions (transaction_type, created_at DESC);
CREATE INDEX CONCURRENTLY idx_account_transactions_open ON account_transactions (created_at)
    WHERE status IN ('pending', 'processing');
CREATE INDEX CONCURRENTLY idx_account_transactions_reference ON account_transactions (reference)
    WHERE reference IS NOT NULL;
CREATE INDEX CONCURRENTLY idx_account_transactions_trade ON account_transactions (trade_id) WHERE trade_id IS NOT NULL;
CREATE INDEX CONCURRENTLY idx_account_transactions_position ON account_transactions (position_id)
    WHERE position_id IS NOT NULL;
CREATE INDEX CONCURRENTLY idx_account_transactions_created_by ON account_transactions (created_by)
    WHERE created_by IS NOT NULL;
CREATE INDEX CONCURRENTLY idx_account_transactions_created_at_brin ON account_transactions USING brin (created_at);
CREATE INDEX CONCURRENTLY idx_account_transactions_metadata_gin ON account_transactions
    USING gin (metadata jsonb_path_ops);
CREATE INDEX CONCURRENTLY idx_account_transactions_completed ON account_transactions (account_id, completed_at DESC)
    INCLUDE (amount, balance_after) WHERE status = 'completed';

-- Columns whose values are spread unevenly: a few accounts and symbols make most of the rows.
ALTER TABLE orders ALTER COLUMN account_id SET STATISTICS 1000;
ALTER TABLE orders ALTER COLUMN symbol SET STATISTICS 1000;
ALTER TABLE orders ALTER COLUMN status SET STATISTICS 1000;
ALTER TABLE orders ALTER COLUMN created_at SET STATISTICS 1000;
ALTER TABLE order_fills ALTER COLUMN order_id SET STATISTICS 1000;
ALTER TABLE order_fills ALTER COLUMN executed_at SET STATISTICS 1000;
ALTER TABLE positions ALTER COLUMN account_id SET STATISTICS 1000;
ALTER TABLE positions ALTER COLUMN symbol SET STATISTICS 1000;
ALTER TABLE positions ALTER COLUMN status SET STATISTICS 1000;
ALTER TABLE trades ALTER COLUMN account_id SET STATISTICS 1000;
ALTER TABLE trades ALTER COLUMN symbol SET STATISTICS 1000;
ALTER TABLE trades ALTER COLUMN executed_at SET STATISTICS 1000;
ALTER TABLE account_transactions ALTER COLUMN account_id SET STATISTICS 1000;
ALTER TABLE account_transactions ALTER COLUMN transaction_type SET STATISTICS 1000;
ALTER TABLE account_transactions ALTER COLUMN created_at SET STATISTICS 1000;

ANALYZE users;
ANALYZE user_roles;
ANALYZE sessions;
ANALYZE login_attempts;
ANALYZE password_reset_tokens;
ANALYZE two_factor_recovery_codes;
ANALYZE instruments;
ANALYZE accounts;
ANALYZE api_keys;
ANALYZE positions;
ANALYZE orders;
ANALYZE order_fills;
ANALYZE trades;
ANALYZE account_transactions;
