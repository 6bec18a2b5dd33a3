-- Migration: 20250101000001_initial_schema
-- Description: Create trades, positions, regime_snapshots and system_events
-- Created: 2026-11-21

-- Prices and sizes are NUMERIC(20,8); the upper bound 1e12 in their checks is the limit of that type and also
-- refuses NaN, which PostgreSQL sorts above every number. Columns whose values form a set are NOT NULL, because
-- a CHECK lets NULL through. All timestamps are UTC instants.

CREATE TABLE trades (
    trade_id             BIGINT GENERATED ALWAYS AS IDENTITY,
    signal_id            TEXT NOT NULL,
    symbol               TEXT NOT NULL,
    side                 TEXT NOT NULL,
    size                 NUMERIC(20,8) NOT NULL,
    entry_price          NUMERIC(20,8) NOT NULL,
    stop_price           NUMERIC(20,8),
    tp_price             NUMERIC(20,8),
    fill_price           NUMERIC(20,8) NOT NULL,
    slippage_pct         NUMERIC(10,6),
    execution_latency_ms NUMERIC(12,3),
    regime_state         SMALLINT NOT NULL,
    phase                SMALLINT NOT NULL,
    timestamp            TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT pk_trades PRIMARY KEY (trade_id),
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
    CONSTRAINT ck_trades_phase CHECK (phase IN (1, 2))
);

COMMENT ON TABLE trades IS 'Audit trail of all trade executions';
COMMENT ON COLUMN trades.signal_id IS 'Unique signal identifier from Pine Script; a signal is executed at most once';
COMMENT ON COLUMN trades.symbol IS 'Trading pair, for example BTCUSDT';
COMMENT ON COLUMN trades.size IS 'Executed size in units of the base asset';
COMMENT ON COLUMN trades.entry_price IS 'Intended entry price, in the quote asset';
COMMENT ON COLUMN trades.stop_price IS 'Stop loss price; NULL when the trade has none';
COMMENT ON COLUMN trades.tp_price IS 'Take profit price; NULL when the trade has none';
COMMENT ON COLUMN trades.fill_price IS 'Actual fill price, in the quote asset';
COMMENT ON COLUMN trades.slippage_pct IS 'Slippage of fill_price against entry_price in percent; positive is worse';
COMMENT ON COLUMN trades.execution_latency_ms IS 'Milliseconds from the signal to the execution';
COMMENT ON COLUMN trades.regime_state IS 'Regime at execution: -1 bearish, 0 neutral, 1 bullish';
COMMENT ON COLUMN trades.phase IS 'Trading phase, 1 or 2';
COMMENT ON COLUMN trades.timestamp IS 'Time of the execution';

CREATE TABLE positions (
    position_id     BIGINT GENERATED ALWAYS AS IDENTITY,
    symbol          TEXT NOT NULL,
    side            TEXT NOT NULL,
    size            NUMERIC(20,8) NOT NULL,
    avg_entry       NUMERIC(20,8) NOT NULL,
    current_stop    NUMERIC(20,8),
    current_tp      NUMERIC(20,8),
    unrealized_pnl  NUMERIC(20,8) NOT NULL DEFAULT 0,
    regime_at_entry SMALLINT NOT NULL,
    phase_at_entry  SMALLINT NOT NULL,
    opened_at       TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    closed_at       TIMESTAMPTZ,
    close_price     NUMERIC(20,8),
    realized_pnl    NUMERIC(20,8),
    close_reason    TEXT,

    CONSTRAINT pk_positions PRIMARY KEY (position_id),
    CONSTRAINT ck_positions_symbol CHECK (symbol <> ''),
    CONSTRAINT ck_positions_side CHECK (side IN ('LONG', 'SHORT')),
    CONSTRAINT ck_positions_size CHECK (size > 0 AND size < 1e12),
    CONSTRAINT ck_positions_avg_entry CHECK (avg_entry > 0 AND avg_entry < 1e12),
    CONSTRAINT ck_positions_current_stop CHECK (current_stop > 0 AND current_stop < 1e12),
    CONSTRAINT ck_positions_current_tp CHECK (current_tp > 0 AND current_tp < 1e12),
    CONSTRAINT ck_positions_unrealized_pnl CHECK (unrealized_pnl > -1e12 AND unrealized_pnl < 1e12),
    CONSTRAINT ck_positions_regime_at_entry CHECK (regime_at_entry IN (-1, 0, 1)),
    CONSTRAINT ck_positions_phase_at_entry CHECK (phase_at_entry IN (1, 2)),
    CONSTRAINT ck_positions_closed_at CHECK (closed_at >= opened_at),
    CONSTRAINT ck_positions_close_price CHECK (close_price > 0 AND close_price < 1e12),
    CONSTRAINT ck_positions_realized_pnl CHECK (realized_pnl > -1e12 AND realized_pnl < 1e12),
    CONSTRAINT ck_positions_close_reason CHECK (close_reason <> ''),
    CONSTRAINT ck_positions_open_or_closed CHECK (
        (closed_at IS NULL AND close_price IS NULL AND close_reason IS NULL)
        OR (closed_at IS NOT NULL AND close_price IS NOT NULL AND realized_pnl IS NOT NULL)
    )
);

COMMENT ON TABLE positions IS 'Open and closed positions; the open ones restore the shadow state after a crash';
COMMENT ON COLUMN positions.symbol IS 'Trading pair, for example BTCUSDT';
COMMENT ON COLUMN positions.size IS 'Position size in units of the base asset; the direction is in side';
COMMENT ON COLUMN positions.avg_entry IS 'Average entry price, in the quote asset';
COMMENT ON COLUMN positions.current_stop IS 'Current stop loss price; NULL when there is none';
COMMENT ON COLUMN positions.current_tp IS 'Current take profit price; NULL when there is none';
COMMENT ON COLUMN positions.unrealized_pnl IS 'Profit or loss of the open size at the last update, in the quote asset';
COMMENT ON COLUMN positions.regime_at_entry IS 'Regime when opened: -1 bearish, 0 neutral, 1 bullish';
COMMENT ON COLUMN positions.phase_at_entry IS 'Trading phase when opened, 1 or 2';
COMMENT ON COLUMN positions.updated_at IS 'Time of the last update, written by the application';
COMMENT ON COLUMN positions.closed_at IS 'Time of the close; NULL while the position is open';
COMMENT ON COLUMN positions.close_price IS 'Average price of the close; NULL while the position is open';
COMMENT ON COLUMN positions.realized_pnl IS 'Realized profit or loss in the quote asset; may be set by partial closes';
COMMENT ON COLUMN positions.close_reason IS 'Why it was closed: regime_kill, stop_hit, and so on';

CREATE TABLE regime_snapshots (
    snapshot_id            BIGINT GENERATED ALWAYS AS IDENTITY,
    timestamp              TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    symbol                 TEXT NOT NULL,
    regime_state           SMALLINT NOT NULL,
    trend_state            SMALLINT NOT NULL,
    vol_state              SMALLINT NOT NULL,
    market_structure_score NUMERIC(5,2) NOT NULL,
    model_recommendation   TEXT NOT NULL,

    CONSTRAINT pk_regime_snapshots PRIMARY KEY (snapshot_id),
    CONSTRAINT ck_regime_snapshots_symbol CHECK (symbol <> ''),
    CONSTRAINT ck_regime_snapshots_regime_state CHECK (regime_state IN (-1, 0, 1)),
    CONSTRAINT ck_regime_snapshots_trend_state CHECK (trend_state IN (-1, 0, 1)),
    CONSTRAINT ck_regime_snapshots_vol_state CHECK (vol_state IN (0, 1, 2)),
    CONSTRAINT ck_regime_snapshots_market_structure_score CHECK (market_structure_score BETWEEN 0 AND 100),
    CONSTRAINT ck_regime_snapshots_model_recommendation CHECK (
        model_recommendation IN ('TREND_FOLLOW', 'MEAN_REVERT', 'NO_TRADE')
    )
);

COMMENT ON TABLE regime_snapshots IS 'Periodic snapshots of the regime state';
COMMENT ON COLUMN regime_snapshots.symbol IS 'Trading pair, for example BTCUSDT';
COMMENT ON COLUMN regime_snapshots.regime_state IS 'Overall regime: -1 bearish, 0 neutral, 1 bullish';
COMMENT ON COLUMN regime_snapshots.trend_state IS 'Trend component: -1 down, 0 none, 1 up';
COMMENT ON COLUMN regime_snapshots.vol_state IS 'Volatility component: 0 low, 1 normal, 2 high';
COMMENT ON COLUMN regime_snapshots.market_structure_score IS 'Smart-money-concepts score, 0 to 100';
COMMENT ON COLUMN regime_snapshots.model_recommendation IS 'TREND_FOLLOW, MEAN_REVERT or NO_TRADE';

CREATE TABLE system_events (
    event_id     BIGINT GENERATED ALWAYS AS IDENTITY,
    event_type   TEXT NOT NULL,
    severity     TEXT NOT NULL,
    description  TEXT NOT NULL,
    context_json JSONB,
    timestamp    TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT pk_system_events PRIMARY KEY (event_id),
    CONSTRAINT ck_system_events_event_type CHECK (event_type <> ''),
    CONSTRAINT ck_system_events_severity CHECK (severity IN ('ERROR', 'WARNING', 'INFO'))
);

COMMENT ON TABLE system_events IS 'Critical system events and alerts';
COMMENT ON COLUMN system_events.event_type IS 'Kind of event: emergency_flatten, heartbeat_timeout, and so on';
COMMENT ON COLUMN system_events.severity IS 'ERROR, WARNING or INFO';
COMMENT ON COLUMN system_events.description IS 'Text for people';
COMMENT ON COLUMN system_events.context_json IS 'Additional context of the event';
