-- Query: index_usage
-- Description: Indexes by how often they are used, the least used first
-- The document names tablename and indexname, columns that pg_stat_user_indexes does not have: relname and
-- indexrelname stand in for them.

-- Check index usage
SELECT schemaname, relname AS tablename, indexrelname AS indexname, idx_scan, idx_tup_read
FROM pg_stat_user_indexes
WHERE schemaname = 'public'
ORDER BY idx_scan ASC;
