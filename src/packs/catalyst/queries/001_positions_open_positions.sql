-- Get all open positions
SELECT * FROM v_position_summary;
