-- Migration: 20250101000001_initial_schema
-- Description: Create trades, positions, regime_snapshots and system_events
-- Created: 2026-11-21

-- Numbers: SQLite has no decimal type. Prices, sizes and P&L have NUMERIC affinity: whole numbers are stored as
-- 64-bit integers, the others as IEEE doubles, which give back any decimal of up to 15 significant digits
-- unchanged (a price below 10 million with all its 8 decimals). TEXT would be exact, but then <, ORDER BY, MAX
-- would compare strings. Sums and products are of double precision; production runs on PostgreSQL, where they are
-- exact. Since a whole number is an integer, multiply by 1.0 before dividing. The upper bounds in the checks
-- refuse text, blobs and infinity, which SQLite sorts above every number.
--
-- Timestamps: TEXT, UTC, ISO 8601 with a Z and at least milliseconds (2025-01-31T09:30:00.000Z), checked, so that
-- comparing the text compares the time; date(x, '+0 days') turns a day like 02-30 into another. Write one number of
-- decimals throughout a database.
--
-- Columns whose values form a set are NOT NULL, because a CHECK lets NULL through.

-- Audit trail of all trade executions.
CREATE TABLE trades (
    trade_id             INTEGER CONSTRAINT pk_trades PRIMARY KEY AUTOINCREMENT,
    signal_id            TEXT NOT NULL,           -- from Pine Script; a signal is executed at most once
    symbol               TEXT NOT NULL,           -- trading pair, for example BTCUSDT
    side                 TEXT NOT NULL,
    size                 NUMERIC(20,8) NOT NULL,  -- in units of the base asset
    entry_price          NUMERIC(20,8) NOT NULL,  -- intended entry price
    stop_price           NUMERIC(20,8),           -- stop loss price, if any
    tp_price             NUMERIC(20,8),           -- take profit price, if any
    fill_price           NUMERIC(20,8) NOT NULL,  -- actual fill price
    slippage_pct         NUMERIC(10,6),           -- fill against entry in percent; positive is worse
    execution_latency_ms NUMERIC(12,3),           -- from the signal to the execution
    regime_state         INTEGER NOT NULL,        -- at execution: -1 bearish, 0 neutral, 1 bullish
    phase                INTEGER NOT NULL,
    timestamp            TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),

    CONSTRAINT uq_trades_signal_id UNIQUE (signal_id),
    CONSTRAINT ck_trades_signal_id CHECK (signal_id <> ''),
    CONSTRAINT ck_trades_symbol CHECK (symbol <> ''),
    CONSTRAINT ck_trades_side CHECK (side IN ('BUY', 'SELL')),
    CONSTRAINT ck_trades_size CHECK (size > 0 AND size < 1e12),
    CONSTRAINT ck_trades_entry_price CHECK (entry_price > 0 AND entry_price < 1e12),
    CONSTRAINT ck_trades_stop_price CHECK (stop_price > 0 AND stop_price < 1e12),
    CONSTRAINT ck_trades_tp_price CHECK (tp_price > 0 AND tp_price < 1e12),
    CONSTRAINT ck_trades_fill_price CHECK (fill_price > 0 AND fill_price < 1e12),
    CONSTRAINT ck_trades_slippage_pct CHECK (slippage_pct > -1e4 AND slippage_pct < 1e4),
    CONSTRAINT ck_trades_execution_latency_ms CHECK (execution_latency_ms >= 0 AND execution_latency_ms < 1e9),
    CONSTRAINT ck_trades_regime_state CHECK (regime_state IN (-1, 0, 1)),
    CONSTRAINT ck_trades_phase CHECK (phase IN (1, 2)),
    CONSTRAINT ck_trades_timestamp CHECK (
        timestamp GLOB '????-??-??T??:??:??.[0-9][0-9][0-9]*Z'
        AND date(timestamp, '+0 days') IS substr(timestamp, 1, 10)
    )
);

-- Open and closed positions; the open ones restore the shadow state after a crash.
CREATE TABLE positions (
    position_id     INTEGER CONSTRAINT pk_positions PRIMARY KEY AUTOINCREMENT,
    symbol          TEXT NOT NULL,
    side            TEXT NOT NULL,
    size            NUMERIC(20,8) NOT NULL,            -- in units of the base asset; the direction is in side
    avg_entry       NUMERIC(20,8) NOT NULL,
    current_stop    NUMERIC(20,8),
    current_tp      NUMERIC(20,8),
    unrealized_pnl  NUMERIC(20,8) NOT NULL DEFAULT 0,  -- of the open size at the last update, in the quote asset
    regime_at_entry INTEGER NOT NULL,                  -- -1 bearish, 0 neutral, 1 bullish
    phase_at_entry  INTEGER NOT NULL,
    opened_at       TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    updated_at      TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    closed_at       TEXT,                              -- NULL while the position is open
    close_price     NUMERIC(20,8),
    realized_pnl    NUMERIC(20,8),                     -- may be set by partial closes
    close_reason    TEXT,                              -- regime_kill, stop_hit, and so on

    CONSTRAINT ck_positions_symbol CHECK (symbol <> ''),
    CONSTRAINT ck_positions_side CHECK (side IN ('LONG', 'SHORT')),
    CONSTRAINT ck_positions_size CHECK (size > 0 AND size < 1e12),
    CONSTRAINT ck_positions_avg_entry CHECK (avg_entry > 0 AND avg_entry < 1e12),
    CONSTRAINT ck_positions_current_stop CHECK (current_stop > 0 AND current_stop < 1e12),
    CONSTRAINT ck_positions_current_tp CHECK (current_tp > 0 AND current_tp < 1e12),
    CONSTRAINT ck_positions_unrealized_pnl CHECK (unrealized_pnl > -1e12 AND unrealized_pnl < 1e12),
    CONSTRAINT ck_positions_regime_at_entry CHECK (regime_at_entry IN (-1, 0, 1)),
    CONSTRAINT ck_positions_phase_at_entry CHECK (phase_at_entry IN (1, 2)),
    CONSTRAINT ck_positions_closed_at CHECK (julianday(closed_at) >= julianday(opened_at)),
    CONSTRAINT ck_positions_close_price CHECK (close_price > 0 AND close_price < 1e12),
    CONSTRAINT ck_positions_realized_pnl CHECK (realized_pnl > -1e12 AND realized_pnl < 1e12),
    CONSTRAINT ck_positions_close_reason CHECK (close_reason <> ''),
    CONSTRAINT ck_positions_open_or_closed CHECK (
        (closed_at IS NULL AND close_price IS NULL AND close_reason IS NULL)
        OR (closed_at IS NOT NULL AND close_price IS NOT NULL AND realized_pnl IS NOT NULL)
    ),
    CONSTRAINT ck_positions_opened_at_format CHECK (
        opened_at GLOB '????-??-??T??:??:??.[0-9][0-9][0-9]*Z'
        AND date(opened_at, '+0 days') IS substr(opened_at, 1, 10)
    ),
    CONSTRAINT ck_positions_updated_at_format CHECK (
        updated_at GLOB '????-??-??T??:??:??.[0-9][0-9][0-9]*Z'
        AND date(updated_at, '+0 days') IS substr(updated_at, 1, 10)
    ),
    CONSTRAINT ck_positions_closed_at_format CHECK (
        closed_at IS NULL
        OR (
            closed_at GLOB '????-??-??T??:??:??.[0-9][0-9][0-9]*Z'
            AND date(closed_at, '+0 days') IS substr(closed_at, 1, 10)
        )
    )
);

-- Periodic snapshots of the regime state.
CREATE TABLE regime_snapshots (
    snapshot_id            INTEGER CONSTRAINT pk_regime_snapshots PRIMARY KEY AUTOINCREMENT,
    timestamp              TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    symbol                 TEXT NOT NULL,
    regime_state           INTEGER NOT NULL,       -- overall: -1 bearish, 0 neutral, 1 bullish
    trend_state            INTEGER NOT NULL,       -- -1 down, 0 none, 1 up
    vol_state              INTEGER NOT NULL,       -- 0 low, 1 normal, 2 high
    market_structure_score NUMERIC(5,2) NOT NULL,  -- smart-money-concepts score, 0 to 100
    model_recommendation   TEXT NOT NULL,

    CONSTRAINT ck_regime_snapshots_symbol CHECK (symbol <> ''),
    CONSTRAINT ck_regime_snapshots_regime_state CHECK (regime_state IN (-1, 0, 1)),
    CONSTRAINT ck_regime_snapshots_trend_state CHECK (trend_state IN (-1, 0, 1)),
    CONSTRAINT ck_regime_snapshots_vol_state CHECK (vol_state IN (0, 1, 2)),
    CONSTRAINT ck_regime_snapshots_market_structure_score CHECK (market_structure_score BETWEEN 0 AND 100),
    CONSTRAINT ck_regime_snapshots_model_recommendation CHECK (
        model_recommendation IN ('TREND_FOLLOW', 'MEAN_REVERT', 'NO_TRADE')
    ),
    CONSTRAINT ck_regime_snapshots_timestamp CHECK (
        timestamp GLOB '????-??-??T??:??:??.[0-9][0-9][0-9]*Z'
        AND date(timestamp, '+0 days') IS substr(timestamp, 1, 10)
    )
);

-- Critical system events and alerts.
CREATE TABLE system_events (
    event_id     INTEGER CONSTRAINT pk_system_events PRIMARY KEY AUTOINCREMENT,
    event_type   TEXT NOT NULL,  -- emergency_flatten, heartbeat_timeout, and so on
    severity     TEXT NOT NULL,
    description  TEXT NOT NULL,
    context_json TEXT,           -- additional context as a JSON string
    timestamp    TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),

    CONSTRAINT ck_system_events_event_type CHECK (event_type <> ''),
    CONSTRAINT ck_system_events_severity CHECK (severity IN ('ERROR', 'WARNING', 'INFO')),
    CONSTRAINT ck_system_events_context_json CHECK (context_json IS NULL OR json_valid(context_json)),
    CONSTRAINT ck_system_events_timestamp CHECK (
        timestamp GLOB '????-??-??T??:??:??.[0-9][0-9][0-9]*Z'
        AND date(timestamp, '+0 days') IS substr(timestamp, 1, 10)
    )
);
