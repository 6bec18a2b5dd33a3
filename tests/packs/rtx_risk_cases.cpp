#include "packs/rtx_cases.hpp"

namespace tradewind::test {
namespace {

const ConstraintCases limits = {
    unique_name("uq_risk_limits_name", "name", "ALICE"),
    one_of("ck_risk_limits_limit_type",
           "daily_loss drawdown leverage position_size open_positions exposure concentration order_size "
           "order_rate "
           "var"),
    one_of("ck_risk_limits_scope", "global user account account_type symbol asset_class lp"),
    {"ck_risk_limits_target",
     {"scope = 'user'", "scope = 'account'", "scope = 'account_type'", "scope = 'symbol'",
      "scope = 'asset_class'", "scope = 'lp'", "user_id = pg_temp.n(1)", "account_id = pg_temp.n(1)",
      "account_type = 'live'", "symbol = 'EURUSD'", "asset_class = 'forex'", "lp_id = pg_temp.n(1)"},
     {"scope = 'user', user_id = pg_temp.n(2)", "scope = 'account', account_id = pg_temp.n(2)",
      "scope = 'account_type', account_type = 'live'", "scope = 'symbol', symbol = 'EURUSD'",
      "scope = 'asset_class', asset_class = 'forex'", "scope = 'lp', lp_id = pg_temp.n(2)"}},
    {"fk_risk_limits_user", {"scope = 'user', user_id = pg_temp.n(9)"}, {}},
    {"fk_risk_limits_account", {"scope = 'account', account_id = pg_temp.n(9)"}, {}},
    {"fk_risk_limits_symbol", {"scope = 'symbol', symbol = 'NOWHERE'"}, {}},
    {"fk_risk_limits_lp", {"scope = 'lp', lp_id = pg_temp.n(9)"}, {}},
    one_of("ck_risk_limits_account_type", account_types),
    one_of("ck_risk_limits_asset_class", asset_classes),
    positive("ck_risk_limits_limit_value"),
    one_of("ck_risk_limits_unit", "currency fraction ratio lots count"),
    {"ck_risk_limits_currency",
     {"unit = 'currency'", "currency = 'USD'", "unit = 'currency', currency = 'usd'"},
     {"unit = 'currency', currency = 'USD'"}},
    {"ck_risk_limits_fraction",
     {"unit = 'fraction', limit_value = 1.00000001"},
     {"unit = 'fraction', limit_value = 1"}},
    one_of("ck_risk_limits_period", "none second minute hour day week month"),
    {"ck_risk_limits_warning_ratio", {"$ = 0", "$ = 1.0001"}, {"$ = 0.0001", "$ = 1"}},
    one_of("ck_risk_limits_action",
           "warn reject_order block_new_orders reduce_only close_positions suspend_account"),
    {"ck_risk_limits_effective",
     {"effective_to = effective_from"},
     {"effective_to = effective_from + INTERVAL '1 second'"}},

    one_of("ck_risk_limit_breaches_severity", "warning breach critical"),
    positive("ck_risk_limit_breaches_limit_value"),
    one_of("ck_risk_limit_breaches_action_taken",
           "none warn reject_order block_new_orders reduce_only close_positions suspend_account"),
    one_of("ck_risk_limit_breaches_status", "open acknowledged resolved"),
    {"ck_risk_limit_breaches_acknowledged",
     {"status = 'acknowledged'", "acknowledged_by = pg_temp.n(1)"},
     {"status = 'acknowledged', acknowledged_at = now(), acknowledged_by = pg_temp.n(1)"}},
    {"fk_risk_limit_breaches_acknowledged_by",
     {"acknowledged_at = now(), acknowledged_by = pg_temp.n(9)"},
     {}},
    {"ck_risk_limit_breaches_resolved",
     {"status = 'resolved'", "resolved_at = now()"},
     {"status = 'resolved', resolved_at = now()"}},
};

const ConstraintCases margin = {
    {"uq_margin_requirements_target",
     {"symbol = 'EURUSD', asset_class = NULL"},
     {"symbol = 'EURUSD', asset_class = NULL, min_notional = 1",
      "symbol = 'EURUSD', asset_class = NULL, account_type = 'live'",
      "symbol = 'EURUSD', asset_class = NULL, effective_from = now()"}},
    {"ck_margin_requirements_target",
     {"symbol = 'EURUSD'", "asset_class = NULL"},
     {"symbol = 'BTCUSD', asset_class = NULL"}},
    {"fk_margin_requirements_symbol", {"symbol = 'NOWHERE', asset_class = NULL"}, {}},
    one_of("ck_margin_requirements_asset_class", asset_classes),
    one_of("ck_margin_requirements_account_type", account_types),
    not_negative("ck_margin_requirements_min_notional"),
    {"ck_margin_requirements_rates",
     {"maintenance_margin_rate = 0", "maintenance_margin_rate = 0.21", "initial_margin_rate = 1.00000001",
      "hedged_margin_rate = -0.1", "hedged_margin_rate = 0.21"},
     {"maintenance_margin_rate = 0.2", "initial_margin_rate = 1", "hedged_margin_rate = 0.2"}},
    {"ck_margin_requirements_weekend_multiplier", {"$ = 0.999"}, {"$ = 1"}},
    {"ck_margin_requirements_effective", {"effective_to = effective_from"}, {"effective_to = now()"}},

    {"uq_margin_calls_open",
     {"account_id = pg_temp.n(1)"},
     {"account_id = pg_temp.n(1), call_type = 'warning'",
      "account_id = pg_temp.n(1), status = 'met', resolved_at = now()"}},
    one_of("ck_margin_calls_call_type", "warning margin_call stop_out"),
    {"ck_margin_calls_status",
     {"status = 'gone', resolved_at = now()"},
     {"status = 'met', resolved_at = now()"},
     "open met liquidated cancelled"},
    positive("ck_margin_calls_margin_used"),
    positive("ck_margin_calls_threshold_level"),
    not_negative("ck_margin_calls_required_amount"),
    not_negative("ck_margin_calls_positions_closed"),
    {"ck_margin_calls_times",
     {"notified_at = '2026-01-01 23:59:59+00'", "due_at = '2026-01-01 23:59:59+00'",
      "status = 'met', resolved_at = '2026-01-01 23:59:59+00'"},
     {"notified_at = issued_at, due_at = issued_at"}},
    {"ck_margin_calls_resolved",
     {"status = 'met'", "resolved_at = now()"},
     {"status = 'cancelled', resolved_at = now()"}},
};

const ConstraintCase value_at_risk(const std::string& constraint) {
  return {constraint,
          {"var_95 = -1", "var_95 = 2, var_99 = 1", "var_95 = 2, expected_shortfall = 1"},
          {"var_95 = 2, var_99 = 2, expected_shortfall = 2", "var_95 = 0"}};
}

const ConstraintCases measures = {
    {"uq_position_risk_metrics_position",
     {"calculated_at = '2026-01-02 00:00+00'"},
     {"calculated_at = '2026-01-02 00:00+00', method = 'parametric'",
      "calculated_at = '2026-01-02 00:00+00', position_id = pg_temp.n(2)"}},
    one_of("ck_position_risk_metrics_method", "historical parametric monte_carlo"),
    positive("ck_position_risk_metrics_horizon"),
    not_negative("ck_position_risk_metrics_notional"),
    value_at_risk("ck_position_risk_metrics_var"),
    not_negative("ck_position_risk_metrics_volatility"),
    positive("ck_position_risk_metrics_liquidation_price"),
    {"ck_position_risk_metrics_excursion",
     {"max_adverse_pnl = 1", "max_favorable_pnl = -1"},
     {"max_adverse_pnl = -1, max_favorable_pnl = 1", "max_adverse_pnl = 0, max_favorable_pnl = 0"}},

    {"uq_portfolio_risk_account",
     {"account_id = pg_temp.n(1)", "calculated_at = '2026-01-03 00:00+00'"},
     {"account_id = pg_temp.n(2)", "account_id = pg_temp.n(1), method = 'parametric'"}},
    currency("ck_portfolio_risk_currency"),
    one_of("ck_portfolio_risk_method", "historical parametric monte_carlo"),
    positive("ck_portfolio_risk_horizon"),
    not_negative("ck_portfolio_risk_open_positions"),
    not_negative("ck_portfolio_risk_margin_used"),
    {"ck_portfolio_risk_exposure",
     {"long_exposure = -1", "short_exposure = -1"},
     {"long_exposure = 1, short_exposure = 0"}},
    value_at_risk("ck_portfolio_risk_var"),
    not_negative("ck_portfolio_risk_volatility"),
    fraction("ck_portfolio_risk_max_drawdown"),
    fraction("ck_portfolio_risk_concentration"),
    {"ck_portfolio_risk_exposure_by",
     {"exposure_by_currency = '[]'", "exposure_by_asset_class = '[]'"},
     {R"(exposure_by_currency = '{"EUR": 1}', exposure_by_asset_class = '{"forex": 1}')"}},
};

const ConstraintCases breakers = {
    unique_name("uq_circuit_breakers_name", "name", "ALICE"),
    one_of("ck_circuit_breakers_breaker_type",
           "volatility loss_limit price_movement order_rate reject_rate connectivity"),
    one_of("ck_circuit_breakers_scope", "global account symbol asset_class"),
    {"ck_circuit_breakers_target",
     {"scope = 'account'", "scope = 'symbol'", "scope = 'asset_class'", "account_id = pg_temp.n(1)",
      "symbol = 'EURUSD'", "asset_class = 'forex'"},
     {"scope = 'account', account_id = pg_temp.n(1)", "scope = 'symbol', symbol = 'EURUSD'",
      "scope = 'asset_class', asset_class = 'forex'"}},
    {"fk_circuit_breakers_account", {"scope = 'account', account_id = pg_temp.n(9)"}, {}},
    {"fk_circuit_breakers_symbol", {"scope = 'symbol', symbol = 'NOWHERE'"}, {}},
    one_of("ck_circuit_breakers_asset_class", asset_classes),
    positive("ck_circuit_breakers_threshold_value"),
    one_of("ck_circuit_breakers_threshold_unit", "fraction ratio currency count seconds"),
    {"ck_circuit_breakers_seconds",
     {"window_seconds = 0", "cooldown_seconds = -1"},
     {"window_seconds = 1, cooldown_seconds = 0"}},
    one_of("ck_circuit_breakers_action", "notify block_new_orders close_only cancel_orders halt_trading"),
    one_of("ck_circuit_breakers_status", "armed triggered cooldown"),
    {"ck_circuit_breakers_triggered",
     {"status = 'triggered'", "status = 'cooldown'"},
     {"status = 'triggered', last_triggered_at = now()"}},
    {"ck_circuit_breakers_resets_at",
     {"last_triggered_at = now(), resets_at = now() - INTERVAL '1 second'"},
     {"last_triggered_at = now(), resets_at = now()"}},
    not_negative("ck_circuit_breakers_trigger_count"),

    one_of("ck_circuit_breaker_events_event_type",
           "triggered cooldown_started reset enabled disabled tested"),
    {"ck_circuit_breaker_events_values",
     {"event_type = 'triggered'", "event_type = 'triggered', threshold_value = 1",
      "event_type = 'triggered', actual_value = 1"},
     {"event_type = 'triggered', threshold_value = 1, actual_value = 1"}},
    one_of("ck_circuit_breaker_events_action_taken",
           "notify block_new_orders close_only cancel_orders halt_trading"),

    one_of("ck_risk_alerts_alert_type",
           "limit_warning limit_breach margin_warning margin_call stop_out circuit_breaker exposure "
           "concentration "
           "volatility lp_failure stress_test other"),
    one_of("ck_risk_alerts_severity", "info warning critical"),
    {"ck_risk_alerts_channels",
     {"$ = '{}'", "$ = '{pigeon}'"},
     {"$ = '{dashboard,email,sms,push,webhook,pager}'"}},
    one_of("ck_risk_alerts_status", "open acknowledged resolved dismissed"),
    {"ck_risk_alerts_acknowledged",
     {"status = 'acknowledged'", "acknowledged_by = pg_temp.n(1)"},
     {"status = 'acknowledged', acknowledged_at = now(), acknowledged_by = pg_temp.n(1)"}},
    {"fk_risk_alerts_acknowledged_by", {"acknowledged_at = now(), acknowledged_by = pg_temp.n(9)"}, {}},
    {"ck_risk_alerts_resolved",
     {"status = 'resolved'", "status = 'dismissed'", "resolved_at = now()"},
     {"status = 'dismissed', resolved_at = now()"}},

    unique_name("uq_stress_test_scenarios_name", "name", "CRASH"),
    one_of("ck_stress_test_scenarios_scenario_type", "historical hypothetical regulatory reverse"),
    {"ck_stress_test_scenarios_shocks", {"$ = '{}'", "$ = '[1]'"}, {R"($ = '{"XAUUSD": 0.08}')"}},
    {"ck_stress_test_scenarios_multipliers",
     {"volatility_multiplier = 0", "spread_multiplier = 0.999"},
     {"volatility_multiplier = 0.001, spread_multiplier = 1"}},
    positive("ck_stress_test_scenarios_horizon"),
    {"ck_stress_test_scenarios_max_loss_ratio", {"$ = 0", "$ = 1.0001"}, {"$ = 0.0001", "$ = 1"}},

    {"uq_stress_test_results_run",
     {"account_id = pg_temp.n(1)", "run_id = pg_temp.n(2)"},
     {"account_id = pg_temp.n(2)", "account_id = pg_temp.n(1), scenario_id = pg_temp.n(2)"}},
    currency("ck_stress_test_results_currency"),
    not_negative("ck_stress_test_results_positions_tested"),
    json_object("ck_stress_test_results_details"),
};

}  // namespace

const ConstraintCases& rtx_risk_cases() {
  static const ConstraintCases all = [] {
    ConstraintCases cases;
    for (const ConstraintCases& part : {limits, margin, measures, breakers})
      cases.insert(cases.end(), part.begin(), part.end());
    return cases;
  }();
  return all;
}

}  // namespace tradewind::test
