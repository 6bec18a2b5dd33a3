-- Compare algorithms
SELECT
    algorithm,
    AVG(sharpe_ratio) as avg_sharpe,
    COUNT(*) as num_runs
FROM training_runs tr
JOIN agent_performance ap ON tr.run_id = ap.run_id
GROUP BY algorithm;
