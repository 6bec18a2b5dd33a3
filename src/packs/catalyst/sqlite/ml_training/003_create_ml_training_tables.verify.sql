-- Migration: 003_create_ml_training_tables
-- Description: Fail unless the tables, columns, constraints, indexes and views are there

SELECT run_id, algorithm, model_name, start_time, end_time, duration_seconds, total_timesteps, train_start_date,
       train_end_date, val_start_date, val_end_date, status, final_reward, model_path
FROM training_runs
LIMIT 0;

SELECT performance_id, run_id, evaluation_type, evaluation_date, data_period_start, data_period_end, sharpe_ratio,
       sortino_ratio, max_drawdown, total_return, win_rate, profit_factor, total_trades, avg_episode_reward,
       num_episodes
FROM agent_performance
LIMIT 0;

SELECT hyperparameter_id, run_id, algorithm, learning_rate, batch_size, n_steps, gamma, policy_type, net_arch,
       n_epochs, buffer_size, ent_coef, vf_coef, max_grad_norm, params_json
FROM hyperparameters
LIMIT 0;

SELECT weight_id, ensemble_id, run_id, algorithm, weight, performance_score, sharpe_ratio, is_active,
       weighting_method, update_time
FROM ensemble_weights
LIMIT 0;

SELECT episode_id, run_id, episode_number, episode_reward, episode_length, mean_action, std_action, mean_value,
       mean_loss
FROM training_episodes
LIMIT 0;

SELECT agent_rank, run_id, model_name, algorithm, evaluation_type, evaluation_date, sharpe_ratio, sortino_ratio,
       max_drawdown, total_return, win_rate, profit_factor, total_trades, data_period_start, data_period_end,
       trained_at, model_path
FROM v_agent_leaderboard
LIMIT 0;

SELECT ensemble_id, run_id, model_name, algorithm, weight, weight_share_pct, performance_score, sharpe_ratio,
       weighting_method, updated_at, model_path
FROM v_current_ensemble
LIMIT 0;

SELECT run_id, model_name, algorithm, status, started_at, ended_at, duration_hours, total_timesteps,
       train_start_date, train_end_date, val_start_date, val_end_date, final_reward, episodes, evaluations,
       best_sharpe_ratio, avg_sharpe_ratio, best_total_return, worst_max_drawdown
FROM v_training_summary
LIMIT 0;

SELECT run_id, model_name, algorithm, learning_rate, batch_size, n_steps, gamma, policy_type, net_arch, n_epochs,
       buffer_size, ent_coef, vf_coef, max_grad_norm, status, final_reward, evaluations, avg_sharpe_ratio,
       best_sharpe_ratio, avg_total_return, avg_max_drawdown, started_at
FROM v_hyperparameter_results
LIMIT 0;

-- SQLite has no catalog of constraints: count their names in each table's definition. A bad JSON path is an error
-- that carries the text; CASE evaluates it only when it is needed.
SELECT CASE
           WHEN (length(sql) - length(replace(sql, 'CONSTRAINT ', ''))) / length('CONSTRAINT ') >= expected.constraints
           THEN 1
           ELSE json_extract('{}', 'constraints of ' || m.name || ' are missing')
       END AS constraints_present
FROM (
    SELECT 'training_runs' AS name, 16 AS constraints
    UNION ALL SELECT 'agent_performance', 16
    UNION ALL SELECT 'hyperparameters', 15
    UNION ALL SELECT 'ensemble_weights', 11
    UNION ALL SELECT 'training_episodes', 10
) AS expected
JOIN sqlite_master AS m ON m.type = 'table' AND m.name = expected.name;

SELECT CASE
           WHEN m.name IS NOT NULL AND (SELECT group_concat(name) FROM pragma_index_info(m.name)) = expected.columns
           THEN 1
           ELSE json_extract('{}', 'index ' || expected.name || ' is missing or differs')
       END AS index_present
FROM (
    SELECT 'idx_training_runs_algorithm' AS name, 'training_runs' AS tbl_name, 'algorithm' AS columns
    UNION ALL SELECT 'idx_training_runs_status', 'training_runs', 'status'
    UNION ALL SELECT 'idx_training_runs_start_time', 'training_runs', 'start_time'
    UNION ALL SELECT 'idx_training_runs_model_name', 'training_runs', 'model_name'
    UNION ALL SELECT 'idx_agent_performance_run_id', 'agent_performance', 'run_id'
    UNION ALL SELECT 'idx_agent_performance_evaluation_type', 'agent_performance', 'evaluation_type'
    UNION ALL SELECT 'idx_agent_performance_sharpe_ratio', 'agent_performance', 'sharpe_ratio'
    UNION ALL SELECT 'idx_agent_performance_evaluation_date', 'agent_performance', 'evaluation_date'
    UNION ALL SELECT 'idx_hyperparameters_run_id', 'hyperparameters', 'run_id'
    UNION ALL SELECT 'idx_hyperparameters_algorithm', 'hyperparameters', 'algorithm'
    UNION ALL SELECT 'idx_ensemble_weights_ensemble_id_update_time', 'ensemble_weights', 'ensemble_id,update_time'
    UNION ALL SELECT 'idx_ensemble_weights_run_id', 'ensemble_weights', 'run_id'
    UNION ALL SELECT 'idx_training_episodes_run_id', 'training_episodes', 'run_id'
    UNION ALL SELECT 'idx_training_episodes_run_id_episode_number', 'training_episodes', 'run_id,episode_number'
) AS expected
LEFT JOIN sqlite_master AS m ON m.type = 'index' AND m.name = expected.name AND m.tbl_name = expected.tbl_name;

SELECT CASE
           WHEN EXISTS (
               SELECT 1 FROM pragma_foreign_key_list(expected.name) AS k WHERE k."table" = expected.parent
           )
           THEN 1
           ELSE json_extract('{}', 'foreign key of ' || expected.name || ' is missing')
       END AS foreign_key_present
FROM (
    SELECT 'agent_performance' AS name, 'training_runs' AS parent
    UNION ALL SELECT 'hyperparameters', 'training_runs'
    UNION ALL SELECT 'ensemble_weights', 'training_runs'
    UNION ALL SELECT 'training_episodes', 'training_runs'
) AS expected;
