-- Get win rate
SELECT
    COUNT(CASE WHEN realized_pnl > 0 THEN 1 END) * 1.0 / COUNT(*) as win_rate
FROM closed_positions;
