-- Query: lock_contention
-- Description: Locks that are waited for

-- Check for lock contention
SELECT * FROM pg_locks WHERE NOT granted;
