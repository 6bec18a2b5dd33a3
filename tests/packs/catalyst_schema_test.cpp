// C1: the tables and indexes of Catalyst's three databases are those of its document.
#include <gtest/gtest.h>

#include "packs/schema_lines.hpp"

namespace tradewind::test {
namespace {

/// The default that is long, by a short name.
std::string with_defaults(std::string text) {
  return replaced(std::move(text), "default now", "default strftime('%s', 'now')");
}

const char* const positions_columns = R"(closed_positions
  position_id TEXT not null
  ticker TEXT not null
  side TEXT not null
  quantity REAL not null
  entry_price REAL not null
  current_price REAL
  unrealized_pnl REAL
  stop_loss_price REAL
  take_profit_price REAL
  opened_at INTEGER not null
  updated_at INTEGER
  strategy TEXT
  signal_score REAL
  metadata TEXT
  closed_at INTEGER not null default now
  exit_price REAL not null
  realized_pnl REAL not null
  holding_period_hours REAL not null
  exit_reason TEXT not null
  commission REAL not null default 0
  slippage REAL not null default 0
  max_favorable_excursion REAL
  max_adverse_excursion REAL
positions
  position_id TEXT not null
  ticker TEXT not null
  side TEXT not null
  quantity REAL not null
  entry_price REAL not null
  current_price REAL not null
  unrealized_pnl REAL not null default 0
  stop_loss_price REAL
  take_profit_price REAL
  opened_at INTEGER not null default now
  updated_at INTEGER not null default now
  strategy TEXT
  signal_score REAL
  metadata TEXT
)";

const char* const trading_columns = R"(fills
  fill_id TEXT not null
  order_id TEXT not null
  ticker TEXT not null
  side TEXT not null
  quantity REAL not null
  price REAL not null
  filled_at INTEGER not null default now
  liquidity TEXT
  commission REAL not null default 0
  position_id TEXT
orders
  order_id TEXT not null
  ticker TEXT not null
  order_type TEXT not null
  side TEXT not null
  quantity REAL not null
  limit_price REAL
  stop_price REAL
  time_in_force TEXT not null default 'day'
  status TEXT not null default 'pending'
  filled_quantity REAL not null default 0
  filled_avg_price REAL
  commission REAL not null default 0
  slippage REAL not null default 0
  position_id TEXT
  strategy TEXT
  submitted_at INTEGER not null default now
  updated_at INTEGER not null default now
  filled_at INTEGER
  metadata TEXT
performance_metrics
  metric_id INTEGER numbered
  metric_date TEXT not null
  strategy TEXT not null default 'portfolio'
  sharpe_ratio REAL
  sortino_ratio REAL
  calmar_ratio REAL
  max_drawdown REAL
  max_drawdown_pct REAL
  current_drawdown REAL
  volatility REAL
  win_rate REAL
  profit_factor REAL
  avg_win REAL
  avg_loss REAL
  alpha REAL
  beta REAL
  correlation_to_benchmark REAL
  calculated_at INTEGER not null default now
portfolio_snapshots
  snapshot_id INTEGER numbered
  snapshot_date TEXT not null
  snapshot_time INTEGER not null default now
  total_equity REAL not null
  cash_balance REAL not null
  long_market_value REAL not null default 0
  short_market_value REAL not null default 0
  daily_pnl REAL not null default 0
  cumulative_pnl REAL not null default 0
  positions_count INTEGER not null default 0
  buying_power REAL
  leverage REAL
  unrealized_pnl REAL not null default 0
)";

const char* const ml_training_columns = R"(agent_performance
  performance_id INTEGER numbered
  run_id TEXT not null
  evaluation_type TEXT not null default 'validation'
  evaluation_date TEXT not null
  data_period_start TEXT not null
  data_period_end TEXT not null
  sharpe_ratio REAL
  sortino_ratio REAL
  max_drawdown REAL
  total_return REAL
  win_rate REAL
  profit_factor REAL
  total_trades INTEGER
  avg_episode_reward REAL
  num_episodes INTEGER
ensemble_weights
  weight_id INTEGER numbered
  ensemble_id TEXT not null
  run_id TEXT not null
  algorithm TEXT not null
  weight REAL not null
  performance_score REAL
  sharpe_ratio REAL
  is_active INTEGER not null default 1
  weighting_method TEXT not null
  update_time INTEGER not null default now
hyperparameters
  hyperparameter_id INTEGER numbered
  run_id TEXT not null
  algorithm TEXT not null
  learning_rate REAL not null
  batch_size INTEGER
  n_steps INTEGER
  gamma REAL
  policy_type TEXT
  net_arch TEXT
  n_epochs INTEGER
  buffer_size INTEGER
  ent_coef REAL
  vf_coef REAL
  max_grad_norm REAL
  params_json TEXT not null
training_episodes
  episode_id INTEGER numbered
  run_id TEXT not null
  episode_number INTEGER not null
  episode_reward REAL not null
  episode_length INTEGER not null
  mean_action REAL
  std_action REAL
  mean_value REAL
  mean_loss REAL
training_runs
  run_id TEXT not null
  algorithm TEXT not null
  model_name TEXT not null
  start_time INTEGER not null default now
  end_time INTEGER
  duration_seconds REAL
  total_timesteps INTEGER not null
  train_start_date TEXT not null
  train_end_date TEXT not null
  val_start_date TEXT
  val_end_date TEXT
  status TEXT not null default 'running'
  final_reward REAL
  model_path TEXT
)";

const char* const positions_indexes =
    R"(CREATE INDEX idx_closed_positions_closed_at ON closed_positions (closed_at DESC)
CREATE INDEX idx_closed_positions_opened_at ON closed_positions (opened_at DESC)
CREATE INDEX idx_closed_positions_realized_pnl ON closed_positions (realized_pnl DESC)
CREATE INDEX idx_closed_positions_strategy ON closed_positions (strategy)
CREATE INDEX idx_closed_positions_ticker ON closed_positions (ticker)
CREATE INDEX idx_closed_positions_ticker_side ON closed_positions (ticker, side)
CREATE INDEX idx_positions_opened_at ON positions (opened_at DESC)
CREATE INDEX idx_positions_strategy ON positions (strategy)
CREATE INDEX idx_positions_ticker ON positions (ticker)
CREATE INDEX idx_positions_ticker_side ON positions (ticker, side)
CREATE INDEX idx_positions_unrealized_pnl ON positions (unrealized_pnl DESC)
)";

const char* const trading_indexes = R"(CREATE INDEX idx_fills_filled_at ON fills (filled_at DESC)
CREATE INDEX idx_fills_order_id ON fills (order_id)
CREATE INDEX idx_fills_position_id ON fills (position_id)
CREATE INDEX idx_fills_ticker ON fills (ticker)
CREATE INDEX idx_orders_position_id ON orders (position_id)
CREATE INDEX idx_orders_status ON orders (status)
CREATE INDEX idx_orders_strategy ON orders (strategy)
CREATE INDEX idx_orders_submitted_at ON orders (submitted_at DESC)
CREATE INDEX idx_orders_ticker ON orders (ticker)
CREATE INDEX idx_performance_metrics_metric_date ON performance_metrics (metric_date DESC)
CREATE INDEX idx_performance_metrics_strategy ON performance_metrics (strategy)
CREATE INDEX idx_portfolio_snapshots_snapshot_date ON portfolio_snapshots (snapshot_date DESC)
CREATE INDEX idx_portfolio_snapshots_snapshot_time ON portfolio_snapshots (snapshot_time DESC)
)";

const char* const ml_training_indexes =
    R"(CREATE INDEX idx_agent_performance_evaluation_date ON agent_performance (evaluation_date DESC)
CREATE INDEX idx_agent_performance_evaluation_type ON agent_performance (evaluation_type)
CREATE INDEX idx_agent_performance_run_id ON agent_performance (run_id)
CREATE INDEX idx_agent_performance_sharpe_ratio ON agent_performance (sharpe_ratio DESC)
CREATE INDEX idx_ensemble_weights_ensemble_id_update_time ON ensemble_weights (ensemble_id, update_time DESC)
CREATE INDEX idx_ensemble_weights_run_id ON ensemble_weights (run_id)
CREATE INDEX idx_hyperparameters_algorithm ON hyperparameters (algorithm)
CREATE INDEX idx_hyperparameters_run_id ON hyperparameters (run_id)
CREATE INDEX idx_training_episodes_run_id ON training_episodes (run_id)
CREATE INDEX idx_training_episodes_run_id_episode_number ON training_episodes (run_id, episode_number)
CREATE INDEX idx_training_runs_algorithm ON training_runs (algorithm)
CREATE INDEX idx_training_runs_model_name ON training_runs (model_name)
CREATE INDEX idx_training_runs_start_time ON training_runs (start_time DESC)
CREATE INDEX idx_training_runs_status ON training_runs (status)
)";

struct Expected {
  std::string database;
  std::string columns;
  std::string indexes;
  std::vector<std::string> views;
};

std::ostream& operator<<(std::ostream& stream, const Expected& expected) {
  return stream << expected.database;
}

class CatalystSchema : public ::testing::TestWithParam<Expected> {
 protected:
  void SetUp() override { database.up(); }
  PackDatabase database{sqlite_engine, "catalyst", GetParam().database};
};
INSTANTIATE_TEST_SUITE_P(Of, CatalystSchema,
                         ::testing::Values(Expected{"positions",
                                                    positions_columns,
                                                    positions_indexes,
                                                    {"v_position_summary", "v_recent_closed_trades"}},
                                           Expected{"trading",
                                                    trading_columns,
                                                    trading_indexes,
                                                    {"v_equity_curve", "v_order_fill_stats",
                                                     "v_performance_summary", "v_recent_orders"}},
                                           Expected{"ml_training",
                                                    ml_training_columns,
                                                    ml_training_indexes,
                                                    {"v_agent_leaderboard", "v_current_ensemble",
                                                     "v_hyperparameter_results", "v_training_summary"}}),
                         [](const auto& expected) { return expected.param.database; });

TEST_P(CatalystSchema, has_the_columns_of_its_document) {
  EXPECT_EQ(column_lines(database), with_defaults(GetParam().columns));
}

TEST_P(CatalystSchema, has_the_indexes_of_its_document) {
  EXPECT_EQ(index_lines(database), GetParam().indexes);
}

TEST_P(CatalystSchema, has_the_views_of_its_document) {
  std::vector<std::string> views;
  for (const auto& row : database.sql("SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY 1")) {
    views.push_back(row[0]);
  }
  EXPECT_EQ(views, GetParam().views);
}

}  // namespace
}  // namespace tradewind::test
