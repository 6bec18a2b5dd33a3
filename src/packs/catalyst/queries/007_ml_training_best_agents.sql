-- Get best agents
SELECT * FROM v_agent_leaderboard LIMIT 10;
