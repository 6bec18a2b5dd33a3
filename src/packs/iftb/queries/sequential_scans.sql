-- Query: sequential_scans
-- Description: Tables read sequentially more than a thousand times
-- The document names tablename, a column that pg_stat_user_tables does not have: relname stands in for it.

-- Find missing indexes (tables with many sequential scans)
SELECT schemaname, relname AS tablename, seq_scan, seq_tup_read
FROM pg_stat_user_tables
WHERE schemaname = 'public' AND seq_scan > 1000
ORDER BY seq_scan DESC;
