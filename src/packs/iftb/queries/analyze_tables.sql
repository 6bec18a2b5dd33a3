-- Query: analyze_tables
-- Description: Statistics of the analysis tables, for the planner

-- Regularly update statistics
ANALYZE technical_signals;
ANALYZE llm_analyses;
ANALYZE ml_predictions;
ANALYZE trading_decisions;
