-- Migration: 003_add_audit_tables
-- Description: Add the partitioned audit log, the order, position and account trails, event tables and their triggers
-- Created: 2026-11-21
-- Depends: 001_init_schema
-- Lint: allow opaque-dynamic-sql (names the current schema in the functions' search_path; makes monthly partitions)

-- Who made a change is told by the application, once per transaction, all of it optional:
--     SET LOCAL rtx.user_id = '...'; SET LOCAL rtx.session_id = '...'; SET LOCAL rtx.ip_address = '192.0.2.1';
--     SET LOCAL rtx.request_id = '...'; SET LOCAL rtx.change_reason = '...';
-- The trails hold ids without foreign keys: they outlive what they describe. Event tables keep their row and set a
-- deleted user to null.
-- The trigger functions are SECURITY DEFINER: an application that may not write to the audit tables is audited still.

-- -------------------------------------------------------------------------------------------------
-- The generic audit log
-- -------------------------------------------------------------------------------------------------

CREATE SEQUENCE seq_audit_log_change_number AS BIGINT;

CREATE TABLE audit_log (
    id                  UUID            NOT NULL DEFAULT gen_random_uuid(),
    change_number       BIGINT          NOT NULL DEFAULT nextval('seq_audit_log_change_number'),
    changed_at          TIMESTAMPTZ     NOT NULL DEFAULT clock_timestamp(),
    schema_name         VARCHAR(63)     NOT NULL,
    table_name          VARCHAR(63)     NOT NULL,
    record_id           TEXT,
    action              TEXT            NOT NULL,
    old_data            JSONB,
    new_data            JSONB,
    changed_columns     TEXT[],
    user_id             UUID,
    session_id          UUID,
    ip_address          INET,
    request_id          TEXT,
    change_reason       TEXT,
    database_user       VARCHAR(63)     NOT NULL DEFAULT session_user,
    application_name    TEXT,
    transaction_id      BIGINT          NOT NULL DEFAULT txid_current(),
    metadata            JSONB           NOT NULL DEFAULT '{}',
    CONSTRAINT pk_audit_log PRIMARY KEY (id, changed_at),
    CONSTRAINT ck_audit_log_action CHECK (action IN ('INSERT', 'UPDATE', 'DELETE')),
    CONSTRAINT ck_audit_log_data CHECK (
        (old_data IS NULL) = (action = 'INSERT')
        AND (new_data IS NULL) = (action = 'DELETE')
    ),
    CONSTRAINT ck_audit_log_metadata CHECK (jsonb_typeof(metadata) = 'object')
) PARTITION BY RANGE (changed_at);

ALTER SEQUENCE seq_audit_log_change_number OWNED BY audit_log.change_number;

CREATE INDEX idx_audit_log_record ON audit_log (table_name, record_id, changed_at DESC);
CREATE INDEX idx_audit_log_user ON audit_log (user_id, changed_at DESC) WHERE user_id IS NOT NULL;
CREATE INDEX idx_audit_log_deleted ON audit_log (table_name, changed_at DESC) WHERE action = 'DELETE';
CREATE INDEX idx_audit_log_transaction ON audit_log (transaction_id);
CREATE INDEX idx_audit_log_changed_at_brin ON audit_log USING brin (changed_at);
CREATE INDEX idx_audit_log_new_data_gin ON audit_log USING gin (new_data jsonb_path_ops);

-- Rows of a month whose partition was not made in time go here; ensure_audit_partitions() moves them out.
CREATE TABLE audit_log_default PARTITION OF audit_log DEFAULT;

COMMENT ON SEQUENCE seq_audit_log_change_number IS 'Order of the changes in audit_log';
COMMENT ON TABLE audit_log IS 'Every change of an audited row, written by triggers; one partition a month (UTC)';
COMMENT ON COLUMN audit_log.change_number IS 'Order of the changes; does not depend on the clock';
COMMENT ON COLUMN audit_log.record_id IS 'id of the changed row';
COMMENT ON COLUMN audit_log.old_data IS 'The row before; null on INSERT. Secrets are replaced by [redacted]';
COMMENT ON COLUMN audit_log.new_data IS 'The row after; null on DELETE. Secrets are replaced by [redacted]';
COMMENT ON COLUMN audit_log.changed_columns IS 'Of an UPDATE: the columns with a new value, updated_at aside';
COMMENT ON COLUMN audit_log.user_id IS 'Who: setting rtx.user_id of the transaction';
COMMENT ON COLUMN audit_log.session_id IS 'Setting rtx.session_id: a row of sessions, as long as that exists';
COMMENT ON COLUMN audit_log.ip_address IS 'Setting rtx.ip_address';
COMMENT ON COLUMN audit_log.request_id IS 'Setting rtx.request_id';
COMMENT ON COLUMN audit_log.change_reason IS 'Setting rtx.change_reason';
COMMENT ON COLUMN audit_log.database_user IS 'The login that made the change';
COMMENT ON COLUMN audit_log.transaction_id IS 'Same for all changes of one transaction';
COMMENT ON TABLE audit_log_default IS 'Partition of audit_log for months that have none; should be empty';

CREATE FUNCTION ensure_audit_partitions(months_ahead INTEGER DEFAULT 3) RETURNS INTEGER
LANGUAGE plpgsql AS $$
DECLARE
    this_month      CONSTANT TIMESTAMP := date_trunc('month', now() AT TIME ZONE 'UTC');
    missing         TIMESTAMP[];
    month_start     TIMESTAMP;
    from_time       TEXT;
    to_time         TEXT;
    partition_name  TEXT;
    made            INTEGER := 0;
BEGIN
    IF months_ahead IS NULL OR months_ahead NOT BETWEEN 0 AND 120 THEN
        RAISE EXCEPTION 'months_ahead must be between 0 and 120, not %', coalesce(months_ahead::TEXT, 'null')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    -- One caller at a time.
    LOCK TABLE audit_log IN SHARE UPDATE EXCLUSIVE MODE;

    -- An array, as a loop over the query itself would keep the tables in use and refuse ATTACH.
    missing := ARRAY(
        SELECT wanted.month_start
        FROM (
            SELECT this_month + n * INTERVAL '1 month' AS month_start
            FROM generate_series(0, months_ahead) AS n
            UNION
            SELECT date_trunc('month', changed_at AT TIME ZONE 'UTC')
            FROM audit_log_default
            WHERE isfinite(changed_at)
        ) AS wanted
        WHERE NOT EXISTS (
            SELECT 1
            FROM pg_inherits AS i
            JOIN pg_class AS c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'audit_log'::REGCLASS
                AND c.relname = to_char(wanted.month_start, '"audit_log_"YYYY_MM')
        )
        ORDER BY wanted.month_start
    );
    IF cardinality(missing) = 0 THEN
        RETURN 0;
    END IF;

    -- Made ahead of time, partitions get in nobody's way. Late, they do: a writer that waits for the default partition
    -- while one is attached fails afterwards, as its row has come to belong elsewhere. So writers wait earlier.
    IF missing[1] <= this_month + INTERVAL '1 month' OR EXISTS (SELECT 1 FROM audit_log_default) THEN
        LOCK TABLE audit_log IN SHARE ROW EXCLUSIVE MODE;
    END IF;
    LOCK TABLE audit_log_default IN ACCESS EXCLUSIVE MODE;

    FOREACH month_start IN ARRAY missing LOOP
        partition_name := to_char(month_start, '"audit_log_"YYYY_MM');
        from_time := to_char(month_start, 'YYYY-MM-DD "00:00:00+00"');
        to_time := to_char(month_start + INTERVAL '1 month', 'YYYY-MM-DD "00:00:00+00"');

        -- Built aside and attached: CREATE TABLE ... PARTITION OF would lock readers out. Attaching fails while the
        -- default partition holds rows of the month, so they move first.
        EXECUTE format('CREATE TABLE %I (LIKE audit_log INCLUDING ALL)', partition_name);
        EXECUTE format(
            'COMMENT ON TABLE %I IS %L', partition_name, 'Partition of audit_log: ' || to_char(month_start, 'YYYY-MM')
        );
        EXECUTE format(
            'WITH moved AS (DELETE FROM audit_log_default WHERE changed_at >= %L AND changed_at < %L RETURNING *)'
            ' INSERT INTO %I SELECT * FROM moved',
            from_time, to_time, partition_name
        );
        EXECUTE format(
            'ALTER TABLE audit_log ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            partition_name, from_time, to_time
        );
        made := made + 1;
    END LOOP;
    RETURN made;
END
$$;

COMMENT ON FUNCTION ensure_audit_partitions(INTEGER) IS
    'Makes the partitions of audit_log from this month to so many months ahead, and those of months that have rows in '
    'the default partition, which it moves. Returns how many it made; running it again makes none. Run it monthly';

CREATE FUNCTION audit_row_change() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    old_row  JSONB;
    new_row  JSONB;
    changed  TEXT[];
    secret   TEXT;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        old_row := to_jsonb(OLD);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        new_row := to_jsonb(NEW);
    END IF;

    IF TG_OP = 'UPDATE' THEN
        SELECT array_agg(n.key ORDER BY n.key)
        INTO changed
        FROM jsonb_each(new_row) AS n
        WHERE n.key <> 'updated_at'
            AND n.value IS DISTINCT FROM old_row -> n.key;
        IF changed IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;

    -- The trigger's arguments name the columns that hold secrets.
    IF TG_NARGS > 0 THEN
        FOREACH secret IN ARRAY TG_ARGV LOOP
            IF old_row ->> secret IS NOT NULL THEN
                old_row := jsonb_set(old_row, ARRAY[secret], '"[redacted]"');
            END IF;
            IF new_row ->> secret IS NOT NULL THEN
                new_row := jsonb_set(new_row, ARRAY[secret], '"[redacted]"');
            END IF;
        END LOOP;
    END IF;

    INSERT INTO audit_log (
        schema_name, table_name, record_id, action, old_data, new_data, changed_columns,
        user_id, session_id, ip_address, request_id, change_reason, application_name
    )
    VALUES (
        TG_TABLE_SCHEMA, TG_TABLE_NAME, coalesce(new_row, old_row) ->> 'id', TG_OP, old_row, new_row, changed,
        nullif(current_setting('rtx.user_id', true), '')::UUID,
        nullif(current_setting('rtx.session_id', true), '')::UUID,
        nullif(current_setting('rtx.ip_address', true), '')::INET,
        nullif(current_setting('rtx.request_id', true), ''),
        nullif(current_setting('rtx.change_reason', true), ''),
        nullif(current_setting('application_name', true), '')
    );
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION audit_row_change() IS
    'Trigger: writes the row before and after to audit_log; its arguments name columns whose values are redacted. '
    'An update that changes nothing is not written';

-- -------------------------------------------------------------------------------------------------
-- The trails of orders, positions and accounts: typed, for questions about their life that need no JSON
-- -------------------------------------------------------------------------------------------------

CREATE TABLE order_audit (
    id                     UUID               NOT NULL DEFAULT gen_random_uuid(),
    order_id               UUID               NOT NULL,
    account_id             UUID               NOT NULL,
    symbol                 VARCHAR(32)        NOT NULL,
    action                 TEXT               NOT NULL,
    old_status             VARCHAR(20),
    new_status             VARCHAR(20),
    old_quantity           NUMERIC(20, 8),
    new_quantity           NUMERIC(20, 8),
    old_filled_quantity    NUMERIC(20, 8),
    new_filled_quantity    NUMERIC(20, 8),
    old_limit_price        NUMERIC(20, 10),
    new_limit_price        NUMERIC(20, 10),
    old_stop_price         NUMERIC(20, 10),
    new_stop_price         NUMERIC(20, 10),
    reason                 TEXT,
    changed_by             UUID,
    session_id             UUID,
    ip_address             INET,
    database_user          VARCHAR(63)        NOT NULL DEFAULT session_user,
    metadata               JSONB              NOT NULL DEFAULT '{}',
    created_at             TIMESTAMPTZ        NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_order_audit PRIMARY KEY (id),
    CONSTRAINT ck_order_audit_action CHECK (
        action IN (
            'created', 'accepted', 'partially_filled', 'filled', 'cancelled', 'rejected', 'expired', 'modified',
            'deleted'
        )
    ),
    CONSTRAINT ck_order_audit_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX idx_order_audit_order ON order_audit (order_id, created_at);
CREATE INDEX idx_order_audit_account ON order_audit (account_id, created_at DESC);
CREATE INDEX idx_order_audit_action ON order_audit (action, created_at DESC);
CREATE INDEX idx_order_audit_changed_by ON order_audit (changed_by, created_at DESC) WHERE changed_by IS NOT NULL;
CREATE INDEX idx_order_audit_created_at_brin ON order_audit USING brin (created_at);

COMMENT ON TABLE order_audit IS 'Life of each order, step by step; written by a trigger';
COMMENT ON COLUMN order_audit.reason IS 'The order''s reject_reason, or the setting rtx.change_reason';

CREATE TABLE position_audit (
    id                  UUID               NOT NULL DEFAULT gen_random_uuid(),
    position_id         UUID               NOT NULL,
    account_id          UUID               NOT NULL,
    symbol              VARCHAR(32)        NOT NULL,
    action              TEXT               NOT NULL,
    old_quantity        NUMERIC(20, 8),
    new_quantity        NUMERIC(20, 8),
    old_entry_price     NUMERIC(20, 10),
    new_entry_price     NUMERIC(20, 10),
    old_stop_loss       NUMERIC(20, 10),
    new_stop_loss       NUMERIC(20, 10),
    old_take_profit     NUMERIC(20, 10),
    new_take_profit     NUMERIC(20, 10),
    old_realized_pnl    NUMERIC(24, 8),
    new_realized_pnl    NUMERIC(24, 8),
    price               NUMERIC(20, 10),
    reason              TEXT,
    changed_by          UUID,
    session_id          UUID,
    ip_address          INET,
    database_user       VARCHAR(63)        NOT NULL DEFAULT session_user,
    metadata            JSONB              NOT NULL DEFAULT '{}',
    created_at          TIMESTAMPTZ        NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_position_audit PRIMARY KEY (id),
    CONSTRAINT ck_position_audit_action CHECK (
        action IN ('opened', 'increased', 'reduced', 'closed', 'modified', 'deleted')
    ),
    CONSTRAINT ck_position_audit_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX idx_position_audit_position ON position_audit (position_id, created_at);
CREATE INDEX idx_position_audit_account ON position_audit (account_id, created_at DESC);
CREATE INDEX idx_position_audit_action ON position_audit (action, created_at DESC);
CREATE INDEX idx_position_audit_created_at_brin ON position_audit USING brin (created_at);

COMMENT ON TABLE position_audit IS 'Life of each position, step by step, marks to market aside; written by a trigger';
COMMENT ON COLUMN position_audit.price IS 'The mark when it happened; on closing, the exit price';
COMMENT ON COLUMN position_audit.reason IS 'The position''s close_reason, or the setting rtx.change_reason';

CREATE TABLE account_audit (
    id               UUID              NOT NULL DEFAULT gen_random_uuid(),
    account_id       UUID              NOT NULL,
    user_id          UUID              NOT NULL,
    action           TEXT              NOT NULL,
    old_status       VARCHAR(20),
    new_status       VARCHAR(20),
    old_balance      NUMERIC(24, 8),
    new_balance      NUMERIC(24, 8),
    old_credit       NUMERIC(24, 8),
    new_credit       NUMERIC(24, 8),
    old_leverage     INTEGER,
    new_leverage     INTEGER,
    reason           TEXT,
    changed_by       UUID,
    session_id       UUID,
    ip_address       INET,
    database_user    VARCHAR(63)       NOT NULL DEFAULT session_user,
    metadata         JSONB             NOT NULL DEFAULT '{}',
    created_at       TIMESTAMPTZ       NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_account_audit PRIMARY KEY (id),
    CONSTRAINT ck_account_audit_action CHECK (
        action IN (
            'created', 'balance_changed', 'credit_changed', 'status_changed', 'leverage_changed', 'modified', 'deleted'
        )
    ),
    CONSTRAINT ck_account_audit_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX idx_account_audit_account ON account_audit (account_id, created_at);
CREATE INDEX idx_account_audit_user ON account_audit (user_id, created_at DESC);
CREATE INDEX idx_account_audit_action ON account_audit (action, created_at DESC);
CREATE INDEX idx_account_audit_created_at_brin ON account_audit USING brin (created_at);

COMMENT ON TABLE account_audit IS 'Life of each account, step by step, marks to market aside; written by a trigger';
COMMENT ON COLUMN account_audit.user_id IS 'Owner of the account';
COMMENT ON COLUMN account_audit.action IS
    'Of several changes at once, the first of: deleted, status, balance, credit, leverage';

CREATE FUNCTION record_order_audit() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    what  TEXT;
BEGIN
    IF TG_OP = 'INSERT' THEN
        what := 'created';
    ELSIF TG_OP = 'DELETE' THEN
        what := 'deleted';
    ELSIF NEW.status <> OLD.status AND NEW.status <> 'PENDING' THEN
        what := lower(NEW.status);
    ELSIF NEW.filled_quantity > OLD.filled_quantity THEN
        what := 'partially_filled';
    ELSIF to_jsonb(NEW) - 'updated_at' <> to_jsonb(OLD) - 'updated_at' THEN
        what := 'modified';
    ELSE
        RETURN NULL;
    END IF;

    INSERT INTO order_audit (
        order_id, account_id, symbol, action,
        old_status, new_status, old_quantity, new_quantity, old_filled_quantity, new_filled_quantity,
        old_limit_price, new_limit_price, old_stop_price, new_stop_price,
        reason, changed_by, session_id, ip_address
    )
    VALUES (
        coalesce(NEW.id, OLD.id), coalesce(NEW.account_id, OLD.account_id), coalesce(NEW.symbol, OLD.symbol), what,
        OLD.status, NEW.status, OLD.quantity, NEW.quantity, OLD.filled_quantity, NEW.filled_quantity,
        OLD.limit_price, NEW.limit_price, OLD.stop_price, NEW.stop_price,
        coalesce(NEW.reject_reason, nullif(current_setting('rtx.change_reason', true), '')),
        coalesce(
            nullif(current_setting('rtx.user_id', true), '')::UUID, CASE TG_OP WHEN 'INSERT' THEN NEW.placed_by END
        ),
        coalesce(
            nullif(current_setting('rtx.session_id', true), '')::UUID, CASE TG_OP WHEN 'INSERT' THEN NEW.session_id END
        ),
        coalesce(
            nullif(current_setting('rtx.ip_address', true), '')::INET, CASE TG_OP WHEN 'INSERT' THEN NEW.ip_address END
        )
    );
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION record_order_audit() IS 'Trigger on orders: writes order_audit';

CREATE FUNCTION record_position_audit() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    marks  CONSTANT TEXT[] := ARRAY['current_price', 'unrealized_pnl', 'margin_used', 'updated_at'];
    what   TEXT;
BEGIN
    IF TG_OP = 'INSERT' THEN
        what := 'opened';
    ELSIF TG_OP = 'DELETE' THEN
        what := 'deleted';
    ELSIF NEW.status = 'closed' AND OLD.status = 'open' THEN
        what := 'closed';
    ELSIF NEW.quantity > OLD.quantity THEN
        what := 'increased';
    ELSIF NEW.quantity < OLD.quantity THEN
        what := 'reduced';
    ELSIF to_jsonb(NEW) - marks <> to_jsonb(OLD) - marks THEN
        what := 'modified';
    ELSE
        RETURN NULL;
    END IF;

    INSERT INTO position_audit (
        position_id, account_id, symbol, action,
        old_quantity, new_quantity, old_entry_price, new_entry_price,
        old_stop_loss, new_stop_loss, old_take_profit, new_take_profit, old_realized_pnl, new_realized_pnl,
        price, reason, changed_by, session_id, ip_address
    )
    VALUES (
        coalesce(NEW.id, OLD.id), coalesce(NEW.account_id, OLD.account_id), coalesce(NEW.symbol, OLD.symbol), what,
        OLD.quantity, NEW.quantity, OLD.entry_price, NEW.entry_price,
        OLD.stop_loss, NEW.stop_loss, OLD.take_profit, NEW.take_profit, OLD.realized_pnl, NEW.realized_pnl,
        coalesce(NEW.exit_price, NEW.current_price, OLD.current_price),
        coalesce(NEW.close_reason, nullif(current_setting('rtx.change_reason', true), '')),
        nullif(current_setting('rtx.user_id', true), '')::UUID,
        nullif(current_setting('rtx.session_id', true), '')::UUID,
        nullif(current_setting('rtx.ip_address', true), '')::INET
    );
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION record_position_audit() IS 'Trigger on positions: writes position_audit';

CREATE FUNCTION record_account_audit() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    marks  CONSTANT TEXT[] := ARRAY['equity', 'margin_used', 'free_margin', 'margin_level', 'updated_at'];
    what   TEXT;
BEGIN
    IF TG_OP = 'INSERT' THEN
        what := 'created';
    ELSIF TG_OP = 'DELETE' OR (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL) THEN
        what := 'deleted';
    ELSIF NEW.status <> OLD.status THEN
        what := 'status_changed';
    ELSIF NEW.balance <> OLD.balance THEN
        what := 'balance_changed';
    ELSIF NEW.credit <> OLD.credit THEN
        what := 'credit_changed';
    ELSIF NEW.leverage <> OLD.leverage THEN
        what := 'leverage_changed';
    ELSIF to_jsonb(NEW) - marks <> to_jsonb(OLD) - marks THEN
        what := 'modified';
    ELSE
        RETURN NULL;
    END IF;

    INSERT INTO account_audit (
        account_id, user_id, action,
        old_status, new_status, old_balance, new_balance, old_credit, new_credit, old_leverage, new_leverage,
        reason, changed_by, session_id, ip_address
    )
    VALUES (
        coalesce(NEW.id, OLD.id), coalesce(NEW.user_id, OLD.user_id), what,
        OLD.status, NEW.status, OLD.balance, NEW.balance, OLD.credit, NEW.credit, OLD.leverage, NEW.leverage,
        nullif(current_setting('rtx.change_reason', true), ''),
        nullif(current_setting('rtx.user_id', true), '')::UUID,
        nullif(current_setting('rtx.session_id', true), '')::UUID,
        nullif(current_setting('rtx.ip_address', true), '')::INET
    );
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION record_account_audit() IS 'Trigger on accounts: writes account_audit';

-- -------------------------------------------------------------------------------------------------
-- Event tables, written by the application
-- -------------------------------------------------------------------------------------------------

CREATE TABLE user_activity_log (
    id               UUID            NOT NULL DEFAULT gen_random_uuid(),
    user_id          UUID,
    username         VARCHAR(64),
    session_id       UUID,
    activity_type    TEXT            NOT NULL,
    description      TEXT,
    succeeded        BOOLEAN         NOT NULL DEFAULT true,
    ip_address       INET,
    user_agent       TEXT,
    metadata         JSONB           NOT NULL DEFAULT '{}',
    created_at       TIMESTAMPTZ     NOT NULL DEFAULT now(),
    CONSTRAINT pk_user_activity_log PRIMARY KEY (id),
    CONSTRAINT fk_user_activity_log_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_user_activity_log_activity_type CHECK (
        activity_type IN (
            'login', 'login_failed', 'logout', 'session_revoked', 'account_locked', 'account_unlocked',
            'password_changed', 'password_reset', 'two_factor_enabled', 'two_factor_disabled', 'profile_changed',
            'settings_changed', 'role_granted', 'role_revoked', 'api_key_created', 'api_key_revoked',
            'deposit_requested', 'withdrawal_requested', 'document_uploaded', 'data_exported'
        )
    ),
    CONSTRAINT ck_user_activity_log_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX idx_user_activity_log_user ON user_activity_log (user_id, created_at DESC);
CREATE INDEX idx_user_activity_log_type ON user_activity_log (activity_type, created_at DESC);
CREATE INDEX idx_user_activity_log_session ON user_activity_log (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX idx_user_activity_log_failed ON user_activity_log (ip_address, created_at DESC) WHERE NOT succeeded;
CREATE INDEX idx_user_activity_log_created_at_brin ON user_activity_log USING brin (created_at);

COMMENT ON TABLE user_activity_log IS 'What users did besides trading';
COMMENT ON COLUMN user_activity_log.username IS 'As it was then; stays when the user is gone';

CREATE TABLE risk_events (
    id                 UUID               NOT NULL DEFAULT gen_random_uuid(),
    event_type         TEXT               NOT NULL,
    severity           TEXT               NOT NULL,
    user_id            UUID,
    account_id         UUID,
    order_id           UUID,
    position_id        UUID,
    symbol             VARCHAR(32),
    description        TEXT               NOT NULL,
    threshold_value    NUMERIC(32, 10),
    actual_value       NUMERIC(32, 10),
    action_taken       TEXT               NOT NULL DEFAULT 'none',
    resolved_at        TIMESTAMPTZ,
    resolved_by        UUID,
    metadata           JSONB              NOT NULL DEFAULT '{}',
    created_at         TIMESTAMPTZ        NOT NULL DEFAULT now(),
    CONSTRAINT pk_risk_events PRIMARY KEY (id),
    CONSTRAINT fk_risk_events_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT fk_risk_events_account FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE SET NULL,
    CONSTRAINT fk_risk_events_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE SET NULL,
    CONSTRAINT fk_risk_events_position FOREIGN KEY (position_id) REFERENCES positions (id) ON DELETE SET NULL,
    CONSTRAINT fk_risk_events_resolved_by FOREIGN KEY (resolved_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_risk_events_event_type CHECK (
        event_type IN (
            'limit_warning', 'limit_breach', 'margin_call', 'stop_out', 'circuit_breaker', 'exposure', 'concentration',
            'price_deviation', 'fat_finger', 'negative_balance', 'hedge_failure', 'other'
        )
    ),
    CONSTRAINT ck_risk_events_severity CHECK (severity IN ('info', 'warning', 'critical')),
    CONSTRAINT ck_risk_events_action_taken CHECK (
        action_taken IN (
            'none', 'notified', 'order_rejected', 'orders_cancelled', 'position_reduced', 'position_closed',
            'account_suspended', 'trading_halted'
        )
    ),
    CONSTRAINT ck_risk_events_resolved CHECK (resolved_by IS NULL OR resolved_at IS NOT NULL),
    CONSTRAINT ck_risk_events_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX idx_risk_events_account ON risk_events (account_id, created_at DESC);
CREATE INDEX idx_risk_events_user ON risk_events (user_id, created_at DESC) WHERE user_id IS NOT NULL;
CREATE INDEX idx_risk_events_order ON risk_events (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX idx_risk_events_position ON risk_events (position_id) WHERE position_id IS NOT NULL;
CREATE INDEX idx_risk_events_resolved_by ON risk_events (resolved_by) WHERE resolved_by IS NOT NULL;
CREATE INDEX idx_risk_events_open ON risk_events (severity, created_at DESC) WHERE resolved_at IS NULL;
CREATE INDEX idx_risk_events_type ON risk_events (event_type, created_at DESC);
CREATE INDEX idx_risk_events_created_at_brin ON risk_events USING brin (created_at);
CREATE INDEX idx_risk_events_metadata_gin ON risk_events USING gin (metadata jsonb_path_ops);

COMMENT ON TABLE risk_events IS 'What the risk checks noticed, and what was done about it';
COMMENT ON COLUMN risk_events.threshold_value IS
    'The bound; its unit is that of actual_value and is told in description';
COMMENT ON COLUMN risk_events.symbol IS 'Not a foreign key: the event stands whatever becomes of the instrument';

CREATE TABLE compliance_events (
    id                UUID            NOT NULL DEFAULT gen_random_uuid(),
    event_type        TEXT            NOT NULL,
    severity          TEXT            NOT NULL DEFAULT 'info',
    status            TEXT            NOT NULL DEFAULT 'open',
    user_id           UUID,
    account_id        UUID,
    transaction_id    UUID,
    order_id          UUID,
    regulation        VARCHAR(50),
    jurisdiction      VARCHAR(10),
    description       TEXT            NOT NULL,
    evidence          JSONB           NOT NULL DEFAULT '{}',
    assigned_to       UUID,
    due_at            TIMESTAMPTZ,
    reported_at       TIMESTAMPTZ,
    resolved_at       TIMESTAMPTZ,
    resolution        TEXT,
    metadata          JSONB           NOT NULL DEFAULT '{}',
    created_at        TIMESTAMPTZ     NOT NULL DEFAULT now(),
    updated_at        TIMESTAMPTZ     NOT NULL DEFAULT now(),
    CONSTRAINT pk_compliance_events PRIMARY KEY (id),
    CONSTRAINT fk_compliance_events_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT fk_compliance_events_account FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE SET NULL,
    CONSTRAINT fk_compliance_events_transaction FOREIGN KEY (transaction_id) REFERENCES account_transactions (id)
        ON DELETE SET NULL,
    CONSTRAINT fk_compliance_events_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE SET NULL,
    CONSTRAINT fk_compliance_events_assigned_to FOREIGN KEY (assigned_to) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_compliance_events_event_type CHECK (
        event_type IN (
            'kyc_review', 'document_expired', 'aml_alert', 'sanctions_match', 'large_transaction',
            'suspicious_trading', 'wash_trading', 'market_abuse', 'best_execution', 'transaction_report',
            'complaint', 'other'
        )
    ),
    CONSTRAINT ck_compliance_events_severity CHECK (severity IN ('info', 'warning', 'critical')),
    CONSTRAINT ck_compliance_events_status CHECK (
        status IN ('open', 'under_review', 'escalated', 'reported', 'closed', 'false_positive')
    ),
    CONSTRAINT ck_compliance_events_resolved CHECK (
        (resolved_at IS NOT NULL) = (status IN ('closed', 'false_positive'))
    ),
    CONSTRAINT ck_compliance_events_reported CHECK (status <> 'reported' OR reported_at IS NOT NULL),
    CONSTRAINT ck_compliance_events_evidence CHECK (jsonb_typeof(evidence) = 'object'),
    CONSTRAINT ck_compliance_events_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX idx_compliance_events_user ON compliance_events (user_id, created_at DESC);
CREATE INDEX idx_compliance_events_account ON compliance_events (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX idx_compliance_events_transaction ON compliance_events (transaction_id) WHERE transaction_id IS NOT NULL;
CREATE INDEX idx_compliance_events_order ON compliance_events (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX idx_compliance_events_assigned_to ON compliance_events (assigned_to, due_at)
    WHERE assigned_to IS NOT NULL;
CREATE INDEX idx_compliance_events_open ON compliance_events (severity, created_at)
    WHERE status IN ('open', 'under_review', 'escalated');
CREATE INDEX idx_compliance_events_type ON compliance_events (event_type, created_at DESC);
CREATE INDEX idx_compliance_events_evidence_gin ON compliance_events USING gin (evidence jsonb_path_ops);

COMMENT ON TABLE compliance_events IS 'Cases of the compliance desk, from the alert to its end';
COMMENT ON COLUMN compliance_events.regulation IS 'Rule it falls under, such as MiFID II RTS 22';
COMMENT ON COLUMN compliance_events.jurisdiction IS 'ISO 3166 code of the country or region';
COMMENT ON COLUMN compliance_events.reported_at IS 'When the authority was told';

CREATE TRIGGER trg_compliance_events_updated_at
    BEFORE UPDATE ON compliance_events FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE system_events (
    id                UUID            NOT NULL DEFAULT gen_random_uuid(),
    event_type        VARCHAR(50)     NOT NULL,
    severity          TEXT            NOT NULL DEFAULT 'info',
    component         VARCHAR(64)     NOT NULL,
    hostname          VARCHAR(253),
    message           TEXT            NOT NULL,
    details           JSONB           NOT NULL DEFAULT '{}',
    correlation_id    UUID,
    created_at        TIMESTAMPTZ     NOT NULL DEFAULT now(),
    CONSTRAINT pk_system_events PRIMARY KEY (id),
    CONSTRAINT ck_system_events_event_type CHECK (event_type ~ '^[a-z][a-z0-9_.]*$'),
    CONSTRAINT ck_system_events_severity CHECK (severity IN ('debug', 'info', 'warning', 'error', 'critical')),
    CONSTRAINT ck_system_events_details CHECK (jsonb_typeof(details) = 'object')
);

CREATE INDEX idx_system_events_type ON system_events (event_type, created_at DESC);
CREATE INDEX idx_system_events_component ON system_events (component, created_at DESC);
CREATE INDEX idx_system_events_severe ON system_events (severity, created_at DESC)
    WHERE severity IN ('error', 'critical');
CREATE INDEX idx_system_events_correlation ON system_events (correlation_id) WHERE correlation_id IS NOT NULL;
CREATE INDEX idx_system_events_created_at_brin ON system_events USING brin (created_at);
CREATE INDEX idx_system_events_message_trgm ON system_events USING gin (message gin_trgm_ops);
CREATE INDEX idx_system_events_details_gin ON system_events USING gin (details jsonb_path_ops);

COMMENT ON TABLE system_events IS 'What the engine''s own parts report: starts, stops, connections, faults';
COMMENT ON COLUMN system_events.event_type IS 'Such as started, connection.lost, migration.applied';
COMMENT ON COLUMN system_events.correlation_id IS 'Same for all events of one request or incident';

CREATE TABLE api_access_log (
    id                  UUID              NOT NULL DEFAULT gen_random_uuid(),
    api_key_id          UUID,
    user_id             UUID,
    session_id          UUID,
    request_id          UUID,
    method              TEXT              NOT NULL,
    path                TEXT              NOT NULL,
    status_code         SMALLINT          NOT NULL,
    response_time_ms    NUMERIC(12, 3)    NOT NULL,
    request_bytes       BIGINT,
    response_bytes      BIGINT,
    ip_address          INET              NOT NULL,
    user_agent          TEXT,
    error_message       TEXT,
    metadata            JSONB             NOT NULL DEFAULT '{}',
    created_at          TIMESTAMPTZ       NOT NULL DEFAULT now(),
    CONSTRAINT pk_api_access_log PRIMARY KEY (id),
    CONSTRAINT fk_api_access_log_api_key FOREIGN KEY (api_key_id) REFERENCES api_keys (id) ON DELETE SET NULL,
    CONSTRAINT fk_api_access_log_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_api_access_log_method CHECK (
        method IN ('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS')
    ),
    CONSTRAINT ck_api_access_log_status_code CHECK (status_code BETWEEN 100 AND 599),
    CONSTRAINT ck_api_access_log_response_time CHECK (response_time_ms >= 0),
    CONSTRAINT ck_api_access_log_bytes CHECK (request_bytes >= 0 AND response_bytes >= 0),
    CONSTRAINT ck_api_access_log_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX idx_api_access_log_api_key ON api_access_log (api_key_id, created_at DESC);
CREATE INDEX idx_api_access_log_user ON api_access_log (user_id, created_at DESC);
CREATE INDEX idx_api_access_log_request ON api_access_log (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX idx_api_access_log_errors ON api_access_log (status_code, created_at DESC) WHERE status_code >= 400;
CREATE INDEX idx_api_access_log_path ON api_access_log (path text_pattern_ops, created_at DESC);
CREATE INDEX idx_api_access_log_ip_address ON api_access_log (ip_address, created_at DESC);
CREATE INDEX idx_api_access_log_created_at_brin ON api_access_log USING brin (created_at);

COMMENT ON TABLE api_access_log IS 'Requests to the HTTP API';
COMMENT ON COLUMN api_access_log.path IS 'Without the query string, which may hold secrets';
COMMENT ON COLUMN api_access_log.session_id IS 'A row of sessions, as long as that exists';

-- -------------------------------------------------------------------------------------------------
-- Triggers
-- Marks to market, uses of a key and the like are not changes anybody made: UPDATE OF lists the columns that count.
-- -------------------------------------------------------------------------------------------------

-- The schema of these tables and nothing a caller can put before it: pg_temp is searched last.
DO $$
DECLARE
    signature  TEXT;
BEGIN
    FOREACH signature IN ARRAY ARRAY[
        'ensure_audit_partitions(INTEGER)', 'audit_row_change()', 'record_order_audit()', 'record_position_audit()',
        'record_account_audit()'
    ]
    LOOP
        EXECUTE pg_catalog.format(
            'ALTER FUNCTION %1$I.%2$s SET search_path = %1$I, pg_temp', pg_catalog.current_schema(), signature
        );
    END LOOP;
END
$$;

-- Nobody else may hang them on a table of their own and write what they like into the log.
REVOKE ALL ON FUNCTION ensure_audit_partitions(INTEGER) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_row_change() FROM PUBLIC;
REVOKE ALL ON FUNCTION record_order_audit() FROM PUBLIC;
REVOKE ALL ON FUNCTION record_position_audit() FROM PUBLIC;
REVOKE ALL ON FUNCTION record_account_audit() FROM PUBLIC;

CREATE TRIGGER trg_users_audit
    AFTER INSERT OR UPDATE OR DELETE ON users
    FOR EACH ROW EXECUTE FUNCTION audit_row_change('password_hash', 'two_factor_secret');

CREATE TRIGGER trg_user_roles_audit
    AFTER INSERT OR UPDATE OR DELETE ON user_roles
    FOR EACH ROW EXECUTE FUNCTION audit_row_change();

CREATE TRIGGER trg_api_keys_audit
    AFTER INSERT OR DELETE OR UPDATE OF
        user_id, account_id, name, key_prefix, key_hash, permissions, allowed_ips, rate_limit_per_minute, expires_at,
        revoked_at, metadata
    ON api_keys
    FOR EACH ROW EXECUTE FUNCTION audit_row_change('key_hash');

CREATE TRIGGER trg_instruments_audit
    AFTER INSERT OR UPDATE OR DELETE ON instruments
    FOR EACH ROW EXECUTE FUNCTION audit_row_change();

CREATE TRIGGER trg_accounts_audit
    AFTER INSERT OR DELETE OR UPDATE OF
        user_id, account_number, account_type, currency, leverage, balance, credit, status, opened_at, closed_at,
        metadata, deleted_at
    ON accounts
    FOR EACH ROW EXECUTE FUNCTION audit_row_change();

CREATE TRIGGER trg_accounts_trail
    AFTER INSERT OR DELETE OR UPDATE OF
        user_id, account_number, account_type, currency, leverage, balance, credit, status, opened_at, closed_at,
        metadata, deleted_at
    ON accounts
    FOR EACH ROW EXECUTE FUNCTION record_account_audit();

CREATE TRIGGER trg_account_transactions_audit
    AFTER INSERT OR UPDATE OR DELETE ON account_transactions
    FOR EACH ROW EXECUTE FUNCTION audit_row_change();

CREATE TRIGGER trg_orders_audit
    AFTER INSERT OR UPDATE OR DELETE ON orders
    FOR EACH ROW EXECUTE FUNCTION audit_row_change();

CREATE TRIGGER trg_orders_trail
    AFTER INSERT OR UPDATE OR DELETE ON orders
    FOR EACH ROW EXECUTE FUNCTION record_order_audit();

CREATE TRIGGER trg_order_fills_audit
    AFTER INSERT OR UPDATE OR DELETE ON order_fills
    FOR EACH ROW EXECUTE FUNCTION audit_row_change();

CREATE TRIGGER trg_positions_audit
    AFTER INSERT OR DELETE OR UPDATE OF
        account_id, symbol, side, status, quantity, entry_price, exit_price, stop_loss, take_profit, realized_pnl,
        commission, swap, opened_at, closed_at, close_reason, metadata
    ON positions
    FOR EACH ROW EXECUTE FUNCTION audit_row_change();

CREATE TRIGGER trg_positions_trail
    AFTER INSERT OR DELETE OR UPDATE OF
        account_id, symbol, side, status, quantity, entry_price, exit_price, stop_loss, take_profit, realized_pnl,
        commission, swap, opened_at, closed_at, close_reason, metadata
    ON positions
    FOR EACH ROW EXECUTE FUNCTION record_position_audit();

CREATE TRIGGER trg_trades_audit
    AFTER INSERT OR UPDATE OR DELETE ON trades
    FOR EACH ROW EXECUTE FUNCTION audit_row_change();

SELECT ensure_audit_partitions(3);
