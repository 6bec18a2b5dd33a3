-- Migration: 001_init_schema
-- Description: Create users and sign-in, instruments, accounts, positions, orders, fills, trades and the ledger
-- Created: 2026-11-21

-- Conventions of this pack, all five migrations:
--   Keys        id UUID, made by gen_random_uuid() unless the application brings its own.
--   Money       NUMERIC(24, 8) in the account's currency; prices NUMERIC(20, 10); quantities NUMERIC(20, 8) in lots.
--   Rates       fractions, not percents: 0.05 is five per cent. Only a margin level is a percent, as traders read it.
--   Times       TIMESTAMPTZ. created_at and updated_at are kept by defaults and triggers.
--   Values      order vocabulary in capitals as in FIX (BUY, LIMIT, FILLED, A_BOOK); other value sets in lower case.
--               TEXT with a check: the IN list of a VARCHAR reads differently after dump and restore, as if changed.
--   Deleting    master data is deleted softly (deleted_at); financial records are not deleted: their keys RESTRICT.
--   Names       pk_, fk_, uq_, ck_ constraints; idx_ indexes; trg_ triggers.
--   Schema      objects go to the current schema; no name is qualified with a fixed one. A function either names no
--               table (this file) or carries its own search_path (003), so it works whatever the caller's is.

-- gen_random_uuid() is in core from PostgreSQL 13; pgcrypto brings it on 12, and crypt() for bcrypt everywhere.
-- pg_trgm is for the text search indexes of 002, which may hold nothing but index statements.
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE FUNCTION set_updated_at() RETURNS TRIGGER
LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := pg_catalog.now();
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION set_updated_at() IS 'Trigger: every update carries the time of its transaction in updated_at';

-- -------------------------------------------------------------------------------------------------
-- Users and sign-in
-- -------------------------------------------------------------------------------------------------

CREATE TABLE users (
    id                       UUID            NOT NULL DEFAULT gen_random_uuid(),
    username                 VARCHAR(64)     NOT NULL,
    email                    VARCHAR(254)    NOT NULL,
    password_hash            VARCHAR(60)     NOT NULL,
    password_changed_at      TIMESTAMPTZ     NOT NULL DEFAULT now(),
    must_change_password     BOOLEAN         NOT NULL DEFAULT false,
    first_name               VARCHAR(100),
    last_name                VARCHAR(100),
    phone                    VARCHAR(32),
    country_code             VARCHAR(2),
    status                   TEXT            NOT NULL DEFAULT 'pending',
    kyc_status               TEXT            NOT NULL DEFAULT 'not_started',
    email_verified_at        TIMESTAMPTZ,
    two_factor_enabled       BOOLEAN         NOT NULL DEFAULT false,
    two_factor_secret        VARCHAR(255),
    failed_login_attempts    INTEGER         NOT NULL DEFAULT 0,
    last_failed_login_at     TIMESTAMPTZ,
    locked_until             TIMESTAMPTZ,
    last_login_at            TIMESTAMPTZ,
    last_login_ip            INET,
    registration_ip          INET,
    metadata                 JSONB           NOT NULL DEFAULT '{}',
    created_at               TIMESTAMPTZ     NOT NULL DEFAULT now(),
    updated_at               TIMESTAMPTZ     NOT NULL DEFAULT now(),
    deleted_at               TIMESTAMPTZ,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT ck_users_username CHECK (username ~ '^[A-Za-z0-9][A-Za-z0-9._-]{2,63}$'),
    CONSTRAINT ck_users_email CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    CONSTRAINT ck_users_password_hash CHECK (password_hash ~ '^[$]2[aby][$][0-9]{2}[$][./A-Za-z0-9]{53}$'),
    CONSTRAINT ck_users_country_code CHECK (country_code ~ '^[A-Z]{2}$'),
    CONSTRAINT ck_users_status CHECK (status IN ('pending', 'active', 'suspended', 'closed')),
    CONSTRAINT ck_users_kyc_status CHECK (kyc_status IN ('not_started', 'pending', 'approved', 'rejected', 'expired')),
    CONSTRAINT ck_users_two_factor CHECK (NOT two_factor_enabled OR two_factor_secret IS NOT NULL),
    CONSTRAINT ck_users_failed_login_attempts CHECK (failed_login_attempts >= 0),
    CONSTRAINT ck_users_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

-- A name or address is free again once its user is deleted.
CREATE UNIQUE INDEX uq_users_username ON users (lower(username)) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX uq_users_email ON users (lower(email)) WHERE deleted_at IS NULL;

COMMENT ON TABLE users IS 'People and systems that sign in; clients and staff';
COMMENT ON COLUMN users.username IS 'Sign-in name, unique without regard to case among users not deleted';
COMMENT ON COLUMN users.password_hash IS 'bcrypt ($2a$, $2b$ or $2y$); the check keeps plain text out';
COMMENT ON COLUMN users.must_change_password IS 'The next sign-in asks for a new password';
COMMENT ON COLUMN users.country_code IS 'ISO 3166-1 alpha-2';
COMMENT ON COLUMN users.kyc_status IS 'Know your customer: where the identity check stands';
COMMENT ON COLUMN users.two_factor_secret IS
    'TOTP secret (RFC 6238), encrypted by the application before it is stored';
COMMENT ON COLUMN users.failed_login_attempts IS 'In a row; a successful sign-in sets it to 0';
COMMENT ON COLUMN users.locked_until IS 'No sign-in before this time; set after too many failed attempts';
COMMENT ON COLUMN users.deleted_at IS 'Soft delete';

CREATE TRIGGER trg_users_updated_at
    BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE user_roles (
    id            UUID           NOT NULL DEFAULT gen_random_uuid(),
    user_id       UUID           NOT NULL,
    role          TEXT           NOT NULL,
    granted_by    UUID,
    granted_at    TIMESTAMPTZ    NOT NULL DEFAULT now(),
    expires_at    TIMESTAMPTZ,
    metadata      JSONB          NOT NULL DEFAULT '{}',
    created_at    TIMESTAMPTZ    NOT NULL DEFAULT now(),
    updated_at    TIMESTAMPTZ    NOT NULL DEFAULT now(),
    CONSTRAINT pk_user_roles PRIMARY KEY (id),
    CONSTRAINT uq_user_roles_user_role UNIQUE (user_id, role),
    CONSTRAINT fk_user_roles_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT fk_user_roles_granted_by FOREIGN KEY (granted_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_user_roles_role CHECK (
        role IN ('admin', 'trader', 'demo', 'dealer', 'risk_manager', 'compliance_officer', 'support', 'viewer')
    ),
    CONSTRAINT ck_user_roles_expires_at CHECK (expires_at > granted_at),
    CONSTRAINT ck_user_roles_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

COMMENT ON TABLE user_roles IS 'What a user may do; a user may have several roles';
COMMENT ON COLUMN user_roles.granted_by IS 'Null: granted by the system';
COMMENT ON COLUMN user_roles.expires_at IS 'Null: does not expire';

CREATE TRIGGER trg_user_roles_updated_at
    BEFORE UPDATE ON user_roles FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE sessions (
    id                     UUID            NOT NULL DEFAULT gen_random_uuid(),
    user_id                UUID            NOT NULL,
    token_hash             VARCHAR(64)     NOT NULL,
    refresh_token_hash     VARCHAR(64),
    ip_address             INET            NOT NULL,
    user_agent             TEXT,
    two_factor_verified    BOOLEAN         NOT NULL DEFAULT false,
    last_seen_at           TIMESTAMPTZ     NOT NULL DEFAULT now(),
    expires_at             TIMESTAMPTZ     NOT NULL,
    revoked_at             TIMESTAMPTZ,
    revoke_reason          VARCHAR(100),
    metadata               JSONB           NOT NULL DEFAULT '{}',
    created_at             TIMESTAMPTZ     NOT NULL DEFAULT now(),
    updated_at             TIMESTAMPTZ     NOT NULL DEFAULT now(),
    CONSTRAINT pk_sessions PRIMARY KEY (id),
    CONSTRAINT uq_sessions_token_hash UNIQUE (token_hash),
    CONSTRAINT uq_sessions_refresh_token_hash UNIQUE (refresh_token_hash),
    CONSTRAINT fk_sessions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_sessions_token_hash CHECK (token_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_sessions_refresh_token_hash CHECK (refresh_token_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_sessions_expires_at CHECK (expires_at > created_at),
    CONSTRAINT ck_sessions_revoke_reason CHECK (revoke_reason IS NULL OR revoked_at IS NOT NULL),
    CONSTRAINT ck_sessions_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

COMMENT ON TABLE sessions IS 'Signed-in sessions; id is the session_id of orders and of the audit tables';
COMMENT ON COLUMN sessions.token_hash IS
    'SHA-256 of the session token in lower-case hex; the token itself is never stored';
COMMENT ON COLUMN sessions.refresh_token_hash IS 'SHA-256 of the refresh token in lower-case hex';
COMMENT ON COLUMN sessions.revoked_at IS 'Signed out, or ended by the system, before expires_at';

CREATE TRIGGER trg_sessions_updated_at
    BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE login_attempts (
    id                UUID            NOT NULL DEFAULT gen_random_uuid(),
    user_id           UUID,
    username          VARCHAR(254)    NOT NULL,
    ip_address        INET            NOT NULL,
    user_agent        TEXT,
    succeeded         BOOLEAN         NOT NULL,
    failure_reason    TEXT       ,
    attempted_at      TIMESTAMPTZ     NOT NULL DEFAULT now(),
    metadata          JSONB           NOT NULL DEFAULT '{}',
    CONSTRAINT pk_login_attempts PRIMARY KEY (id),
    CONSTRAINT fk_login_attempts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_login_attempts_failure_reason CHECK (
        failure_reason IN (
            'unknown_user', 'wrong_password', 'wrong_two_factor', 'locked', 'suspended', 'ip_not_allowed',
            'rate_limited'
        )
    ),
    CONSTRAINT ck_login_attempts_outcome CHECK (succeeded = (failure_reason IS NULL)),
    CONSTRAINT ck_login_attempts_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

COMMENT ON TABLE login_attempts IS 'Each attempt to sign in, also for names that do not exist; the ground for locking';
COMMENT ON COLUMN login_attempts.username IS 'As typed';

CREATE TABLE password_reset_tokens (
    id              UUID           NOT NULL DEFAULT gen_random_uuid(),
    user_id         UUID           NOT NULL,
    token_hash      VARCHAR(64)    NOT NULL,
    requested_ip    INET,
    expires_at      TIMESTAMPTZ    NOT NULL,
    used_at         TIMESTAMPTZ,
    created_at      TIMESTAMPTZ    NOT NULL DEFAULT now(),
    CONSTRAINT pk_password_reset_tokens PRIMARY KEY (id),
    CONSTRAINT uq_password_reset_tokens_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_password_reset_tokens_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_password_reset_tokens_token_hash CHECK (token_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_password_reset_tokens_expires_at CHECK (expires_at > created_at)
);

COMMENT ON TABLE password_reset_tokens IS 'One-time tokens of password resets';
COMMENT ON COLUMN password_reset_tokens.token_hash IS 'SHA-256 of the token in lower-case hex';

CREATE TABLE two_factor_recovery_codes (
    id            UUID           NOT NULL DEFAULT gen_random_uuid(),
    user_id       UUID           NOT NULL,
    code_hash     VARCHAR(60)    NOT NULL,
    used_at       TIMESTAMPTZ,
    created_at    TIMESTAMPTZ    NOT NULL DEFAULT now(),
    CONSTRAINT pk_two_factor_recovery_codes PRIMARY KEY (id),
    CONSTRAINT uq_two_factor_recovery_codes_user_code UNIQUE (user_id, code_hash),
    CONSTRAINT fk_two_factor_recovery_codes_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_two_factor_recovery_codes_code_hash CHECK (
        code_hash ~ '^[$]2[aby][$][0-9]{2}[$][./A-Za-z0-9]{53}$'
    )
);

COMMENT ON TABLE two_factor_recovery_codes IS 'One-time codes for a user who has lost the second factor';
COMMENT ON COLUMN two_factor_recovery_codes.code_hash IS 'bcrypt';

-- -------------------------------------------------------------------------------------------------
-- Instruments and accounts
-- -------------------------------------------------------------------------------------------------

CREATE TABLE instruments (
    id                    UUID               NOT NULL DEFAULT gen_random_uuid(),
    symbol                VARCHAR(32)        NOT NULL,
    name                  VARCHAR(200)       NOT NULL,
    asset_class           TEXT               NOT NULL,
    base_currency         VARCHAR(10)        NOT NULL,
    quote_currency        VARCHAR(10)        NOT NULL,
    contract_size         NUMERIC(20, 8)     NOT NULL DEFAULT 1,
    tick_size             NUMERIC(20, 10)    NOT NULL,
    pip_size              NUMERIC(20, 10)    NOT NULL,
    price_digits          SMALLINT           NOT NULL,
    min_quantity          NUMERIC(20, 8)     NOT NULL DEFAULT 0.01,
    max_quantity          NUMERIC(20, 8)     NOT NULL DEFAULT 100,
    quantity_step         NUMERIC(20, 8)     NOT NULL DEFAULT 0.01,
    max_leverage          NUMERIC(8, 2)      NOT NULL DEFAULT 1,
    margin_rate           NUMERIC(9, 8)      NOT NULL DEFAULT 1,
    commission_per_lot    NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    swap_long             NUMERIC(12, 6)     NOT NULL DEFAULT 0,
    swap_short            NUMERIC(12, 6)     NOT NULL DEFAULT 0,
    trading_hours         JSONB              NOT NULL DEFAULT '{}',
    status                TEXT               NOT NULL DEFAULT 'active',
    metadata              JSONB              NOT NULL DEFAULT '{}',
    created_at            TIMESTAMPTZ        NOT NULL DEFAULT now(),
    updated_at            TIMESTAMPTZ        NOT NULL DEFAULT now(),
    deleted_at            TIMESTAMPTZ,
    CONSTRAINT pk_instruments PRIMARY KEY (id),
    CONSTRAINT uq_instruments_symbol UNIQUE (symbol),
    CONSTRAINT ck_instruments_symbol CHECK (symbol ~ '^[A-Z0-9][A-Z0-9._/-]{1,31}$'),
    CONSTRAINT ck_instruments_asset_class CHECK (asset_class IN ('forex', 'crypto', 'commodity', 'index', 'stock')),
    CONSTRAINT ck_instruments_base_currency CHECK (base_currency ~ '^[A-Z0-9]{2,10}$'),
    CONSTRAINT ck_instruments_quote_currency CHECK (quote_currency ~ '^[A-Z0-9]{3,10}$'),
    CONSTRAINT ck_instruments_contract_size CHECK (contract_size > 0),
    CONSTRAINT ck_instruments_tick_size CHECK (tick_size > 0),
    CONSTRAINT ck_instruments_pip_size CHECK (pip_size >= tick_size),
    CONSTRAINT ck_instruments_price_digits CHECK (price_digits BETWEEN 0 AND 10),
    CONSTRAINT ck_instruments_quantity CHECK (min_quantity > 0 AND max_quantity >= min_quantity AND quantity_step > 0),
    CONSTRAINT ck_instruments_max_leverage CHECK (max_leverage BETWEEN 1 AND 2000),
    CONSTRAINT ck_instruments_margin_rate CHECK (margin_rate > 0 AND margin_rate <= 1),
    CONSTRAINT ck_instruments_commission_per_lot CHECK (commission_per_lot >= 0),
    CONSTRAINT ck_instruments_trading_hours CHECK (jsonb_typeof(trading_hours) = 'object'),
    CONSTRAINT ck_instruments_status CHECK (status IN ('active', 'halted', 'close_only', 'delisted')),
    CONSTRAINT ck_instruments_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

COMMENT ON TABLE instruments IS 'What can be traded';
COMMENT ON COLUMN instruments.symbol IS 'The name other tables refer to; kept for good, also after a soft delete';
COMMENT ON COLUMN instruments.base_currency IS 'Currency, coin, metal or index that is bought; its ISO or common code';
COMMENT ON COLUMN instruments.contract_size IS 'Units of the base in one lot';
COMMENT ON COLUMN instruments.tick_size IS 'Smallest step of the price';
COMMENT ON COLUMN instruments.pip_size IS 'Price step in which spreads, slippage and swaps are told';
COMMENT ON COLUMN instruments.price_digits IS 'Decimals a price is shown with';
COMMENT ON COLUMN instruments.margin_rate IS
    'Initial margin as a fraction of the notional value; margin_requirements overrides';
COMMENT ON COLUMN instruments.commission_per_lot IS 'Per side, in the quote currency';
COMMENT ON COLUMN instruments.swap_long IS 'Pips credited (negative: charged) per lot and night held long';
COMMENT ON COLUMN instruments.swap_short IS 'Pips credited (negative: charged) per lot and night held short';
COMMENT ON COLUMN instruments.trading_hours IS
    'Opening hours in UTC by weekday: {"mon": ["00:00-24:00"], ...}; {}: always open';

CREATE TRIGGER trg_instruments_updated_at
    BEFORE UPDATE ON instruments FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE accounts (
    id                UUID              NOT NULL DEFAULT gen_random_uuid(),
    user_id           UUID              NOT NULL,
    account_number    VARCHAR(32)       NOT NULL,
    account_type      TEXT              NOT NULL,
    currency          VARCHAR(10)       NOT NULL DEFAULT 'USD',
    leverage          INTEGER           NOT NULL DEFAULT 1,
    balance           NUMERIC(24, 8)    NOT NULL DEFAULT 0,
    credit            NUMERIC(24, 8)    NOT NULL DEFAULT 0,
    equity            NUMERIC(24, 8)    NOT NULL DEFAULT 0,
    margin_used       NUMERIC(24, 8)    NOT NULL DEFAULT 0,
    free_margin       NUMERIC(24, 8)    GENERATED ALWAYS AS (equity - margin_used) STORED,
    margin_level      NUMERIC(32, 4)    GENERATED ALWAYS AS (
                          CASE WHEN margin_used > 0 THEN equity / margin_used * 100 END
                      ) STORED,
    status            TEXT              NOT NULL DEFAULT 'pending',
    opened_at         TIMESTAMPTZ       NOT NULL DEFAULT now(),
    closed_at         TIMESTAMPTZ,
    metadata          JSONB             NOT NULL DEFAULT '{}',
    created_at        TIMESTAMPTZ       NOT NULL DEFAULT now(),
    updated_at        TIMESTAMPTZ       NOT NULL DEFAULT now(),
    deleted_at        TIMESTAMPTZ,
    CONSTRAINT pk_accounts PRIMARY KEY (id),
    CONSTRAINT uq_accounts_account_number UNIQUE (account_number),
    CONSTRAINT fk_accounts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_accounts_account_type CHECK (account_type IN ('live', 'demo', 'margin')),
    CONSTRAINT ck_accounts_currency CHECK (currency ~ '^[A-Z]{3,10}$'),
    CONSTRAINT ck_accounts_leverage CHECK (leverage BETWEEN 1 AND 2000),
    CONSTRAINT ck_accounts_credit CHECK (credit >= 0),
    CONSTRAINT ck_accounts_margin_used CHECK (margin_used >= 0),
    CONSTRAINT ck_accounts_status CHECK (status IN ('pending', 'active', 'read_only', 'suspended', 'closed')),
    CONSTRAINT ck_accounts_closed_at CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
    CONSTRAINT ck_accounts_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

COMMENT ON TABLE accounts IS 'Trading accounts of users';
COMMENT ON COLUMN accounts.leverage IS 'At most this times the equity: 100 is 1:100';
COMMENT ON COLUMN accounts.balance IS
    'Sum of the completed account_transactions; may fall below zero when a gap passes a stop-out';
COMMENT ON COLUMN accounts.credit IS 'Lent or given by the broker; counts as equity, can not be withdrawn';
COMMENT ON COLUMN accounts.equity IS
    'balance + credit + unrealized result of the open positions; written by the engine';
COMMENT ON COLUMN accounts.margin_used IS 'Margin held for open positions';
COMMENT ON COLUMN accounts.free_margin IS 'equity - margin_used';
COMMENT ON COLUMN accounts.margin_level IS 'Percent: equity / margin_used * 100; null without open positions';
COMMENT ON COLUMN accounts.status IS 'read_only: may look, not trade';
COMMENT ON COLUMN accounts.deleted_at IS 'Soft delete';

CREATE TRIGGER trg_accounts_updated_at
    BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE api_keys (
    id                       UUID            NOT NULL DEFAULT gen_random_uuid(),
    user_id                  UUID            NOT NULL,
    account_id               UUID,
    name                     VARCHAR(100)    NOT NULL,
    key_prefix               VARCHAR(16)     NOT NULL,
    key_hash                 VARCHAR(64)     NOT NULL,
    permissions              TEXT[]          NOT NULL DEFAULT '{read}',
    allowed_ips              CIDR[]          NOT NULL DEFAULT '{}',
    rate_limit_per_minute    INTEGER         NOT NULL DEFAULT 600,
    last_used_at             TIMESTAMPTZ,
    last_used_ip             INET,
    expires_at               TIMESTAMPTZ,
    revoked_at               TIMESTAMPTZ,
    metadata                 JSONB           NOT NULL DEFAULT '{}',
    created_at               TIMESTAMPTZ     NOT NULL DEFAULT now(),
    updated_at               TIMESTAMPTZ     NOT NULL DEFAULT now(),
    CONSTRAINT pk_api_keys PRIMARY KEY (id),
    CONSTRAINT uq_api_keys_key_hash UNIQUE (key_hash),
    CONSTRAINT fk_api_keys_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT fk_api_keys_account FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT ck_api_keys_key_prefix CHECK (length(key_prefix) >= 4),
    CONSTRAINT ck_api_keys_key_hash CHECK (key_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_api_keys_permissions CHECK (
        cardinality(permissions) > 0
        AND permissions <@ ARRAY['read', 'trade', 'withdraw', 'admin']
    ),
    CONSTRAINT ck_api_keys_rate_limit CHECK (rate_limit_per_minute > 0),
    CONSTRAINT ck_api_keys_expires_at CHECK (expires_at > created_at),
    CONSTRAINT ck_api_keys_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

COMMENT ON TABLE api_keys IS 'Keys of programs that trade for a user';
COMMENT ON COLUMN api_keys.account_id IS 'Null: every account of the user';
COMMENT ON COLUMN api_keys.key_prefix IS 'First characters of the key, to tell keys apart in a list';
COMMENT ON COLUMN api_keys.key_hash IS
    'SHA-256 of the key in lower-case hex; the key itself is shown once and never stored';
COMMENT ON COLUMN api_keys.allowed_ips IS 'Networks the key may be used from; empty: anywhere';

CREATE TRIGGER trg_api_keys_updated_at
    BEFORE UPDATE ON api_keys FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- -------------------------------------------------------------------------------------------------
-- Positions, orders, fills, trades, ledger
-- An order may close a position, so positions come first; a position finds its orders through trades, not by a key of
-- its own: no circle of foreign keys.
-- -------------------------------------------------------------------------------------------------

CREATE TABLE positions (
    id                UUID               NOT NULL DEFAULT gen_random_uuid(),
    account_id        UUID               NOT NULL,
    symbol            VARCHAR(32)        NOT NULL,
    side              TEXT               NOT NULL,
    status            TEXT               NOT NULL DEFAULT 'open',
    quantity          NUMERIC(20, 8)     NOT NULL,
    entry_price       NUMERIC(20, 10)    NOT NULL,
    current_price     NUMERIC(20, 10),
    exit_price        NUMERIC(20, 10),
    stop_loss         NUMERIC(20, 10),
    take_profit       NUMERIC(20, 10),
    unrealized_pnl    NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    realized_pnl      NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    commission        NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    swap              NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    margin_used       NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    opened_at         TIMESTAMPTZ        NOT NULL DEFAULT now(),
    closed_at         TIMESTAMPTZ,
    close_reason      TEXT       ,
    metadata          JSONB              NOT NULL DEFAULT '{}',
    created_at        TIMESTAMPTZ        NOT NULL DEFAULT now(),
    updated_at        TIMESTAMPTZ        NOT NULL DEFAULT now(),
    CONSTRAINT pk_positions PRIMARY KEY (id),
    CONSTRAINT fk_positions_account FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE RESTRICT,
    CONSTRAINT fk_positions_symbol FOREIGN KEY (symbol) REFERENCES instruments (symbol)
        ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT ck_positions_side CHECK (side IN ('LONG', 'SHORT')),
    CONSTRAINT ck_positions_status CHECK (status IN ('open', 'closed')),
    CONSTRAINT ck_positions_quantity CHECK (quantity >= 0 AND (status = 'open') = (quantity > 0)),
    CONSTRAINT ck_positions_entry_price CHECK (entry_price > 0),
    CONSTRAINT ck_positions_current_price CHECK (current_price > 0),
    CONSTRAINT ck_positions_exit_price CHECK (exit_price > 0),
    CONSTRAINT ck_positions_stop_loss CHECK (stop_loss > 0),
    CONSTRAINT ck_positions_take_profit CHECK (take_profit > 0),
    CONSTRAINT ck_positions_margin_used CHECK (margin_used >= 0),
    CONSTRAINT ck_positions_closed CHECK (
        CASE status
            WHEN 'closed' THEN closed_at >= opened_at AND exit_price IS NOT NULL AND closed_at IS NOT NULL
            ELSE closed_at IS NULL AND close_reason IS NULL
        END
    ),
    CONSTRAINT ck_positions_close_reason CHECK (
        close_reason IN ('manual', 'stop_loss', 'take_profit', 'stop_out', 'circuit_breaker', 'expired', 'system')
    ),
    CONSTRAINT ck_positions_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

COMMENT ON TABLE positions IS 'Open and closed positions of accounts';
COMMENT ON COLUMN positions.quantity IS 'Lots still open; 0 when closed';
COMMENT ON COLUMN positions.entry_price IS 'Average price of the opening trades, weighted by quantity';
COMMENT ON COLUMN positions.current_price IS 'Last mark: bid of a long, ask of a short position';
COMMENT ON COLUMN positions.exit_price IS 'Average price of the closing trades, weighted by quantity';
COMMENT ON COLUMN positions.unrealized_pnl IS 'At current_price, in the account currency, before commission and swap';
COMMENT ON COLUMN positions.realized_pnl IS
    'Sum over the closing trades, in the account currency, before commission and swap';
COMMENT ON COLUMN positions.commission IS 'Charged so far, as a positive cost';
COMMENT ON COLUMN positions.swap IS 'Credited (negative: charged) for nights held so far';

CREATE TRIGGER trg_positions_updated_at
    BEFORE UPDATE ON positions FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE orders (
    id                    UUID               NOT NULL DEFAULT gen_random_uuid(),
    account_id            UUID               NOT NULL,
    client_order_id       VARCHAR(64),
    parent_order_id       UUID,
    position_id           UUID,
    symbol                VARCHAR(32)        NOT NULL,
    side                  TEXT               NOT NULL,
    order_type            TEXT               NOT NULL,
    time_in_force         TEXT               NOT NULL DEFAULT 'GTC',
    quantity              NUMERIC(20, 8)     NOT NULL,
    filled_quantity       NUMERIC(20, 8)     NOT NULL DEFAULT 0,
    remaining_quantity    NUMERIC(20, 8)     GENERATED ALWAYS AS (quantity - filled_quantity) STORED,
    limit_price           NUMERIC(20, 10),
    stop_price            NUMERIC(20, 10),
    trailing_distance     NUMERIC(20, 10),
    stop_loss             NUMERIC(20, 10),
    take_profit           NUMERIC(20, 10),
    average_fill_price    NUMERIC(20, 10),
    commission            NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    status                TEXT               NOT NULL DEFAULT 'PENDING',
    reject_reason         TEXT,
    book                  TEXT      ,
    source                TEXT               NOT NULL DEFAULT 'api',
    placed_by             UUID,
    session_id            UUID,
    api_key_id            UUID,
    ip_address            INET,
    expires_at            TIMESTAMPTZ,
    submitted_at          TIMESTAMPTZ        NOT NULL DEFAULT now(),
    accepted_at           TIMESTAMPTZ,
    completed_at          TIMESTAMPTZ,
    metadata              JSONB              NOT NULL DEFAULT '{}',
    created_at            TIMESTAMPTZ        NOT NULL DEFAULT now(),
    updated_at            TIMESTAMPTZ        NOT NULL DEFAULT now(),
    CONSTRAINT pk_orders PRIMARY KEY (id),
    CONSTRAINT uq_orders_client_order_id UNIQUE (account_id, client_order_id),
    CONSTRAINT fk_orders_account FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE RESTRICT,
    CONSTRAINT fk_orders_parent FOREIGN KEY (parent_order_id) REFERENCES orders (id) ON DELETE RESTRICT,
    CONSTRAINT fk_orders_position FOREIGN KEY (position_id) REFERENCES positions (id) ON DELETE RESTRICT,
    CONSTRAINT fk_orders_symbol FOREIGN KEY (symbol) REFERENCES instruments (symbol)
        ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT fk_orders_placed_by FOREIGN KEY (placed_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT fk_orders_session FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE SET NULL,
    CONSTRAINT fk_orders_api_key FOREIGN KEY (api_key_id) REFERENCES api_keys (id) ON DELETE SET NULL,
    CONSTRAINT ck_orders_parent CHECK (parent_order_id <> id),
    CONSTRAINT ck_orders_side CHECK (side IN ('BUY', 'SELL')),
    CONSTRAINT ck_orders_order_type CHECK (order_type IN ('MARKET', 'LIMIT', 'STOP', 'STOP_LIMIT', 'TRAILING_STOP')),
    CONSTRAINT ck_orders_time_in_force CHECK (time_in_force IN ('GTC', 'IOC', 'FOK', 'DAY', 'GTD')),
    CONSTRAINT ck_orders_quantity CHECK (quantity > 0),
    CONSTRAINT ck_orders_filled_quantity CHECK (filled_quantity >= 0 AND filled_quantity <= quantity),
    CONSTRAINT ck_orders_limit_price CHECK (
        limit_price > 0
        AND (limit_price IS NOT NULL) = (order_type IN ('LIMIT', 'STOP_LIMIT'))
    ),
    CONSTRAINT ck_orders_stop_price CHECK (
        stop_price > 0
        AND (stop_price IS NOT NULL OR order_type NOT IN ('STOP', 'STOP_LIMIT'))
        AND (stop_price IS NULL OR order_type IN ('STOP', 'STOP_LIMIT', 'TRAILING_STOP'))
    ),
    CONSTRAINT ck_orders_trailing_distance CHECK (
        trailing_distance > 0
        AND (trailing_distance IS NOT NULL) = (order_type = 'TRAILING_STOP')
    ),
    CONSTRAINT ck_orders_stop_loss CHECK (stop_loss > 0),
    CONSTRAINT ck_orders_take_profit CHECK (take_profit > 0),
    CONSTRAINT ck_orders_average_fill_price CHECK (
        average_fill_price > 0
        AND (average_fill_price IS NOT NULL) = (filled_quantity > 0)
    ),
    CONSTRAINT ck_orders_commission CHECK (commission >= 0),
    CONSTRAINT ck_orders_status CHECK (
        status IN ('PENDING', 'ACCEPTED', 'PARTIALLY_FILLED', 'FILLED', 'CANCELLED', 'REJECTED', 'EXPIRED')
    ),
    CONSTRAINT ck_orders_status_quantity CHECK (
        CASE status
            WHEN 'PENDING' THEN filled_quantity = 0
            WHEN 'ACCEPTED' THEN filled_quantity = 0
            WHEN 'REJECTED' THEN filled_quantity = 0
            WHEN 'PARTIALLY_FILLED' THEN filled_quantity > 0 AND filled_quantity < quantity
            WHEN 'FILLED' THEN filled_quantity = quantity
            ELSE filled_quantity < quantity
        END
    ),
    CONSTRAINT ck_orders_completed_at CHECK (
        (completed_at IS NOT NULL) = (status IN ('FILLED', 'CANCELLED', 'REJECTED', 'EXPIRED'))
    ),
    CONSTRAINT ck_orders_reject_reason CHECK ((reject_reason IS NOT NULL) = (status = 'REJECTED')),
    CONSTRAINT ck_orders_book CHECK (book IN ('A_BOOK', 'B_BOOK', 'HYBRID')),
    CONSTRAINT ck_orders_source CHECK (source IN ('web', 'mobile', 'desktop', 'api', 'fix', 'dealer', 'system')),
    CONSTRAINT ck_orders_expires_at CHECK ((expires_at IS NOT NULL) = (time_in_force = 'GTD')),
    CONSTRAINT ck_orders_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

COMMENT ON TABLE orders IS 'Orders through their life, from submission to their last fill, cancellation or rejection';
COMMENT ON COLUMN orders.client_order_id IS
    'The client''s own name for the order, unique per account: a resent order is refused';
COMMENT ON COLUMN orders.parent_order_id IS
    'The order this one belongs to: a bracket''s stop and target, a slice of a large order';
COMMENT ON COLUMN orders.position_id IS 'The position this order reduces or closes; null: it opens one';
COMMENT ON COLUMN orders.remaining_quantity IS 'quantity - filled_quantity';
COMMENT ON COLUMN orders.stop_price IS
    'Price that triggers a stop order; on a trailing stop, where the stop stands now';
COMMENT ON COLUMN orders.trailing_distance IS 'Distance of a trailing stop from the market, in units of price';
COMMENT ON COLUMN orders.stop_loss IS 'Stop of the position that the order opens';
COMMENT ON COLUMN orders.take_profit IS 'Target of the position that the order opens';
COMMENT ON COLUMN orders.average_fill_price IS 'Of the fills so far, weighted by quantity';
COMMENT ON COLUMN orders.book IS
    'A_BOOK: passed on to a liquidity provider; B_BOOK: kept in house; HYBRID: part of each; null: not routed yet';
COMMENT ON COLUMN orders.expires_at IS 'End of a GTD order';
COMMENT ON COLUMN orders.completed_at IS 'When it was filled, cancelled, rejected or expired';

CREATE TRIGGER trg_orders_updated_at
    BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE order_fills (
    id              UUID               NOT NULL DEFAULT gen_random_uuid(),
    order_id        UUID               NOT NULL,
    execution_id    VARCHAR(64)        NOT NULL,
    quantity        NUMERIC(20, 8)     NOT NULL,
    price           NUMERIC(20, 10)    NOT NULL,
    commission      NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    liquidity       TEXT      ,
    venue           VARCHAR(64)        NOT NULL DEFAULT 'internal',
    slippage        NUMERIC(20, 10)    NOT NULL DEFAULT 0,
    executed_at     TIMESTAMPTZ        NOT NULL DEFAULT now(),
    metadata        JSONB              NOT NULL DEFAULT '{}',
    created_at      TIMESTAMPTZ        NOT NULL DEFAULT now(),
    CONSTRAINT pk_order_fills PRIMARY KEY (id),
    CONSTRAINT uq_order_fills_execution_id UNIQUE (order_id, execution_id),
    CONSTRAINT fk_order_fills_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT,
    CONSTRAINT ck_order_fills_quantity CHECK (quantity > 0),
    CONSTRAINT ck_order_fills_price CHECK (price > 0),
    CONSTRAINT ck_order_fills_commission CHECK (commission >= 0),
    CONSTRAINT ck_order_fills_liquidity CHECK (liquidity IN ('maker', 'taker')),
    CONSTRAINT ck_order_fills_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

COMMENT ON TABLE order_fills IS 'Executions of orders as the venue reported them; written once';
COMMENT ON COLUMN order_fills.execution_id IS
    'The venue''s name for the execution; a report that comes twice is refused';
COMMENT ON COLUMN order_fills.venue IS 'Code of the liquidity provider, or internal for the own book';
COMMENT ON COLUMN order_fills.slippage IS 'Worse (negative: better) than the price expected, in units of price';

CREATE TABLE trades (
    id              UUID               NOT NULL DEFAULT gen_random_uuid(),
    account_id      UUID               NOT NULL,
    order_id        UUID               NOT NULL,
    fill_id         UUID,
    position_id     UUID               NOT NULL,
    symbol          VARCHAR(32)        NOT NULL,
    side            TEXT               NOT NULL,
    entry_type      TEXT               NOT NULL,
    quantity        NUMERIC(20, 8)     NOT NULL,
    price           NUMERIC(20, 10)    NOT NULL,
    realized_pnl    NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    commission      NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    swap            NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    executed_at     TIMESTAMPTZ        NOT NULL DEFAULT now(),
    metadata        JSONB              NOT NULL DEFAULT '{}',
    created_at      TIMESTAMPTZ        NOT NULL DEFAULT now(),
    CONSTRAINT pk_trades PRIMARY KEY (id),
    CONSTRAINT uq_trades_fill_position UNIQUE (fill_id, position_id),
    CONSTRAINT fk_trades_account FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE RESTRICT,
    CONSTRAINT fk_trades_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT,
    CONSTRAINT fk_trades_fill FOREIGN KEY (fill_id) REFERENCES order_fills (id) ON DELETE RESTRICT,
    CONSTRAINT fk_trades_position FOREIGN KEY (position_id) REFERENCES positions (id) ON DELETE RESTRICT,
    CONSTRAINT fk_trades_symbol FOREIGN KEY (symbol) REFERENCES instruments (symbol)
        ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT ck_trades_side CHECK (side IN ('BUY', 'SELL')),
    CONSTRAINT ck_trades_entry_type CHECK (entry_type IN ('open', 'close')),
    CONSTRAINT ck_trades_quantity CHECK (quantity > 0),
    CONSTRAINT ck_trades_price CHECK (price > 0),
    CONSTRAINT ck_trades_realized_pnl CHECK (entry_type = 'close' OR realized_pnl = 0),
    CONSTRAINT ck_trades_commission CHECK (commission >= 0),
    CONSTRAINT ck_trades_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

COMMENT ON TABLE trades IS 'What a client bought and sold: a fill applied to a position; written once';
COMMENT ON COLUMN trades.fill_id IS
    'Null: a trade without a venue, such as a correction. A fill over two positions makes two trades';
COMMENT ON COLUMN trades.entry_type IS 'open adds to the position, close takes from it';
COMMENT ON COLUMN trades.realized_pnl IS 'Of a closing trade, in the account currency, before commission and swap';

CREATE TABLE account_transactions (
    id                  UUID              NOT NULL DEFAULT gen_random_uuid(),
    account_id          UUID              NOT NULL,
    transaction_type    TEXT              NOT NULL,
    amount              NUMERIC(24, 8)    NOT NULL,
    currency            VARCHAR(10)       NOT NULL,
    balance_before      NUMERIC(24, 8),
    balance_after       NUMERIC(24, 8),
    status              TEXT              NOT NULL DEFAULT 'pending',
    reference           VARCHAR(100),
    description         TEXT,
    trade_id            UUID,
    position_id         UUID,
    reversal_of         UUID,
    created_by          UUID,
    ip_address          INET,
    completed_at        TIMESTAMPTZ,
    metadata            JSONB             NOT NULL DEFAULT '{}',
    created_at          TIMESTAMPTZ       NOT NULL DEFAULT now(),
    updated_at          TIMESTAMPTZ       NOT NULL DEFAULT now(),
    CONSTRAINT pk_account_transactions PRIMARY KEY (id),
    CONSTRAINT uq_account_transactions_reference UNIQUE (account_id, transaction_type, reference),
    CONSTRAINT uq_account_transactions_reversal_of UNIQUE (reversal_of),
    CONSTRAINT fk_account_transactions_account FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE RESTRICT,
    CONSTRAINT fk_account_transactions_trade FOREIGN KEY (trade_id) REFERENCES trades (id) ON DELETE RESTRICT,
    CONSTRAINT fk_account_transactions_position FOREIGN KEY (position_id) REFERENCES positions (id)
        ON DELETE RESTRICT,
    CONSTRAINT fk_account_transactions_reversal_of FOREIGN KEY (reversal_of) REFERENCES account_transactions (id)
        ON DELETE RESTRICT,
    CONSTRAINT fk_account_transactions_created_by FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_account_transactions_type CHECK (
        transaction_type IN (
            'deposit', 'withdrawal', 'transfer_in', 'transfer_out', 'trade_pnl', 'commission', 'swap', 'fee', 'bonus',
            'dividend', 'adjustment', 'reversal'
        )
    ),
    CONSTRAINT ck_account_transactions_amount CHECK (
        CASE
            WHEN transaction_type IN ('deposit', 'transfer_in', 'bonus') THEN amount > 0
            WHEN transaction_type IN ('withdrawal', 'transfer_out', 'commission', 'fee') THEN amount < 0
            ELSE amount <> 0
        END
    ),
    CONSTRAINT ck_account_transactions_currency CHECK (currency ~ '^[A-Z]{3,10}$'),
    CONSTRAINT ck_account_transactions_balance CHECK (balance_after = balance_before + amount),
    CONSTRAINT ck_account_transactions_status CHECK (
        status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')
    ),
    CONSTRAINT ck_account_transactions_completed CHECK (
        (status = 'completed') = (completed_at IS NOT NULL)
        AND (status <> 'completed' OR (balance_before IS NOT NULL AND balance_after IS NOT NULL))
    ),
    CONSTRAINT ck_account_transactions_reversal CHECK (
        (transaction_type = 'reversal') = (reversal_of IS NOT NULL)
        AND reversal_of <> id
    ),
    CONSTRAINT ck_account_transactions_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

COMMENT ON TABLE account_transactions IS 'The ledger of an account: everything that changes its balance';
COMMENT ON COLUMN account_transactions.amount IS 'Added to the balance; negative: taken from it';
COMMENT ON COLUMN account_transactions.balance_after IS 'balance_before + amount; both are set when it completes';
COMMENT ON COLUMN account_transactions.reference IS
    'Name of the payment or event, unique per account and type: a repeated one is refused';
COMMENT ON COLUMN account_transactions.reversal_of IS 'The transaction undone by this one; each at most once';

CREATE TRIGGER trg_account_transactions_updated_at
    BEFORE UPDATE ON account_transactions FOR EACH ROW EXECUTE FUNCTION set_updated_at();
