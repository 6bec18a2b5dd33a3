-- Migration: 001_create_positions_tables
-- Description: Fail unless the tables, columns, constraints, indexes and views are there

SELECT position_id, ticker, side, quantity, entry_price, current_price, unrealized_pnl, stop_loss_price,
       take_profit_price, opened_at, updated_at, strategy, signal_score, metadata
FROM positions
LIMIT 0;

SELECT position_id, ticker, side, quantity, entry_price, current_price, unrealized_pnl, stop_loss_price,
       take_profit_price, opened_at, updated_at, strategy, signal_score, metadata, closed_at, exit_price,
       realized_pnl, holding_period_hours, exit_reason, commission, slippage, max_favorable_excursion,
       max_adverse_excursion
FROM closed_positions
LIMIT 0;

SELECT position_id, ticker, side, quantity, entry_price, current_price, cost_basis, market_value, unrealized_pnl,
       unrealized_pnl_pct, stop_loss_price, take_profit_price, strategy, signal_score, opened_at, updated_at,
       holding_period_hours
FROM v_position_summary
LIMIT 0;

SELECT position_id, ticker, side, quantity, entry_price, exit_price, realized_pnl, realized_pnl_pct,
       holding_period_hours, exit_reason, commission, slippage, max_favorable_excursion, max_adverse_excursion,
       strategy, signal_score, opened_at, closed_at
FROM v_recent_closed_trades
LIMIT 0;

-- SQLite has no catalog of constraints: count their names in each table's definition. A bad JSON path is an error
-- that carries the text; CASE evaluates it only when it is needed.
SELECT CASE
           WHEN (length(sql) - length(replace(sql, 'CONSTRAINT ', ''))) / length('CONSTRAINT ') >= expected.constraints
           THEN 1
           ELSE json_extract('{}', 'constraints of ' || m.name || ' are missing')
       END AS constraints_present
FROM (
    SELECT 'positions' AS name, 14 AS constraints
    UNION ALL SELECT 'closed_positions', 24
) AS expected
JOIN sqlite_master AS m ON m.type = 'table' AND m.name = expected.name;

SELECT CASE
           WHEN m.name IS NOT NULL AND (SELECT group_concat(name) FROM pragma_index_info(m.name)) = expected.columns
           THEN 1
           ELSE json_extract('{}', 'index ' || expected.name || ' is missing or differs')
       END AS index_present
FROM (
    SELECT 'idx_positions_ticker' AS name, 'positions' AS tbl_name, 'ticker' AS columns
    UNION ALL SELECT 'idx_positions_strategy', 'positions', 'strategy'
    UNION ALL SELECT 'idx_positions_opened_at', 'positions', 'opened_at'
    UNION ALL SELECT 'idx_positions_unrealized_pnl', 'positions', 'unrealized_pnl'
    UNION ALL SELECT 'idx_positions_ticker_side', 'positions', 'ticker,side'
    UNION ALL SELECT 'idx_closed_positions_ticker', 'closed_positions', 'ticker'
    UNION ALL SELECT 'idx_closed_positions_strategy', 'closed_positions', 'strategy'
    UNION ALL SELECT 'idx_closed_positions_opened_at', 'closed_positions', 'opened_at'
    UNION ALL SELECT 'idx_closed_positions_closed_at', 'closed_positions', 'closed_at'
    UNION ALL SELECT 'idx_closed_positions_realized_pnl', 'closed_positions', 'realized_pnl'
    UNION ALL SELECT 'idx_closed_positions_ticker_side', 'closed_positions', 'ticker,side'
) AS expected
LEFT JOIN sqlite_master AS m ON m.type = 'index' AND m.name = expected.name AND m.tbl_name = expected.tbl_name;
