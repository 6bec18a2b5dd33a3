#include "packs/rtx_cases.hpp"

namespace tradewind::test {

const ConstraintCases& rtx_audit_cases() {
  static const ConstraintCases cases = {
      one_of("ck_audit_log_action", "INSERT UPDATE DELETE"),
      {"ck_audit_log_data",
       {"old_data = '{}'", "new_data = NULL", "action = 'UPDATE'", "action = 'DELETE'",
        "action = 'DELETE', old_data = '{}'"},
       {"action = 'UPDATE', old_data = '{}'", "action = 'DELETE', old_data = '{}', new_data = NULL"}},
      one_of("ck_order_audit_action",
             "created accepted partially_filled filled cancelled rejected expired modified deleted"),
      one_of("ck_position_audit_action", "opened increased reduced closed modified deleted"),
      one_of("ck_account_audit_action",
             "created balance_changed credit_changed status_changed leverage_changed modified deleted"),
      one_of("ck_user_activity_log_activity_type",
             "login login_failed logout session_revoked account_locked account_unlocked password_changed "
             "password_reset two_factor_enabled two_factor_disabled profile_changed settings_changed "
             "role_granted "
             "role_revoked api_key_created api_key_revoked deposit_requested withdrawal_requested "
             "document_uploaded "
             "data_exported"),

      one_of("ck_risk_events_event_type",
             "limit_warning limit_breach margin_call stop_out circuit_breaker exposure concentration "
             "price_deviation "
             "fat_finger negative_balance hedge_failure other"),
      one_of("ck_risk_events_severity", "info warning critical"),
      one_of(
          "ck_risk_events_action_taken",
          "none notified order_rejected orders_cancelled position_reduced position_closed account_suspended "
          "trading_halted"),
      {"ck_risk_events_resolved",
       {"resolved_by = pg_temp.n(1)"},
       {"resolved_by = pg_temp.n(1), resolved_at = now()", "resolved_at = now()"}},
      {"fk_risk_events_resolved_by", {"resolved_by = pg_temp.n(9), resolved_at = now()"}, {}},

      one_of("ck_compliance_events_event_type",
             "kyc_review document_expired aml_alert sanctions_match large_transaction suspicious_trading "
             "wash_trading "
             "market_abuse best_execution transaction_report complaint other"),
      one_of("ck_compliance_events_severity", "info warning critical"),
      one_of("ck_compliance_events_status", "open under_review escalated reported closed false_positive"),
      {"ck_compliance_events_resolved",
       {"status = 'closed'", "status = 'false_positive'", "resolved_at = now()"},
       {"status = 'closed', resolved_at = now()"}},
      {"ck_compliance_events_reported",
       {"status = 'reported'"},
       {"status = 'reported', reported_at = now()"}},
      json_object("ck_compliance_events_evidence"),

      {"ck_system_events_event_type", {"$ = 'Started'", "$ = '9lives'"}, {"$ = 'connection.lost'"}},
      one_of("ck_system_events_severity", "debug info warning error critical"),
      json_object("ck_system_events_details"),

      one_of("ck_api_access_log_method", "GET HEAD POST PUT PATCH DELETE OPTIONS"),
      between("ck_api_access_log_status_code", 100, 599, 1),
      not_negative("ck_api_access_log_response_time"),
      {"ck_api_access_log_bytes",
       {"request_bytes = -1", "response_bytes = -1"},
       {"request_bytes = 0, response_bytes = 0"}},
  };
  return cases;
}

namespace {

const ConstraintCases providers = {
    {"uq_liquidity_providers_code", {"$ = 'BINANCE'"}, {"$ = 'KRAKEN'"}},
    {"ck_liquidity_providers_code", {"$ = 'oanda'", "$ = 'O'", "$ = '1X'"}, {"$ = 'O_1'"}},
    one_of("ck_liquidity_providers_provider_type", "exchange broker prime_broker bank aggregator"),
    one_of("ck_liquidity_providers_status", "active inactive degraded maintenance suspended"),
    one_of("ck_liquidity_providers_connection_type", "fix rest websocket"),
    json_object("ck_liquidity_providers_connection_config"),
    {"ck_liquidity_providers_asset_classes",
     {"$ = '{}'", "$ = '{forex,bonds}'"},
     {"$ = '{forex,crypto,commodity,index,stock}'"}},
    currency("ck_liquidity_providers_base_currency"),
    {"ck_liquidity_providers_commission_rate", {"$ = -0.1", "$ = 1"}, {"$ = 0", "$ = 0.99999999"}},
    {"ck_liquidity_providers_order_notional",
     {"min_order_notional = -1", "min_order_notional = 2, max_order_notional = 1"},
     {"min_order_notional = 2, max_order_notional = 2"}},
    positive("ck_liquidity_providers_credit_limit"),
    positive("ck_liquidity_providers_order_timeout"),
    positive("ck_liquidity_providers_max_orders"),
    between("ck_liquidity_providers_health_score", 0, 100, 0.01),

    {"uq_lp_instruments_symbol", {"symbol = 'BTCUSD'"}, {"symbol = 'BTCUSD', lp_id = pg_temp.n(2)"}},
    {"uq_lp_instruments_lp_symbol",
     {"lp_symbol = 'BTCUSDT'"},
     {"lp_symbol = 'X'", "lp_symbol = 'BTCUSDT', symbol = 'BTCUSD', lp_id = pg_temp.n(2)"}},
    {"ck_lp_instruments_quantity",
     {"min_quantity = 0", "max_quantity = 0.009", "quantity_step = 0"},
     {"max_quantity = 0.01"}},
    not_negative("ck_lp_instruments_spread_markup"),
    {"ck_lp_instruments_commission_rate", {"$ = -0.1", "$ = 1"}, {"$ = 0", "$ = 0.99999999"}},

    {"ck_lp_quotes_price", {"bid = 0", "ask = 98.9"}, {"ask = 99", "bid = 0.1"}},
    {"ck_lp_quotes_size", {"bid_size = -1", "ask_size = -1"}, {"bid_size = 0, ask_size = 0"}},
};

const ConstraintCases routing = {
    {"uq_sor_rules_priority",
     {"priority = 1"},
     {"priority = 1, enabled = false", "priority = 1, deleted_at = now()", "priority = 3"}},
    unique_name("uq_sor_rules_name", "name", "BITCOIN AWAY"),
    {"ck_sor_rules_priority", {"$ = -1"}, {"$ = 0"}},
    {"ck_sor_rules_asset_classes",
     {"$ = '{}'", "$ = '{bonds}'"},
     {"$ = '{forex,crypto,commodity,index,stock}'"}},
    {"ck_sor_rules_account_types", {"$ = '{}'", "$ = '{paper}'"}, {"$ = '{live,demo,margin}'"}},
    {"ck_sor_rules_client_classes",
     {"$ = '{}'", "$ = '{friend}'"},
     {"$ = '{retail,professional,institutional}'"}},
    {"ck_sor_rules_quantity",
     {"min_quantity = -1", "min_quantity = 1, max_quantity = 1", "max_quantity = 0"},
     {"max_quantity = 1", "min_quantity = 1, max_quantity = 2", "min_quantity = 0"}},
    between("ck_sor_rules_min_toxicity", 0, 100, 0.01),
    json_object("ck_sor_rules_conditions"),
    one_of("ck_sor_rules_book", "A_BOOK B_BOOK HYBRID REJECT"),
    {"ck_sor_rules_hedge_ratio",
     {"hedge_ratio = 0.5", "book = 'HYBRID'", "book = 'HYBRID', hedge_ratio = 0",
      "book = 'B_BOOK', strategy = 'internal'", "book = 'REJECT', hedge_ratio = 0.1"},
     {"book = 'HYBRID', hedge_ratio = 0.5", "book = 'REJECT', hedge_ratio = 0, strategy = 'internal'"}},
    one_of("ck_sor_rules_strategy", "best_price lowest_latency fixed split internal"),
    {"ck_sor_rules_lp",
     {"strategy = 'fixed'", "book = 'B_BOOK', hedge_ratio = 0, strategy = 'internal', lp_id = pg_temp.n(1)",
      "lp_id = pg_temp.n(1), fallback_lp_id = pg_temp.n(1)"},
     {"strategy = 'fixed', lp_id = pg_temp.n(1)", "lp_id = pg_temp.n(1), fallback_lp_id = pg_temp.n(2)"}},
    {"ck_sor_rules_internal",
     {"strategy = 'internal'", "book = 'B_BOOK', hedge_ratio = 0"},
     {"strategy = 'internal', book = 'B_BOOK', hedge_ratio = 0"}},
    not_negative("ck_sor_rules_max_slippage"),
    {"ck_sor_rules_valid",
     {"valid_from = now(), valid_to = now()"},
     {"valid_from = now(), valid_to = now() + INTERVAL '1 second'"}},

    {"uq_lp_order_routing_lp_order_id",
     {"lp_order_id = 'L-1'"},
     {"lp_order_id = 'L-1', lp_id = pg_temp.n(2)", "lp_order_id = 'L-3'"}},
    one_of("ck_lp_order_routing_book", "A_BOOK B_BOOK"),
    {"ck_lp_order_routing_lp", {"lp_id = NULL", "book = 'B_BOOK'"}, {"book = 'B_BOOK', lp_id = NULL"}},
    positive("ck_lp_order_routing_attempt"),
    one_of("ck_lp_order_routing_status",
           "pending sent acknowledged partially_filled filled cancelled rejected timed_out"),
    {"ck_lp_order_routing_quantity",
     {"requested_quantity = 0", "executed_quantity = -1", "executed_quantity = 2.00000001"},
     {"executed_quantity = 2"}},
    {"ck_lp_order_routing_price",
     {"expected_price = 0", "executed_price = 0"},
     {"expected_price = 0.1, executed_price = 0.1"}},
    {"ck_lp_order_routing_reject_reason",
     {"reject_reason = 'x'"},
     {"status = 'rejected', reject_reason = 'x'", "status = 'rejected'"}},
    {"ck_lp_order_routing_times",
     {"acknowledged_at = '2026-01-01 23:59:59+00'", "completed_at = '2026-01-01 23:59:59+00'"},
     {"acknowledged_at = routed_at, completed_at = routed_at"}},
    not_negative("ck_lp_order_routing_latency"),
    json_object("ck_lp_order_routing_decision_factors"),
};

const ConstraintCases measures = {
    {"uq_lp_performance_metrics_period",
     {"symbol = 'BTCUSD'", "period_start = '2026-01-02 00:00+00', period_end = '2026-01-03 00:00+00'"},
     {"symbol = 'EURUSD'", "symbol = 'BTCUSD', lp_id = pg_temp.n(2)"}},
    {"ck_lp_performance_metrics_period",
     {"period_end = period_start"},
     {"period_end = period_start + INTERVAL '1 second'"}},
    {"ck_lp_performance_metrics_orders",
     {"orders_filled = 1", "orders_filled = -1", "orders_rejected = -1", "orders_timed_out = -1",
      "orders_sent = 2, orders_filled = 1, orders_rejected = 1, orders_timed_out = 1"},
     {"orders_sent = 3, orders_filled = 1, orders_rejected = 1, orders_timed_out = 1"}},
    not_negative("ck_lp_performance_metrics_volume"),
    {"ck_lp_performance_metrics_latency",
     {"average_latency_ms = -1", "p95_latency_ms = -1", "p95_latency_ms = 2, p99_latency_ms = 1"},
     {"average_latency_ms = 0, p95_latency_ms = 2, p99_latency_ms = 2"}},
    not_negative("ck_lp_performance_metrics_average_spread"),
    not_negative("ck_lp_performance_metrics_quotes"),
    fraction("ck_lp_performance_metrics_uptime"),

    {"uq_lp_exposure_lp_symbol", {"symbol = 'BTCUSD'"}, {"lp_id = pg_temp.n(2)"}},
    {"ck_lp_exposure_quantity",
     {"long_quantity = -1", "short_quantity = -1"},
     {"long_quantity = 0, short_quantity = 1"}},
    positive("ck_lp_exposure_average_price"),
    not_negative("ck_lp_exposure_margin_used"),
    positive("ck_lp_exposure_exposure_limit"),

    {"uq_client_profiles_account", {"account_id = pg_temp.n(1)"}, {"account_id = pg_temp.n(3)"}},
    one_of("ck_client_profiles_client_class", "retail professional institutional"),
    one_of("ck_client_profiles_routing_preference", "AUTO A_BOOK B_BOOK HYBRID"),
    between("ck_client_profiles_toxicity_score", 0, 100, 0.01),
    between("ck_client_profiles_risk_score", 0, 100, 0.01),
    not_negative("ck_client_profiles_trade_count"),
    fraction("ck_client_profiles_win_rate"),
    not_negative("ck_client_profiles_profit_factor"),
    {"ck_client_profiles_averages",
     {"average_quantity = 0", "average_holding_seconds = -1"},
     {"average_quantity = 0.1, average_holding_seconds = 0"}},
    not_negative("ck_client_profiles_total_volume"),
    {"ck_client_profiles_style_tags",
     {"$ = '{gambler}'"},
     {"$ = '{}'", "$ = '{scalper,day_trader,swing,news,arbitrage,algorithmic,hedger}'"}},
};

}  // namespace

const ConstraintCases& rtx_lp_cases() {
  static const ConstraintCases all = [] {
    ConstraintCases cases;
    for (const ConstraintCases& part : {providers, routing, measures})
      cases.insert(cases.end(), part.begin(), part.end());
    return cases;
  }();
  return all;
}

}  // namespace tradewind::test
