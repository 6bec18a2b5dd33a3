-- Migration: 002_analysis_tables
-- Description: Removes the analysis history and the trading decisions
-- Created: 2026-11-21

DROP VIEW v_analysis_performance;
DROP VIEW v_decision_analysis;

DROP TABLE trading_decisions;
DROP TABLE ml_predictions;
DROP TABLE llm_analyses;
DROP TABLE technical_signals;
