-- Migration: 003_add_audit_tables
-- Description: Drop the audit triggers, their functions, the trails and the event tables
-- Created: 2026-11-21

DROP TRIGGER trg_trades_audit ON trades;
DROP TRIGGER trg_positions_trail ON positions;
DROP TRIGGER trg_positions_audit ON positions;
DROP TRIGGER trg_order_fills_audit ON order_fills;
DROP TRIGGER trg_orders_trail ON orders;
DROP TRIGGER trg_orders_audit ON orders;
DROP TRIGGER trg_account_transactions_audit ON account_transactions;
DROP TRIGGER trg_accounts_trail ON accounts;
DROP TRIGGER trg_accounts_audit ON accounts;
DROP TRIGGER trg_instruments_audit ON instruments;
DROP TRIGGER trg_api_keys_audit ON api_keys;
DROP TRIGGER trg_user_roles_audit ON user_roles;
DROP TRIGGER trg_users_audit ON users;
DROP TABLE api_access_log;
DROP TABLE system_events;
DROP TABLE compliance_events;
DROP TABLE risk_events;
DROP TABLE user_activity_log;
DROP FUNCTION record_account_audit();
DROP FUNCTION record_position_audit();
DROP FUNCTION record_order_audit();
DROP TABLE account_audit;
DROP TABLE position_audit;
DROP TABLE order_audit;
DROP FUNCTION audit_row_change();
DROP FUNCTION ensure_audit_partitions(INTEGER);

-- With all its partitions, and the sequence it owns.
DROP TABLE audit_log;
