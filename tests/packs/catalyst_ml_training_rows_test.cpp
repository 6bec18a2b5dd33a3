// C1: ml_training.db takes right rows and refuses each bad one by the rule for it.
#include <gtest/gtest.h>

#include "packs/row_cases.hpp"

namespace tradewind::test {
namespace {

const std::vector<std::string> algorithms = {"PPO", "SAC", "A2C", "TD3", "DQN"};

Values run() {
  return {{"run_id", "'run-3'"},
          {"algorithm", "'PPO'"},
          {"model_name", "'catalyst_ppo'"},
          {"start_time", "1767605400"},
          {"end_time", "1767616260"},
          {"duration_seconds", "10860"},
          {"total_timesteps", "500000"},
          {"train_start_date", "'2024-01-02'"},
          {"train_end_date", "'2025-06-30'"},
          {"val_start_date", "'2024-02-28'"},
          {"val_end_date", "'2025-12-31'"},
          {"status", "'completed'"},
          {"final_reward", "182.4"},
          {"model_path", "'models/1.zip'"}};
}

Values performance() {
  return {{"run_id", "'run-1'"},
          {"evaluation_type", "'validation'"},
          {"evaluation_date", "'2026-01-06'"},
          {"data_period_start", "'2024-01-02'"},
          {"data_period_end", "'2025-12-31'"},
          {"sharpe_ratio", "1.4"},
          {"sortino_ratio", "2"},
          {"max_drawdown", "0.09"},
          {"total_return", "0.12"},
          {"win_rate", "0.55"},
          {"profit_factor", "1.5"},
          {"total_trades", "312"},
          {"avg_episode_reward", "148.6"},
          {"num_episodes", "20"}};
}

Values hyperparameters() {
  return {{"run_id", "'run-2'"},          {"algorithm", "'PPO'"},     {"learning_rate", "0.0003"},
          {"batch_size", "64"},           {"n_steps", "2048"},        {"gamma", "0.99"},
          {"policy_type", "'MlpPolicy'"}, {"net_arch", "'[64, 64]'"}, {"n_epochs", "10"},
          {"buffer_size", "100000"},      {"ent_coef", "0"},          {"vf_coef", "0.5"},
          {"max_grad_norm", "0.5"},       {"params_json", "'{}'"}};
}

Values weight() {
  return {{"ensemble_id", "'main'"},    {"run_id", "'run-2'"},
          {"algorithm", "'PPO'"},       {"weight", "0.5"},
          {"performance_score", "0.7"}, {"sharpe_ratio", "1.4"},
          {"is_active", "1"},           {"weighting_method", "'sharpe'"},
          {"update_time", "1767605400"}};
}

Values episode() {
  return {{"run_id", "'run-1'"},     {"episode_number", "2"}, {"episode_reward", "-12.5"},
          {"episode_length", "252"}, {"mean_action", "0.1"},  {"std_action", "0.9"},
          {"mean_value", "14"},      {"mean_loss", "0.3"}};
}

/// More than 0, and whole.
RowCases count_of(const std::string& table, const std::string& column) {
  return {of_column(table, column, "0", "1"), of_column(table, column, "-1"), of_column(table, column, "1.5"),
          of_column(table, column, "'auto'")};
}

RowCases whole_or_zero(const std::string& table, const std::string& column) {
  return {of_column(table, column, "-1", "0"), of_column(table, column, "1.5"),
          of_column(table, column, "'text'")};
}

RowCases cases_of_runs() {
  const std::string t = "training_runs";
  const RowCases own = {
      taken(t, "pk_training_runs", {{"run_id", "'run-1'"}}, "training_runs.run_id"),
      of_column(t, "end_time", "1767605399", "1767605400"),
      of_column(t, "train_end_date", "'2024-01-01'", "'2024-01-02'"),
      {t,
       "ck_training_runs_val_period",
       {{"val_start_date", "'2026-01-01'"}},
       {{"val_start_date", "'2025-12-31'"}}},
      {t,
       "ck_training_runs_completed",
       {{"end_time", "NULL"}},
       {{"end_time", "NULL"}, {"status", "'running'"}}},
  };
  return all_of({own,
                 not_empty(t, "run_id"),
                 one_of(t, "algorithm", algorithms),
                 not_empty(t, "model_name"),
                 seconds(t, "start_time"),
                 {of_column(t, "end_time", "1767616260.5"), of_column(t, "end_time", "1767616260000")},
                 not_negative(t, "duration_seconds"),
                 count_of(t, "total_timesteps"),
                 day(t, "train_start_date"),
                 day(t, "train_end_date"),
                 day(t, "val_start_date"),
                 day(t, "val_end_date"),
                 one_of(t, "status", {"running", "completed", "failed", "cancelled"}),
                 number(t, "final_reward")});
}

RowCases cases_of_performance() {
  const std::string t = "agent_performance";
  const RowCases own = {
      taken(t, "pk_agent_performance", {{"performance_id", "1000"}}, "agent_performance.performance_id"),
      taken(t, "uq_agent_performance_evaluation", {{"evaluation_date", "'2026-01-05'"}},
            "agent_performance.run_id, agent_performance.evaluation_type, agent_performance.evaluation_date, "
            "agent_performance.data_period_start, agent_performance.data_period_end"),
      {t, "fk_agent_performance_run_id", {{"run_id", "'run-9'"}}},
      of_column(t, "data_period_end", "'2024-01-01'", "'2024-01-02'"),
  };
  return all_of({own,
                 one_of(t, "evaluation_type", {"train", "validation", "test", "backtest", "paper", "live"}),
                 day(t, "evaluation_date"), day(t, "data_period_start"), day(t, "data_period_end"),
                 number(t, "sharpe_ratio"), number(t, "sortino_ratio"), not_negative(t, "max_drawdown"),
                 number(t, "total_return"), between(t, "win_rate", "-0.01", "0", "1", "1.01"),
                 not_negative(t, "profit_factor"), whole_or_zero(t, "total_trades"),
                 number(t, "avg_episode_reward"), whole_or_zero(t, "num_episodes")});
}

RowCases cases_of_hyperparameters() {
  const std::string t = "hyperparameters";
  const RowCases own = {
      taken(t, "pk_hyperparameters", {{"hyperparameter_id", "1000"}}, "hyperparameters.hyperparameter_id"),
      taken(t, "uq_hyperparameters_run_id", {{"run_id", "'run-1'"}}, "hyperparameters.run_id"),
      {t, "fk_hyperparameters_run_id", {{"run_id", "'run-9'"}}},
      of_column(t, "net_arch", "'64, 64'", "'{\"pi\": [64], \"vf\": [64]}'"),
      of_column(t, "params_json", "'{'", "'{\"ent_coef\": \"auto\"}'"),
  };
  return all_of({own, one_of(t, "algorithm", algorithms), positive(t, "learning_rate"),
                 count_of(t, "batch_size"), count_of(t, "n_steps"),
                 between(t, "gamma", "-0.01", "0", "1", "1.01"), count_of(t, "n_epochs"),
                 count_of(t, "buffer_size"), not_negative(t, "ent_coef"), not_negative(t, "vf_coef"),
                 positive(t, "max_grad_norm")});
}

RowCases cases_of_ensembles() {
  const std::string t = "ensemble_weights";
  const RowCases own = {
      taken(t, "pk_ensemble_weights", {{"weight_id", "1000"}}, "ensemble_weights.weight_id"),
      taken(t, "uq_ensemble_weights_member", {{"run_id", "'run-1'"}},
            "ensemble_weights.ensemble_id, ensemble_weights.update_time, ensemble_weights.run_id"),
      {t, "fk_ensemble_weights_run_id", {{"run_id", "'run-9'"}}},
  };
  return all_of({own, not_empty(t, "ensemble_id"), one_of(t, "algorithm", algorithms),
                 between(t, "weight", "-0.01", "0", "1", "1.01"), number(t, "performance_score"),
                 number(t, "sharpe_ratio"), between(t, "is_active", "-1", "0", "1", "2"),
                 not_empty(t, "weighting_method"), seconds(t, "update_time")});
}

RowCases cases_of_episodes() {
  const std::string t = "training_episodes";
  const RowCases own = {
      taken(t, "pk_training_episodes", {{"episode_id", "1000"}}, "training_episodes.episode_id"),
      taken(t, "uq_training_episodes_run_id_episode_number", {{"episode_number", "1"}},
            "training_episodes.run_id, training_episodes.episode_number"),
      {t, "fk_training_episodes_run_id", {{"run_id", "'run-9'"}}},
  };
  return all_of({own, whole_or_zero(t, "episode_number"), number(t, "episode_reward"),
                 whole_or_zero(t, "episode_length"), number(t, "mean_action"), not_negative(t, "std_action"),
                 number(t, "mean_value"), number(t, "mean_loss")});
}

class CatalystMlTraining : public ::testing::Test {
 protected:
  void SetUp() override {
    database.up();
    database.sql(insert(database, "training_runs", run(), {{"run_id", "'run-2'"}}));
  }
  PackDatabase database{sqlite_engine, "catalyst", "ml_training"};
};

TEST_F(CatalystMlTraining, refuses_each_bad_row_by_the_rule_for_it) {
  try_rows(database,
           {{"training_runs", run(), {{"run_id", "'run-1'"}}},
            {"agent_performance",
             performance(),
             {{"evaluation_date", "'2026-01-05'"}, {"performance_id", "1000"}}},
            {"hyperparameters", hyperparameters(), {{"run_id", "'run-1'"}, {"hyperparameter_id", "1000"}}},
            {"ensemble_weights", weight(), {{"run_id", "'run-1'"}, {"weight_id", "1000"}}},
            {"training_episodes", episode(), {{"episode_number", "1"}, {"episode_id", "1000"}}}},
           all_of({cases_of_runs(), cases_of_performance(), cases_of_hyperparameters(), cases_of_ensembles(),
                   cases_of_episodes()}));
}

// A run takes its evaluations, hyperparameters and episodes along, but not its weight in an ensemble.
TEST_F(CatalystMlTraining, a_run_takes_along_what_is_its_own) {
  database.sql(insert(database, "training_runs", run(), {{"run_id", "'run-1'"}}));
  for (const char* id : {"'run-1'", "'run-2'"}) {
    database.sql(insert(database, "agent_performance", performance(), {{"run_id", id}}));
    database.sql(insert(database, "hyperparameters", hyperparameters(), {{"run_id", id}}));
    database.sql(insert(database, "training_episodes", episode(), {{"run_id", id}}));
  }
  database.sql(insert(database, "ensemble_weights", weight(), {{"run_id", "'run-2'"}}));
  database.expect_refused("DELETE FROM training_runs WHERE run_id = 'run-2'",
                          "FOREIGN KEY constraint failed");

  database.sql("DELETE FROM training_runs WHERE run_id = 'run-1'");
  EXPECT_EQ(database.counts(), Rows({{"agent_performance", "1"},
                                     {"ensemble_weights", "1"},
                                     {"hyperparameters", "1"},
                                     {"training_episodes", "1"},
                                     {"training_runs", "1"}}));
  database.sql("DELETE FROM ensemble_weights; DELETE FROM training_runs");
  EXPECT_EQ(database.contents(), Rows());
}

}  // namespace
}  // namespace tradewind::test
