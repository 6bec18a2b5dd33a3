-- Migration: 002_add_indexes
-- Description: Check that the indexes are there and valid, and the statistics targets
-- Created: 2026-11-21

-- A count that is not as expected divides by zero.

SELECT 1 / (count(*) = 81)::INTEGER AS indexes
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
WHERE c.relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND i.indisvalid
    AND c.relname IN (
        'idx_users_username_trgm', 'idx_users_email_trgm', 'idx_users_metadata_gin', 'idx_users_status',
        'idx_users_kyc_open', 'idx_users_locked_until', 'idx_user_roles_role', 'idx_user_roles_granted_by',
        'idx_user_roles_expires_at', 'idx_sessions_user', 'idx_sessions_active', 'idx_sessions_expires_at',
        'idx_sessions_ip_address', 'idx_login_attempts_user', 'idx_login_attempts_failed_ip',
        'idx_login_attempts_failed_username', 'idx_login_attempts_attempted_at_brin',
        'idx_password_reset_tokens_user', 'idx_password_reset_tokens_unused',
        'idx_two_factor_recovery_codes_unused', 'idx_api_keys_user', 'idx_api_keys_account', 'idx_api_keys_active',
        'idx_api_keys_permissions_gin', 'idx_instruments_asset_class', 'idx_instruments_status',
        'idx_instruments_currencies', 'idx_instruments_symbol_trgm', 'idx_instruments_name_trgm',
        'idx_instruments_metadata_gin', 'idx_accounts_user', 'idx_accounts_status', 'idx_accounts_margin_level',
        'idx_accounts_account_number_trgm', 'idx_accounts_metadata_gin', 'idx_positions_account',
        'idx_positions_account_open', 'idx_positions_symbol_open', 'idx_positions_symbol',
        'idx_positions_account_closed', 'idx_positions_stop_loss', 'idx_positions_take_profit',
        'idx_positions_opened_at_brin', 'idx_positions_metadata_gin', 'idx_orders_account',
        'idx_orders_account_status', 'idx_orders_account_working', 'idx_orders_symbol', 'idx_orders_book_limit',
        'idx_orders_book_stop', 'idx_orders_expires_at', 'idx_orders_client_order_id', 'idx_orders_parent',
        'idx_orders_position', 'idx_orders_placed_by', 'idx_orders_session', 'idx_orders_api_key',
        'idx_orders_rejected', 'idx_orders_created_at_brin', 'idx_orders_metadata_gin', 'idx_order_fills_order',
        'idx_order_fills_venue', 'idx_order_fills_execution_id', 'idx_order_fills_executed_at_brin',
        'idx_trades_account', 'idx_trades_account_pnl', 'idx_trades_symbol', 'idx_trades_order',
        'idx_trades_position', 'idx_trades_executed_at_brin', 'idx_trades_metadata_gin',
        'idx_account_transactions_account', 'idx_account_transactions_type', 'idx_account_transactions_open',
        'idx_account_transactions_reference', 'idx_account_transactions_trade',
        'idx_account_transactions_position', 'idx_account_transactions_created_by',
        'idx_account_transactions_created_at_brin', 'idx_account_transactions_metadata_gin',
        'idx_account_transactions_completed'
    );

SELECT 1 / (count(*) = 15)::INTEGER AS statistics_targets
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS t ON t.oid = a.attrelid
WHERE t.relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND t.relkind = 'r'
    AND a.attstattarget = 1000
    AND (t.relname, a.attname) IN (
        ('orders', 'account_id'), ('orders', 'symbol'), ('orders', 'status'), ('orders', 'created_at'),
        ('order_fills', 'order_id'), ('order_fills', 'executed_at'), ('positions', 'account_id'),
        ('positions', 'symbol'), ('positions', 'status'), ('trades', 'account_id'), ('trades', 'symbol'),
        ('trades', 'executed_at'), ('account_transactions', 'account_id'),
        ('account_transactions', 'transaction_type'), ('account_transactions', 'created_at')
    );
