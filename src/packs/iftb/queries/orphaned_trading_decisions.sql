-- Query: orphaned_trading_decisions
-- Description: Decisions whose technical signal is missing

-- Check for orphaned records
SELECT * FROM trading_decisions
WHERE technical_signal_id NOT IN (SELECT id FROM technical_signals);
