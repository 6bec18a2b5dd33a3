-- Migration: 001_create_positions_tables
-- Description: Create positions and closed_positions with their indexes and views
-- Created: 2026-11-21
-- Lint: allow float-money (a paper-trading bot that computes in doubles; SQLite has no decimal type)

-- Timestamps are Unix epoch integers in seconds, shown as UTC datetimes by the views. The upper bound in their
-- checks is the end of the year 9999: it refuses milliseconds. Prices, quantities and P&L are REAL, in US dollars
-- and shares; the upper bounds refuse text and infinity, which SQLite sorts above every number.

-- Currently open positions.
CREATE TABLE positions (
    position_id       TEXT NOT NULL,
    ticker            TEXT NOT NULL,
    side              TEXT NOT NULL,
    quantity          REAL NOT NULL,            -- shares, positive for both sides
    entry_price       REAL NOT NULL,
    current_price     REAL NOT NULL,
    unrealized_pnl    REAL NOT NULL DEFAULT 0,
    stop_loss_price   REAL,
    take_profit_price REAL,
    opened_at         INTEGER NOT NULL DEFAULT (strftime('%s', 'now')),
    updated_at        INTEGER NOT NULL DEFAULT (strftime('%s', 'now')),
    strategy          TEXT,
    signal_score      REAL,
    metadata          TEXT,                     -- JSON

    CONSTRAINT pk_positions PRIMARY KEY (position_id),
    CONSTRAINT ck_positions_position_id CHECK (position_id <> ''),
    CONSTRAINT ck_positions_ticker CHECK (ticker <> ''),
    CONSTRAINT ck_positions_side CHECK (side IN ('long', 'short')),
    CONSTRAINT ck_positions_quantity CHECK (quantity > 0 AND quantity < 1e12),
    CONSTRAINT ck_positions_entry_price CHECK (entry_price > 0 AND entry_price < 1e12),
    CONSTRAINT ck_positions_current_price CHECK (current_price > 0 AND current_price < 1e12),
    CONSTRAINT ck_positions_unrealized_pnl CHECK (unrealized_pnl > -1e15 AND unrealized_pnl < 1e15),
    CONSTRAINT ck_positions_stop_loss_price CHECK (stop_loss_price > 0 AND stop_loss_price < 1e12),
    CONSTRAINT ck_positions_take_profit_price CHECK (take_profit_price > 0 AND take_profit_price < 1e12),
    CONSTRAINT ck_positions_opened_at CHECK (
        typeof(opened_at) = 'integer' AND opened_at BETWEEN 0 AND 253402300799
    ),
    CONSTRAINT ck_positions_updated_at CHECK (
        typeof(updated_at) = 'integer' AND updated_at BETWEEN opened_at AND 253402300799
    ),
    CONSTRAINT ck_positions_signal_score CHECK (signal_score > -1e6 AND signal_score < 1e6),
    CONSTRAINT ck_positions_metadata CHECK (metadata IS NULL OR json_valid(metadata))
);

CREATE INDEX idx_positions_ticker ON positions (ticker);

CREATE INDEX idx_positions_strategy ON positions (strategy);

CREATE INDEX idx_positions_opened_at ON positions (opened_at DESC);

CREATE INDEX idx_positions_unrealized_pnl ON positions (unrealized_pnl DESC);

CREATE INDEX idx_positions_ticker_side ON positions (ticker, side);

-- Historical closed positions: what positions held at the close, and the outcome.
CREATE TABLE closed_positions (
    position_id             TEXT NOT NULL,
    ticker                  TEXT NOT NULL,
    side                    TEXT NOT NULL,
    quantity                REAL NOT NULL,
    entry_price             REAL NOT NULL,
    current_price           REAL,                     -- last mark before the close
    unrealized_pnl          REAL,                     -- at the last mark
    stop_loss_price         REAL,
    take_profit_price       REAL,
    opened_at               INTEGER NOT NULL,
    updated_at              INTEGER,                  -- time of the last mark
    strategy                TEXT,
    signal_score            REAL,
    metadata                TEXT,                     -- JSON
    closed_at               INTEGER NOT NULL DEFAULT (strftime('%s', 'now')),
    exit_price              REAL NOT NULL,
    realized_pnl            REAL NOT NULL,            -- after commission
    holding_period_hours    REAL NOT NULL,
    exit_reason             TEXT NOT NULL,            -- stop_loss, take_profit, signal, and so on
    commission              REAL NOT NULL DEFAULT 0,  -- of entry and exit together
    slippage                REAL NOT NULL DEFAULT 0,  -- dollars lost to it; negative is price improvement
    max_favorable_excursion REAL,                     -- best unrealized P&L while open
    max_adverse_excursion   REAL,                     -- worst unrealized P&L while open

    CONSTRAINT pk_closed_positions PRIMARY KEY (position_id),
    CONSTRAINT ck_closed_positions_position_id CHECK (position_id <> ''),
    CONSTRAINT ck_closed_positions_ticker CHECK (ticker <> ''),
    CONSTRAINT ck_closed_positions_side CHECK (side IN ('long', 'short')),
    CONSTRAINT ck_closed_positions_quantity CHECK (quantity > 0 AND quantity < 1e12),
    CONSTRAINT ck_closed_positions_entry_price CHECK (entry_price > 0 AND entry_price < 1e12),
    CONSTRAINT ck_closed_positions_current_price CHECK (current_price > 0 AND current_price < 1e12),
    CONSTRAINT ck_closed_positions_unrealized_pnl CHECK (unrealized_pnl > -1e15 AND unrealized_pnl < 1e15),
    CONSTRAINT ck_closed_positions_stop_loss_price CHECK (stop_loss_price > 0 AND stop_loss_price < 1e12),
    CONSTRAINT ck_closed_positions_take_profit_price CHECK (take_profit_price > 0 AND take_profit_price < 1e12),
    CONSTRAINT ck_closed_positions_opened_at CHECK (
        typeof(opened_at) = 'integer' AND opened_at BETWEEN 0 AND 253402300799
    ),
    CONSTRAINT ck_closed_positions_updated_at CHECK (
        updated_at IS NULL OR (typeof(updated_at) = 'integer' AND updated_at BETWEEN opened_at AND 253402300799)
    ),
    CONSTRAINT ck_closed_positions_signal_score CHECK (signal_score > -1e6 AND signal_score < 1e6),
    CONSTRAINT ck_closed_positions_metadata CHECK (metadata IS NULL OR json_valid(metadata)),
    CONSTRAINT ck_closed_positions_closed_at CHECK (
        typeof(closed_at) = 'integer' AND closed_at BETWEEN opened_at AND 253402300799
    ),
    CONSTRAINT ck_closed_positions_exit_price CHECK (exit_price >= 0 AND exit_price < 1e12),
    CONSTRAINT ck_closed_positions_realized_pnl CHECK (realized_pnl > -1e15 AND realized_pnl < 1e15),
    CONSTRAINT ck_closed_positions_holding_period_hours CHECK (
        holding_period_hours >= 0 AND holding_period_hours < 1e9
    ),
    CONSTRAINT ck_closed_positions_exit_reason CHECK (exit_reason <> ''),
    CONSTRAINT ck_closed_positions_commission CHECK (commission >= 0 AND commission < 1e12),
    CONSTRAINT ck_closed_positions_slippage CHECK (slippage > -1e12 AND slippage < 1e12),
    CONSTRAINT ck_closed_positions_max_favorable_excursion CHECK (
        max_favorable_excursion > -1e15 AND max_favorable_excursion < 1e15
    ),
    CONSTRAINT ck_closed_positions_max_adverse_excursion CHECK (
        max_adverse_excursion > -1e15 AND max_adverse_excursion < 1e15
    ),
    CONSTRAINT ck_closed_positions_excursions CHECK (max_adverse_excursion <= max_favorable_excursion)
);

CREATE INDEX idx_closed_positions_ticker ON closed_positions (ticker);

CREATE INDEX idx_closed_positions_strategy ON closed_positions (strategy);

CREATE INDEX idx_closed_positions_opened_at ON closed_positions (opened_at DESC);

CREATE INDEX idx_closed_positions_closed_at ON closed_positions (closed_at DESC);

CREATE INDEX idx_closed_positions_realized_pnl ON closed_positions (realized_pnl DESC);

CREATE INDEX idx_closed_positions_ticker_side ON closed_positions (ticker, side);

-- Current positions with P&L; the percentage is of the cost.
CREATE VIEW v_position_summary AS
SELECT position_id,
       ticker,
       side,
       quantity,
       entry_price,
       current_price,
       quantity * entry_price AS cost_basis,
       quantity * current_price AS market_value,
       unrealized_pnl,
       round(100.0 * unrealized_pnl / (quantity * entry_price), 4) AS unrealized_pnl_pct,
       stop_loss_price,
       take_profit_price,
       strategy,
       signal_score,
       datetime(opened_at, 'unixepoch') AS opened_at,
       datetime(updated_at, 'unixepoch') AS updated_at,
       round((strftime('%s', 'now') - positions.opened_at) / 3600.0, 2) AS holding_period_hours
FROM positions
ORDER BY unrealized_pnl DESC;

-- The last 100 closed trades, newest first; the percentage is of the cost.
CREATE VIEW v_recent_closed_trades AS
SELECT position_id,
       ticker,
       side,
       quantity,
       entry_price,
       exit_price,
       realized_pnl,
       round(100.0 * realized_pnl / (quantity * entry_price), 4) AS realized_pnl_pct,
       holding_period_hours,
       exit_reason,
       commission,
       slippage,
       max_favorable_excursion,
       max_adverse_excursion,
       strategy,
       signal_score,
       datetime(opened_at, 'unixepoch') AS opened_at,
       datetime(closed_at, 'unixepoch') AS closed_at
FROM closed_positions
ORDER BY closed_positions.closed_at DESC, position_id DESC
LIMIT 100;
