-- Get current ensemble
SELECT * FROM v_current_ensemble;
