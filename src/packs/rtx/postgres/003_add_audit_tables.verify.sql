-- Migration: 003_add_audit_tables
-- Description: Check the audit log and its partitions, the trails, event tables, functions and triggers
-- Created: 2026-11-21

-- A count that is not as expected divides by zero.

SELECT 1 / (count(*) = 9)::INTEGER AS tables
FROM pg_catalog.pg_class
WHERE relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND relkind IN ('r', 'p')
    AND relname IN (
        'audit_log', 'order_audit', 'position_audit', 'account_audit', 'user_activity_log', 'risk_events',
        'compliance_events', 'system_events', 'api_access_log'
    );

SELECT 1 / (count(*) = 55)::INTEGER AS indexes
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
WHERE c.relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND i.indisvalid
    AND c.relname IN (
        'idx_audit_log_record', 'idx_audit_log_user', 'idx_audit_log_deleted', 'idx_audit_log_transaction',
        'idx_audit_log_changed_at_brin', 'idx_audit_log_new_data_gin', 'idx_order_audit_order',
        'idx_order_audit_account', 'idx_order_audit_action', 'idx_order_audit_changed_by',
        'idx_order_audit_created_at_brin', 'idx_position_audit_position', 'idx_position_audit_account',
        'idx_position_audit_action', 'idx_position_audit_created_at_brin', 'idx_account_audit_account',
        'idx_account_audit_user', 'idx_account_audit_action', 'idx_account_audit_created_at_brin',
        'idx_user_activity_log_user', 'idx_user_activity_log_type', 'idx_user_activity_log_session',
        'idx_user_activity_log_failed', 'idx_user_activity_log_created_at_brin', 'idx_risk_events_account',
        'idx_risk_events_user', 'idx_risk_events_order', 'idx_risk_events_position', 'idx_risk_events_resolved_by',
        'idx_risk_events_open', 'idx_risk_events_type', 'idx_risk_events_created_at_brin',
        'idx_risk_events_metadata_gin', 'idx_compliance_events_user', 'idx_compliance_events_account',
        'idx_compliance_events_transaction', 'idx_compliance_events_order', 'idx_compliance_events_assigned_to',
        'idx_compliance_events_open', 'idx_compliance_events_type', 'idx_compliance_events_evidence_gin',
        'idx_system_events_type', 'idx_system_events_component', 'idx_system_events_severe',
        'idx_system_events_correlation', 'idx_system_events_created_at_brin', 'idx_system_events_message_trgm',
        'idx_system_events_details_gin', 'idx_api_access_log_api_key', 'idx_api_access_log_user',
        'idx_api_access_log_request', 'idx_api_access_log_errors', 'idx_api_access_log_path',
        'idx_api_access_log_ip_address', 'idx_api_access_log_created_at_brin'
    );

SELECT
    1 / (count(*) FILTER (WHERE c.contype = 'p') = 9)::INTEGER AS primary_keys,
    1 / (count(*) FILTER (WHERE c.contype = 'u') = 0)::INTEGER AS unique_keys,
    1 / (count(*) FILTER (WHERE c.contype = 'f') = 13)::INTEGER AS foreign_keys,
    1 / (count(*) FILTER (WHERE c.contype = 'c') = 31)::INTEGER AS checks
FROM pg_catalog.pg_constraint AS c
JOIN pg_catalog.pg_class AS t ON t.oid = c.conrelid
WHERE t.relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND c.convalidated
    AND t.relname IN (
        'audit_log', 'order_audit', 'position_audit', 'account_audit', 'user_activity_log', 'risk_events',
        'compliance_events', 'system_events', 'api_access_log'
    );

SELECT 1 / (count(*) = 14)::INTEGER AS triggers
FROM pg_catalog.pg_trigger AS g
JOIN pg_catalog.pg_class AS t ON t.oid = g.tgrelid
WHERE t.relnamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND g.tgenabled = 'O'
    AND g.tgname IN (
        'trg_compliance_events_updated_at', 'trg_users_audit', 'trg_user_roles_audit', 'trg_api_keys_audit',
        'trg_instruments_audit', 'trg_accounts_audit', 'trg_accounts_trail', 'trg_account_transactions_audit',
        'trg_orders_audit', 'trg_orders_trail', 'trg_order_fills_audit', 'trg_positions_audit',
        'trg_positions_trail', 'trg_trades_audit'
    );

SELECT 1 / (count(*) = 5)::INTEGER AS functions
FROM pg_catalog.pg_proc
WHERE pronamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND proname IN (
        'ensure_audit_partitions', 'audit_row_change', 'record_order_audit', 'record_position_audit',
        'record_account_audit'
    );

-- Each carries its own search_path.
SELECT 1 / (count(*) = 5)::INTEGER AS functions_with_search_path
FROM pg_catalog.pg_proc
WHERE pronamespace = pg_catalog.quote_ident(pg_catalog.current_schema())::REGNAMESPACE
    AND proname IN (
        'ensure_audit_partitions', 'audit_row_change', 'record_order_audit', 'record_position_audit',
        'record_account_audit'
    )
    AND EXISTS (SELECT 1 FROM unnest(proconfig) AS setting WHERE setting LIKE 'search_path=%, pg_temp');

-- Partitioned, with a default partition and at least one month. Not the present one: this must not fail by the date.
SELECT 1 / (count(*) FILTER (WHERE pg_catalog.pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT') = 1
            AND count(*) FILTER (WHERE c.relname ~ '^audit_log_[0-9]{4}_[0-9]{2}$') >= 1)::INTEGER AS partitions
FROM pg_catalog.pg_partitioned_table AS p
JOIN pg_catalog.pg_inherits AS i ON i.inhparent = p.partrelid
JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
WHERE p.partrelid = 'audit_log'::REGCLASS
    AND p.partstrat = 'r';

SELECT
    id, change_number, changed_at, schema_name, table_name, record_id, action, old_data, new_data, changed_columns,
    user_id, session_id, ip_address, request_id, change_reason, database_user, application_name, transaction_id,
    metadata
FROM audit_log
LIMIT 0;

SELECT
    id, order_id, account_id, symbol, action, old_status, new_status, old_quantity, new_quantity,
    old_filled_quantity, new_filled_quantity, old_limit_price, new_limit_price, old_stop_price, new_stop_price,
    reason, changed_by, session_id, ip_address, database_user, metadata, created_at
FROM order_audit
LIMIT 0;

SELECT
    id, position_id, account_id, symbol, action, old_quantity, new_quantity, old_entry_price, new_entry_price,
    old_stop_loss, new_stop_loss, old_take_profit, new_take_profit, old_realized_pnl, new_realized_pnl, price,
    reason, changed_by, session_id, ip_address, database_user, metadata, created_at
FROM position_audit
LIMIT 0;

SELECT
    id, account_id, user_id, action, old_status, new_status, old_balance, new_balance, old_credit, new_credit,
    old_leverage, new_leverage, reason, changed_by, session_id, ip_address, database_user, metadata, created_at
FROM account_audit
LIMIT 0;

SELECT
    id, user_id, username, session_id, activity_type, description, succeeded, ip_address, user_agent, metadata,
    created_at
FROM user_activity_log
LIMIT 0;

SELECT
    id, event_type, severity, user_id, account_id, order_id, position_id, symbol, description, threshold_value,
    actual_value, action_taken, resolved_at, resolved_by, metadata, created_at
FROM risk_events
LIMIT 0;

SELECT
    id, event_type, severity, status, user_id, account_id, transaction_id, order_id, regulation, jurisdiction,
    description, evidence, assigned_to, due_at, reported_at, resolved_at, resolution, metadata, created_at,
    updated_at
FROM compliance_events
LIMIT 0;

SELECT
    id, event_type, severity, component, hostname, message, details, correlation_id, created_at
FROM system_events
LIMIT 0;

SELECT
    id, api_key_id, user_id, session_id, request_id, method, path, status_code, response_time_ms, request_bytes,
    response_bytes, ip_address, user_agent, error_message, metadata, created_at
FROM api_access_log
LIMIT 0;
