-- Query: retention_trades
-- Description: Deletes trades closed more than 365 days ago; orders stay and lose the link

-- Keep trade history longer (365 days)
DELETE FROM trades WHERE exit_time < NOW() - INTERVAL '365 days';
