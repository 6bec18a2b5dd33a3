-- Seed: 010_sample_data
-- Description: Eight sample training runs with evaluations, hyperparameters, episodes and an ensemble

-- Safe to load twice: ids, numbers and times are fixed, in January 2025.

INSERT INTO training_runs (
    run_id, algorithm, model_name, start_time, end_time, duration_seconds, total_timesteps, train_start_date,
    train_end_date, val_start_date, val_end_date, status, final_reward, model_path
)
VALUES
    ('seed-run-ppo-1', 'PPO', 'catalyst_ppo', 1736330400, 1736341260, 10860, 500000, '2022-01-03',
     '2024-06-28', '2024-07-01', '2024-12-31', 'completed', 182.4, 'models/catalyst_ppo_1.zip'),
    ('seed-run-ppo-2', 'PPO', 'catalyst_ppo', 1736416800, 1736438700, 21900, 1000000, '2022-01-03',
     '2024-06-28', '2024-07-01', '2024-12-31', 'completed', 214.9, 'models/catalyst_ppo_2.zip'),
    ('seed-run-sac-1', 'SAC', 'catalyst_sac', 1736503200, 1736520300, 17100, 300000, '2022-01-03',
     '2024-06-28', '2024-07-01', '2024-12-31', 'completed', 201.7, 'models/catalyst_sac_1.zip'),
    ('seed-run-a2c-1', 'A2C', 'catalyst_a2c', 1736589600, 1736595300, 5700, 500000, '2022-01-03',
     '2024-06-28', '2024-07-01', '2024-12-31', 'completed', 141.2, 'models/catalyst_a2c_1.zip'),
    ('seed-run-td3-1', 'TD3', 'catalyst_td3', 1736676000, 1736695200, 19200, 300000, '2022-01-03',
     '2024-06-28', '2024-07-01', '2024-12-31', 'completed', 173.5, 'models/catalyst_td3_1.zip'),
    ('seed-run-dqn-1', 'DQN', 'catalyst_dqn', 1736762400, 1736772900, 10500, 400000, '2022-01-03',
     '2024-06-28', '2024-07-01', '2024-12-31', 'completed', 96.8, 'models/catalyst_dqn_1.zip'),
    ('seed-run-sac-2', 'SAC', 'catalyst_sac', 1736848800, 1736850900, 2100, 600000, '2022-01-03',
     '2024-06-28', '2024-07-01', '2024-12-31', 'failed', NULL, NULL),
    ('seed-run-ppo-3', 'PPO', 'catalyst_ppo', 1736935200, NULL, NULL, 2000000, '2022-01-03',
     '2024-09-30', '2024-10-01', '2024-12-31', 'running', NULL, NULL)
ON CONFLICT (run_id) DO NOTHING;

INSERT INTO agent_performance (
    run_id, evaluation_type, evaluation_date, data_period_start, data_period_end, sharpe_ratio, sortino_ratio,
    max_drawdown, total_return, win_rate, profit_factor, total_trades, avg_episode_reward, num_episodes
)
VALUES
    ('seed-run-ppo-1', 'train', '2025-01-08', '2022-01-03', '2024-06-28',
     2.31, 3.40, 0.071, 0.842, 0.612, 1.94, 1486, 190.3, 50),
    ('seed-run-ppo-1', 'validation', '2025-01-08', '2024-07-01', '2024-12-31',
     1.42, 2.05, 0.094, 0.118, 0.556, 1.48, 312, 148.6, 20),
    ('seed-run-ppo-2', 'validation', '2025-01-09', '2024-07-01', '2024-12-31',
     1.78, 2.61, 0.082, 0.153, 0.571, 1.63, 287, 176.2, 20),
    ('seed-run-ppo-2', 'test', '2025-01-12', '2025-01-02', '2025-01-10',
     1.61, 2.30, 0.031, 0.012, 0.560, 1.52, 25, 161.0, 10),
    ('seed-run-sac-1', 'validation', '2025-01-10', '2024-07-01', '2024-12-31',
     1.69, 2.44, 0.088, 0.149, 0.563, 1.58, 301, 169.4, 20),
    ('seed-run-a2c-1', 'validation', '2025-01-11', '2024-07-01', '2024-12-31',
     0.97, 1.31, 0.127, 0.074, 0.531, 1.24, 344, 112.8, 20),
    ('seed-run-td3-1', 'validation', '2025-01-12', '2024-07-01', '2024-12-31',
     1.28, 1.77, 0.103, 0.101, 0.547, 1.39, 268, 139.5, 20),
    ('seed-run-dqn-1', 'validation', '2025-01-13', '2024-07-01', '2024-12-31',
     0.54, 0.70, 0.168, 0.031, 0.509, 1.09, 402, 71.9, 20)
ON CONFLICT DO NOTHING;

INSERT INTO hyperparameters (
    run_id, algorithm, learning_rate, batch_size, n_steps, gamma, policy_type, net_arch, n_epochs, buffer_size,
    ent_coef, vf_coef, max_grad_norm, params_json
)
VALUES
    ('seed-run-ppo-1', 'PPO', 0.0003, 64, 2048, 0.99, 'MlpPolicy', '[64, 64]', 10, NULL, 0.0, 0.5, 0.5,
     '{"learning_rate": 0.0003, "batch_size": 64, "n_steps": 2048, "gamma": 0.99, "n_epochs": 10, "clip_range": 0.2}'),
    ('seed-run-ppo-2', 'PPO', 0.0001, 128, 2048, 0.995, 'MlpPolicy', '[256, 256]', 10, NULL, 0.005, 0.5, 0.5,
     '{"learning_rate": 0.0001, "batch_size": 128, "n_steps": 2048, "gamma": 0.995, "ent_coef": 0.005}'),
    ('seed-run-sac-1', 'SAC', 0.0003, 256, NULL, 0.99, 'MlpPolicy', '[256, 256]', NULL, 300000, NULL, NULL, NULL,
     '{"learning_rate": 0.0003, "batch_size": 256, "gamma": 0.99, "buffer_size": 300000, "ent_coef": "auto"}'),
    ('seed-run-a2c-1', 'A2C', 0.0007, NULL, 5, 0.99, 'MlpPolicy', '[64, 64]', NULL, NULL, 0.0, 0.5, 0.5,
     '{"learning_rate": 0.0007, "n_steps": 5, "gamma": 0.99, "use_rms_prop": true}'),
    ('seed-run-td3-1', 'TD3', 0.001, 256, NULL, 0.99, 'MlpPolicy', '[400, 300]', NULL, 300000, NULL, NULL, NULL,
     '{"learning_rate": 0.001, "batch_size": 256, "gamma": 0.99, "buffer_size": 300000, "policy_delay": 2}'),
    ('seed-run-dqn-1', 'DQN', 0.0001, 32, NULL, 0.99, 'MlpPolicy', '[64, 64]', NULL, 100000, NULL, NULL, 10.0,
     '{"learning_rate": 0.0001, "batch_size": 32, "gamma": 0.99, "buffer_size": 100000, "train_freq": 4}'),
    ('seed-run-sac-2', 'SAC', 0.01, 1024, NULL, 0.999, 'MlpPolicy', '[512, 512]', NULL, 1000000, NULL, NULL, NULL,
     '{"learning_rate": 0.01, "batch_size": 1024, "gamma": 0.999, "buffer_size": 1000000, "ent_coef": "auto"}'),
    ('seed-run-ppo-3', 'PPO', 0.0001, 256, 4096, 0.995, 'MlpPolicy', '[256, 256]', 10, NULL, 0.002, 0.5, 0.5,
     '{"learning_rate": 0.0001, "batch_size": 256, "n_steps": 4096, "gamma": 0.995, "ent_coef": 0.002}')
ON CONFLICT (run_id) DO NOTHING;

-- Two updates of one ensemble; in the second the DQN agent is out.
INSERT INTO ensemble_weights (
    ensemble_id, run_id, algorithm, weight, performance_score, sharpe_ratio, is_active, weighting_method, update_time
)
VALUES
    ('seed-ensemble', 'seed-run-ppo-2', 'PPO', 0.25, 0.72, 1.78, 0, 'equal', 1736791200),
    ('seed-ensemble', 'seed-run-sac-1', 'SAC', 0.25, 0.69, 1.69, 0, 'equal', 1736791200),
    ('seed-ensemble', 'seed-run-td3-1', 'TD3', 0.25, 0.55, 1.28, 0, 'equal', 1736791200),
    ('seed-ensemble', 'seed-run-dqn-1', 'DQN', 0.25, 0.21, 0.54, 0, 'equal', 1736791200),
    ('seed-ensemble', 'seed-run-ppo-2', 'PPO', 0.40, 0.72, 1.78, 1, 'sharpe', 1736877600),
    ('seed-ensemble', 'seed-run-sac-1', 'SAC', 0.35, 0.69, 1.69, 1, 'sharpe', 1736877600),
    ('seed-ensemble', 'seed-run-td3-1', 'TD3', 0.25, 0.55, 1.28, 1, 'sharpe', 1736877600),
    ('seed-ensemble', 'seed-run-dqn-1', 'DQN', 0.0, 0.21, 0.54, 0, 'sharpe', 1736877600)
ON CONFLICT (ensemble_id, update_time, run_id) DO NOTHING;

-- Thirty episodes of each completed run: a curve that rises towards the final reward, with a fixed ripple.
WITH RECURSIVE episode (n) AS (
    SELECT 1
    UNION ALL
    SELECT n + 1
    FROM episode
    WHERE n < 30
)
INSERT INTO training_episodes (
    run_id, episode_number, episode_reward, episode_length, mean_action, std_action, mean_value, mean_loss
)
SELECT r.run_id,
       e.n,
       round(r.final_reward * (1 - 1.0 / (1 + 0.25 * e.n)) + (e.n * 7) % 11 - 5, 3),
       252 - (e.n * 5) % 17,
       round(0.002 * ((e.n * 3) % 13 - 6), 4),
       round(1.0 / (1 + 0.05 * e.n), 4),
       round(r.final_reward * (1 - 1.0 / (1 + 0.2 * e.n)), 3),
       round(0.9 / (1 + 0.3 * e.n), 5)
FROM training_runs AS r
CROSS JOIN episode AS e
WHERE r.run_id LIKE 'seed-run-%' AND r.status = 'completed'
ORDER BY r.run_id, e.n
ON CONFLICT (run_id, episode_number) DO NOTHING;
