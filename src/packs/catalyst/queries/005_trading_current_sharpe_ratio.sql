-- Get current Sharpe ratio
SELECT sharpe_ratio, max_drawdown_pct
FROM performance_metrics
ORDER BY metric_date DESC
LIMIT 1;
