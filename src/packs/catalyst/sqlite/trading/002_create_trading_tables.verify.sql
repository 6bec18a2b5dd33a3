-- Migration: 002_create_trading_tables
-- Description: Fail unless the tables, columns, constraints, indexes and views are there

SELECT order_id, ticker, order_type, side, quantity, limit_price, stop_price, time_in_force, status,
       filled_quantity, filled_avg_price, commission, slippage, position_id, strategy, submitted_at, updated_at,
       filled_at, metadata
FROM orders
LIMIT 0;

SELECT fill_id, order_id, ticker, side, quantity, price, filled_at, liquidity, commission, position_id
FROM fills
LIMIT 0;

SELECT snapshot_id, snapshot_date, snapshot_time, total_equity, cash_balance, long_market_value,
       short_market_value, daily_pnl, cumulative_pnl, positions_count, buying_power, leverage, unrealized_pnl
FROM portfolio_snapshots
LIMIT 0;

SELECT metric_id, metric_date, strategy, sharpe_ratio, sortino_ratio, calmar_ratio, max_drawdown,
       max_drawdown_pct, current_drawdown, volatility, win_rate, profit_factor, avg_win, avg_loss, alpha, beta,
       correlation_to_benchmark, calculated_at
FROM performance_metrics
LIMIT 0;

SELECT order_id, ticker, order_type, side, quantity, limit_price, stop_price, time_in_force, status,
       filled_quantity, filled_avg_price, commission, slippage, position_id, strategy, submitted_at, updated_at,
       filled_at
FROM v_recent_orders
LIMIT 0;

SELECT order_id, ticker, side, order_type, status, order_quantity, fill_count, filled_quantity, fill_pct,
       avg_fill_price, min_fill_price, max_fill_price, total_commission, maker_fills, taker_fills, submitted_at,
       first_fill_at, last_fill_at, seconds_to_last_fill
FROM v_order_fill_stats
LIMIT 0;

SELECT snapshot_date, snapshot_time, total_equity, cash_balance, long_market_value, short_market_value,
       positions_count, daily_pnl, daily_return_pct, cumulative_pnl, peak_equity, drawdown, drawdown_pct
FROM v_equity_curve
LIMIT 0;

SELECT metric_date, strategy, sharpe_ratio, sortino_ratio, calmar_ratio, max_drawdown, max_drawdown_pct,
       current_drawdown, volatility, win_rate_pct, profit_factor, avg_win, avg_loss, alpha, beta,
       correlation_to_benchmark, calculated_at
FROM v_performance_summary
LIMIT 0;

-- SQLite has no catalog of constraints: count their names in each table's definition. A bad JSON path is an error
-- that carries the text; CASE evaluates it only when it is needed.
SELECT CASE
           WHEN (length(sql) - length(replace(sql, 'CONSTRAINT ', ''))) / length('CONSTRAINT ') >= expected.constraints
           THEN 1
           ELSE json_extract('{}', 'constraints of ' || m.name || ' are missing')
       END AS constraints_present
FROM (
    SELECT 'orders' AS name, 20 AS constraints
    UNION ALL SELECT 'fills', 10
    UNION ALL SELECT 'portfolio_snapshots', 14
    UNION ALL SELECT 'performance_metrics', 19
) AS expected
JOIN sqlite_master AS m ON m.type = 'table' AND m.name = expected.name;

SELECT CASE
           WHEN m.name IS NOT NULL AND (SELECT group_concat(name) FROM pragma_index_info(m.name)) = expected.columns
           THEN 1
           ELSE json_extract('{}', 'index ' || expected.name || ' is missing or differs')
       END AS index_present
FROM (
    SELECT 'idx_orders_ticker' AS name, 'orders' AS tbl_name, 'ticker' AS columns
    UNION ALL SELECT 'idx_orders_status', 'orders', 'status'
    UNION ALL SELECT 'idx_orders_submitted_at', 'orders', 'submitted_at'
    UNION ALL SELECT 'idx_orders_position_id', 'orders', 'position_id'
    UNION ALL SELECT 'idx_orders_strategy', 'orders', 'strategy'
    UNION ALL SELECT 'idx_fills_order_id', 'fills', 'order_id'
    UNION ALL SELECT 'idx_fills_ticker', 'fills', 'ticker'
    UNION ALL SELECT 'idx_fills_filled_at', 'fills', 'filled_at'
    UNION ALL SELECT 'idx_fills_position_id', 'fills', 'position_id'
    UNION ALL SELECT 'idx_portfolio_snapshots_snapshot_date', 'portfolio_snapshots', 'snapshot_date'
    UNION ALL SELECT 'idx_portfolio_snapshots_snapshot_time', 'portfolio_snapshots', 'snapshot_time'
    UNION ALL SELECT 'idx_performance_metrics_metric_date', 'performance_metrics', 'metric_date'
    UNION ALL SELECT 'idx_performance_metrics_strategy', 'performance_metrics', 'strategy'
) AS expected
LEFT JOIN sqlite_master AS m ON m.type = 'index' AND m.name = expected.name AND m.tbl_name = expected.tbl_name;

SELECT CASE
           WHEN EXISTS (
               SELECT 1 FROM pragma_foreign_key_list(expected.name) AS k WHERE k."table" = expected.parent
           )
           THEN 1
           ELSE json_extract('{}', 'foreign key of ' || expected.name || ' is missing')
       END AS foreign_key_present
FROM (
    SELECT 'fills' AS name, 'orders' AS parent
) AS expected;
