-- Get recent order fills
SELECT * FROM v_recent_orders WHERE status = 'filled';
