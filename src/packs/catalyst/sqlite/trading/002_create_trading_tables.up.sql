-- Migration: 002_create_trading_tables
-- Description: Create orders, fills, portfolio_snapshots and performance_metrics with their indexes and views
-- Created: 2026-11-21
-- Lint: allow float-money (a paper-trading bot that computes in doubles; SQLite has no decimal type)

-- Timestamps (_at, _time) are Unix epoch integers in seconds, shown as UTC datetimes by the views; their upper
-- bound is the end of the year 9999 and refuses milliseconds. Days (_date) are ISO 8601 text, 2025-01-31; GLOB keeps
-- words such as now from date(). Prices, quantities and P&L are REAL, in US dollars and shares; the upper bounds
-- refuse text and infinity, which SQLite sorts above every number. position_id points into
-- positions.db, where no foreign key can reach.

-- All orders placed.
CREATE TABLE orders (
    order_id         TEXT NOT NULL,
    ticker           TEXT NOT NULL,
    order_type       TEXT NOT NULL,
    side             TEXT NOT NULL,
    quantity         REAL NOT NULL,
    limit_price      REAL,
    stop_price       REAL,
    time_in_force    TEXT NOT NULL DEFAULT 'day',
    status           TEXT NOT NULL DEFAULT 'pending',
    filled_quantity  REAL NOT NULL DEFAULT 0,
    filled_avg_price REAL,
    commission       REAL NOT NULL DEFAULT 0,
    slippage         REAL NOT NULL DEFAULT 0,  -- dollars lost to it; negative is price improvement
    position_id      TEXT,
    strategy         TEXT,
    submitted_at     INTEGER NOT NULL DEFAULT (strftime('%s', 'now')),
    updated_at       INTEGER NOT NULL DEFAULT (strftime('%s', 'now')),
    filled_at        INTEGER,                  -- time of the last fill
    metadata         TEXT,                     -- JSON

    CONSTRAINT pk_orders PRIMARY KEY (order_id),
    CONSTRAINT ck_orders_order_id CHECK (order_id <> ''),
    CONSTRAINT ck_orders_ticker CHECK (ticker <> ''),
    CONSTRAINT ck_orders_order_type CHECK (order_type IN ('market', 'limit', 'stop', 'stop_limit')),
    CONSTRAINT ck_orders_side CHECK (side IN ('buy', 'sell')),
    CONSTRAINT ck_orders_quantity CHECK (quantity > 0 AND quantity < 1e12),
    CONSTRAINT ck_orders_limit_price CHECK (limit_price > 0 AND limit_price < 1e12),
    CONSTRAINT ck_orders_stop_price CHECK (stop_price > 0 AND stop_price < 1e12),
    CONSTRAINT ck_orders_prices_of_type CHECK (
        (order_type NOT IN ('limit', 'stop_limit') OR limit_price IS NOT NULL)
        AND (order_type NOT IN ('stop', 'stop_limit') OR stop_price IS NOT NULL)
    ),
    CONSTRAINT ck_orders_time_in_force CHECK (time_in_force IN ('day', 'gtc', 'ioc', 'fok', 'opg', 'cls')),
    CONSTRAINT ck_orders_status CHECK (
        status IN ('pending', 'submitted', 'partially_filled', 'filled', 'cancelled', 'rejected', 'expired')
    ),
    -- The tolerance is for sums of fractional shares in doubles.
    CONSTRAINT ck_orders_filled_quantity CHECK (filled_quantity >= 0 AND filled_quantity <= quantity + 1e-6),
    CONSTRAINT ck_orders_filled_avg_price CHECK (filled_avg_price > 0 AND filled_avg_price < 1e12),
    CONSTRAINT ck_orders_filled CHECK (
        (filled_quantity = 0 OR filled_avg_price IS NOT NULL)
        AND (status <> 'filled' OR filled_quantity >= quantity - 1e-6)
        AND (status <> 'partially_filled' OR filled_quantity > 0)
    ),
    CONSTRAINT ck_orders_commission CHECK (commission >= 0 AND commission < 1e12),
    CONSTRAINT ck_orders_slippage CHECK (slippage > -1e12 AND slippage < 1e12),
    CONSTRAINT ck_orders_submitted_at CHECK (
        typeof(submitted_at) = 'integer' AND submitted_at BETWEEN 0 AND 253402300799
    ),
    CONSTRAINT ck_orders_updated_at CHECK (
        typeof(updated_at) = 'integer' AND updated_at BETWEEN submitted_at AND 253402300799
    ),
    CONSTRAINT ck_orders_filled_at CHECK (
        filled_at IS NULL OR (typeof(filled_at) = 'integer' AND filled_at BETWEEN submitted_at AND 253402300799)
    ),
    CONSTRAINT ck_orders_metadata CHECK (metadata IS NULL OR json_valid(metadata))
);

CREATE INDEX idx_orders_ticker ON orders (ticker);

CREATE INDEX idx_orders_status ON orders (status);

CREATE INDEX idx_orders_submitted_at ON orders (submitted_at DESC);

CREATE INDEX idx_orders_position_id ON orders (position_id);

CREATE INDEX idx_orders_strategy ON orders (strategy);

-- Order fill events. An order with fills can't be deleted: they are the record of what was traded.
CREATE TABLE fills (
    fill_id     TEXT NOT NULL,
    order_id    TEXT NOT NULL,
    ticker      TEXT NOT NULL,
    side        TEXT NOT NULL,
    quantity    REAL NOT NULL,
    price       REAL NOT NULL,
    filled_at   INTEGER NOT NULL DEFAULT (strftime('%s', 'now')),
    liquidity   TEXT,                     -- whether we were maker or taker, if known
    commission  REAL NOT NULL DEFAULT 0,
    position_id TEXT,

    CONSTRAINT pk_fills PRIMARY KEY (fill_id),
    CONSTRAINT fk_fills_order_id FOREIGN KEY (order_id) REFERENCES orders (order_id) ON DELETE RESTRICT,
    CONSTRAINT ck_fills_fill_id CHECK (fill_id <> ''),
    CONSTRAINT ck_fills_ticker CHECK (ticker <> ''),
    CONSTRAINT ck_fills_side CHECK (side IN ('buy', 'sell')),
    CONSTRAINT ck_fills_quantity CHECK (quantity > 0 AND quantity < 1e12),
    CONSTRAINT ck_fills_price CHECK (price > 0 AND price < 1e12),
    CONSTRAINT ck_fills_filled_at CHECK (
        typeof(filled_at) = 'integer' AND filled_at BETWEEN 0 AND 253402300799
    ),
    CONSTRAINT ck_fills_liquidity CHECK (liquidity IN ('maker', 'taker')),
    CONSTRAINT ck_fills_commission CHECK (commission >= 0 AND commission < 1e12)
);

CREATE INDEX idx_fills_order_id ON fills (order_id);

CREATE INDEX idx_fills_ticker ON fills (ticker);

CREATE INDEX idx_fills_filled_at ON fills (filled_at DESC);

CREATE INDEX idx_fills_position_id ON fills (position_id);

-- Daily portfolio values, one row a day.
CREATE TABLE portfolio_snapshots (
    snapshot_id        INTEGER CONSTRAINT pk_portfolio_snapshots PRIMARY KEY AUTOINCREMENT,
    snapshot_date      TEXT NOT NULL,
    snapshot_time      INTEGER NOT NULL DEFAULT (strftime('%s', 'now')),
    total_equity       REAL NOT NULL,
    cash_balance       REAL NOT NULL,
    long_market_value  REAL NOT NULL DEFAULT 0,
    short_market_value REAL NOT NULL DEFAULT 0,  -- what the shorts would cost to cover, as a negative value
    daily_pnl          REAL NOT NULL DEFAULT 0,
    cumulative_pnl     REAL NOT NULL DEFAULT 0,
    positions_count    INTEGER NOT NULL DEFAULT 0,
    buying_power       REAL,
    leverage           REAL,                     -- gross market value / equity
    unrealized_pnl     REAL NOT NULL DEFAULT 0,

    CONSTRAINT uq_portfolio_snapshots_snapshot_date UNIQUE (snapshot_date),
    CONSTRAINT ck_portfolio_snapshots_snapshot_date CHECK (
        snapshot_date GLOB '????-??-??' AND date(snapshot_date, '+0 days') IS snapshot_date
    ),
    CONSTRAINT ck_portfolio_snapshots_snapshot_time CHECK (
        typeof(snapshot_time) = 'integer' AND snapshot_time BETWEEN 0 AND 253402300799
    ),
    CONSTRAINT ck_portfolio_snapshots_total_equity CHECK (total_equity > -1e15 AND total_equity < 1e15),
    CONSTRAINT ck_portfolio_snapshots_cash_balance CHECK (cash_balance > -1e15 AND cash_balance < 1e15),
    CONSTRAINT ck_portfolio_snapshots_long_market_value CHECK (long_market_value >= 0 AND long_market_value < 1e15),
    CONSTRAINT ck_portfolio_snapshots_short_market_value CHECK (
        short_market_value > -1e15 AND short_market_value <= 0
    ),
    CONSTRAINT ck_portfolio_snapshots_daily_pnl CHECK (daily_pnl > -1e15 AND daily_pnl < 1e15),
    CONSTRAINT ck_portfolio_snapshots_cumulative_pnl CHECK (cumulative_pnl > -1e15 AND cumulative_pnl < 1e15),
    CONSTRAINT ck_portfolio_snapshots_positions_count CHECK (
        typeof(positions_count) = 'integer' AND positions_count >= 0
    ),
    CONSTRAINT ck_portfolio_snapshots_buying_power CHECK (buying_power >= 0 AND buying_power < 1e15),
    CONSTRAINT ck_portfolio_snapshots_leverage CHECK (leverage >= 0 AND leverage < 1e6),
    CONSTRAINT ck_portfolio_snapshots_unrealized_pnl CHECK (unrealized_pnl > -1e15 AND unrealized_pnl < 1e15)
);

CREATE INDEX idx_portfolio_snapshots_snapshot_date ON portfolio_snapshots (snapshot_date DESC);

CREATE INDEX idx_portfolio_snapshots_snapshot_time ON portfolio_snapshots (snapshot_time DESC);

-- Daily performance statistics, one row a day and strategy. Ratios are annualised with 252 days; a statistic that
-- has too few trades behind it is NULL.
CREATE TABLE performance_metrics (
    metric_id                INTEGER CONSTRAINT pk_performance_metrics PRIMARY KEY AUTOINCREMENT,
    metric_date              TEXT NOT NULL,
    strategy                 TEXT NOT NULL DEFAULT 'portfolio',  -- 'portfolio' is all strategies together
    sharpe_ratio             REAL,
    sortino_ratio            REAL,
    calmar_ratio             REAL,
    max_drawdown             REAL,                               -- largest fall from a peak so far, dollars, >= 0
    max_drawdown_pct         REAL,                               -- the same in percent of that peak
    current_drawdown         REAL,                               -- fall from the last peak, dollars, >= 0
    volatility               REAL,                               -- annualised, as a fraction
    win_rate                 REAL,                               -- 0 to 1
    profit_factor            REAL,                               -- gross profit / gross loss
    avg_win                  REAL,                               -- dollars, >= 0
    avg_loss                 REAL,                               -- dollars, <= 0
    alpha                    REAL,                               -- annualised, as a fraction
    beta                     REAL,
    correlation_to_benchmark REAL,
    calculated_at            INTEGER NOT NULL DEFAULT (strftime('%s', 'now')),

    CONSTRAINT uq_performance_metrics_metric_date_strategy UNIQUE (metric_date, strategy),
    CONSTRAINT ck_performance_metrics_metric_date CHECK (
        metric_date GLOB '????-??-??' AND date(metric_date, '+0 days') IS metric_date
    ),
    CONSTRAINT ck_performance_metrics_strategy CHECK (strategy <> ''),
    CONSTRAINT ck_performance_metrics_sharpe_ratio CHECK (sharpe_ratio > -1e6 AND sharpe_ratio < 1e6),
    CONSTRAINT ck_performance_metrics_sortino_ratio CHECK (sortino_ratio > -1e6 AND sortino_ratio < 1e6),
    CONSTRAINT ck_performance_metrics_calmar_ratio CHECK (calmar_ratio > -1e6 AND calmar_ratio < 1e6),
    CONSTRAINT ck_performance_metrics_max_drawdown CHECK (max_drawdown >= 0 AND max_drawdown < 1e15),
    CONSTRAINT ck_performance_metrics_max_drawdown_pct CHECK (max_drawdown_pct >= 0 AND max_drawdown_pct < 1e6),
    CONSTRAINT ck_performance_metrics_current_drawdown CHECK (
        current_drawdown >= 0 AND current_drawdown < 1e15 AND current_drawdown <= max_drawdown
    ),
    CONSTRAINT ck_performance_metrics_volatility CHECK (volatility >= 0 AND volatility < 1e6),
    CONSTRAINT ck_performance_metrics_win_rate CHECK (win_rate BETWEEN 0 AND 1),
    CONSTRAINT ck_performance_metrics_profit_factor CHECK (profit_factor >= 0 AND profit_factor < 1e9),
    CONSTRAINT ck_performance_metrics_avg_win CHECK (avg_win >= 0 AND avg_win < 1e15),
    CONSTRAINT ck_performance_metrics_avg_loss CHECK (avg_loss > -1e15 AND avg_loss <= 0),
    CONSTRAINT ck_performance_metrics_alpha CHECK (alpha > -1e6 AND alpha < 1e6),
    CONSTRAINT ck_performance_metrics_beta CHECK (beta > -1e6 AND beta < 1e6),
    CONSTRAINT ck_performance_metrics_correlation_to_benchmark CHECK (correlation_to_benchmark BETWEEN -1 AND 1),
    CONSTRAINT ck_performance_metrics_calculated_at CHECK (
        typeof(calculated_at) = 'integer' AND calculated_at BETWEEN 0 AND 253402300799
    )
);

CREATE INDEX idx_performance_metrics_metric_date ON performance_metrics (metric_date DESC);

CREATE INDEX idx_performance_metrics_strategy ON performance_metrics (strategy);

-- The last 100 orders, newest first.
CREATE VIEW v_recent_orders AS
SELECT order_id,
       ticker,
       order_type,
       side,
       quantity,
       limit_price,
       stop_price,
       time_in_force,
       status,
       filled_quantity,
       filled_avg_price,
       commission,
       slippage,
       position_id,
       strategy,
       datetime(submitted_at, 'unixepoch') AS submitted_at,
       datetime(updated_at, 'unixepoch') AS updated_at,
       datetime(filled_at, 'unixepoch') AS filled_at
FROM orders
ORDER BY orders.submitted_at DESC, order_id DESC
LIMIT 100;

-- Fill statistics per order; an order without fills has a count of 0. The average price is weighted by quantity.
CREATE VIEW v_order_fill_stats AS
SELECT o.order_id,
       o.ticker,
       o.side,
       o.order_type,
       o.status,
       o.quantity AS order_quantity,
       count(f.fill_id) AS fill_count,
       coalesce(sum(f.quantity), 0.0) AS filled_quantity,
       round(100.0 * coalesce(sum(f.quantity), 0.0) / o.quantity, 4) AS fill_pct,
       sum(f.quantity * f.price) / sum(f.quantity) AS avg_fill_price,
       min(f.price) AS min_fill_price,
       max(f.price) AS max_fill_price,
       coalesce(sum(f.commission), 0.0) AS total_commission,
       coalesce(sum(f.liquidity = 'maker'), 0) AS maker_fills,
       coalesce(sum(f.liquidity = 'taker'), 0) AS taker_fills,
       datetime(o.submitted_at, 'unixepoch') AS submitted_at,
       datetime(min(f.filled_at), 'unixepoch') AS first_fill_at,
       datetime(max(f.filled_at), 'unixepoch') AS last_fill_at,
       max(f.filled_at) - o.submitted_at AS seconds_to_last_fill
FROM orders AS o
LEFT JOIN fills AS f ON f.order_id = o.order_id
GROUP BY o.order_id
ORDER BY o.submitted_at DESC, o.order_id DESC;

-- Portfolio value over time, oldest first. The daily return is of the equity before the day's P&L; the drawdown is
-- of the highest equity up to that day, as a value of 0 or less.
CREATE VIEW v_equity_curve AS
SELECT snapshot_date,
       datetime(snapshot_time, 'unixepoch') AS snapshot_time,
       total_equity,
       cash_balance,
       long_market_value,
       short_market_value,
       positions_count,
       daily_pnl,
       round(100.0 * daily_pnl / nullif(total_equity - daily_pnl, 0), 4) AS daily_return_pct,
       cumulative_pnl,
       peak_equity,
       total_equity - peak_equity AS drawdown,
       round(100.0 * (total_equity - peak_equity) / nullif(peak_equity, 0), 4) AS drawdown_pct
FROM (
    SELECT *, max(total_equity) OVER (ORDER BY snapshot_date) AS peak_equity
    FROM portfolio_snapshots
)
ORDER BY snapshot_date;

-- The metrics of the last 30 days, newest first.
CREATE VIEW v_performance_summary AS
SELECT metric_date,
       strategy,
       sharpe_ratio,
       sortino_ratio,
       calmar_ratio,
       max_drawdown,
       max_drawdown_pct,
       current_drawdown,
       volatility,
       round(100.0 * win_rate, 4) AS win_rate_pct,
       profit_factor,
       avg_win,
       avg_loss,
       alpha,
       beta,
       correlation_to_benchmark,
       datetime(calculated_at, 'unixepoch') AS calculated_at
FROM performance_metrics
WHERE metric_date >= date('now', '-30 days')
ORDER BY metric_date DESC, strategy;
