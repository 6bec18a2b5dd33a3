-- Migration: 005_add_risk_tables
-- Description: Add risk limits and breaches, margin, position and portfolio risk, circuit breakers and stress tests
-- Created: 2026-11-21
-- Depends: 001_init_schema, 003_add_audit_tables, 004_add_lp_tables

-- -------------------------------------------------------------------------------------------------
-- Limits
-- -------------------------------------------------------------------------------------------------

CREATE TABLE risk_limits (
    id                  UUID               NOT NULL DEFAULT gen_random_uuid(),
    name                VARCHAR(100)       NOT NULL,
    description         TEXT,
    limit_type          TEXT               NOT NULL,
    scope               TEXT               NOT NULL,
    user_id             UUID,
    account_id          UUID,
    account_type        TEXT       ,
    symbol              VARCHAR(32),
    asset_class         TEXT       ,
    lp_id               UUID,
    limit_value         NUMERIC(28, 8)     NOT NULL,
    unit                TEXT               NOT NULL,
    currency            VARCHAR(10),
    period              TEXT               NOT NULL DEFAULT 'none',
    warning_ratio       NUMERIC(5, 4)      NOT NULL DEFAULT 0.8,
    action              TEXT               NOT NULL DEFAULT 'warn',
    enabled             BOOLEAN            NOT NULL DEFAULT true,
    effective_from      TIMESTAMPTZ        NOT NULL DEFAULT now(),
    effective_to        TIMESTAMPTZ,
    created_by          UUID,
    metadata            JSONB              NOT NULL DEFAULT '{}',
    created_at          TIMESTAMPTZ        NOT NULL DEFAULT now(),
    updated_at          TIMESTAMPTZ        NOT NULL DEFAULT now(),
    deleted_at          TIMESTAMPTZ,
    CONSTRAINT pk_risk_limits PRIMARY KEY (id),
    CONSTRAINT fk_risk_limits_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT fk_risk_limits_account FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE RESTRICT,
    CONSTRAINT fk_risk_limits_symbol FOREIGN KEY (symbol) REFERENCES instruments (symbol)
        ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT fk_risk_limits_lp FOREIGN KEY (lp_id) REFERENCES liquidity_providers (id) ON DELETE RESTRICT,
    CONSTRAINT fk_risk_limits_created_by FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_risk_limits_limit_type CHECK (
        limit_type IN (
            'daily_loss', 'drawdown', 'leverage', 'position_size', 'open_positions', 'exposure', 'concentration',
            'order_size', 'order_rate', 'var'
        )
    ),
    CONSTRAINT ck_risk_limits_scope CHECK (
        scope IN ('global', 'user', 'account', 'account_type', 'symbol', 'asset_class', 'lp')
    ),
    CONSTRAINT ck_risk_limits_target CHECK (
        (scope = 'user') = (user_id IS NOT NULL)
        AND (scope = 'account') = (account_id IS NOT NULL)
        AND (scope = 'account_type') = (account_type IS NOT NULL)
        AND (scope = 'symbol') = (symbol IS NOT NULL)
        AND (scope = 'asset_class') = (asset_class IS NOT NULL)
        AND (scope = 'lp') = (lp_id IS NOT NULL)
    ),
    CONSTRAINT ck_risk_limits_account_type CHECK (account_type IN ('live', 'demo', 'margin')),
    CONSTRAINT ck_risk_limits_asset_class CHECK (asset_class IN ('forex', 'crypto', 'commodity', 'index', 'stock')),
    CONSTRAINT ck_risk_limits_limit_value CHECK (limit_value > 0),
    CONSTRAINT ck_risk_limits_unit CHECK (unit IN ('currency', 'fraction', 'ratio', 'lots', 'count')),
    CONSTRAINT ck_risk_limits_currency CHECK (
        (unit = 'currency') = (currency IS NOT NULL)
        AND currency ~ '^[A-Z]{3,10}$'
    ),
    CONSTRAINT ck_risk_limits_fraction CHECK (unit <> 'fraction' OR limit_value <= 1),
    CONSTRAINT ck_risk_limits_period CHECK (period IN ('none', 'second', 'minute', 'hour', 'day', 'week', 'month')),
    CONSTRAINT ck_risk_limits_warning_ratio CHECK (warning_ratio > 0 AND warning_ratio <= 1),
    CONSTRAINT ck_risk_limits_action CHECK (
        action IN ('warn', 'reject_order', 'block_new_orders', 'reduce_only', 'close_positions', 'suspend_account')
    ),
    CONSTRAINT ck_risk_limits_effective CHECK (effective_to > effective_from),
    CONSTRAINT ck_risk_limits_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE UNIQUE INDEX uq_risk_limits_name ON risk_limits (lower(name)) WHERE deleted_at IS NULL;
CREATE INDEX idx_risk_limits_enabled ON risk_limits (scope, limit_type) INCLUDE (limit_value, action)
    WHERE enabled AND deleted_at IS NULL;
CREATE INDEX idx_risk_limits_user ON risk_limits (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX idx_risk_limits_account ON risk_limits (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX idx_risk_limits_symbol ON risk_limits (symbol) WHERE symbol IS NOT NULL;
CREATE INDEX idx_risk_limits_lp ON risk_limits (lp_id) WHERE lp_id IS NOT NULL;
CREATE INDEX idx_risk_limits_created_by ON risk_limits (created_by) WHERE created_by IS NOT NULL;

COMMENT ON TABLE risk_limits IS 'Bounds that orders, positions, accounts and providers are held to';
COMMENT ON COLUMN risk_limits.scope IS 'What it bounds; the column of that name holds which one. global: everything';
COMMENT ON COLUMN risk_limits.limit_value IS
    'In unit: fraction is of the equity (0.05: five per cent), ratio a multiple of it';
COMMENT ON COLUMN risk_limits.period IS 'Time over which is summed or counted; none: at any moment';
COMMENT ON COLUMN risk_limits.warning_ratio IS 'Fraction of limit_value at which a warning is raised';
COMMENT ON COLUMN risk_limits.action IS 'Done when the limit is passed';

CREATE TRIGGER trg_risk_limits_updated_at
    BEFORE UPDATE ON risk_limits FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER trg_risk_limits_audit
    AFTER INSERT OR UPDATE OR DELETE ON risk_limits
    FOR EACH ROW EXECUTE FUNCTION audit_row_change();

CREATE TABLE risk_limit_breaches (
    id                 UUID              NOT NULL DEFAULT gen_random_uuid(),
    limit_id           UUID              NOT NULL,
    account_id         UUID,
    order_id           UUID,
    position_id        UUID,
    severity           TEXT              NOT NULL,
    limit_value        NUMERIC(28, 8)    NOT NULL,
    actual_value       NUMERIC(28, 8)    NOT NULL,
    utilization        NUMERIC(38, 4)    GENERATED ALWAYS AS (actual_value / NULLIF(limit_value, 0)) STORED,
    action_taken       TEXT              NOT NULL,
    status             TEXT              NOT NULL DEFAULT 'open',
    breached_at        TIMESTAMPTZ       NOT NULL DEFAULT now(),
    acknowledged_by    UUID,
    acknowledged_at    TIMESTAMPTZ,
    resolved_at        TIMESTAMPTZ,
    notes              TEXT,
    metadata           JSONB             NOT NULL DEFAULT '{}',
    created_at         TIMESTAMPTZ       NOT NULL DEFAULT now(),
    updated_at         TIMESTAMPTZ       NOT NULL DEFAULT now(),
    CONSTRAINT pk_risk_limit_breaches PRIMARY KEY (id),
    CONSTRAINT fk_risk_limit_breaches_limit FOREIGN KEY (limit_id) REFERENCES risk_limits (id) ON DELETE RESTRICT,
    CONSTRAINT fk_risk_limit_breaches_account FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE RESTRICT,
    CONSTRAINT fk_risk_limit_breaches_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT,
    CONSTRAINT fk_risk_limit_breaches_position FOREIGN KEY (position_id) REFERENCES positions (id)
        ON DELETE RESTRICT,
    CONSTRAINT fk_risk_limit_breaches_acknowledged_by FOREIGN KEY (acknowledged_by) REFERENCES users (id)
        ON DELETE SET NULL,
    CONSTRAINT ck_risk_limit_breaches_severity CHECK (severity IN ('warning', 'breach', 'critical')),
    CONSTRAINT ck_risk_limit_breaches_limit_value CHECK (limit_value > 0),
    CONSTRAINT ck_risk_limit_breaches_action_taken CHECK (
        action_taken IN (
            'none', 'warn', 'reject_order', 'block_new_orders', 'reduce_only', 'close_positions', 'suspend_account'
        )
    ),
    CONSTRAINT ck_risk_limit_breaches_status CHECK (status IN ('open', 'acknowledged', 'resolved')),
    CONSTRAINT ck_risk_limit_breaches_acknowledged CHECK (
        (status <> 'acknowledged' OR acknowledged_at IS NOT NULL)
        AND (acknowledged_by IS NULL OR acknowledged_at IS NOT NULL)
    ),
    CONSTRAINT ck_risk_limit_breaches_resolved CHECK ((status = 'resolved') = (resolved_at IS NOT NULL)),
    CONSTRAINT ck_risk_limit_breaches_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX idx_risk_limit_breaches_limit ON risk_limit_breaches (limit_id, breached_at DESC);
CREATE INDEX idx_risk_limit_breaches_account ON risk_limit_breaches (account_id, breached_at DESC);
CREATE INDEX idx_risk_limit_breaches_order ON risk_limit_breaches (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX idx_risk_limit_breaches_position ON risk_limit_breaches (position_id) WHERE position_id IS NOT NULL;
CREATE INDEX idx_risk_limit_breaches_acknowledged_by ON risk_limit_breaches (acknowledged_by)
    WHERE acknowledged_by IS NOT NULL;
CREATE INDEX idx_risk_limit_breaches_open ON risk_limit_breaches (severity, breached_at DESC)
    WHERE status <> 'resolved';
CREATE INDEX idx_risk_limit_breaches_breached_at_brin ON risk_limit_breaches USING brin (breached_at);

COMMENT ON TABLE risk_limit_breaches IS 'Each time a limit was neared or passed';
COMMENT ON COLUMN risk_limit_breaches.limit_value IS 'The bound as it was then';
COMMENT ON COLUMN risk_limit_breaches.utilization IS 'actual_value / limit_value';

CREATE TRIGGER trg_risk_limit_breaches_updated_at
    BEFORE UPDATE ON risk_limit_breaches FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- -------------------------------------------------------------------------------------------------
-- Margin
-- -------------------------------------------------------------------------------------------------

CREATE TABLE margin_requirements (
    id                         UUID              NOT NULL DEFAULT gen_random_uuid(),
    symbol                     VARCHAR(32),
    asset_class                TEXT       ,
    account_type               TEXT       ,
    min_notional               NUMERIC(24, 8)    NOT NULL DEFAULT 0,
    initial_margin_rate        NUMERIC(9, 8)     NOT NULL,
    maintenance_margin_rate    NUMERIC(9, 8)     NOT NULL,
    hedged_margin_rate         NUMERIC(9, 8)     NOT NULL DEFAULT 0,
    weekend_multiplier         NUMERIC(6, 3)     NOT NULL DEFAULT 1,
    effective_from             TIMESTAMPTZ       NOT NULL DEFAULT '-infinity',
    effective_to               TIMESTAMPTZ,
    metadata                   JSONB             NOT NULL DEFAULT '{}',
    created_at                 TIMESTAMPTZ       NOT NULL DEFAULT now(),
    updated_at                 TIMESTAMPTZ       NOT NULL DEFAULT now(),
    CONSTRAINT pk_margin_requirements PRIMARY KEY (id),
    CONSTRAINT fk_margin_requirements_symbol FOREIGN KEY (symbol) REFERENCES instruments (symbol)
        ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT ck_margin_requirements_target CHECK (num_nonnulls(symbol, asset_class) = 1),
    CONSTRAINT ck_margin_requirements_asset_class CHECK (
        asset_class IN ('forex', 'crypto', 'commodity', 'index', 'stock')
    ),
    CONSTRAINT ck_margin_requirements_account_type CHECK (account_type IN ('live', 'demo', 'margin')),
    CONSTRAINT ck_margin_requirements_min_notional CHECK (min_notional >= 0),
    CONSTRAINT ck_margin_requirements_rates CHECK (
        maintenance_margin_rate > 0
        AND maintenance_margin_rate <= initial_margin_rate
        AND initial_margin_rate <= 1
        AND hedged_margin_rate BETWEEN 0 AND initial_margin_rate
    ),
    CONSTRAINT ck_margin_requirements_weekend_multiplier CHECK (weekend_multiplier >= 1),
    CONSTRAINT ck_margin_requirements_effective CHECK (effective_to > effective_from),
    CONSTRAINT ck_margin_requirements_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE UNIQUE INDEX uq_margin_requirements_target ON margin_requirements (
    coalesce(symbol, ''), coalesce(asset_class, ''), coalesce(account_type, ''), min_notional, effective_from
);
CREATE INDEX idx_margin_requirements_symbol ON margin_requirements (symbol, effective_from DESC)
    INCLUDE (initial_margin_rate, maintenance_margin_rate) WHERE symbol IS NOT NULL;
CREATE INDEX idx_margin_requirements_asset_class ON margin_requirements (asset_class, effective_from DESC)
    WHERE asset_class IS NOT NULL;

COMMENT ON TABLE margin_requirements IS
    'Margin by symbol or asset class, in tiers of notional value; a symbol''s row goes before its asset class''s';
COMMENT ON COLUMN margin_requirements.account_type IS 'Null: every type without a row of its own';
COMMENT ON COLUMN margin_requirements.min_notional IS
    'The tier starts here, in the account currency, and ends where the next one starts';
COMMENT ON COLUMN margin_requirements.initial_margin_rate IS 'Fraction of the notional value needed to open';
COMMENT ON COLUMN margin_requirements.maintenance_margin_rate IS 'Fraction of the notional value needed to keep open';
COMMENT ON COLUMN margin_requirements.hedged_margin_rate IS 'Fraction for the part offset by an opposite position';
COMMENT ON COLUMN margin_requirements.weekend_multiplier IS
    'Factor on the rates while the market is closed over a weekend';

CREATE TRIGGER trg_margin_requirements_updated_at
    BEFORE UPDATE ON margin_requirements FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER trg_margin_requirements_audit
    AFTER INSERT OR UPDATE OR DELETE ON margin_requirements
    FOR EACH ROW EXECUTE FUNCTION audit_row_change();

CREATE TABLE margin_calls (
    id                  UUID              NOT NULL DEFAULT gen_random_uuid(),
    account_id          UUID              NOT NULL,
    call_type           TEXT              NOT NULL,
    status              TEXT              NOT NULL DEFAULT 'open',
    equity              NUMERIC(24, 8)    NOT NULL,
    margin_used         NUMERIC(24, 8)    NOT NULL,
    margin_level        NUMERIC(32, 4)    GENERATED ALWAYS AS (equity / NULLIF(margin_used, 0) * 100) STORED,
    threshold_level     NUMERIC(10, 4)    NOT NULL,
    required_amount     NUMERIC(24, 8)    NOT NULL DEFAULT 0,
    positions_closed    INTEGER           NOT NULL DEFAULT 0,
    issued_at           TIMESTAMPTZ       NOT NULL DEFAULT now(),
    notified_at         TIMESTAMPTZ,
    due_at              TIMESTAMPTZ,
    resolved_at         TIMESTAMPTZ,
    notes               TEXT,
    metadata            JSONB             NOT NULL DEFAULT '{}',
    created_at          TIMESTAMPTZ       NOT NULL DEFAULT now(),
    updated_at          TIMESTAMPTZ       NOT NULL DEFAULT now(),
    CONSTRAINT pk_margin_calls PRIMARY KEY (id),
    CONSTRAINT fk_margin_calls_account FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE RESTRICT,
    CONSTRAINT ck_margin_calls_call_type CHECK (call_type IN ('warning', 'margin_call', 'stop_out')),
    CONSTRAINT ck_margin_calls_status CHECK (status IN ('open', 'met', 'liquidated', 'cancelled')),
    CONSTRAINT ck_margin_calls_margin_used CHECK (margin_used > 0),
    CONSTRAINT ck_margin_calls_threshold_level CHECK (threshold_level > 0),
    CONSTRAINT ck_margin_calls_required_amount CHECK (required_amount >= 0),
    CONSTRAINT ck_margin_calls_positions_closed CHECK (positions_closed >= 0),
    CONSTRAINT ck_margin_calls_times CHECK (
        notified_at >= issued_at AND due_at >= issued_at AND resolved_at >= issued_at
    ),
    CONSTRAINT ck_margin_calls_resolved CHECK ((status = 'open') = (resolved_at IS NULL)),
    CONSTRAINT ck_margin_calls_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE UNIQUE INDEX uq_margin_calls_open ON margin_calls (account_id, call_type) WHERE status = 'open';
CREATE INDEX idx_margin_calls_account ON margin_calls (account_id, issued_at DESC);
CREATE INDEX idx_margin_calls_due_at ON margin_calls (due_at) WHERE status = 'open';

COMMENT ON TABLE margin_calls IS
    'Accounts whose margin level fell below a threshold; at most one open per account and type';
COMMENT ON COLUMN margin_calls.margin_level IS 'Percent: equity / margin_used * 100, when it was issued';
COMMENT ON COLUMN margin_calls.threshold_level IS
    'Percent: the level that was passed, such as 100 for a call, 50 for a stop-out';
COMMENT ON COLUMN margin_calls.required_amount IS
    'Deposit that brings the account back to the threshold, in its currency';

CREATE TRIGGER trg_margin_calls_updated_at
    BEFORE UPDATE ON margin_calls FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- -------------------------------------------------------------------------------------------------
-- Measures of risk
-- -------------------------------------------------------------------------------------------------

CREATE TABLE position_risk_metrics (
    id                    UUID               NOT NULL DEFAULT gen_random_uuid(),
    position_id           UUID               NOT NULL,
    method                TEXT               NOT NULL DEFAULT 'historical',
    horizon_days          NUMERIC(6, 2)      NOT NULL DEFAULT 1,
    notional              NUMERIC(24, 8)     NOT NULL,
    var_95                NUMERIC(24, 8),
    var_99                NUMERIC(24, 8),
    expected_shortfall    NUMERIC(24, 8),
    volatility            NUMERIC(12, 8),
    delta                 NUMERIC(24, 8),
    gamma                 NUMERIC(24, 12),
    vega                  NUMERIC(24, 8),
    theta                 NUMERIC(24, 8),
    rho                   NUMERIC(24, 8),
    beta                  NUMERIC(12, 6),
    liquidation_price     NUMERIC(20, 10),
    max_adverse_pnl       NUMERIC(24, 8),
    max_favorable_pnl     NUMERIC(24, 8),
    calculated_at         TIMESTAMPTZ        NOT NULL DEFAULT now(),
    metadata              JSONB              NOT NULL DEFAULT '{}',
    CONSTRAINT pk_position_risk_metrics PRIMARY KEY (id),
    CONSTRAINT uq_position_risk_metrics_position UNIQUE (position_id, method, calculated_at),
    CONSTRAINT fk_position_risk_metrics_position FOREIGN KEY (position_id) REFERENCES positions (id) ON DELETE CASCADE,
    CONSTRAINT ck_position_risk_metrics_method CHECK (method IN ('historical', 'parametric', 'monte_carlo')),
    CONSTRAINT ck_position_risk_metrics_horizon CHECK (horizon_days > 0),
    CONSTRAINT ck_position_risk_metrics_notional CHECK (notional >= 0),
    CONSTRAINT ck_position_risk_metrics_var CHECK (var_95 >= 0 AND var_99 >= var_95 AND expected_shortfall >= var_95),
    CONSTRAINT ck_position_risk_metrics_volatility CHECK (volatility >= 0),
    CONSTRAINT ck_position_risk_metrics_liquidation_price CHECK (liquidation_price > 0),
    CONSTRAINT ck_position_risk_metrics_excursion CHECK (max_adverse_pnl <= 0 AND max_favorable_pnl >= 0),
    CONSTRAINT ck_position_risk_metrics_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX idx_position_risk_metrics_latest ON position_risk_metrics (position_id, calculated_at DESC)
    INCLUDE (var_95, var_99);
CREATE INDEX idx_position_risk_metrics_calculated_at_brin ON position_risk_metrics USING brin (calculated_at);

COMMENT ON TABLE position_risk_metrics IS
    'Risk of a position at a moment. Money in the account currency; losses at risk are positive numbers';
COMMENT ON COLUMN position_risk_metrics.horizon_days IS 'Trading days that VaR and expected shortfall look ahead';
COMMENT ON COLUMN position_risk_metrics.var_95 IS
    'Value at risk: the loss passed with a probability of 5% over the horizon';
COMMENT ON COLUMN position_risk_metrics.var_99 IS
    'Value at risk: the loss passed with a probability of 1% over the horizon';
COMMENT ON COLUMN position_risk_metrics.expected_shortfall IS 'Mean of the losses beyond var_95 (CVaR)';
COMMENT ON COLUMN position_risk_metrics.volatility IS
    'Standard deviation of daily log returns * sqrt(252), as a fraction';
COMMENT ON COLUMN position_risk_metrics.delta IS 'Change of the value per unit of price';
COMMENT ON COLUMN position_risk_metrics.gamma IS 'Change of delta per unit of price; 0 for anything but options';
COMMENT ON COLUMN position_risk_metrics.vega IS 'Change of the value per 0.01 of volatility';
COMMENT ON COLUMN position_risk_metrics.theta IS 'Change of the value per day; for a margined position, its swap';
COMMENT ON COLUMN position_risk_metrics.rho IS 'Change of the value per 0.01 of the interest rate';
COMMENT ON COLUMN position_risk_metrics.beta IS
    'Covariance with the benchmark / variance of the benchmark; metadata names it';
COMMENT ON COLUMN position_risk_metrics.liquidation_price IS
    'Price at which the account would be stopped out, all else equal';
COMMENT ON COLUMN position_risk_metrics.max_adverse_pnl IS 'Worst unrealized result so far';
COMMENT ON COLUMN position_risk_metrics.max_favorable_pnl IS 'Best unrealized result so far';

CREATE TABLE portfolio_risk (
    id                        UUID              NOT NULL DEFAULT gen_random_uuid(),
    account_id                UUID,
    currency                  VARCHAR(10)       NOT NULL,
    method                    TEXT              NOT NULL DEFAULT 'historical',
    horizon_days              NUMERIC(6, 2)     NOT NULL DEFAULT 1,
    open_positions            INTEGER           NOT NULL DEFAULT 0,
    equity                    NUMERIC(24, 8)    NOT NULL,
    margin_used               NUMERIC(24, 8)    NOT NULL DEFAULT 0,
    long_exposure             NUMERIC(24, 8)    NOT NULL DEFAULT 0,
    short_exposure            NUMERIC(24, 8)    NOT NULL DEFAULT 0,
    gross_exposure            NUMERIC(25, 8)    GENERATED ALWAYS AS (long_exposure + short_exposure) STORED,
    net_exposure              NUMERIC(25, 8)    GENERATED ALWAYS AS (long_exposure - short_exposure) STORED,
    leverage                  NUMERIC(34, 4)    GENERATED ALWAYS AS (
                                  CASE WHEN equity > 0 THEN (long_exposure + short_exposure) / equity END
                              ) STORED,
    var_95                    NUMERIC(24, 8),
    var_99                    NUMERIC(24, 8),
    expected_shortfall        NUMERIC(24, 8),
    volatility                NUMERIC(12, 8),
    sharpe_ratio              NUMERIC(10, 4),
    sortino_ratio             NUMERIC(10, 4),
    max_drawdown              NUMERIC(9, 8),
    concentration             NUMERIC(9, 8),
    exposure_by_currency      JSONB             NOT NULL DEFAULT '{}',
    exposure_by_asset_class   JSONB             NOT NULL DEFAULT '{}',
    calculated_at             TIMESTAMPTZ       NOT NULL DEFAULT now(),
    metadata                  JSONB             NOT NULL DEFAULT '{}',
    CONSTRAINT pk_portfolio_risk PRIMARY KEY (id),
    CONSTRAINT fk_portfolio_risk_account FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT ck_portfolio_risk_currency CHECK (currency ~ '^[A-Z]{3,10}$'),
    CONSTRAINT ck_portfolio_risk_method CHECK (method IN ('historical', 'parametric', 'monte_carlo')),
    CONSTRAINT ck_portfolio_risk_horizon CHECK (horizon_days > 0),
    CONSTRAINT ck_portfolio_risk_open_positions CHECK (open_positions >= 0),
    CONSTRAINT ck_portfolio_risk_margin_used CHECK (margin_used >= 0),
    CONSTRAINT ck_portfolio_risk_exposure CHECK (long_exposure >= 0 AND short_exposure >= 0),
    CONSTRAINT ck_portfolio_risk_var CHECK (var_95 >= 0 AND var_99 >= var_95 AND expected_shortfall >= var_95),
    CONSTRAINT ck_portfolio_risk_volatility CHECK (volatility >= 0),
    CONSTRAINT ck_portfolio_risk_max_drawdown CHECK (max_drawdown BETWEEN 0 AND 1),
    CONSTRAINT ck_portfolio_risk_concentration CHECK (concentration BETWEEN 0 AND 1),
    CONSTRAINT ck_portfolio_risk_exposure_by CHECK (
        jsonb_typeof(exposure_by_currency) = 'object'
        AND jsonb_typeof(exposure_by_asset_class) = 'object'
    ),
    CONSTRAINT ck_portfolio_risk_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE UNIQUE INDEX uq_portfolio_risk_account ON portfolio_risk (
    coalesce(account_id, '00000000-0000-0000-0000-000000000000'), method, calculated_at
);
CREATE INDEX idx_portfolio_risk_account ON portfolio_risk (account_id, calculated_at DESC);
CREATE INDEX idx_portfolio_risk_calculated_at_brin ON portfolio_risk USING brin (calculated_at);
CREATE INDEX idx_portfolio_risk_by_currency_gin ON portfolio_risk USING gin (exposure_by_currency);

COMMENT ON TABLE portfolio_risk IS
    'Risk of an account, or of the whole house, at a moment. Money in currency; losses at risk are positive numbers';
COMMENT ON COLUMN portfolio_risk.account_id IS 'Null: the whole house';
COMMENT ON COLUMN portfolio_risk.horizon_days IS 'Trading days that VaR and expected shortfall look ahead';
COMMENT ON COLUMN portfolio_risk.long_exposure IS 'Notional value of the long positions';
COMMENT ON COLUMN portfolio_risk.short_exposure IS 'Notional value of the short positions, as a positive number';
COMMENT ON COLUMN portfolio_risk.gross_exposure IS 'long_exposure + short_exposure';
COMMENT ON COLUMN portfolio_risk.net_exposure IS 'long_exposure - short_exposure';
COMMENT ON COLUMN portfolio_risk.leverage IS 'gross_exposure / equity; null without equity';
COMMENT ON COLUMN portfolio_risk.var_95 IS 'Value at risk: the loss passed with a probability of 5% over the horizon';
COMMENT ON COLUMN portfolio_risk.var_99 IS 'Value at risk: the loss passed with a probability of 1% over the horizon';
COMMENT ON COLUMN portfolio_risk.expected_shortfall IS 'Mean of the losses beyond var_95 (CVaR)';
COMMENT ON COLUMN portfolio_risk.volatility IS 'Standard deviation of daily returns * sqrt(252), as a fraction';
COMMENT ON COLUMN portfolio_risk.sharpe_ratio IS
    'Mean / standard deviation of daily returns * sqrt(252), risk-free rate 0';
COMMENT ON COLUMN portfolio_risk.sortino_ratio IS 'As sharpe_ratio, with the deviation of the losing days only';
COMMENT ON COLUMN portfolio_risk.max_drawdown IS '(highest equity - lowest after it) / highest equity';
COMMENT ON COLUMN portfolio_risk.concentration IS
    'Herfindahl index: sum over symbols of (exposure / gross_exposure)^2; 1: one symbol';
COMMENT ON COLUMN portfolio_risk.exposure_by_currency IS 'Net exposure by currency: {"EUR": 125000.5, ...}';

-- -------------------------------------------------------------------------------------------------
-- Circuit breakers and alerts
-- -------------------------------------------------------------------------------------------------

CREATE TABLE circuit_breakers (
    id                   UUID              NOT NULL DEFAULT gen_random_uuid(),
    name                 VARCHAR(100)      NOT NULL,
    description          TEXT,
    breaker_type         TEXT              NOT NULL,
    scope                TEXT              NOT NULL,
    account_id           UUID,
    symbol               VARCHAR(32),
    asset_class          TEXT       ,
    threshold_value      NUMERIC(28, 8)    NOT NULL,
    threshold_unit       TEXT              NOT NULL,
    window_seconds       INTEGER           NOT NULL,
    cooldown_seconds     INTEGER           NOT NULL,
    action               TEXT              NOT NULL,
    status               TEXT              NOT NULL DEFAULT 'armed',
    auto_reset           BOOLEAN           NOT NULL DEFAULT true,
    enabled              BOOLEAN           NOT NULL DEFAULT true,
    last_triggered_at    TIMESTAMPTZ,
    resets_at            TIMESTAMPTZ,
    trigger_count        INTEGER           NOT NULL DEFAULT 0,
    metadata             JSONB             NOT NULL DEFAULT '{}',
    created_at           TIMESTAMPTZ       NOT NULL DEFAULT now(),
    updated_at           TIMESTAMPTZ       NOT NULL DEFAULT now(),
    deleted_at           TIMESTAMPTZ,
    CONSTRAINT pk_circuit_breakers PRIMARY KEY (id),
    CONSTRAINT fk_circuit_breakers_account FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE RESTRICT,
    CONSTRAINT fk_circuit_breakers_symbol FOREIGN KEY (symbol) REFERENCES instruments (symbol)
        ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT ck_circuit_breakers_breaker_type CHECK (
        breaker_type IN ('volatility', 'loss_limit', 'price_movement', 'order_rate', 'reject_rate', 'connectivity')
    ),
    CONSTRAINT ck_circuit_breakers_scope CHECK (scope IN ('global', 'account', 'symbol', 'asset_class')),
    CONSTRAINT ck_circuit_breakers_target CHECK (
        (scope = 'account') = (account_id IS NOT NULL)
        AND (scope = 'symbol') = (symbol IS NOT NULL)
        AND (scope = 'asset_class') = (asset_class IS NOT NULL)
    ),
    CONSTRAINT ck_circuit_breakers_asset_class CHECK (
        asset_class IN ('forex', 'crypto', 'commodity', 'index', 'stock')
    ),
    CONSTRAINT ck_circuit_breakers_threshold_value CHECK (threshold_value > 0),
    CONSTRAINT ck_circuit_breakers_threshold_unit CHECK (
        threshold_unit IN ('fraction', 'ratio', 'currency', 'count', 'seconds')
    ),
    CONSTRAINT ck_circuit_breakers_seconds CHECK (window_seconds > 0 AND cooldown_seconds >= 0),
    CONSTRAINT ck_circuit_breakers_action CHECK (
        action IN ('notify', 'block_new_orders', 'close_only', 'cancel_orders', 'halt_trading')
    ),
    CONSTRAINT ck_circuit_breakers_status CHECK (status IN ('armed', 'triggered', 'cooldown')),
    CONSTRAINT ck_circuit_breakers_triggered CHECK (status = 'armed' OR last_triggered_at IS NOT NULL),
    CONSTRAINT ck_circuit_breakers_resets_at CHECK (resets_at >= last_triggered_at),
    CONSTRAINT ck_circuit_breakers_trigger_count CHECK (trigger_count >= 0),
    CONSTRAINT ck_circuit_breakers_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE UNIQUE INDEX uq_circuit_breakers_name ON circuit_breakers (lower(name)) WHERE deleted_at IS NULL;
CREATE INDEX idx_circuit_breakers_enabled ON circuit_breakers (scope, breaker_type)
    INCLUDE (threshold_value, status) WHERE enabled AND deleted_at IS NULL;
CREATE INDEX idx_circuit_breakers_tripped ON circuit_breakers (resets_at) WHERE status <> 'armed';
CREATE INDEX idx_circuit_breakers_account ON circuit_breakers (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX idx_circuit_breakers_symbol ON circuit_breakers (symbol) WHERE symbol IS NOT NULL;

COMMENT ON TABLE circuit_breakers IS 'Switches that stop trading when a measure passes a threshold';
COMMENT ON COLUMN circuit_breakers.scope IS 'What it watches and stops; the column of that name holds which one';
COMMENT ON COLUMN circuit_breakers.threshold_value IS
    'In threshold_unit, over the window: volatility as a ratio to its usual level, loss and movement as fractions';
COMMENT ON COLUMN circuit_breakers.window_seconds IS 'Time over which is measured';
COMMENT ON COLUMN circuit_breakers.cooldown_seconds IS 'Time it stays tripped at least';
COMMENT ON COLUMN circuit_breakers.auto_reset IS 'Arms itself again after the cooldown; else a person does';
COMMENT ON COLUMN circuit_breakers.resets_at IS 'End of the cooldown';

CREATE TRIGGER trg_circuit_breakers_updated_at
    BEFORE UPDATE ON circuit_breakers FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER trg_circuit_breakers_audit
    AFTER INSERT OR UPDATE OR DELETE ON circuit_breakers
    FOR EACH ROW EXECUTE FUNCTION audit_row_change();

CREATE TABLE circuit_breaker_events (
    id                 UUID              NOT NULL DEFAULT gen_random_uuid(),
    breaker_id         UUID              NOT NULL,
    event_type         TEXT              NOT NULL,
    symbol             VARCHAR(32),
    account_id         UUID,
    threshold_value    NUMERIC(28, 8),
    actual_value       NUMERIC(28, 8),
    action_taken       TEXT       ,
    reason             TEXT,
    triggered_by       UUID,
    occurred_at        TIMESTAMPTZ       NOT NULL DEFAULT now(),
    metadata           JSONB             NOT NULL DEFAULT '{}',
    CONSTRAINT pk_circuit_breaker_events PRIMARY KEY (id),
    CONSTRAINT fk_circuit_breaker_events_breaker FOREIGN KEY (breaker_id) REFERENCES circuit_breakers (id)
        ON DELETE RESTRICT,
    CONSTRAINT fk_circuit_breaker_events_account FOREIGN KEY (account_id) REFERENCES accounts (id)
        ON DELETE RESTRICT,
    CONSTRAINT fk_circuit_breaker_events_triggered_by FOREIGN KEY (triggered_by) REFERENCES users (id)
        ON DELETE SET NULL,
    CONSTRAINT ck_circuit_breaker_events_event_type CHECK (
        event_type IN ('triggered', 'cooldown_started', 'reset', 'enabled', 'disabled', 'tested')
    ),
    CONSTRAINT ck_circuit_breaker_events_values CHECK (
        event_type <> 'triggered' OR (threshold_value IS NOT NULL AND actual_value IS NOT NULL)
    ),
    CONSTRAINT ck_circuit_breaker_events_action_taken CHECK (
        action_taken IN ('notify', 'block_new_orders', 'close_only', 'cancel_orders', 'halt_trading')
    ),
    CONSTRAINT ck_circuit_breaker_events_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX idx_circuit_breaker_events_breaker ON circuit_breaker_events (breaker_id, occurred_at DESC);
CREATE INDEX idx_circuit_breaker_events_account ON circuit_breaker_events (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX idx_circuit_breaker_events_triggered_by ON circuit_breaker_events (triggered_by)
    WHERE triggered_by IS NOT NULL;
CREATE INDEX idx_circuit_breaker_events_triggered ON circuit_breaker_events (occurred_at DESC)
    WHERE event_type = 'triggered';
CREATE INDEX idx_circuit_breaker_events_occurred_at_brin ON circuit_breaker_events USING brin (occurred_at);

COMMENT ON TABLE circuit_breaker_events IS 'What happened to each breaker';
COMMENT ON COLUMN circuit_breaker_events.symbol IS
    'The one that tripped it. Not a foreign key: the event stands whatever becomes of it';
COMMENT ON COLUMN circuit_breaker_events.triggered_by IS 'A person; null: the engine';

CREATE TABLE risk_alerts (
    id                  UUID            NOT NULL DEFAULT gen_random_uuid(),
    alert_type          TEXT            NOT NULL,
    severity            TEXT            NOT NULL,
    title               VARCHAR(200)    NOT NULL,
    message             TEXT            NOT NULL,
    user_id             UUID,
    account_id          UUID,
    position_id         UUID,
    breach_id           UUID,
    margin_call_id      UUID,
    breaker_event_id    UUID,
    channels            TEXT[]          NOT NULL DEFAULT '{dashboard}',
    status              TEXT            NOT NULL DEFAULT 'open',
    sent_at             TIMESTAMPTZ,
    acknowledged_by     UUID,
    acknowledged_at     TIMESTAMPTZ,
    resolved_at         TIMESTAMPTZ,
    metadata            JSONB           NOT NULL DEFAULT '{}',
    created_at          TIMESTAMPTZ     NOT NULL DEFAULT now(),
    updated_at          TIMESTAMPTZ     NOT NULL DEFAULT now(),
    CONSTRAINT pk_risk_alerts PRIMARY KEY (id),
    CONSTRAINT fk_risk_alerts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT fk_risk_alerts_account FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE SET NULL,
    CONSTRAINT fk_risk_alerts_position FOREIGN KEY (position_id) REFERENCES positions (id) ON DELETE SET NULL,
    CONSTRAINT fk_risk_alerts_breach FOREIGN KEY (breach_id) REFERENCES risk_limit_breaches (id) ON DELETE SET NULL,
    CONSTRAINT fk_risk_alerts_margin_call FOREIGN KEY (margin_call_id) REFERENCES margin_calls (id)
        ON DELETE SET NULL,
    CONSTRAINT fk_risk_alerts_breaker_event FOREIGN KEY (breaker_event_id) REFERENCES circuit_breaker_events (id)
        ON DELETE SET NULL,
    CONSTRAINT fk_risk_alerts_acknowledged_by FOREIGN KEY (acknowledged_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_risk_alerts_alert_type CHECK (
        alert_type IN (
            'limit_warning', 'limit_breach', 'margin_warning', 'margin_call', 'stop_out', 'circuit_breaker',
            'exposure', 'concentration', 'volatility', 'lp_failure', 'stress_test', 'other'
        )
    ),
    CONSTRAINT ck_risk_alerts_severity CHECK (severity IN ('info', 'warning', 'critical')),
    CONSTRAINT ck_risk_alerts_channels CHECK (
        cardinality(channels) > 0
        AND channels <@ ARRAY['dashboard', 'email', 'sms', 'push', 'webhook', 'pager']
    ),
    CONSTRAINT ck_risk_alerts_status CHECK (status IN ('open', 'acknowledged', 'resolved', 'dismissed')),
    CONSTRAINT ck_risk_alerts_acknowledged CHECK (
        (status <> 'acknowledged' OR acknowledged_at IS NOT NULL)
        AND (acknowledged_by IS NULL OR acknowledged_at IS NOT NULL)
    ),
    CONSTRAINT ck_risk_alerts_resolved CHECK ((resolved_at IS NOT NULL) = (status IN ('resolved', 'dismissed'))),
    CONSTRAINT ck_risk_alerts_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX idx_risk_alerts_open ON risk_alerts (severity, created_at DESC) WHERE status IN ('open', 'acknowledged');
CREATE INDEX idx_risk_alerts_user ON risk_alerts (user_id, created_at DESC) WHERE user_id IS NOT NULL;
CREATE INDEX idx_risk_alerts_account ON risk_alerts (account_id, created_at DESC) WHERE account_id IS NOT NULL;
CREATE INDEX idx_risk_alerts_position ON risk_alerts (position_id) WHERE position_id IS NOT NULL;
CREATE INDEX idx_risk_alerts_breach ON risk_alerts (breach_id) WHERE breach_id IS NOT NULL;
CREATE INDEX idx_risk_alerts_margin_call ON risk_alerts (margin_call_id) WHERE margin_call_id IS NOT NULL;
CREATE INDEX idx_risk_alerts_breaker_event ON risk_alerts (breaker_event_id) WHERE breaker_event_id IS NOT NULL;
CREATE INDEX idx_risk_alerts_acknowledged_by ON risk_alerts (acknowledged_by) WHERE acknowledged_by IS NOT NULL;
CREATE INDEX idx_risk_alerts_created_at_brin ON risk_alerts USING brin (created_at);
CREATE INDEX idx_risk_alerts_message_trgm ON risk_alerts USING gin (message gin_trgm_ops);

COMMENT ON TABLE risk_alerts IS 'What people are told about risk, and whether they took note';
COMMENT ON COLUMN risk_alerts.breach_id IS 'What raised it, if a breach; so also margin_call_id and breaker_event_id';
COMMENT ON COLUMN risk_alerts.channels IS 'Where it is sent';

CREATE TRIGGER trg_risk_alerts_updated_at
    BEFORE UPDATE ON risk_alerts FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- -------------------------------------------------------------------------------------------------
-- Stress tests
-- -------------------------------------------------------------------------------------------------

CREATE TABLE stress_test_scenarios (
    id                       UUID             NOT NULL DEFAULT gen_random_uuid(),
    name                     VARCHAR(100)     NOT NULL,
    description              TEXT,
    scenario_type            TEXT             NOT NULL,
    shocks                   JSONB            NOT NULL,
    volatility_multiplier    NUMERIC(6, 3)    NOT NULL DEFAULT 1,
    spread_multiplier        NUMERIC(6, 3)    NOT NULL DEFAULT 1,
    horizon_days             NUMERIC(6, 2)    NOT NULL DEFAULT 1,
    max_loss_ratio           NUMERIC(5, 4),
    enabled                  BOOLEAN          NOT NULL DEFAULT true,
    created_by               UUID,
    metadata                 JSONB            NOT NULL DEFAULT '{}',
    created_at               TIMESTAMPTZ      NOT NULL DEFAULT now(),
    updated_at               TIMESTAMPTZ      NOT NULL DEFAULT now(),
    deleted_at               TIMESTAMPTZ,
    CONSTRAINT pk_stress_test_scenarios PRIMARY KEY (id),
    CONSTRAINT fk_stress_test_scenarios_created_by FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_stress_test_scenarios_scenario_type CHECK (
        scenario_type IN ('historical', 'hypothetical', 'regulatory', 'reverse')
    ),
    CONSTRAINT ck_stress_test_scenarios_shocks CHECK (jsonb_typeof(shocks) = 'object' AND shocks <> '{}'),
    CONSTRAINT ck_stress_test_scenarios_multipliers CHECK (volatility_multiplier > 0 AND spread_multiplier >= 1),
    CONSTRAINT ck_stress_test_scenarios_horizon CHECK (horizon_days > 0),
    CONSTRAINT ck_stress_test_scenarios_max_loss_ratio CHECK (max_loss_ratio > 0 AND max_loss_ratio <= 1),
    CONSTRAINT ck_stress_test_scenarios_metadata CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE UNIQUE INDEX uq_stress_test_scenarios_name ON stress_test_scenarios (lower(name)) WHERE deleted_at IS NULL;
CREATE INDEX idx_stress_test_scenarios_created_by ON stress_test_scenarios (created_by) WHERE created_by IS NOT NULL;
CREATE INDEX idx_stress_test_scenarios_shocks_gin ON stress_test_scenarios USING gin (shocks);

COMMENT ON TABLE stress_test_scenarios IS 'Moves of the market that portfolios are tried against';
COMMENT ON COLUMN stress_test_scenarios.shocks IS
    'Relative price changes by asset class or symbol, the symbol first: {"crypto": -0.5, "XAUUSD": 0.08}';
COMMENT ON COLUMN stress_test_scenarios.max_loss_ratio IS 'The test is passed while the loss / equity is at most this';

CREATE TRIGGER trg_stress_test_scenarios_updated_at
    BEFORE UPDATE ON stress_test_scenarios FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER trg_stress_test_scenarios_audit
    AFTER INSERT OR UPDATE OR DELETE ON stress_test_scenarios
    FOR EACH ROW EXECUTE FUNCTION audit_row_change();

CREATE TABLE stress_test_results (
    id                     UUID              NOT NULL DEFAULT gen_random_uuid(),
    run_id                 UUID              NOT NULL,
    scenario_id            UUID              NOT NULL,
    account_id             UUID,
    currency               VARCHAR(10)       NOT NULL,
    equity_before          NUMERIC(24, 8)    NOT NULL,
    equity_after           NUMERIC(24, 8)    NOT NULL,
    pnl                    NUMERIC(25, 8)    GENERATED ALWAYS AS (equity_after - equity_before) STORED,
    loss_ratio             NUMERIC(34, 4)    GENERATED ALWAYS AS (
                               CASE WHEN equity_before > 0 THEN (equity_before - equity_after) / equity_before END
                           ) STORED,
    margin_level_after     NUMERIC(32, 4),
    margin_call            BOOLEAN           NOT NULL DEFAULT false,
    stopped_out            BOOLEAN           NOT NULL DEFAULT false,
    positions_tested       INTEGER           NOT NULL,
    worst_position_id      UUID,
    worst_position_pnl     NUMERIC(24, 8),
    passed                 BOOLEAN           NOT NULL,
    details                JSONB             NOT NULL DEFAULT '{}',
    executed_by            UUID,
    executed_at            TIMESTAMPTZ       NOT NULL DEFAULT now(),
    CONSTRAINT pk_stress_test_results PRIMARY KEY (id),
    CONSTRAINT fk_stress_test_results_scenario FOREIGN KEY (scenario_id) REFERENCES stress_test_scenarios (id)
        ON DELETE RESTRICT,
    CONSTRAINT fk_stress_test_results_account FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT fk_stress_test_results_worst_position FOREIGN KEY (worst_position_id) REFERENCES positions (id)
        ON DELETE SET NULL,
    CONSTRAINT fk_stress_test_results_executed_by FOREIGN KEY (executed_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_stress_test_results_currency CHECK (currency ~ '^[A-Z]{3,10}$'),
    CONSTRAINT ck_stress_test_results_positions_tested CHECK (positions_tested >= 0),
    CONSTRAINT ck_stress_test_results_details CHECK (jsonb_typeof(details) = 'object')
);

CREATE UNIQUE INDEX uq_stress_test_results_run ON stress_test_results (
    run_id, scenario_id, coalesce(account_id, '00000000-0000-0000-0000-000000000000')
);
CREATE INDEX idx_stress_test_results_scenario ON stress_test_results (scenario_id, executed_at DESC)
    INCLUDE (pnl, passed);
CREATE INDEX idx_stress_test_results_account ON stress_test_results (account_id, executed_at DESC);
CREATE INDEX idx_stress_test_results_worst_position ON stress_test_results (worst_position_id)
    WHERE worst_position_id IS NOT NULL;
CREATE INDEX idx_stress_test_results_executed_by ON stress_test_results (executed_by) WHERE executed_by IS NOT NULL;
CREATE INDEX idx_stress_test_results_failed ON stress_test_results (executed_at DESC) WHERE NOT passed;
CREATE INDEX idx_stress_test_results_details_gin ON stress_test_results USING gin (details jsonb_path_ops);

COMMENT ON TABLE stress_test_results IS 'What a scenario would have done to an account, or to the whole house';
COMMENT ON COLUMN stress_test_results.run_id IS 'Same for all results of one run';
COMMENT ON COLUMN stress_test_results.account_id IS 'Null: the whole house';
COMMENT ON COLUMN stress_test_results.pnl IS 'equity_after - equity_before';
COMMENT ON COLUMN stress_test_results.loss_ratio IS
    '(equity_before - equity_after) / equity_before; null without equity';
COMMENT ON COLUMN stress_test_results.margin_level_after IS 'Percent; null without open positions';
COMMENT ON COLUMN stress_test_results.passed IS
    'The loss stayed within the scenario''s max_loss_ratio, and nobody was stopped out';
