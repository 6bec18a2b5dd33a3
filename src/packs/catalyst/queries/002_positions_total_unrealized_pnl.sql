-- Get total unrealized P&L
SELECT SUM(unrealized_pnl) FROM positions;
