-- Migration: 001_init_schema
-- Description: Drop the core tables, the updated_at trigger function and the extensions
-- Created: 2026-11-21
-- Lint: allow opaque-dynamic-sql (drops the two extensions only where that is ours to do)

DROP TABLE account_transactions;
DROP TABLE trades;
DROP TABLE order_fills;
DROP TABLE orders;
DROP TABLE positions;
DROP TABLE api_keys;
DROP TABLE accounts;
DROP TABLE instruments;
DROP TABLE two_factor_recovery_codes;
DROP TABLE password_reset_tokens;
DROP TABLE login_attempts;
DROP TABLE sessions;
DROP TABLE user_roles;
DROP TABLE users;
DROP FUNCTION set_updated_at();

-- An extension that somebody else owns, or that something else still uses, was not made by this migration: it stays.
DO $$
DECLARE
    extension_name TEXT;
BEGIN
    FOR extension_name IN
        SELECT e.extname
        FROM pg_catalog.pg_extension AS e
        WHERE e.extname IN ('pg_trgm', 'pgcrypto')
            AND pg_catalog.pg_has_role(e.extowner, 'USAGE')
        ORDER BY e.extname
    LOOP
        BEGIN
            EXECUTE pg_catalog.format('DROP EXTENSION IF EXISTS %I', extension_name);
        EXCEPTION
            WHEN dependent_objects_still_exist THEN
                RAISE NOTICE 'extension % stays: other objects depend on it', extension_name;
        END;
    END LOOP;
END
$$;
