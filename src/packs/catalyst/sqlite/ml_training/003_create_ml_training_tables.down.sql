-- Migration: 003_create_ml_training_tables
-- Description: Drop the views and the five tables

DROP VIEW v_hyperparameter_results;

DROP VIEW v_training_summary;

DROP VIEW v_current_ensemble;

DROP VIEW v_agent_leaderboard;

DROP TABLE training_episodes;

DROP TABLE ensemble_weights;

DROP TABLE hyperparameters;

DROP TABLE agent_performance;

DROP TABLE training_runs;
