// C6: the common queries of Catalyst's document run as they stand, by its indexes.
#include <gtest/gtest.h>

#include <cstdlib>

#include "packs/many_rows.hpp"
#include "packs/pack_support.hpp"

namespace tradewind::test {
namespace {

std::string query(const std::string& name) {
  return pack_text("catalyst", "queries/" + name + ".sql");
}
class CatalystUse : public ::testing::Test {
 protected:
  static PackDatabase made(const std::string& part) {
    PackDatabase database(sqlite_engine, "catalyst", part);
    database.up();
    return database;
  }
  static PackDatabase seeded(const std::string& part) {
    PackDatabase database = made(part);
    database.sql(pack_text("catalyst", database.folder() + "/seed/010_sample_data.sql"));
    return database;
  }

  const std::string open_positions = query("001_positions_open_positions");
  const std::string unrealized_pnl = query("002_positions_total_unrealized_pnl");
  const std::string win_rate = query("003_positions_win_rate");
  const std::string equity_curve = query("004_trading_equity_curve");
  const std::string sharpe_ratio = query("005_trading_current_sharpe_ratio");
  const std::string order_fills = query("006_trading_recent_order_fills");
  const std::string best_agents = query("007_ml_training_best_agents");
  const std::string ensemble = query("008_ml_training_current_ensemble");
  const std::string algorithms = query("009_ml_training_compare_algorithms");
};

TEST_F(CatalystUse, queries_of_positions_answer) {
  PackDatabase database = seeded("positions");
  EXPECT_EQ(database.sql(open_positions).size(), 4U);
  // 45 * 4.55 - 70 * 1.45 + 14 * 8.45 + 40 * 1.45
  EXPECT_DOUBLE_EQ(std::strtod(database.value(unrealized_pnl).c_str(), nullptr), 279.55);
  // 12 of 18.
  EXPECT_EQ(database.value(win_rate).substr(0, 8), "0.666666");
}

TEST_F(CatalystUse, queries_of_trading_answer) {
  PackDatabase database = seeded("trading");
  const Rows curve = database.sql(equity_curve);
  ASSERT_EQ(curve.size(), 30U);
  EXPECT_LT(curve.front()[0], curve.back()[0]);
  const Rows current = database.sql(sharpe_ratio);
  ASSERT_EQ(current.size(), 1U);
  EXPECT_EQ(
      database.value("SELECT count(*) FROM performance_metrics WHERE metric_date = (SELECT max(metric_date)"
                     " FROM performance_metrics) AND sharpe_ratio = " +
                     current[0][0] + " AND max_drawdown_pct = " + current[0][1]),
      "1");
  EXPECT_EQ(database.sql(order_fills).size(), 40U);
}

TEST_F(CatalystUse, queries_of_ml_training_answer) {
  PackDatabase database = seeded("ml_training");
  std::vector<std::string> best;
  for (const auto& row : database.sql(best_agents)) best.push_back(row[1]);
  EXPECT_EQ(best, std::vector<std::string>({"seed-run-sac-1", "seed-run-ppo-2", "seed-run-ppo-1",
                                            "seed-run-td3-1", "seed-run-a2c-1", "seed-run-dqn-1"}));
  std::vector<std::string> members;
  for (const auto& row : database.sql(ensemble)) members.push_back(row[1]);
  EXPECT_EQ(members, std::vector<std::string>({"seed-run-ppo-2", "seed-run-sac-1", "seed-run-td3-1"}));
  EXPECT_EQ(database.sql(algorithms), Rows({{"A2C", "0.97", "1"},
                                            {"DQN", "0.54", "1"},
                                            {"PPO", "1.78", "4"},
                                            {"SAC", "1.69", "1"},
                                            {"TD3", "1.28", "1"}}));
}

TEST_F(CatalystUse, indexes_serve_the_queries_of_positions) {
  PackDatabase database = made("positions");
  make_numbers(database);
  database.sql(R"sql(
    INSERT INTO positions (position_id, ticker, side, quantity, entry_price, current_price, unrealized_pnl, opened_at,
        updated_at, strategy)
      SELECT 'p' || n, 'T' || (n % 1000), 'long', 1, 100, 101, n % 777, 1767225600 + n, 1767225600 + n, 's' || (n % 500)
      FROM numbers;
    INSERT INTO closed_positions (position_id, ticker, side, quantity, entry_price, opened_at, strategy, closed_at,
        exit_price, realized_pnl, holding_period_hours, exit_reason)
      SELECT 'c' || n, 'T' || (n % 1000), 'long', 1, 100, 1767225600 + n, 's' || (n % 500), 1767225700 + n, 101,
        n % 777 - 300, 1, 'signal' FROM numbers;
    ANALYZE;)sql");
  EXPECT_TRUE(database.plan_uses(open_positions, "idx_positions_unrealized_pnl"));
  EXPECT_TRUE(database.plan_uses(unrealized_pnl, "idx_positions_unrealized_pnl"));
  EXPECT_TRUE(database.plan_uses(win_rate, "idx_closed_positions_realized_pnl"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM v_recent_closed_trades", "idx_closed_positions_closed_at"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM positions WHERE ticker = 'T7' AND side = 'long'",
                                 "idx_positions_ticker_side"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM positions WHERE strategy = 's7'", "idx_positions_strategy"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM positions ORDER BY opened_at DESC LIMIT 9",
                                 "idx_positions_opened_at"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM closed_positions WHERE strategy = 's7'",
                                 "idx_closed_positions_strategy"));
}

TEST_F(CatalystUse, indexes_serve_the_queries_of_trading) {
  PackDatabase database = made("trading");
  make_numbers(database);
  database.sql(R"sql(
    INSERT INTO orders (order_id, ticker, order_type, side, quantity, status, filled_quantity, filled_avg_price,
        position_id, strategy, submitted_at, updated_at)
      SELECT 'o' || n, 'T' || (n % 1000), 'market', 'buy', 1, CASE n % 200 WHEN 0 THEN 'submitted' ELSE 'filled' END, 1,
        100, 'p' || n, 's' || (n % 500), 1767225600 + n, 1767225600 + n FROM numbers;
    INSERT INTO fills (fill_id, order_id, ticker, side, quantity, price, filled_at, position_id)
      SELECT 'f' || n, 'o' || n, 'T' || (n % 1000), 'buy', 1, 100, 1767225600 + n, 'p' || n FROM numbers;
    INSERT INTO portfolio_snapshots (snapshot_date, snapshot_time, total_equity, cash_balance)
      SELECT date('1900-01-01', '+' || n || ' days'), n, 100000 + n % 777, 100000 FROM numbers;
    INSERT INTO performance_metrics (metric_date, sharpe_ratio, max_drawdown_pct)
      SELECT date('1900-01-01', '+' || n || ' days'), 1, 2 FROM numbers;
    ANALYZE;)sql");
  EXPECT_EQ(database.sql(order_fills).size(), 99U);
  EXPECT_TRUE(database.plan_uses(order_fills, "idx_orders_submitted_at"));
  EXPECT_TRUE(database.plan_uses(sharpe_ratio, "idx_performance_metrics_metric_date"));
  EXPECT_TRUE(database.plan_uses(equity_curve, "idx_portfolio_snapshots_snapshot_date"));
  EXPECT_TRUE(
      database.plan_uses("SELECT * FROM v_performance_summary", "idx_performance_metrics_metric_date"));
  EXPECT_TRUE(
      database.plan_uses("SELECT * FROM v_order_fill_stats WHERE order_id = 'o7'", "idx_fills_order_id"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM orders WHERE status = 'submitted'", "idx_orders_status"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM orders WHERE ticker = 'T7'", "idx_orders_ticker"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM orders WHERE position_id = 'p7'", "idx_orders_position_id"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM fills WHERE position_id = 'p7'", "idx_fills_position_id"));
  EXPECT_TRUE(
      database.plan_uses("SELECT * FROM fills ORDER BY filled_at DESC LIMIT 9", "idx_fills_filled_at"));
}

TEST_F(CatalystUse, indexes_serve_the_queries_of_ml_training) {
  PackDatabase database = made("ml_training");
  make_numbers(database);
  database.sql(R"sql(
    INSERT INTO training_runs (run_id, algorithm, model_name, start_time, end_time, total_timesteps, train_start_date,
        train_end_date, status)
      SELECT 'r' || n, 'PPO', 'm' || (n % 500), 1767225600 + n, 1767225600 + n, 1, '2024-01-02', '2025-06-30', 'completed'
      FROM numbers;
    INSERT INTO agent_performance (run_id, evaluation_date, data_period_start, data_period_end, sharpe_ratio)
      SELECT 'r' || n, date('1990-01-01', '+' || (n % 10000) || ' days'), '2025-07-01', '2025-12-31', (n % 777) / 100.0
      FROM numbers;
    INSERT INTO ensemble_weights (ensemble_id, run_id, algorithm, weight, weighting_method, update_time)
      SELECT 'e' || (n % 10), 'r' || n, 'PPO', 0.5, 'equal', 1767225600 + n FROM numbers;
    INSERT INTO training_episodes (run_id, episode_number, episode_reward, episode_length)
      SELECT 'r' || n, 1, 1, 1 FROM numbers;
    ANALYZE;)sql");
  EXPECT_EQ(database.sql(best_agents).size(), 10U);
  EXPECT_TRUE(database.plan_uses(best_agents, "idx_agent_performance_run_id"));
  EXPECT_EQ(database.sql(ensemble).size(), 10U);
  EXPECT_TRUE(database.plan_uses(ensemble, "idx_ensemble_weights_ensemble_id_update_time"));
  EXPECT_EQ(database.sql(algorithms).size(), 1U);
  EXPECT_TRUE(database.plan_uses(algorithms, "idx_training_runs_algorithm"));
  EXPECT_TRUE(database.plan_uses(algorithms, "idx_agent_performance_run_id"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM agent_performance ORDER BY sharpe_ratio DESC LIMIT 9",
                                 "idx_agent_performance_sharpe_ratio"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM training_runs WHERE model_name = 'm7'",
                                 "idx_training_runs_model_name"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM training_runs ORDER BY start_time DESC LIMIT 9",
                                 "idx_training_runs_start_time"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM v_training_summary", "idx_agent_performance_run_id"));
}

}  // namespace
}  // namespace tradewind::test
