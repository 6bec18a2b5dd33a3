// C2: the ten views of Catalyst give known answers on data made for them, times as UTC datetimes: 1767605400
// is 2026-01-05 09:30:00.
#include <gtest/gtest.h>

#include "packs/pack_support.hpp"

namespace tradewind::test {
namespace {

TEST(CatalystPositionViews, show_the_open_positions) {
  PackDatabase database(sqlite_engine, "catalyst", "positions");
  database.up();
  database.sql(R"sql(
    INSERT INTO positions VALUES
      ('p1', 'COIN', 'short', 10, 300, 310, -100, NULL, NULL, 1767605400, 1767605400, NULL, NULL, NULL),
      ('p2', 'NVDA', 'long', 40, 100, 105.5, 220, 97, 110, 1767605400, 1767612661, 'momentum', 0.8, '{}');)sql");
  EXPECT_EQ(
      database.sql(
          "SELECT position_id, ticker, side, quantity, entry_price, current_price, cost_basis, market_value,"
          " unrealized_pnl, unrealized_pnl_pct, stop_loss_price, take_profit_price, strategy, signal_score,"
          " opened_at, updated_at FROM v_position_summary"),
      Rows({{"p2", "NVDA", "long", "40.0", "100.0", "105.5", "4000.0", "4220.0", "220.0", "5.5", "97.0",
             "110.0", "momentum", "0.8", "2026-01-05 09:30:00", "2026-01-05 11:31:01"},
            {"p1", "COIN", "short", "10.0", "300.0", "310.0", "3000.0", "3100.0", "-100.0", "-3.3333", "NULL",
             "NULL", "NULL", "NULL", "2026-01-05 09:30:00", "2026-01-05 09:30:00"}}));
  database.sql(
      "UPDATE positions SET opened_at = strftime('%s', 'now') - 5400, updated_at = strftime('%s', 'now')");
  EXPECT_EQ(database.sql("SELECT abs(holding_period_hours - 1.5) < 0.02 FROM v_position_summary"),
            Rows({{"1"}, {"1"}}));
}

TEST(CatalystPositionViews, show_the_last_hundred_closed_trades) {
  PackDatabase database(sqlite_engine, "catalyst", "positions");
  database.up();
  database.sql(R"sql(
    WITH RECURSIVE trade (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM trade WHERE n < 101)
    INSERT INTO closed_positions (position_id, ticker, side, quantity, entry_price, opened_at, strategy, signal_score,
      closed_at, exit_price, realized_pnl, holding_period_hours, exit_reason, commission, slippage,
      max_favorable_excursion, max_adverse_excursion)
    SELECT printf('c%03d', n), 'NVDA', 'long', 40, 100, 1767605400, 'momentum', 0.8, 1767605400 + n * 60, 106.65,
      265.6, 2, 'take_profit', 0.4, 0.8, 290, -35 FROM trade;)sql");
  const Rows rows = database.sql("SELECT * FROM v_recent_closed_trades");
  ASSERT_EQ(rows.size(), 100U);
  const std::vector<std::string> newest = {"c101",
                                           "NVDA",
                                           "long",
                                           "40.0",
                                           "100.0",
                                           "106.65",
                                           "265.6",
                                           "6.64",
                                           "2.0",
                                           "take_profit",
                                           "0.4",
                                           "0.8",
                                           "290.0",
                                           "-35.0",
                                           "momentum",
                                           "0.8",
                                           "2026-01-05 09:30:00",
                                           "2026-01-05 11:11:00"};
  EXPECT_EQ(rows.front(), newest);
  EXPECT_EQ(rows.back()[0], "c002");
}

class CatalystTradingViews : public ::testing::Test {
 protected:
  void SetUp() override { database.up(); }

  /// One order filled in two parts, one not, one in part.
  void place_orders() {
    database.sql(R"sql(
      INSERT INTO orders (order_id, ticker, order_type, side, quantity, limit_price, time_in_force, status,
        filled_quantity, filled_avg_price, commission, slippage, position_id, strategy, submitted_at, updated_at,
        filled_at)
      VALUES
        ('o1', 'NVDA', 'market', 'buy', 100, NULL, 'day', 'filled', 100, 10.2, 0.5, 1, 'p1', 'momentum',
         1767605400, 1767605430, 1767605430),
        ('o2', 'COIN', 'limit', 'sell', 50, 310, 'gtc', 'submitted', 0, NULL, 0, 0, NULL, NULL,
         1767605460, 1767605460, NULL),
        ('o3', 'AMD', 'limit', 'buy', 80, 20, 'day', 'partially_filled', 20, 20, 0.1, 0, NULL, 'breakout',
         1767605520, 1767605525, 1767605525);
      INSERT INTO fills (fill_id, order_id, ticker, side, quantity, price, filled_at, liquidity, commission) VALUES
        ('f1', 'o1', 'NVDA', 'buy', 60, 10, 1767605410, 'maker', 0.25),
        ('f2', 'o1', 'NVDA', 'buy', 40, 10.5, 1767605430, 'taker', 0.25),
        ('f3', 'o3', 'AMD', 'buy', 20, 20, 1767605525, NULL, 0.125);)sql");
  }
  PackDatabase database{sqlite_engine, "catalyst", "trading"};
};

TEST_F(CatalystTradingViews, show_recent_orders) {
  place_orders();
  EXPECT_EQ(
      database.sql("SELECT * FROM v_recent_orders"),
      Rows({{"o3", "AMD", "limit", "buy", "80.0", "20.0", "NULL", "day", "partially_filled", "20.0", "20.0",
             "0.1", "0.0", "NULL", "breakout", "2026-01-05 09:32:00", "2026-01-05 09:32:05",
             "2026-01-05 09:32:05"},
            {"o2", "COIN", "limit", "sell", "50.0", "310.0", "NULL", "gtc", "submitted", "0.0", "NULL", "0.0",
             "0.0", "NULL", "NULL", "2026-01-05 09:31:00", "2026-01-05 09:31:00", "NULL"},
            {"o1", "NVDA", "market", "buy", "100.0", "NULL", "NULL", "day", "filled", "100.0", "10.2", "0.5",
             "1.0", "p1", "momentum", "2026-01-05 09:30:00", "2026-01-05 09:30:30", "2026-01-05 09:30:30"}}));
  database.sql(R"sql(
    WITH RECURSIVE day (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM day WHERE n < 99)
    INSERT INTO orders (order_id, ticker, order_type, side, quantity, submitted_at, updated_at)
    SELECT 'later' || n, 'AMD', 'market', 'buy', 1, 1767700000 + n, 1767700000 + n FROM day)sql");
  const Rows rows = database.sql("SELECT order_id FROM v_recent_orders");
  ASSERT_EQ(rows.size(), 100U);
  EXPECT_EQ(rows.front()[0], "later99");
  EXPECT_EQ(rows.back()[0], "o3");
}

TEST_F(CatalystTradingViews, add_up_the_fills_of_an_order) {
  place_orders();
  EXPECT_EQ(
      database.sql("SELECT * FROM v_order_fill_stats"),
      Rows({{"o3", "AMD", "buy", "limit", "partially_filled", "80.0", "1", "20.0", "25.0", "20.0", "20.0",
             "20.0", "0.125", "0", "0", "2026-01-05 09:32:00", "2026-01-05 09:32:05", "2026-01-05 09:32:05",
             "5"},
            {"o2", "COIN", "sell", "limit", "submitted", "50.0", "0", "0.0", "0.0", "NULL", "NULL", "NULL",
             "0.0", "0", "0", "2026-01-05 09:31:00", "NULL", "NULL", "NULL"},
            {"o1", "NVDA", "buy", "market", "filled", "100.0", "2", "100.0", "100.0", "10.2", "10.0", "10.5",
             "0.5", "1", "1", "2026-01-05 09:30:00", "2026-01-05 09:30:10", "2026-01-05 09:30:30", "30"}}));
}

TEST_F(CatalystTradingViews, draw_the_equity_curve) {
  database.sql(R"sql(
    INSERT INTO portfolio_snapshots (snapshot_date, snapshot_time, total_equity, cash_balance, long_market_value,
      short_market_value, daily_pnl, cumulative_pnl, positions_count)
    VALUES
      ('2026-01-07', 1767819600, 99990, 90000, 9990, 0, -1010, -10, 1),
      ('2026-01-05', 1767646800, 100000, 100000, 0, 0, 0, 0, 0),
      ('2026-01-06', 1767733200, 101000, 95000, 8000, -2000, 1000, 1000, 2);)sql");
  EXPECT_EQ(database.sql("SELECT * FROM v_equity_curve"),
            Rows({{"2026-01-05", "2026-01-05 21:00:00", "100000.0", "100000.0", "0.0", "0.0", "0", "0.0",
                   "0.0", "0.0", "100000.0", "0.0", "0.0"},
                  {"2026-01-06", "2026-01-06 21:00:00", "101000.0", "95000.0", "8000.0", "-2000.0", "2",
                   "1000.0", "1.0", "1000.0", "101000.0", "0.0", "0.0"},
                  {"2026-01-07", "2026-01-07 21:00:00", "99990.0", "90000.0", "9990.0", "0.0", "1", "-1010.0",
                   "-1.0", "-10.0", "101000.0", "-1010.0", "-1.0"}}));
}

TEST_F(CatalystTradingViews, sum_up_the_last_thirty_days) {
  database.sql(R"sql(
    INSERT INTO performance_metrics (metric_date, strategy, sharpe_ratio, sortino_ratio, calmar_ratio, max_drawdown,
      max_drawdown_pct, current_drawdown, volatility, win_rate, profit_factor, avg_win, avg_loss, alpha, beta,
      correlation_to_benchmark, calculated_at)
    VALUES
      (date('now', '-31 days'), 'portfolio', 9, 9, 9, 9, 9, 9, 9, 1, 9, 9, -9, 9, 9, 0.9, 1767646800),
      (date('now', '-30 days'), 'portfolio', 1, 2, 3, 500, 0.5, 100, 0.12, 0.6, 1.5, 240, -165, 0.02, 0.7, 0.5, 1767646800),
      (date('now'), 'momentum', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1767646801),
      (date('now'), 'breakout', 1.5, 2, 3, 500, 0.5, 100, 0.12, 0.12345, 1.5, 240, -165, 0.02, 0.7, 0.5, 1767646800);)sql");
  const std::string today = database.value("SELECT date('now')");
  const std::string first = database.value("SELECT date('now', '-30 days')");
  const std::string none = "NULL";
  EXPECT_EQ(database.sql("SELECT * FROM v_performance_summary"),
            Rows({{today, "breakout", "1.5", "2.0", "3.0", "500.0", "0.5", "100.0", "0.12", "12.345", "1.5",
                   "240.0", "-165.0", "0.02", "0.7", "0.5", "2026-01-05 21:00:00"},
                  {today, "momentum", none, none, none, none, none, none, none, none, none, none, none, none,
                   none, none, "2026-01-05 21:00:01"},
                  {first, "portfolio", "1.0", "2.0", "3.0", "500.0", "0.5", "100.0", "0.12", "60.0", "1.5",
                   "240.0", "-165.0", "0.02", "0.7", "0.5", "2026-01-05 21:00:00"}}));
}

class CatalystTrainingViews : public ::testing::Test {
 protected:
  /// Four completed runs, of which one has no Sharpe ratio, and one that still runs.
  void SetUp() override {
    database.up();
    database.sql(R"sql(
      INSERT INTO training_runs (run_id, algorithm, model_name, start_time, end_time, duration_seconds,
        total_timesteps, train_start_date, train_end_date, val_start_date, val_end_date, status, final_reward,
        model_path)
      VALUES
        ('r1', 'PPO', 'ppo', 1767605400, 1767616200, 10800, 500000, '2024-01-02', '2025-06-30', '2025-07-01',
         '2025-12-31', 'completed', 100, 'models/r1.zip'),
        ('r2', 'SAC', 'sac', 1767605401, 1767607201, 1800, 300000, '2024-01-02', '2025-06-30', NULL, NULL,
         'completed', 200, NULL),
        ('r3', 'PPO', 'ppo', 1767605402, NULL, NULL, 500000, '2024-01-02', '2025-06-30', NULL, NULL, 'running',
         NULL, NULL),
        ('r4', 'DQN', 'dqn', 1767605403, 1767605500, 97, 1000, '2024-01-02', '2025-06-30', NULL, NULL, 'completed',
         50, NULL),
        ('r5', 'A2C', 'a2c', 1767605404, 1767605500, 96, 1000, '2024-01-02', '2025-06-30', NULL, NULL, 'completed',
         60, NULL);
      INSERT INTO agent_performance (run_id, evaluation_type, evaluation_date, data_period_start, data_period_end,
        sharpe_ratio, sortino_ratio, max_drawdown, total_return, win_rate, profit_factor, total_trades)
      VALUES
        ('r1', 'validation', '2026-01-05', '2025-07-01', '2025-12-31', 1.0, 1.4, 0.25, 0.1, 0.5, 1.2, 300),
        ('r1', 'test', '2026-01-06', '2026-01-01', '2026-01-05', 1.5, 2.5, 0.125, 0.25, 0.625, 1.5, 25),
        ('r1', 'train', '2026-01-07', '2024-01-02', '2025-06-30', 9, 9, 0.9, 0.9, 0.9, 9, 999),
        ('r2', 'validation', '2026-01-05', '2025-07-01', '2025-12-31', 2.0, 3.0, 0.5, 0.5, 0.75, 2.0, 100),
        ('r3', 'validation', '2026-01-05', '2025-07-01', '2025-12-31', 5.0, 5.0, 0, 1, 1, 5, 1),
        ('r4', 'validation', '2026-01-05', '2025-07-01', '2025-12-31', NULL, NULL, 0, 0, NULL, NULL, 0),
        ('r5', 'paper', '2026-01-05', '2025-07-01', '2025-12-31', 1.5, 1.5, 0, 0, 0, 0, 0);)sql");
  }
  PackDatabase database{sqlite_engine, "catalyst", "ml_training"};
};

TEST_F(CatalystTrainingViews, rank_the_agents) {
  EXPECT_EQ(database.sql("SELECT * FROM v_agent_leaderboard"),
            Rows({{"1", "r2", "sac", "SAC", "validation", "2026-01-05", "2.0", "3.0", "0.5", "0.5", "0.75",
                   "2.0", "100", "2025-07-01", "2025-12-31", "2026-01-05 09:30:01", "NULL"},
                  {"2", "r1", "ppo", "PPO", "test", "2026-01-06", "1.5", "2.5", "0.125", "0.25", "0.625",
                   "1.5", "25", "2026-01-01", "2026-01-05", "2026-01-05 09:30:00", "models/r1.zip"},
                  {"2", "r5", "a2c", "A2C", "paper", "2026-01-05", "1.5", "1.5", "0.0", "0.0", "0.0", "0.0",
                   "0", "2025-07-01", "2025-12-31", "2026-01-05 09:30:04", "NULL"}}));
}

TEST_F(CatalystTrainingViews, show_the_ensemble_of_the_latest_update) {
  database.sql(R"sql(
    INSERT INTO ensemble_weights (ensemble_id, run_id, algorithm, weight, performance_score, sharpe_ratio, is_active,
      weighting_method, update_time)
    VALUES
      ('main', 'r1', 'PPO', 1, NULL, NULL, 1, 'equal', 1767605400),
      ('main', 'r1', 'PPO', 0.25, 0.5, 1.5, 1, 'sharpe', 1767612661),
      ('main', 'r2', 'SAC', 0.5, 0.75, 2, 1, 'sharpe', 1767612661),
      ('main', 'r5', 'A2C', 0.25, NULL, NULL, 0, 'sharpe', 1767612661),
      ('other', 'r2', 'SAC', 0, NULL, NULL, 1, 'equal', 1767605400);)sql");
  EXPECT_EQ(database.sql("SELECT * FROM v_current_ensemble"),
            Rows({{"main", "r2", "sac", "SAC", "0.5", "66.6667", "0.75", "2.0", "sharpe",
                   "2026-01-05 11:31:01", "NULL"},
                  {"main", "r1", "ppo", "PPO", "0.25", "33.3333", "0.5", "1.5", "sharpe",
                   "2026-01-05 11:31:01", "models/r1.zip"},
                  {"other", "r2", "sac", "SAC", "0.0", "NULL", "NULL", "NULL", "equal", "2026-01-05 09:30:00",
                   "NULL"}}));
}

TEST_F(CatalystTrainingViews, sum_up_the_runs) {
  database.sql(
      "INSERT INTO training_episodes (run_id, episode_number, episode_reward, episode_length) VALUES"
      " ('r1', 0, 1, 10), ('r1', 1, 2, 10), ('r1', 2, 3, 10), ('r3', 0, 1, 10);"
      "DELETE FROM training_runs WHERE run_id IN ('r4', 'r5')");
  EXPECT_EQ(
      database.sql("SELECT * FROM v_training_summary"),
      Rows({{"r3", "ppo", "PPO", "running", "2026-01-05 09:30:02", "NULL", "NULL", "500000", "2024-01-02",
             "2025-06-30", "NULL", "NULL", "NULL", "1", "1", "5.0", "5.0", "1.0", "0.0"},
            {"r2", "sac", "SAC", "completed", "2026-01-05 09:30:01", "2026-01-05 10:00:01", "0.5", "300000",
             "2024-01-02", "2025-06-30", "NULL", "NULL", "200.0", "0", "1", "2.0", "2.0", "0.5", "0.5"},
            {"r1", "ppo", "PPO", "completed", "2026-01-05 09:30:00", "2026-01-05 12:30:00", "3.0", "500000",
             "2024-01-02", "2025-06-30", "2025-07-01", "2025-12-31", "100.0", "3", "2", "1.5", "1.25", "0.25",
             "0.25"}}));
}

TEST_F(CatalystTrainingViews, show_what_hyperparameters_led_to) {
  database.sql(R"sql(
    INSERT INTO hyperparameters (run_id, algorithm, learning_rate, batch_size, n_steps, gamma, policy_type, net_arch,
      n_epochs, buffer_size, ent_coef, vf_coef, max_grad_norm, params_json)
    VALUES
      ('r1', 'PPO', 0.0003, 64, 2048, 0.99, 'MlpPolicy', '[64, 64]', 10, NULL, 0, 0.5, 0.5, '{}'),
      ('r2', 'SAC', 0.001, 256, NULL, 0.98, 'MlpPolicy', NULL, NULL, 300000, NULL, NULL, NULL, '{"ent_coef": "auto"}'),
      ('r4', 'DQN', 0.01, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}');)sql");
  const std::string none = "NULL";
  EXPECT_EQ(database.sql("SELECT * FROM v_hyperparameter_results"),
            Rows({{"r2",        "sac",
                   "SAC",       "0.001",
                   "256",       none,
                   "0.98",      "MlpPolicy",
                   none,        none,
                   "300000",    none,
                   none,        none,
                   "completed", "200.0",
                   "1",         "2.0",
                   "2.0",       "0.5",
                   "0.5",       "2026-01-05 09:30:01"},
                  {"r1",        "ppo",
                   "PPO",       "0.0003",
                   "64",        "2048",
                   "0.99",      "MlpPolicy",
                   "[64, 64]",  "10",
                   none,        "0.0",
                   "0.5",       "0.5",
                   "completed", "100.0",
                   "2",         "1.25",
                   "1.5",       "0.175",
                   "0.1875",    "2026-01-05 09:30:00"},
                  {"r4",        "dqn",
                   "DQN",       "0.01",
                   none,        none,
                   none,        none,
                   none,        none,
                   none,        none,
                   none,        none,
                   "completed", "50.0",
                   "1",         none,
                   none,        "0.0",
                   "0.0",       "2026-01-05 09:30:03"}}));
}

}  // namespace
}  // namespace tradewind::test
