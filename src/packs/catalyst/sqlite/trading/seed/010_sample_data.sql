-- Seed: 010_sample_data
-- Description: Sample orders with fills, and six weeks of portfolio snapshots and performance metrics

-- Safe to load twice: the ids are fixed, and the daily rows, relative to the day of the first load, are made only
-- while the sample orders, which come last, are not there. The trades are those of the sample positions.

-- Weekdays of the last six weeks: a P&L from a fixed pattern on 100,000 dollars.
WITH RECURSIVE day (n, snapshot_date) AS (
    SELECT 42, date('now', '-42 days')
    UNION ALL
    SELECT n - 1, date('now', '-' || (n - 1) || ' days')
    FROM day
    WHERE n > 1
),
pnl AS (
    SELECT n,
           snapshot_date,
           ((n * 37 + 11) % 23 - 10) * 41.5 AS daily_pnl,
           (n * 13) % 5 + 2 AS positions_count
    FROM day
    WHERE strftime('%w', snapshot_date) NOT IN ('0', '6')
),
equity AS (
    SELECT *,
           sum(daily_pnl) OVER (ORDER BY snapshot_date) AS cumulative_pnl,
           positions_count * 5200.0 AS long_market_value,
           (positions_count % 3) * -4100.0 AS short_market_value
    FROM pnl
)
INSERT INTO portfolio_snapshots (
    snapshot_date, snapshot_time, total_equity, cash_balance, long_market_value, short_market_value, daily_pnl,
    cumulative_pnl, positions_count, buying_power, leverage, unrealized_pnl
)
SELECT snapshot_date,
       strftime('%s', snapshot_date) + 75600,
       100000 + cumulative_pnl,
       100000 + cumulative_pnl - long_market_value - short_market_value,
       long_market_value,
       short_market_value,
       daily_pnl,
       cumulative_pnl,
       positions_count,
       2 * (100000 + cumulative_pnl) - long_market_value + short_market_value,
       round((long_market_value - short_market_value) / (100000 + cumulative_pnl), 4),
       round(daily_pnl * 0.6, 2)
FROM equity
WHERE NOT EXISTS (SELECT 1 FROM orders WHERE order_id = 'seed-ord-01-entry')
ORDER BY snapshot_date
ON CONFLICT (snapshot_date) DO NOTHING;

-- Drawdowns are those of the snapshots, the other statistics follow a fixed pattern.
WITH peak AS (
    SELECT snapshot_date,
           row_number() OVER (ORDER BY snapshot_date) AS n,
           total_equity,
           max(total_equity) OVER (ORDER BY snapshot_date) AS peak_equity
    FROM portfolio_snapshots
),
drawdown AS (
    SELECT snapshot_date,
           n,
           peak_equity - total_equity AS current_drawdown,
           max(peak_equity - total_equity) OVER (ORDER BY snapshot_date) AS max_drawdown,
           max(100.0 * (peak_equity - total_equity) / peak_equity) OVER (ORDER BY snapshot_date) AS max_drawdown_pct
    FROM peak
),
strategy (k, name, share) AS (
    VALUES (1, 'portfolio', 1.0), (2, 'breakout', 0.45), (3, 'mean_reversion', 0.25), (4, 'momentum', 0.4)
)
INSERT INTO performance_metrics (
    metric_date, strategy, sharpe_ratio, sortino_ratio, calmar_ratio, max_drawdown, max_drawdown_pct,
    current_drawdown, volatility, win_rate, profit_factor, avg_win, avg_loss, alpha, beta, correlation_to_benchmark,
    calculated_at
)
SELECT d.snapshot_date,
       s.name,
       round(1.10 + 0.02 * d.n + 0.07 * ((d.n * s.k) % 5) - 0.12 * s.k, 4),
       round(1.55 + 0.03 * d.n + 0.09 * ((d.n * s.k) % 5) - 0.15 * s.k, 4),
       round(0.90 + 0.02 * d.n + 0.05 * ((d.n * s.k) % 7) - 0.08 * s.k, 4),
       round(d.max_drawdown * s.share, 2),
       round(d.max_drawdown_pct * s.share, 4),
       round(d.current_drawdown * s.share, 2),
       round(0.118 + 0.004 * s.k + 0.001 * (d.n % 6), 4),
       round(0.55 + 0.01 * ((d.n + s.k) % 9), 4),
       round(1.32 + 0.03 * ((d.n + 2 * s.k) % 8), 4),
       round(240 * s.share + 3.5 * (d.n % 7), 2),
       round(-165 * s.share - 2.5 * (d.n % 6), 2),
       round(0.021 + 0.001 * (d.n % 5), 4),
       round(0.62 + 0.03 * s.k + 0.01 * (d.n % 4), 4),
       round(0.48 + 0.04 * s.k + 0.01 * (d.n % 3), 4),
       strftime('%s', d.snapshot_date) + 76500
FROM drawdown AS d
CROSS JOIN strategy AS s
WHERE d.n >= 5
  AND NOT EXISTS (SELECT 1 FROM orders WHERE order_id = 'seed-ord-01-entry')
ORDER BY d.snapshot_date, s.k
ON CONFLICT (metric_date, strategy) DO NOTHING;

-- Every trade has an entry order; one that is closed has an exit order too.
WITH trade (
    n, ticker, side, quantity, entry_price, exit_price, days_ago, held_hours, strategy, exit_reason, score
) AS (
    VALUES
        (1, 'NVDA', 'long', 40, 136.20, 142.85, 33, 51.5, 'momentum', 'take_profit', 0.82),
        (2, 'AMD', 'long', 60, 141.10, 137.90, 32, 26.0, 'momentum', 'stop_loss', 0.66),
        (3, 'PLTR', 'long', 120, 64.30, 67.05, 31, 73.25, 'breakout', 'take_profit', 0.79),
        (4, 'TSLA', 'short', 20, 262.40, 254.10, 29, 48.0, 'mean_reversion', 'take_profit', 0.71),
        (5, 'SOFI', 'long', 400, 14.85, 14.52, 28, 5.5, 'breakout', 'stop_loss', 0.61),
        (6, 'AAPL', 'long', 35, 226.10, 229.80, 26, 98.0, 'momentum', 'signal', 0.74),
        (7, 'COIN', 'short', 15, 304.50, 311.70, 25, 22.0, 'mean_reversion', 'stop_loss', 0.64),
        (8, 'MARA', 'long', 250, 23.40, 25.15, 24, 46.5, 'breakout', 'take_profit', 0.77),
        (9, 'META', 'long', 12, 588.00, 596.40, 21, 71.0, 'momentum', 'signal', 0.70),
        (10, 'AMD', 'short', 50, 139.60, 136.45, 20, 27.5, 'mean_reversion', 'take_profit', 0.68),
        (11, 'RIVN', 'long', 500, 11.92, 11.60, 18, 4.0, 'breakout', 'stop_loss', 0.58),
        (12, 'NVDA', 'long', 40, 139.75, 145.10, 17, 50.0, 'momentum', 'take_profit', 0.84),
        (13, 'SNOW', 'long', 30, 156.80, 154.05, 15, 24.0, 'momentum', 'time_limit', 0.60),
        (14, 'PLTR', 'long', 110, 66.20, 70.90, 14, 75.5, 'breakout', 'take_profit', 0.86),
        (15, 'TSLA', 'short', 18, 258.90, 256.70, 12, 23.0, 'mean_reversion', 'signal', 0.63),
        (16, 'HOOD', 'long', 180, 34.15, 36.40, 10, 49.0, 'breakout', 'take_profit', 0.80),
        (17, 'GOOGL', 'long', 45, 172.30, 170.95, 8, 26.5, 'momentum', 'stop_loss', 0.62),
        (18, 'MSTR', 'short', 10, 389.00, 371.20, 7, 28.0, 'mean_reversion', 'take_profit', 0.73),
        (19, 'NVDA', 'long', 45, 142.30, NULL, 5, NULL, 'momentum', NULL, 0.81),
        (20, 'SHOP', 'long', 70, 104.60, NULL, 4, NULL, 'breakout', NULL, 0.67),
        (21, 'COIN', 'short', 14, 318.20, NULL, 3, NULL, 'mean_reversion', NULL, 0.72),
        (22, 'AAPL', 'long', 40, 230.15, NULL, 2, NULL, 'momentum', NULL, 0.69)
),
placed AS (
    SELECT printf('seed-ord-%02d-entry', n) AS order_id,
           n,
           ticker,
           CASE strategy WHEN 'mean_reversion' THEN 'limit' ELSE 'market' END AS order_type,
           CASE side WHEN 'long' THEN 'buy' ELSE 'sell' END AS side,
           quantity,
           entry_price AS price,
           strategy,
           strftime('%s', 'now', 'start of day') - days_ago * 86400 + 52200 + n * 60 - 30 AS submitted_at
    FROM trade
    UNION ALL
    SELECT printf('seed-ord-%02d-exit', n),
           n,
           ticker,
           CASE exit_reason WHEN 'stop_loss' THEN 'stop' WHEN 'take_profit' THEN 'limit' ELSE 'market' END,
           CASE side WHEN 'long' THEN 'sell' ELSE 'buy' END,
           quantity,
           exit_price,
           strategy,
           CAST(
               strftime('%s', 'now', 'start of day') - days_ago * 86400 + 52200 + n * 60 - 30 + held_hours * 3600
               AS INTEGER
           )
    FROM trade
    WHERE exit_price IS NOT NULL
)
INSERT INTO orders (
    order_id, ticker, order_type, side, quantity, limit_price, stop_price, time_in_force, status, filled_quantity,
    filled_avg_price, commission, slippage, position_id, strategy, submitted_at, updated_at, filled_at
)
SELECT order_id,
       ticker,
       order_type,
       side,
       quantity,
       CASE order_type WHEN 'limit' THEN price END,
       CASE order_type WHEN 'stop' THEN price END,
       CASE order_type WHEN 'market' THEN 'day' ELSE 'gtc' END,
       'filled',
       quantity,
       price,
       round(quantity * 0.005, 3),
       CASE order_type WHEN 'limit' THEN 0 ELSE round(quantity * 0.01, 2) END,
       printf('seed-pos-%02d', n),
       strategy,
       submitted_at,
       submitted_at + 30,
       submitted_at + 30
FROM placed
WHERE TRUE
ON CONFLICT (order_id) DO NOTHING;

-- Orders that did not come to a trade, or only in part.
WITH placed (id, ticker, side, quantity, limit_price, status, filled_quantity, strategy, days_ago, lifetime) AS (
    VALUES
        ('seed-ord-31', 'SMCI', 'buy', 80, 41.50, 'cancelled', 0, 'momentum', 22, 5400),
        ('seed-ord-32', 'GME', 'sell', 150, 27.80, 'rejected', 0, 'mean_reversion', 19, 1),
        ('seed-ord-33', 'UBER', 'buy', 65, 70.20, 'expired', 0, 'breakout', 13, 23400),
        ('seed-ord-34', 'RBLX', 'buy', 100, 55.10, 'cancelled', 35, 'momentum', 6, 3600),
        ('seed-ord-35', 'DKNG', 'buy', 90, 43.25, 'partially_filled', 40, 'breakout', 1, 900),
        ('seed-ord-36', 'NFLX', 'buy', 6, 905.00, 'submitted', 0, 'momentum', 1, 0)
)
INSERT INTO orders (
    order_id, ticker, order_type, side, quantity, limit_price, time_in_force, status, filled_quantity,
    filled_avg_price, commission, strategy, submitted_at, updated_at, filled_at
)
SELECT id,
       ticker,
       'limit',
       side,
       quantity,
       limit_price,
       'day',
       status,
       filled_quantity,
       CASE WHEN filled_quantity > 0 THEN limit_price END,
       round(filled_quantity * 0.005, 3),
       strategy,
       submitted_at,
       submitted_at + lifetime,
       CASE WHEN filled_quantity > 0 THEN submitted_at + lifetime END
FROM (SELECT *, strftime('%s', 'now', 'start of day') - days_ago * 86400 + 55800 AS submitted_at FROM placed)
WHERE TRUE
ON CONFLICT (order_id) DO NOTHING;

-- An order of 100 shares and more is filled in two parts, 60 % two cents below and 40 % three cents above the
-- average price.
WITH part (k, min_quantity, max_quantity, share, price_offset, seconds_before_last) AS (
    VALUES (1, 0, 100, 1.0, 0.0, 0), (1, 100, 1e12, 0.6, -0.02, 10), (2, 100, 1e12, 0.4, 0.03, 0)
)
INSERT INTO fills (
    fill_id, order_id, ticker, side, quantity, price, filled_at, liquidity, commission, position_id
)
SELECT replace(o.order_id, '-ord-', '-fill-') || '-' || p.k,
       o.order_id,
       o.ticker,
       o.side,
       o.filled_quantity * p.share,
       round(o.filled_avg_price + p.price_offset, 2),
       o.filled_at - p.seconds_before_last,
       CASE o.order_type WHEN 'limit' THEN 'maker' ELSE 'taker' END,
       round(o.commission * p.share, 4),
       o.position_id
FROM orders AS o
JOIN part AS p ON o.filled_quantity >= p.min_quantity AND o.filled_quantity < p.max_quantity
WHERE o.order_id LIKE 'seed-ord-%' AND o.filled_quantity > 0
ON CONFLICT (fill_id) DO NOTHING;
