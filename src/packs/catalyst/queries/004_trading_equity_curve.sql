-- Get equity curve
SELECT * FROM v_equity_curve;
