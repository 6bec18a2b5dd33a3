-- Migration: 003_create_ml_training_tables
-- Description: Create the tables, indexes and views of agent training, evaluation and ensembles
-- Created: 2026-11-21

-- Timestamps (_time) are Unix epoch integers in seconds, shown as UTC datetimes by the views; their upper bound is
-- the end of the year 9999 and refuses milliseconds. Days (_date, data_period_) are ISO 8601 text, 2025-01-31;
-- GLOB keeps words such as now from date(). Statistics are REAL; NULL means not computed; the upper bounds refuse
-- text and infinity, which SQLite sorts above every number. Deleting a run takes its evaluations, hyperparameters
-- and episodes along, but not while an ensemble refers to it: the other weights would no longer make up the whole.

-- Metadata of the training sessions.
CREATE TABLE training_runs (
    run_id           TEXT NOT NULL,
    algorithm        TEXT NOT NULL,
    model_name       TEXT NOT NULL,
    start_time       INTEGER NOT NULL DEFAULT (strftime('%s', 'now')),
    end_time         INTEGER,        -- NULL while it runs
    duration_seconds REAL,
    total_timesteps  INTEGER NOT NULL,
    train_start_date TEXT NOT NULL,
    train_end_date   TEXT NOT NULL,
    val_start_date   TEXT,
    val_end_date     TEXT,
    status           TEXT NOT NULL DEFAULT 'running',
    final_reward     REAL,
    model_path       TEXT,

    CONSTRAINT pk_training_runs PRIMARY KEY (run_id),
    CONSTRAINT ck_training_runs_run_id CHECK (run_id <> ''),
    CONSTRAINT ck_training_runs_algorithm CHECK (algorithm IN ('PPO', 'SAC', 'A2C', 'TD3', 'DQN')),
    CONSTRAINT ck_training_runs_model_name CHECK (model_name <> ''),
    CONSTRAINT ck_training_runs_start_time CHECK (
        typeof(start_time) = 'integer' AND start_time BETWEEN 0 AND 253402300799
    ),
    CONSTRAINT ck_training_runs_end_time CHECK (
        end_time IS NULL OR (typeof(end_time) = 'integer' AND end_time BETWEEN start_time AND 253402300799)
    ),
    CONSTRAINT ck_training_runs_duration_seconds CHECK (duration_seconds >= 0 AND duration_seconds < 1e12),
    CONSTRAINT ck_training_runs_total_timesteps CHECK (typeof(total_timesteps) = 'integer' AND total_timesteps > 0),
    CONSTRAINT ck_training_runs_train_start_date CHECK (
        train_start_date GLOB '????-??-??' AND date(train_start_date, '+0 days') IS train_start_date
    ),
    CONSTRAINT ck_training_runs_train_end_date CHECK (
        train_end_date GLOB '????-??-??' AND date(train_end_date, '+0 days') IS train_end_date
        AND train_end_date >= train_start_date
    ),
    CONSTRAINT ck_training_runs_val_start_date CHECK (
        val_start_date GLOB '????-??-??' AND date(val_start_date, '+0 days') IS val_start_date
    ),
    CONSTRAINT ck_training_runs_val_end_date CHECK (
        val_end_date GLOB '????-??-??' AND date(val_end_date, '+0 days') IS val_end_date
    ),
    CONSTRAINT ck_training_runs_val_period CHECK (val_end_date >= val_start_date),
    CONSTRAINT ck_training_runs_status CHECK (status IN ('running', 'completed', 'failed', 'cancelled')),
    CONSTRAINT ck_training_runs_final_reward CHECK (final_reward > -1e15 AND final_reward < 1e15),
    CONSTRAINT ck_training_runs_completed CHECK (status <> 'completed' OR end_time IS NOT NULL)
);

CREATE INDEX idx_training_runs_algorithm ON training_runs (algorithm);

CREATE INDEX idx_training_runs_status ON training_runs (status);

CREATE INDEX idx_training_runs_start_time ON training_runs (start_time DESC);

CREATE INDEX idx_training_runs_model_name ON training_runs (model_name);

-- Results of evaluating an agent over a period of data. The algorithm is the run's and not repeated here.
CREATE TABLE agent_performance (
    performance_id     INTEGER CONSTRAINT pk_agent_performance PRIMARY KEY AUTOINCREMENT,
    run_id             TEXT NOT NULL,
    evaluation_type    TEXT NOT NULL DEFAULT 'validation',
    evaluation_date    TEXT NOT NULL,
    data_period_start  TEXT NOT NULL,
    data_period_end    TEXT NOT NULL,
    sharpe_ratio       REAL,     -- annualised with 252 days
    sortino_ratio      REAL,     -- annualised with 252 days
    max_drawdown       REAL,     -- largest fall from a peak, as a fraction of it, >= 0
    total_return       REAL,     -- as a fraction
    win_rate           REAL,     -- 0 to 1
    profit_factor      REAL,     -- gross profit / gross loss
    total_trades       INTEGER,
    avg_episode_reward REAL,
    num_episodes       INTEGER,

    CONSTRAINT uq_agent_performance_evaluation UNIQUE (
        run_id, evaluation_type, evaluation_date, data_period_start, data_period_end
    ),
    CONSTRAINT fk_agent_performance_run_id FOREIGN KEY (run_id) REFERENCES training_runs (run_id) ON DELETE CASCADE,
    CONSTRAINT ck_agent_performance_evaluation_type CHECK (
        evaluation_type IN ('train', 'validation', 'test', 'backtest', 'paper', 'live')
    ),
    CONSTRAINT ck_agent_performance_evaluation_date CHECK (
        evaluation_date GLOB '????-??-??' AND date(evaluation_date, '+0 days') IS evaluation_date
    ),
    CONSTRAINT ck_agent_performance_data_period_start CHECK (
        data_period_start GLOB '????-??-??' AND date(data_period_start, '+0 days') IS data_period_start
    ),
    CONSTRAINT ck_agent_performance_data_period_end CHECK (
        data_period_end GLOB '????-??-??' AND date(data_period_end, '+0 days') IS data_period_end
        AND data_period_end >= data_period_start
    ),
    CONSTRAINT ck_agent_performance_sharpe_ratio CHECK (sharpe_ratio > -1e6 AND sharpe_ratio < 1e6),
    CONSTRAINT ck_agent_performance_sortino_ratio CHECK (sortino_ratio > -1e6 AND sortino_ratio < 1e6),
    CONSTRAINT ck_agent_performance_max_drawdown CHECK (max_drawdown >= 0 AND max_drawdown < 1e6),
    CONSTRAINT ck_agent_performance_total_return CHECK (total_return > -1e6 AND total_return < 1e6),
    CONSTRAINT ck_agent_performance_win_rate CHECK (win_rate BETWEEN 0 AND 1),
    CONSTRAINT ck_agent_performance_profit_factor CHECK (profit_factor >= 0 AND profit_factor < 1e9),
    CONSTRAINT ck_agent_performance_total_trades CHECK (
        total_trades IS NULL OR (typeof(total_trades) = 'integer' AND total_trades >= 0)
    ),
    CONSTRAINT ck_agent_performance_avg_episode_reward CHECK (
        avg_episode_reward > -1e15 AND avg_episode_reward < 1e15
    ),
    CONSTRAINT ck_agent_performance_num_episodes CHECK (
        num_episodes IS NULL OR (typeof(num_episodes) = 'integer' AND num_episodes >= 0)
    )
);

CREATE INDEX idx_agent_performance_run_id ON agent_performance (run_id);

CREATE INDEX idx_agent_performance_evaluation_type ON agent_performance (evaluation_type);

CREATE INDEX idx_agent_performance_sharpe_ratio ON agent_performance (sharpe_ratio DESC);

CREATE INDEX idx_agent_performance_evaluation_date ON agent_performance (evaluation_date DESC);

-- The configuration of each run, one row a run. A column that the algorithm does not have, or has as a word such as
-- "auto", is NULL; params_json holds everything.
CREATE TABLE hyperparameters (
    hyperparameter_id INTEGER CONSTRAINT pk_hyperparameters PRIMARY KEY AUTOINCREMENT,
    run_id            TEXT NOT NULL,
    algorithm         TEXT NOT NULL,
    learning_rate     REAL NOT NULL,
    batch_size        INTEGER,
    n_steps           INTEGER,
    gamma             REAL,           -- discount factor, 0 to 1
    policy_type       TEXT,           -- MlpPolicy, and so on
    net_arch          TEXT,           -- layers of the networks, as JSON
    n_epochs          INTEGER,
    buffer_size       INTEGER,
    ent_coef          REAL,
    vf_coef           REAL,
    max_grad_norm     REAL,
    params_json       TEXT NOT NULL,  -- all parameters, as JSON

    CONSTRAINT uq_hyperparameters_run_id UNIQUE (run_id),
    CONSTRAINT fk_hyperparameters_run_id FOREIGN KEY (run_id) REFERENCES training_runs (run_id) ON DELETE CASCADE,
    CONSTRAINT ck_hyperparameters_algorithm CHECK (algorithm IN ('PPO', 'SAC', 'A2C', 'TD3', 'DQN')),
    CONSTRAINT ck_hyperparameters_learning_rate CHECK (learning_rate > 0 AND learning_rate < 1e3),
    CONSTRAINT ck_hyperparameters_batch_size CHECK (
        batch_size IS NULL OR (typeof(batch_size) = 'integer' AND batch_size > 0)
    ),
    CONSTRAINT ck_hyperparameters_n_steps CHECK (
        n_steps IS NULL OR (typeof(n_steps) = 'integer' AND n_steps > 0)
    ),
    CONSTRAINT ck_hyperparameters_gamma CHECK (gamma BETWEEN 0 AND 1),
    CONSTRAINT ck_hyperparameters_net_arch CHECK (net_arch IS NULL OR json_valid(net_arch)),
    CONSTRAINT ck_hyperparameters_n_epochs CHECK (
        n_epochs IS NULL OR (typeof(n_epochs) = 'integer' AND n_epochs > 0)
    ),
    CONSTRAINT ck_hyperparameters_buffer_size CHECK (
        buffer_size IS NULL OR (typeof(buffer_size) = 'integer' AND buffer_size > 0)
    ),
    CONSTRAINT ck_hyperparameters_ent_coef CHECK (ent_coef >= 0 AND ent_coef < 1e6),
    CONSTRAINT ck_hyperparameters_vf_coef CHECK (vf_coef >= 0 AND vf_coef < 1e6),
    CONSTRAINT ck_hyperparameters_max_grad_norm CHECK (max_grad_norm > 0 AND max_grad_norm < 1e6),
    CONSTRAINT ck_hyperparameters_params_json CHECK (json_valid(params_json))
);

CREATE INDEX idx_hyperparameters_run_id ON hyperparameters (run_id);

CREATE INDEX idx_hyperparameters_algorithm ON hyperparameters (algorithm);

-- Weights of the agents in an ensemble; each update writes a new set with one update_time.
CREATE TABLE ensemble_weights (
    weight_id         INTEGER CONSTRAINT pk_ensemble_weights PRIMARY KEY AUTOINCREMENT,
    ensemble_id       TEXT NOT NULL,
    run_id            TEXT NOT NULL,
    algorithm         TEXT NOT NULL,
    weight            REAL NOT NULL,               -- share of the ensemble, 0 to 1
    performance_score REAL,
    sharpe_ratio      REAL,                        -- what the weight was derived from
    is_active         INTEGER NOT NULL DEFAULT 1,
    weighting_method  TEXT NOT NULL,               -- equal, sharpe, and so on
    update_time       INTEGER NOT NULL DEFAULT (strftime('%s', 'now')),

    CONSTRAINT uq_ensemble_weights_member UNIQUE (ensemble_id, update_time, run_id),
    CONSTRAINT fk_ensemble_weights_run_id FOREIGN KEY (run_id) REFERENCES training_runs (run_id) ON DELETE RESTRICT,
    CONSTRAINT ck_ensemble_weights_ensemble_id CHECK (ensemble_id <> ''),
    CONSTRAINT ck_ensemble_weights_algorithm CHECK (algorithm IN ('PPO', 'SAC', 'A2C', 'TD3', 'DQN')),
    CONSTRAINT ck_ensemble_weights_weight CHECK (weight BETWEEN 0 AND 1),
    CONSTRAINT ck_ensemble_weights_performance_score CHECK (performance_score > -1e6 AND performance_score < 1e6),
    CONSTRAINT ck_ensemble_weights_sharpe_ratio CHECK (sharpe_ratio > -1e6 AND sharpe_ratio < 1e6),
    CONSTRAINT ck_ensemble_weights_is_active CHECK (is_active IN (0, 1)),
    CONSTRAINT ck_ensemble_weights_weighting_method CHECK (weighting_method <> ''),
    CONSTRAINT ck_ensemble_weights_update_time CHECK (
        typeof(update_time) = 'integer' AND update_time BETWEEN 0 AND 253402300799
    )
);

CREATE INDEX idx_ensemble_weights_ensemble_id_update_time ON ensemble_weights (ensemble_id, update_time DESC);

CREATE INDEX idx_ensemble_weights_run_id ON ensemble_weights (run_id);

-- Individual training episodes.
CREATE TABLE training_episodes (
    episode_id     INTEGER CONSTRAINT pk_training_episodes PRIMARY KEY AUTOINCREMENT,
    run_id         TEXT NOT NULL,
    episode_number INTEGER NOT NULL,
    episode_reward REAL NOT NULL,
    episode_length INTEGER NOT NULL,  -- steps
    mean_action    REAL,
    std_action     REAL,
    mean_value     REAL,
    mean_loss      REAL,

    CONSTRAINT uq_training_episodes_run_id_episode_number UNIQUE (run_id, episode_number),
    CONSTRAINT fk_training_episodes_run_id FOREIGN KEY (run_id) REFERENCES training_runs (run_id) ON DELETE CASCADE,
    CONSTRAINT ck_training_episodes_episode_number CHECK (
        typeof(episode_number) = 'integer' AND episode_number >= 0
    ),
    CONSTRAINT ck_training_episodes_episode_reward CHECK (episode_reward > -1e15 AND episode_reward < 1e15),
    CONSTRAINT ck_training_episodes_episode_length CHECK (
        typeof(episode_length) = 'integer' AND episode_length >= 0
    ),
    CONSTRAINT ck_training_episodes_mean_action CHECK (mean_action > -1e15 AND mean_action < 1e15),
    CONSTRAINT ck_training_episodes_std_action CHECK (std_action >= 0 AND std_action < 1e15),
    CONSTRAINT ck_training_episodes_mean_value CHECK (mean_value > -1e15 AND mean_value < 1e15),
    CONSTRAINT ck_training_episodes_mean_loss CHECK (mean_loss > -1e15 AND mean_loss < 1e15)
);

CREATE INDEX idx_training_episodes_run_id ON training_episodes (run_id);

CREATE INDEX idx_training_episodes_run_id_episode_number ON training_episodes (run_id, episode_number);

-- Best agents by Sharpe ratio: of each completed run the latest evaluation on data it was not trained on.
CREATE VIEW v_agent_leaderboard AS
SELECT rank() OVER (ORDER BY p.sharpe_ratio DESC) AS agent_rank,
       r.run_id,
       r.model_name,
       r.algorithm,
       p.evaluation_type,
       p.evaluation_date,
       p.sharpe_ratio,
       p.sortino_ratio,
       p.max_drawdown,
       p.total_return,
       p.win_rate,
       p.profit_factor,
       p.total_trades,
       p.data_period_start,
       p.data_period_end,
       datetime(r.start_time, 'unixepoch') AS trained_at,
       r.model_path
FROM training_runs AS r
JOIN (
    SELECT *,
           row_number() OVER (PARTITION BY run_id ORDER BY evaluation_date DESC, performance_id DESC) AS recency
    FROM agent_performance
    WHERE evaluation_type <> 'train' AND sharpe_ratio IS NOT NULL
) AS p ON p.run_id = r.run_id AND p.recency = 1
WHERE r.status = 'completed'
ORDER BY p.sharpe_ratio DESC, r.run_id;

-- Active ensemble composition: of each ensemble the active members of its latest update. The share is the weight
-- as a percentage of the weights of these members.
CREATE VIEW v_current_ensemble AS
SELECT w.ensemble_id,
       w.run_id,
       r.model_name,
       w.algorithm,
       w.weight,
       round(100.0 * w.weight / nullif(sum(w.weight) OVER (PARTITION BY w.ensemble_id), 0), 4) AS weight_share_pct,
       w.performance_score,
       w.sharpe_ratio,
       w.weighting_method,
       datetime(w.update_time, 'unixepoch') AS updated_at,
       r.model_path
FROM ensemble_weights AS w
JOIN training_runs AS r ON r.run_id = w.run_id
WHERE w.is_active = 1
  AND w.update_time = (SELECT max(l.update_time) FROM ensemble_weights AS l WHERE l.ensemble_id = w.ensemble_id)
ORDER BY w.ensemble_id, w.weight DESC, w.run_id;

-- Training runs with their performance, newest first.
CREATE VIEW v_training_summary AS
SELECT r.run_id,
       r.model_name,
       r.algorithm,
       r.status,
       datetime(r.start_time, 'unixepoch') AS started_at,
       datetime(r.end_time, 'unixepoch') AS ended_at,
       round(r.duration_seconds / 3600.0, 4) AS duration_hours,
       r.total_timesteps,
       r.train_start_date,
       r.train_end_date,
       r.val_start_date,
       r.val_end_date,
       r.final_reward,
       (SELECT count(*) FROM training_episodes AS e WHERE e.run_id = r.run_id) AS episodes,
       count(p.performance_id) AS evaluations,
       max(p.sharpe_ratio) AS best_sharpe_ratio,
       avg(p.sharpe_ratio) AS avg_sharpe_ratio,
       max(p.total_return) AS best_total_return,
       max(p.max_drawdown) AS worst_max_drawdown
FROM training_runs AS r
LEFT JOIN agent_performance AS p ON p.run_id = r.run_id AND p.evaluation_type <> 'train'
GROUP BY r.run_id
ORDER BY r.start_time DESC, r.run_id;

-- Hyperparameter optimization results: each configuration with its runs' evaluations, the best Sharpe ratio first.
CREATE VIEW v_hyperparameter_results AS
SELECT h.run_id,
       r.model_name,
       h.algorithm,
       h.learning_rate,
       h.batch_size,
       h.n_steps,
       h.gamma,
       h.policy_type,
       h.net_arch,
       h.n_epochs,
       h.buffer_size,
       h.ent_coef,
       h.vf_coef,
       h.max_grad_norm,
       r.status,
       r.final_reward,
       count(p.performance_id) AS evaluations,
       avg(p.sharpe_ratio) AS avg_sharpe_ratio,
       max(p.sharpe_ratio) AS best_sharpe_ratio,
       avg(p.total_return) AS avg_total_return,
       avg(p.max_drawdown) AS avg_max_drawdown,
       datetime(r.start_time, 'unixepoch') AS started_at
FROM hyperparameters AS h
JOIN training_runs AS r ON r.run_id = h.run_id
LEFT JOIN agent_performance AS p ON p.run_id = h.run_id AND p.evaluation_type <> 'train'
GROUP BY h.hyperparameter_id
ORDER BY max(p.sharpe_ratio) DESC, h.run_id;
