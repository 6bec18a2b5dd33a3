-- Migration: 001_create_recommendations_tables
-- Description: Create recommendations, reco_targets, option_ideas and option_targets
-- Created: 2026-11-21
-- Lint: allow opaque-dynamic-sql (creates uuid-ossp only where it is missing, and marks it as ours for the down)

-- Objects go to the first schema of the search_path. Nothing below depends on the search_path afterwards: the
-- trigger function reads no table, and defaults and constraints are stored with the objects they mean.
-- The bounds in the checks also refuse NaN, which PostgreSQL sorts above every number.

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_extension WHERE extname = 'uuid-ossp') THEN
        CREATE EXTENSION "uuid-ossp";
        COMMENT ON EXTENSION "uuid-ossp" IS 'generate UUIDs; created by migration 001_create_recommendations_tables';
    END IF;
END
$$;

CREATE TABLE recommendations (
    reco_id            UUID NOT NULL DEFAULT uuid_generate_v4(),
    asof               TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    symbol             TEXT NOT NULL,
    horizon            TEXT NOT NULL,
    side               TEXT NOT NULL,
    entry_price        NUMERIC(20,8) NOT NULL,
    confidence_overall NUMERIC(5,4) NOT NULL,
    expected_move_pct  NUMERIC(9,4),
    rationale          JSONB NOT NULL DEFAULT '{}',
    quality            JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT pk_recommendations PRIMARY KEY (reco_id),
    CONSTRAINT ck_recommendations_symbol CHECK (symbol <> ''),
    CONSTRAINT ck_recommendations_horizon CHECK (horizon <> ''),
    CONSTRAINT ck_recommendations_side CHECK (side IN ('BUY', 'SELL', 'HOLD')),
    CONSTRAINT ck_recommendations_entry_price CHECK (entry_price > 0 AND entry_price < 1e12),
    CONSTRAINT ck_recommendations_confidence_overall CHECK (confidence_overall BETWEEN 0 AND 1),
    CONSTRAINT ck_recommendations_expected_move_pct CHECK (expected_move_pct >= -100 AND expected_move_pct < 1e5),
    CONSTRAINT ck_recommendations_rationale CHECK (jsonb_typeof(rationale) = 'object'),
    CONSTRAINT ck_recommendations_quality CHECK (jsonb_typeof(quality) = 'object')
);

COMMENT ON TABLE recommendations IS 'Trading recommendations';
COMMENT ON COLUMN recommendations.asof IS 'When the recommendation was generated';
COMMENT ON COLUMN recommendations.symbol IS 'Trading symbol, for example AAPL';
COMMENT ON COLUMN recommendations.horizon IS 'Time frame: day, swing, 1-2 months, and so on';
COMMENT ON COLUMN recommendations.side IS 'BUY, SELL or HOLD';
COMMENT ON COLUMN recommendations.entry_price IS 'Recommended entry price, in the currency of the symbol';
COMMENT ON COLUMN recommendations.confidence_overall IS 'Overall confidence, 0 to 1';
COMMENT ON COLUMN recommendations.expected_move_pct IS 'Expected move of the price in percent, negative for a fall';
COMMENT ON COLUMN recommendations.rationale IS 'Object with reasoning, catalysts, risks, indicators';
COMMENT ON COLUMN recommendations.quality IS 'Object with quality metrics and analyst information';

CREATE TABLE reco_targets (
    reco_id     UUID NOT NULL,
    ordinal     SMALLINT NOT NULL,
    name        TEXT NOT NULL,
    target_type TEXT NOT NULL,
    value       NUMERIC(20,8) NOT NULL,
    confidence  NUMERIC(5,4) NOT NULL,
    eta_minutes INTEGER,
    notes       TEXT,

    CONSTRAINT pk_reco_targets PRIMARY KEY (reco_id, ordinal),
    CONSTRAINT fk_reco_targets_reco_id FOREIGN KEY (reco_id)
        REFERENCES recommendations (reco_id) ON DELETE CASCADE,
    CONSTRAINT ck_reco_targets_ordinal CHECK (ordinal BETWEEN 1 AND 5),
    CONSTRAINT ck_reco_targets_name CHECK (name <> ''),
    CONSTRAINT ck_reco_targets_target_type CHECK (target_type IN ('price', 'percentage', 'technical')),
    CONSTRAINT ck_reco_targets_value CHECK (
        value < 1e12 AND CASE target_type WHEN 'price' THEN value > 0 ELSE value > -1e12 END
    ),
    CONSTRAINT ck_reco_targets_confidence CHECK (confidence BETWEEN 0 AND 1),
    CONSTRAINT ck_reco_targets_eta_minutes CHECK (eta_minutes >= 0)
);

COMMENT ON TABLE reco_targets IS 'Ladder of 1 to 5 targets of a recommendation';
COMMENT ON COLUMN reco_targets.ordinal IS 'Place in the ladder, 1 to 5';
COMMENT ON COLUMN reco_targets.name IS 'Label, for example Target 1 or First Resistance';
COMMENT ON COLUMN reco_targets.target_type IS 'What value is: price, percentage or technical';
COMMENT ON COLUMN reco_targets.value IS 'Target price, or percentage, or level of a technical indicator';
COMMENT ON COLUMN reco_targets.confidence IS 'Confidence that the target is reached, 0 to 1';
COMMENT ON COLUMN reco_targets.eta_minutes IS 'Estimated minutes until the target is reached';

CREATE TABLE option_ideas (
    reco_id            UUID NOT NULL,
    option_type        TEXT NOT NULL,
    expiry             DATE NOT NULL,
    strike             NUMERIC(20,8) NOT NULL,
    option_entry_price NUMERIC(20,8) NOT NULL,
    greeks             JSONB NOT NULL DEFAULT '{}',
    iv                 JSONB NOT NULL DEFAULT '{}',
    notes              TEXT,

    CONSTRAINT pk_option_ideas PRIMARY KEY (reco_id),
    CONSTRAINT fk_option_ideas_reco_id FOREIGN KEY (reco_id)
        REFERENCES recommendations (reco_id) ON DELETE CASCADE,
    CONSTRAINT ck_option_ideas_option_type CHECK (option_type IN ('CALL', 'PUT')),
    CONSTRAINT ck_option_ideas_strike CHECK (strike > 0 AND strike < 1e12),
    CONSTRAINT ck_option_ideas_option_entry_price CHECK (option_entry_price > 0 AND option_entry_price < 1e12),
    CONSTRAINT ck_option_ideas_greeks CHECK (jsonb_typeof(greeks) = 'object'),
    CONSTRAINT ck_option_ideas_iv CHECK (jsonb_typeof(iv) = 'object')
);

COMMENT ON TABLE option_ideas IS 'Option strategy of a recommendation, at most one each';
COMMENT ON COLUMN option_ideas.option_type IS 'CALL or PUT';
COMMENT ON COLUMN option_ideas.expiry IS 'Expiration date; after the current date when it is written, see the trigger';
COMMENT ON COLUMN option_ideas.strike IS 'Strike price, in the currency of the symbol';
COMMENT ON COLUMN option_ideas.option_entry_price IS 'Entry premium for one share';
COMMENT ON COLUMN option_ideas.greeks IS 'Object with delta, gamma, theta, vega, rho';
COMMENT ON COLUMN option_ideas.iv IS 'Object with details of the implied volatility';

CREATE TABLE option_targets (
    reco_id     UUID NOT NULL,
    ordinal     SMALLINT NOT NULL,
    name        TEXT NOT NULL,
    value       NUMERIC(20,8) NOT NULL,
    confidence  NUMERIC(5,4) NOT NULL,
    eta_minutes INTEGER,
    notes       TEXT,

    CONSTRAINT pk_option_targets PRIMARY KEY (reco_id, ordinal),
    CONSTRAINT fk_option_targets_reco_id FOREIGN KEY (reco_id)
        REFERENCES option_ideas (reco_id) ON DELETE CASCADE,
    CONSTRAINT ck_option_targets_ordinal CHECK (ordinal BETWEEN 1 AND 3),
    CONSTRAINT ck_option_targets_name CHECK (name <> ''),
    CONSTRAINT ck_option_targets_value CHECK (value >= 0 AND value < 1e12),
    CONSTRAINT ck_option_targets_confidence CHECK (confidence BETWEEN 0 AND 1),
    CONSTRAINT ck_option_targets_eta_minutes CHECK (eta_minutes >= 0)
);

COMMENT ON TABLE option_targets IS 'The 1 to 3 premium targets of an option idea';
COMMENT ON COLUMN option_targets.ordinal IS 'Place in the ladder, 1 to 3';
COMMENT ON COLUMN option_targets.name IS 'Label, for example Target 1';
COMMENT ON COLUMN option_targets.value IS 'Target premium for one share';
COMMENT ON COLUMN option_targets.confidence IS 'Confidence that the target is reached, 0 to 1';
COMMENT ON COLUMN option_targets.eta_minutes IS 'Estimated minutes until the target is reached';

CREATE INDEX idx_recommendations_symbol_asof ON recommendations (symbol, asof DESC);

CREATE INDEX idx_recommendations_horizon_confidence ON recommendations (horizon, confidence_overall DESC);

CREATE INDEX idx_recommendations_side ON recommendations (side);

CREATE INDEX idx_recommendations_asof ON recommendations (asof DESC);

-- The composite indexes (reco_id, ordinal) are those of the primary keys.
CREATE INDEX idx_reco_targets_reco_id ON reco_targets (reco_id);

CREATE INDEX idx_option_targets_reco_id ON option_targets (reco_id);

-- "Expiry must be in the future" holds when an expiry is written, and the row stays valid after it. A CHECK
-- against CURRENT_DATE would refuse the same row in a restore. pg_restore creates triggers after the data; a
-- data-only restore into existing tables needs --disable-triggers.
CREATE FUNCTION option_ideas_require_future_expiry() RETURNS TRIGGER
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.expiry IS NOT DISTINCT FROM OLD.expiry THEN
        RETURN NEW;
    END IF;
    IF NEW.expiry <= CURRENT_DATE THEN
        RAISE EXCEPTION 'option expiry % is not after the current date %', NEW.expiry, CURRENT_DATE
            USING ERRCODE = 'check_violation',
                  SCHEMA = TG_TABLE_SCHEMA,
                  TABLE = TG_TABLE_NAME,
                  COLUMN = 'expiry',
                  CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION option_ideas_require_future_expiry() IS
    'Refuses an expiry that is not after the current date of the session''s time zone';

CREATE TRIGGER trg_option_ideas_expiry_future
    BEFORE INSERT OR UPDATE OF expiry ON option_ideas
    FOR EACH ROW
    EXECUTE FUNCTION option_ideas_require_future_expiry();
