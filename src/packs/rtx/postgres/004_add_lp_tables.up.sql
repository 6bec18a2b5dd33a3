-- Migration: 004_add_lp_tables
-- Description: Add liquidity providers, their instruments, quotes, routing, performance and exposure, and SOR rules
-- Created: 2026-11-21
-- Depends: 001_init_schema, 003_add_audit_tables

CREATE TABLE liquidity_providers (
    id                        UUID               NOT NULL DEFAULT gen_random_uuid(),
    code                      VARCHAR(32)        NOT NULL,
    name                      VARCHAR(100)       NOT NULL,
    provider_type             TEXT               NOT NULL,
    status                    TEXT               NOT NULL DEFAULT 'inactive',
    connection_type           TEXT               NOT NULL,
    connection_config         JSONB              NOT NULL DEFAULT '{}',
    credentials_reference     VARCHAR(200),
    asset_classes             TEXT[]             NOT NULL,
    base_currency             VARCHAR(10)        NOT NULL DEFAULT 'USD',
    priority                  INTEGER            NOT NULL DEFAULT 100,
    commission_rate           NUMERIC(10, 8)     NOT NULL DEFAULT 0,
    min_order_notional        NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    max_order_notional        NUMERIC(24, 8),
    credit_limit              NUMERIC(24, 8),
    order_timeout_ms          INTEGER            NOT NULL DEFAULT 1000,
    max_orders_per_second     INTEGER            NOT NULL DEFAULT 50,
    health_score              NUMERIC(5, 2)      NOT NULL DEFAULT 100,
    last_heartbeat_at         TIMESTAMPTZ,
    metadata                  JSONB              NOT NULL DEFAULT '{}',
    created_at                TIMESTAMPTZ        NOT NULL DEFAULT now(),
    updated_at                TIMESTAMPTZ        NOT NULL DEFAULT now(),
    deleted_at                TIMESTAMPTZ,
    CONSTRAINT pk_liquidity_providers PRIMARY KEY (id),
    CONSTRAINT uq_liquidity_providers_code UNIQUE (code),
    CONSTRAINT ck_liquidity_providers_code CHECK (code ~ '^[A-Z][A-Z0-9_]{1,31}$'),
    CONSTRAINT ck_liquidity_providers_provider_type CHECK (
        provider_type IN ('exchange', 'broker', 'prime_broker', 'bank', 'aggregator')
    ),
    CONSTRAINT ck_liquidity_providers_status CHECK (
        status IN ('active', 'inactive', 'degraded', 'maintenance', 'suspended')
    ),
    CONSTRAINT ck_liquidity_providers_connection_type CHECK (connection_type IN ('fix', 'rest', 'websocket')),
    CONSTRAINT ck_liquidity_providers_connection_config CHECK (jsonb_typeof(connection_config) = 'object'),
    CONSTRAINT ck_liquidity_providers_asset_classes CHECK (
        cardinality(asset_classes) > 0
        AND asset_classes <@ ARRAY['forex', 'crypto', 'commodity', 'index', 'stock']
    ),
    CONSTRAINT ck_liquidity_providers_base_currency CHECK (base_currency ~ '^[A-Z]{3,10}$'),
    CONSTRAINT ck_liquidity_providers_commission_rate CHECK (commission_rate >= 0 AND commission_rate < 1),
    CONSTRAINT ck_liquidity_providers_order_notional CHECK (
        min_order_notional >= 0 AND max_order_notional >= min_order_notional
    ),
    CONSTRAINT ck_liquidity_providers_credit_limit CHECK (credit_limit > 0),
    CONSTRAINT ck_liquidity_providers_order_timeout CHECK (order_timeout_ms > 0),
    CONSTRAINT ck_liquidity_providers_max_orders CHECK (max_orders_per_second > 0),
    CONSTRAINT ck_liquidity_providers_health_score CHECK (health_score BETWEEN 0 AND 100),
    CONSTRAINT ck_liquidity_providers_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX idx_liquidity_providers_active ON liquidity_providers (priority)
    WHERE status = 'active' AND deleted_at IS NULL;
CREATE INDEX idx_liquidity_providers_asset_classes_gin ON liquidity_providers USING gin (asset_classes);

COMMENT ON TABLE liquidity_providers IS 'Where orders of the A book are executed';
COMMENT ON COLUMN liquidity_providers.code IS 'Short name; order_fills.venue holds it';
COMMENT ON COLUMN liquidity_providers.connection_config IS 'Addresses and session settings; no secrets';
COMMENT ON COLUMN liquidity_providers.credentials_reference IS
    'Where the secret store keeps the credentials; never the credentials';
COMMENT ON COLUMN liquidity_providers.priority IS 'The lowest is asked first';
COMMENT ON COLUMN liquidity_providers.commission_rate IS 'Fraction of the notional value';
COMMENT ON COLUMN liquidity_providers.min_order_notional IS 'In base_currency';
COMMENT ON COLUMN liquidity_providers.credit_limit IS
    'Largest exposure the provider grants, in base_currency; null: none agreed';
COMMENT ON COLUMN liquidity_providers.health_score IS
    '0 to 100, from heartbeats, rejects and latency; written by the engine';

CREATE TRIGGER trg_liquidity_providers_updated_at
    BEFORE UPDATE ON liquidity_providers FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER trg_liquidity_providers_audit
    AFTER INSERT OR DELETE OR UPDATE OF
        code, name, provider_type, status, connection_type, connection_config, credentials_reference, asset_classes,
        base_currency, priority, commission_rate, min_order_notional, max_order_notional, credit_limit,
        order_timeout_ms, max_orders_per_second, metadata, deleted_at
    ON liquidity_providers
    FOR EACH ROW EXECUTE FUNCTION audit_row_change();

CREATE TABLE lp_instruments (
    id                 UUID               NOT NULL DEFAULT gen_random_uuid(),
    lp_id              UUID               NOT NULL,
    symbol             VARCHAR(32)        NOT NULL,
    lp_symbol          VARCHAR(64)        NOT NULL,
    enabled            BOOLEAN            NOT NULL DEFAULT true,
    min_quantity       NUMERIC(20, 8)     NOT NULL DEFAULT 0.01,
    max_quantity       NUMERIC(20, 8),
    quantity_step      NUMERIC(20, 8)     NOT NULL DEFAULT 0.01,
    spread_markup      NUMERIC(20, 10)    NOT NULL DEFAULT 0,
    commission_rate    NUMERIC(10, 8),
    priority           INTEGER,
    metadata           JSONB              NOT NULL DEFAULT '{}',
    created_at         TIMESTAMPTZ        NOT NULL DEFAULT now(),
    updated_at         TIMESTAMPTZ        NOT NULL DEFAULT now(),
    CONSTRAINT pk_lp_instruments PRIMARY KEY (id),
    CONSTRAINT uq_lp_instruments_symbol UNIQUE (lp_id, symbol),
    CONSTRAINT uq_lp_instruments_lp_symbol UNIQUE (lp_id, lp_symbol),
    CONSTRAINT fk_lp_instruments_lp FOREIGN KEY (lp_id) REFERENCES liquidity_providers (id) ON DELETE RESTRICT,
    CONSTRAINT fk_lp_instruments_symbol FOREIGN KEY (symbol) REFERENCES instruments (symbol)
        ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT ck_lp_instruments_quantity CHECK (
        min_quantity > 0 AND max_quantity >= min_quantity AND quantity_step > 0
    ),
    CONSTRAINT ck_lp_instruments_spread_markup CHECK (spread_markup >= 0),
    CONSTRAINT ck_lp_instruments_commission_rate CHECK (commission_rate >= 0 AND commission_rate < 1),
    CONSTRAINT ck_lp_instruments_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX idx_lp_instruments_symbol ON lp_instruments (symbol, priority) INCLUDE (lp_id, enabled);

COMMENT ON TABLE lp_instruments IS 'Which provider offers which instrument, under which name and terms';
COMMENT ON COLUMN lp_instruments.lp_symbol IS 'The provider''s name for the instrument';
COMMENT ON COLUMN lp_instruments.spread_markup IS 'Added to the provider''s spread for clients, in units of price';
COMMENT ON COLUMN lp_instruments.commission_rate IS 'Fraction of the notional value; null: the provider''s';
COMMENT ON COLUMN lp_instruments.priority IS 'The lowest is asked first; null: the provider''s';

CREATE TRIGGER trg_lp_instruments_updated_at
    BEFORE UPDATE ON lp_instruments FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER trg_lp_instruments_audit
    AFTER INSERT OR UPDATE OR DELETE ON lp_instruments
    FOR EACH ROW EXECUTE FUNCTION audit_row_change();

CREATE TABLE lp_quotes (
    id             UUID               NOT NULL DEFAULT gen_random_uuid(),
    lp_id          UUID               NOT NULL,
    symbol         VARCHAR(32)        NOT NULL,
    bid            NUMERIC(20, 10)    NOT NULL,
    ask            NUMERIC(20, 10)    NOT NULL,
    bid_size       NUMERIC(20, 8),
    ask_size       NUMERIC(20, 8),
    mid            NUMERIC(20, 10)    GENERATED ALWAYS AS ((bid + ask) / 2) STORED,
    spread         NUMERIC(20, 10)    GENERATED ALWAYS AS (ask - bid) STORED,
    quoted_at      TIMESTAMPTZ        NOT NULL,
    received_at    TIMESTAMPTZ        NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_lp_quotes PRIMARY KEY (id, quoted_at),
    CONSTRAINT fk_lp_quotes_lp_instrument FOREIGN KEY (lp_id, symbol) REFERENCES lp_instruments (lp_id, symbol)
        ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT ck_lp_quotes_price CHECK (bid > 0 AND ask >= bid),
    CONSTRAINT ck_lp_quotes_size CHECK (bid_size >= 0 AND ask_size >= 0)
);

CREATE INDEX idx_lp_quotes_latest ON lp_quotes (lp_id, symbol, quoted_at DESC) INCLUDE (bid, ask);
CREATE INDEX idx_lp_quotes_symbol ON lp_quotes (symbol, quoted_at DESC) INCLUDE (lp_id, bid, ask);
CREATE INDEX idx_lp_quotes_quoted_at_brin ON lp_quotes USING brin (quoted_at);

COMMENT ON TABLE lp_quotes IS
    'Quotes as providers sent them. Its key holds the time, so that it can be partitioned or made a hypertable';
COMMENT ON COLUMN lp_quotes.bid_size IS 'Lots on offer at bid; null: not told';
COMMENT ON COLUMN lp_quotes.mid IS '(bid + ask) / 2, rounded to 10 decimals';
COMMENT ON COLUMN lp_quotes.spread IS 'ask - bid';
COMMENT ON COLUMN lp_quotes.quoted_at IS 'The provider''s clock';
COMMENT ON COLUMN lp_quotes.received_at IS 'Our clock';

CREATE TABLE sor_rules (
    id                UUID              NOT NULL DEFAULT gen_random_uuid(),
    name              VARCHAR(100)      NOT NULL,
    description       TEXT,
    priority          INTEGER           NOT NULL,
    enabled           BOOLEAN           NOT NULL DEFAULT true,
    asset_classes     TEXT[],
    symbol            VARCHAR(32),
    account_types     TEXT[],
    client_classes    TEXT[],
    min_quantity      NUMERIC(20, 8),
    max_quantity      NUMERIC(20, 8),
    min_toxicity      NUMERIC(5, 2),
    conditions        JSONB             NOT NULL DEFAULT '{}',
    book              TEXT              NOT NULL,
    hedge_ratio       NUMERIC(5, 4)     NOT NULL,
    strategy          TEXT              NOT NULL DEFAULT 'best_price',
    lp_id             UUID,
    fallback_lp_id    UUID,
    max_slippage      NUMERIC(12, 4),
    valid_from        TIMESTAMPTZ,
    valid_to          TIMESTAMPTZ,
    metadata          JSONB             NOT NULL DEFAULT '{}',
    created_at        TIMESTAMPTZ       NOT NULL DEFAULT now(),
    updated_at        TIMESTAMPTZ       NOT NULL DEFAULT now(),
    deleted_at        TIMESTAMPTZ,
    CONSTRAINT pk_sor_rules PRIMARY KEY (id),
    CONSTRAINT fk_sor_rules_symbol FOREIGN KEY (symbol) REFERENCES instruments (symbol)
        ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT fk_sor_rules_lp FOREIGN KEY (lp_id) REFERENCES liquidity_providers (id) ON DELETE RESTRICT,
    CONSTRAINT fk_sor_rules_fallback_lp FOREIGN KEY (fallback_lp_id) REFERENCES liquidity_providers (id)
        ON DELETE RESTRICT,
    CONSTRAINT ck_sor_rules_priority CHECK (priority >= 0),
    CONSTRAINT ck_sor_rules_asset_classes CHECK (
        cardinality(asset_classes) > 0
        AND asset_classes <@ ARRAY['forex', 'crypto', 'commodity', 'index', 'stock']
    ),
    CONSTRAINT ck_sor_rules_account_types CHECK (
        cardinality(account_types) > 0
        AND account_types <@ ARRAY['live', 'demo', 'margin']
    ),
    CONSTRAINT ck_sor_rules_client_classes CHECK (
        cardinality(client_classes) > 0
        AND client_classes <@ ARRAY['retail', 'professional', 'institutional']
    ),
    CONSTRAINT ck_sor_rules_quantity CHECK (min_quantity >= 0 AND max_quantity > coalesce(min_quantity, 0)),
    CONSTRAINT ck_sor_rules_min_toxicity CHECK (min_toxicity BETWEEN 0 AND 100),
    CONSTRAINT ck_sor_rules_conditions CHECK (jsonb_typeof(conditions) = 'object'),
    CONSTRAINT ck_sor_rules_book CHECK (book IN ('A_BOOK', 'B_BOOK', 'HYBRID', 'REJECT')),
    CONSTRAINT ck_sor_rules_hedge_ratio CHECK (
        CASE book
            WHEN 'A_BOOK' THEN hedge_ratio = 1
            WHEN 'HYBRID' THEN hedge_ratio > 0 AND hedge_ratio < 1
            ELSE hedge_ratio = 0
        END
    ),
    CONSTRAINT ck_sor_rules_strategy CHECK (
        strategy IN ('best_price', 'lowest_latency', 'fixed', 'split', 'internal')
    ),
    CONSTRAINT ck_sor_rules_lp CHECK (
        (strategy <> 'fixed' OR lp_id IS NOT NULL)
        AND (hedge_ratio > 0 OR lp_id IS NULL)
        AND fallback_lp_id <> lp_id
    ),
    CONSTRAINT ck_sor_rules_internal CHECK ((strategy = 'internal') = (hedge_ratio = 0)),
    CONSTRAINT ck_sor_rules_max_slippage CHECK (max_slippage >= 0),
    CONSTRAINT ck_sor_rules_valid CHECK (valid_to > valid_from),
    CONSTRAINT ck_sor_rules_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

-- Two rules in force with one priority would make routing a matter of chance.
CREATE UNIQUE INDEX uq_sor_rules_priority ON sor_rules (priority) WHERE enabled AND deleted_at IS NULL;
CREATE UNIQUE INDEX uq_sor_rules_name ON sor_rules (lower(name)) WHERE deleted_at IS NULL;
CREATE INDEX idx_sor_rules_symbol ON sor_rules (symbol) WHERE symbol IS NOT NULL;
CREATE INDEX idx_sor_rules_lp ON sor_rules (lp_id) WHERE lp_id IS NOT NULL;
CREATE INDEX idx_sor_rules_fallback_lp ON sor_rules (fallback_lp_id) WHERE fallback_lp_id IS NOT NULL;
CREATE INDEX idx_sor_rules_asset_classes_gin ON sor_rules USING gin (asset_classes);
CREATE INDEX idx_sor_rules_conditions_gin ON sor_rules USING gin (conditions jsonb_path_ops);

COMMENT ON TABLE sor_rules IS 'Smart order routing: the first rule in force whose every condition holds decides';
COMMENT ON COLUMN sor_rules.priority IS 'The lowest is tried first; no two rules in force share one';
COMMENT ON COLUMN sor_rules.asset_classes IS 'Condition; null: any. So also symbol, account_types and client_classes';
COMMENT ON COLUMN sor_rules.min_quantity IS 'Condition: lots at least this; null: no lower bound';
COMMENT ON COLUMN sor_rules.max_quantity IS 'Condition: lots below this; null: no upper bound';
COMMENT ON COLUMN sor_rules.min_toxicity IS 'Condition: client_profiles.toxicity_score at least this';
COMMENT ON COLUMN sor_rules.conditions IS
    'Further conditions that the engine knows, such as {"hours_utc": "21:00-23:00"}';
COMMENT ON COLUMN sor_rules.hedge_ratio IS
    'Fraction passed on to providers: A_BOOK 1, B_BOOK and REJECT 0, HYBRID between';
COMMENT ON COLUMN sor_rules.strategy IS
    'How the provider is chosen; fixed: lp_id, then fallback_lp_id; internal: none, nothing is passed on';
COMMENT ON COLUMN sor_rules.max_slippage IS 'In pips of the instrument; null: not bounded';

CREATE TRIGGER trg_sor_rules_updated_at
    BEFORE UPDATE ON sor_rules FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER trg_sor_rules_audit
    AFTER INSERT OR UPDATE OR DELETE ON sor_rules
    FOR EACH ROW EXECUTE FUNCTION audit_row_change();

CREATE TABLE lp_order_routing (
    id                    UUID               NOT NULL DEFAULT gen_random_uuid(),
    order_id              UUID               NOT NULL,
    sor_rule_id           UUID,
    book                  TEXT               NOT NULL,
    lp_id                 UUID,
    lp_order_id           VARCHAR(64),
    attempt               SMALLINT           NOT NULL DEFAULT 1,
    status                TEXT               NOT NULL DEFAULT 'pending',
    requested_quantity    NUMERIC(20, 8)     NOT NULL,
    executed_quantity     NUMERIC(20, 8)     NOT NULL DEFAULT 0,
    expected_price        NUMERIC(20, 10),
    executed_price        NUMERIC(20, 10),
    slippage              NUMERIC(20, 10),
    reject_reason         TEXT,
    decision_reason       TEXT,
    decision_factors      JSONB              NOT NULL DEFAULT '{}',
    routed_at             TIMESTAMPTZ        NOT NULL DEFAULT now(),
    acknowledged_at       TIMESTAMPTZ,
    completed_at          TIMESTAMPTZ,
    latency_ms            NUMERIC(12, 3),
    metadata              JSONB              NOT NULL DEFAULT '{}',
    created_at            TIMESTAMPTZ        NOT NULL DEFAULT now(),
    updated_at            TIMESTAMPTZ        NOT NULL DEFAULT now(),
    CONSTRAINT pk_lp_order_routing PRIMARY KEY (id),
    CONSTRAINT uq_lp_order_routing_lp_order_id UNIQUE (lp_id, lp_order_id),
    CONSTRAINT fk_lp_order_routing_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT,
    CONSTRAINT fk_lp_order_routing_sor_rule FOREIGN KEY (sor_rule_id) REFERENCES sor_rules (id) ON DELETE SET NULL,
    CONSTRAINT fk_lp_order_routing_lp FOREIGN KEY (lp_id) REFERENCES liquidity_providers (id) ON DELETE RESTRICT,
    CONSTRAINT ck_lp_order_routing_book CHECK (book IN ('A_BOOK', 'B_BOOK')),
    CONSTRAINT ck_lp_order_routing_lp CHECK ((lp_id IS NOT NULL) = (book = 'A_BOOK')),
    CONSTRAINT ck_lp_order_routing_attempt CHECK (attempt > 0),
    CONSTRAINT ck_lp_order_routing_status CHECK (
        status IN (
            'pending', 'sent', 'acknowledged', 'partially_filled', 'filled', 'cancelled', 'rejected', 'timed_out'
        )
    ),
    CONSTRAINT ck_lp_order_routing_quantity CHECK (
        requested_quantity > 0 AND executed_quantity >= 0 AND executed_quantity <= requested_quantity
    ),
    CONSTRAINT ck_lp_order_routing_price CHECK (expected_price > 0 AND executed_price > 0),
    CONSTRAINT ck_lp_order_routing_reject_reason CHECK (reject_reason IS NULL OR status = 'rejected'),
    CONSTRAINT ck_lp_order_routing_times CHECK (acknowledged_at >= routed_at AND completed_at >= routed_at),
    CONSTRAINT ck_lp_order_routing_latency CHECK (latency_ms >= 0),
    CONSTRAINT ck_lp_order_routing_decision_factors CHECK (jsonb_typeof(decision_factors) = 'object'),
    CONSTRAINT ck_lp_order_routing_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX idx_lp_order_routing_order ON lp_order_routing (order_id, attempt);
CREATE INDEX idx_lp_order_routing_lp ON lp_order_routing (lp_id, routed_at DESC)
    INCLUDE (status, latency_ms, slippage);
CREATE INDEX idx_lp_order_routing_sor_rule ON lp_order_routing (sor_rule_id) WHERE sor_rule_id IS NOT NULL;
CREATE INDEX idx_lp_order_routing_working ON lp_order_routing (routed_at)
    WHERE status IN ('pending', 'sent', 'acknowledged', 'partially_filled');
CREATE INDEX idx_lp_order_routing_rejected ON lp_order_routing (lp_id, routed_at DESC)
    WHERE status IN ('rejected', 'timed_out');
CREATE INDEX idx_lp_order_routing_routed_at_brin ON lp_order_routing USING brin (routed_at);
CREATE INDEX idx_lp_order_routing_decision_factors_gin ON lp_order_routing
    USING gin (decision_factors jsonb_path_ops);

COMMENT ON TABLE lp_order_routing IS
    'Where each order, or part of one, was sent and what came of it; a hybrid order has a row for each book';
COMMENT ON COLUMN lp_order_routing.sor_rule_id IS 'The rule that decided; null: a dealer, or the rule is gone';
COMMENT ON COLUMN lp_order_routing.lp_id IS 'Null for the B book';
COMMENT ON COLUMN lp_order_routing.attempt IS 'Counts the providers tried for the order';
COMMENT ON COLUMN lp_order_routing.slippage IS 'Worse (negative: better) than expected_price, in units of price';
COMMENT ON COLUMN lp_order_routing.decision_factors IS 'What the router saw: quotes, health, exposure, client scores';
COMMENT ON COLUMN lp_order_routing.latency_ms IS 'From sending to the provider''s acknowledgement';

CREATE TRIGGER trg_lp_order_routing_updated_at
    BEFORE UPDATE ON lp_order_routing FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE lp_performance_metrics (
    id                    UUID               NOT NULL DEFAULT gen_random_uuid(),
    lp_id                 UUID               NOT NULL,
    symbol                VARCHAR(32),
    period_start          TIMESTAMPTZ        NOT NULL,
    period_end            TIMESTAMPTZ        NOT NULL,
    orders_sent           INTEGER            NOT NULL DEFAULT 0,
    orders_filled         INTEGER            NOT NULL DEFAULT 0,
    orders_rejected       INTEGER            NOT NULL DEFAULT 0,
    orders_timed_out      INTEGER            NOT NULL DEFAULT 0,
    fill_rate             NUMERIC(5, 4)      GENERATED ALWAYS AS (
                              CASE WHEN orders_sent > 0 THEN orders_filled::NUMERIC / orders_sent END
                          ) STORED,
    reject_rate           NUMERIC(5, 4)      GENERATED ALWAYS AS (
                              CASE WHEN orders_sent > 0 THEN orders_rejected::NUMERIC / orders_sent END
                          ) STORED,
    volume                NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    average_latency_ms    NUMERIC(12, 3),
    p95_latency_ms        NUMERIC(12, 3),
    p99_latency_ms        NUMERIC(12, 3),
    average_spread        NUMERIC(12, 4),
    average_slippage      NUMERIC(12, 4),
    quotes_received       BIGINT             NOT NULL DEFAULT 0,
    uptime_ratio          NUMERIC(5, 4),
    metadata              JSONB              NOT NULL DEFAULT '{}',
    created_at            TIMESTAMPTZ        NOT NULL DEFAULT now(),
    CONSTRAINT pk_lp_performance_metrics PRIMARY KEY (id),
    CONSTRAINT fk_lp_performance_metrics_lp FOREIGN KEY (lp_id) REFERENCES liquidity_providers (id)
        ON DELETE RESTRICT,
    CONSTRAINT fk_lp_performance_metrics_symbol FOREIGN KEY (symbol) REFERENCES instruments (symbol)
        ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT ck_lp_performance_metrics_period CHECK (period_end > period_start),
    CONSTRAINT ck_lp_performance_metrics_orders CHECK (
        orders_filled >= 0 AND orders_rejected >= 0 AND orders_timed_out >= 0
        AND orders_filled + orders_rejected + orders_timed_out <= orders_sent
    ),
    CONSTRAINT ck_lp_performance_metrics_volume CHECK (volume >= 0),
    CONSTRAINT ck_lp_performance_metrics_latency CHECK (
        average_latency_ms >= 0 AND p95_latency_ms >= 0 AND p99_latency_ms >= p95_latency_ms
    ),
    CONSTRAINT ck_lp_performance_metrics_average_spread CHECK (average_spread >= 0),
    CONSTRAINT ck_lp_performance_metrics_quotes CHECK (quotes_received >= 0),
    CONSTRAINT ck_lp_performance_metrics_uptime CHECK (uptime_ratio BETWEEN 0 AND 1),
    CONSTRAINT ck_lp_performance_metrics_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE UNIQUE INDEX uq_lp_performance_metrics_period
    ON lp_performance_metrics (lp_id, coalesce(symbol, ''), period_start, period_end);
CREATE INDEX idx_lp_performance_metrics_lp ON lp_performance_metrics (lp_id, period_start DESC)
    INCLUDE (fill_rate, average_latency_ms, average_slippage);
CREATE INDEX idx_lp_performance_metrics_symbol ON lp_performance_metrics (symbol, period_start DESC)
    WHERE symbol IS NOT NULL;
CREATE INDEX idx_lp_performance_metrics_period_brin ON lp_performance_metrics USING brin (period_start);

COMMENT ON TABLE lp_performance_metrics IS 'How providers did, a row per provider, symbol and period';
COMMENT ON COLUMN lp_performance_metrics.symbol IS 'Null: all symbols together';
COMMENT ON COLUMN lp_performance_metrics.fill_rate IS 'orders_filled / orders_sent; null when nothing was sent';
COMMENT ON COLUMN lp_performance_metrics.reject_rate IS 'orders_rejected / orders_sent; null when nothing was sent';
COMMENT ON COLUMN lp_performance_metrics.volume IS 'Notional value executed, in the provider''s base_currency';
COMMENT ON COLUMN lp_performance_metrics.average_spread IS 'In pips';
COMMENT ON COLUMN lp_performance_metrics.average_slippage IS 'In pips; negative: better than expected';
COMMENT ON COLUMN lp_performance_metrics.uptime_ratio IS 'Fraction of the period the provider was connected';

CREATE TABLE lp_exposure (
    id                UUID               NOT NULL DEFAULT gen_random_uuid(),
    lp_id             UUID               NOT NULL,
    symbol            VARCHAR(32)        NOT NULL,
    long_quantity     NUMERIC(20, 8)     NOT NULL DEFAULT 0,
    short_quantity    NUMERIC(20, 8)     NOT NULL DEFAULT 0,
    net_quantity      NUMERIC(20, 8)     GENERATED ALWAYS AS (long_quantity - short_quantity) STORED,
    average_price     NUMERIC(20, 10),
    net_notional      NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    unrealized_pnl    NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    margin_used       NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    exposure_limit    NUMERIC(24, 8),
    calculated_at     TIMESTAMPTZ        NOT NULL DEFAULT now(),
    metadata          JSONB              NOT NULL DEFAULT '{}',
    created_at        TIMESTAMPTZ        NOT NULL DEFAULT now(),
    updated_at        TIMESTAMPTZ        NOT NULL DEFAULT now(),
    CONSTRAINT pk_lp_exposure PRIMARY KEY (id),
    CONSTRAINT uq_lp_exposure_lp_symbol UNIQUE (lp_id, symbol),
    CONSTRAINT fk_lp_exposure_lp_instrument FOREIGN KEY (lp_id, symbol) REFERENCES lp_instruments (lp_id, symbol)
        ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT ck_lp_exposure_quantity CHECK (long_quantity >= 0 AND short_quantity >= 0),
    CONSTRAINT ck_lp_exposure_average_price CHECK (average_price > 0),
    CONSTRAINT ck_lp_exposure_margin_used CHECK (margin_used >= 0),
    CONSTRAINT ck_lp_exposure_exposure_limit CHECK (exposure_limit > 0),
    CONSTRAINT ck_lp_exposure_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX idx_lp_exposure_symbol ON lp_exposure (symbol) INCLUDE (lp_id, net_notional);
CREATE INDEX idx_lp_exposure_over_limit ON lp_exposure (lp_id, symbol)
    WHERE exposure_limit IS NOT NULL AND abs(net_notional) > exposure_limit;

COMMENT ON TABLE lp_exposure IS 'What we hold with each provider now, a row per symbol';
COMMENT ON COLUMN lp_exposure.net_quantity IS 'long_quantity - short_quantity, in lots';
COMMENT ON COLUMN lp_exposure.average_price IS 'Of the net position; null when there is none';
COMMENT ON COLUMN lp_exposure.net_notional IS
    'Value of the net position in the provider''s base_currency; negative: short';
COMMENT ON COLUMN lp_exposure.exposure_limit IS
    'Bound of the absolute net_notional; null: only the provider''s credit_limit';

CREATE TRIGGER trg_lp_exposure_updated_at
    BEFORE UPDATE ON lp_exposure FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE client_profiles (
    id                         UUID               NOT NULL DEFAULT gen_random_uuid(),
    account_id                 UUID               NOT NULL,
    client_class               TEXT               NOT NULL DEFAULT 'retail',
    routing_preference         TEXT               NOT NULL DEFAULT 'AUTO',
    toxicity_score             NUMERIC(5, 2)      NOT NULL DEFAULT 0,
    risk_score                 NUMERIC(5, 2)      NOT NULL DEFAULT 0,
    trade_count                INTEGER            NOT NULL DEFAULT 0,
    win_rate                   NUMERIC(5, 4),
    profit_factor              NUMERIC(12, 4),
    sharpe_ratio               NUMERIC(10, 4),
    average_quantity           NUMERIC(20, 8),
    average_holding_seconds    NUMERIC(16, 3),
    total_volume               NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    total_pnl                  NUMERIC(24, 8)     NOT NULL DEFAULT 0,
    style_tags                 TEXT[]             NOT NULL DEFAULT '{}',
    calculated_at              TIMESTAMPTZ,
    metadata                   JSONB              NOT NULL DEFAULT '{}',
    created_at                 TIMESTAMPTZ        NOT NULL DEFAULT now(),
    updated_at                 TIMESTAMPTZ        NOT NULL DEFAULT now(),
    CONSTRAINT pk_client_profiles PRIMARY KEY (id),
    CONSTRAINT uq_client_profiles_account UNIQUE (account_id),
    CONSTRAINT fk_client_profiles_account FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT ck_client_profiles_client_class CHECK (client_class IN ('retail', 'professional', 'institutional')),
    CONSTRAINT ck_client_profiles_routing_preference CHECK (
        routing_preference IN ('AUTO', 'A_BOOK', 'B_BOOK', 'HYBRID')
    ),
    CONSTRAINT ck_client_profiles_toxicity_score CHECK (toxicity_score BETWEEN 0 AND 100),
    CONSTRAINT ck_client_profiles_risk_score CHECK (risk_score BETWEEN 0 AND 100),
    CONSTRAINT ck_client_profiles_trade_count CHECK (trade_count >= 0),
    CONSTRAINT ck_client_profiles_win_rate CHECK (win_rate BETWEEN 0 AND 1),
    CONSTRAINT ck_client_profiles_profit_factor CHECK (profit_factor >= 0),
    CONSTRAINT ck_client_profiles_averages CHECK (average_quantity > 0 AND average_holding_seconds >= 0),
    CONSTRAINT ck_client_profiles_total_volume CHECK (total_volume >= 0),
    CONSTRAINT ck_client_profiles_style_tags CHECK (
        style_tags <@ ARRAY['scalper', 'day_trader', 'swing', 'news', 'arbitrage', 'algorithmic', 'hedger']
    ),
    CONSTRAINT ck_client_profiles_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX idx_client_profiles_toxicity ON client_profiles (toxicity_score DESC);
CREATE INDEX idx_client_profiles_class ON client_profiles (client_class, routing_preference);
CREATE INDEX idx_client_profiles_style_tags_gin ON client_profiles USING gin (style_tags);

COMMENT ON TABLE client_profiles IS
    'How an account trades, as the router needs to know it; recalculated by the engine';
COMMENT ON COLUMN client_profiles.routing_preference IS 'AUTO: by sor_rules; else the book that overrides them';
COMMENT ON COLUMN client_profiles.toxicity_score IS
    '0 to 100: how often the market moves the client''s way right after a trade';
COMMENT ON COLUMN client_profiles.win_rate IS 'Closing trades with a gain / closing trades';
COMMENT ON COLUMN client_profiles.profit_factor IS 'Sum of gains / absolute sum of losses; null without losses';
COMMENT ON COLUMN client_profiles.sharpe_ratio IS
    'Mean / standard deviation of daily returns * sqrt(252), risk-free rate 0';
COMMENT ON COLUMN client_profiles.total_volume IS 'Notional value in the account currency';

CREATE TRIGGER trg_client_profiles_updated_at
    BEFORE UPDATE ON client_profiles FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER trg_client_profiles_audit
    AFTER INSERT OR DELETE OR UPDATE OF account_id, client_class, routing_preference, metadata ON client_profiles
    FOR EACH ROW EXECUTE FUNCTION audit_row_change();
