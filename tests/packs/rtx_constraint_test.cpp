// R1, R3: each CHECK, UNIQUE and foreign key of the pack rtx refuses a bad row, by its own name, beside good
// rows.
#include <set>

#include "packs/rtx_cases.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

using Lines = std::vector<std::string>;
constexpr const char* row_1 = "00000000-0000-0000-0000-000000000001";
constexpr const char* row_2 = "00000000-0000-0000-0000-000000000002";

class RtxConstraints : public ::testing::Test {
 protected:
  RtxConstraints() {
    database_.up();
    database_.sql(read_file(TRADEWIND_SOURCE_DIR "/tests/packs/rtx_rows.sql"));
  }

  PackDatabase database_{postgresql_engine, "rtx"};
};

TEST_F(RtxConstraints, refuse_a_bad_row_each_and_accept_good_ones) {
  ConstraintCases cases;
  for (const ConstraintCases* part :
       {&rtx_core_cases(), &rtx_audit_cases(), &rtx_lp_cases(), &rtx_risk_cases()})
    cases.insert(cases.end(), part->begin(), part->end());
  // JSONB metadata is an object everywhere.
  const Rows metadata = database_.sql(
      "SELECT c.conname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid "
      "WHERE c.conname LIKE 'ck%\\_metadata' AND NOT t.relispartition");
  EXPECT_EQ(
      std::to_string(metadata.size()),
      database_.value("SELECT count(*) FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid "
                      "WHERE a.attname = 'metadata' AND t.relkind IN ('r', 'p') AND NOT t.relispartition"));
  for (const auto& row : metadata) cases.push_back(json_object(row[0]));
  Trial(database_, cases).run(row_2, row_1);
}

TEST_F(RtxConstraints, refuse_null_where_a_value_is_needed) {
  Trial(database_, {}).refuse_nulls(row_2);
}

TEST_F(RtxConstraints, are_used_by_the_rows_they_are_tried_on) {
  EXPECT_EQ(Trial(database_, {}).unused_foreign_keys(), Lines());
}

const std::set<std::string> with_their_owner = {
    "fk_user_roles_user",
    "fk_sessions_user",
    "fk_password_reset_tokens_user",
    "fk_two_factor_recovery_codes_user",
    "fk_api_keys_user",
    "fk_api_keys_account",
    "fk_client_profiles_account",
    "fk_position_risk_metrics_position",
    "fk_portfolio_risk_account",
    "fk_stress_test_results_account",
};

/// Who did it, what it was about: the record stays when that goes.
const std::set<std::string> outlive_what_they_name = {
    "fk_user_roles_granted_by",
    "fk_login_attempts_user",
    "fk_orders_placed_by",
    "fk_orders_session",
    "fk_orders_api_key",
    "fk_account_transactions_created_by",
    "fk_user_activity_log_user",
    "fk_risk_events_user",
    "fk_risk_events_account",
    "fk_risk_events_order",
    "fk_risk_events_position",
    "fk_risk_events_resolved_by",
    "fk_compliance_events_user",
    "fk_compliance_events_account",
    "fk_compliance_events_transaction",
    "fk_compliance_events_order",
    "fk_compliance_events_assigned_to",
    "fk_api_access_log_api_key",
    "fk_api_access_log_user",
    "fk_lp_order_routing_sor_rule",
    "fk_risk_limits_created_by",
    "fk_risk_limit_breaches_acknowledged_by",
    "fk_circuit_breaker_events_triggered_by",
    "fk_risk_alerts_user",
    "fk_risk_alerts_account",
    "fk_risk_alerts_position",
    "fk_risk_alerts_breach",
    "fk_risk_alerts_margin_call",
    "fk_risk_alerts_breaker_event",
    "fk_risk_alerts_acknowledged_by",
    "fk_stress_test_scenarios_created_by",
    "fk_stress_test_results_worst_position",
    "fk_stress_test_results_executed_by",
};

/// Financial records are not deleted: all other keys refuse it.
TEST_F(RtxConstraints, keep_references_by_their_delete_rules) {
  const Lines rules = Trial(database_, {}).delete_rules();
  EXPECT_GT(rules.size(), 80U);
  std::size_t named = 0;
  for (const std::string& rule : rules) {
    const std::string key = rule.substr(0, rule.find(' '));
    const bool cascades = with_their_owner.contains(key);
    const bool outlives = outlive_what_they_name.contains(key);
    named += cascades || outlives ? 1 : 0;
    EXPECT_EQ(rule, key + (cascades ? " CASCADE" : outlives ? " SET NULL" : " RESTRICT"));
  }
  EXPECT_EQ(named, with_their_owner.size() + outlive_what_they_name.size());
}

TEST_F(RtxConstraints, let_no_financial_record_go) {
  for (const char* table :
       {"users", "accounts", "instruments", "positions", "orders", "order_fills", "trades",
        "liquidity_providers", "lp_instruments", "risk_limits", "circuit_breakers"}) {
    database_.expect_refused(std::string("DELETE FROM ") + table + " WHERE id = pg_temp.n(1)",
                             "foreign key constraint");
  }
  database_.sql(R"sql(
    INSERT INTO users (id, username, email, password_hash)
    VALUES (pg_temp.n(7), 'dave', 'dave@rtx.example', '$2b$10$' || repeat('d', 53));
    INSERT INTO user_roles (user_id, role) VALUES (pg_temp.n(7), 'viewer');
    INSERT INTO login_attempts (user_id, username, ip_address, succeeded)
    VALUES (pg_temp.n(7), 'dave', '192.0.2.7', true);
    DELETE FROM users WHERE id = pg_temp.n(7))sql");
  EXPECT_EQ(database_.value("SELECT count(*) FROM user_roles WHERE role = 'viewer'"), "0");
  EXPECT_EQ(database_.sql("SELECT user_id FROM login_attempts WHERE username = 'dave'"), (Rows{{"NULL"}}));
}

}  // namespace
}  // namespace tradewind::test
