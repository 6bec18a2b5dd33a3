// R3: the audit triggers of the pack rtx write old and new rows as JSON, the trails follow orders, positions
// and accounts, audit_log is partitioned by month ahead of time with a default, updated_at is kept.
#include <gtest/gtest.h>

#include "packs/pack_support.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

class RtxAudit : public ::testing::Test {
 protected:
  RtxAudit() {
    database_.up();
    database_.sql("SET TIME ZONE 'UTC'");
    database_.sql(read_file(TRADEWIND_SOURCE_DIR "/tests/packs/rtx_rows.sql"));
    database_.sql("TRUNCATE audit_log, order_audit, position_audit, account_audit");
  }

  Rows log(const std::string& columns) {
    return database_.sql("SELECT " + columns + " FROM audit_log ORDER BY change_number");
  }

  PackDatabase database_{postgresql_engine, "rtx"};
};

TEST_F(RtxAudit, writes_the_new_row_the_old_one_and_what_changed) {
  database_.sql("INSERT INTO user_roles (id, user_id, role) VALUES (pg_temp.n(5), pg_temp.n(3), 'viewer')");
  database_.sql("UPDATE user_roles SET role = 'support' WHERE id = pg_temp.n(5)");
  database_.sql("UPDATE user_roles SET role = 'support' WHERE id = pg_temp.n(5)");
  database_.sql("DELETE FROM user_roles WHERE id = pg_temp.n(5)");
  const std::string id = "00000000-0000-0000-0000-000000000005";
  // The update that changes nothing is none.
  EXPECT_EQ(log("action, schema_name, table_name, record_id, old_data ->> 'role', new_data ->> 'role', "
                "changed_columns, "
                "database_user"),
            (Rows{{"INSERT", "public", "user_roles", id, "NULL", "viewer", "NULL", "postgres"},
                  {"UPDATE", "public", "user_roles", id, "viewer", "support", "{role}", "postgres"},
                  {"DELETE", "public", "user_roles", id, "support", "NULL", "NULL", "postgres"}}));
  // The whole row, by its own names.
  EXPECT_EQ(
      log("(SELECT count(*) FROM jsonb_object_keys(coalesce(new_data, old_data))), pg_typeof(new_data)"),
      (Rows{{"9", "jsonb"}, {"9", "jsonb"}, {"9", "jsonb"}}));
}

/// Every table of the core and all master data: insert, update and delete are written.
TEST_F(RtxAudit, follows_every_table_that_people_change) {
  EXPECT_EQ(
      database_.sql("SELECT string_agg(tgrelid::regclass::text, ' ' ORDER BY tgrelid::regclass::text), "
                    // INSERT, DELETE and UPDATE, after each row.
                    "bool_and(tgtype & 28 = 28 AND tgtype & 1 = 1 AND tgtype & 2 = 0) "
                    "FROM pg_trigger WHERE tgfoid = 'audit_row_change'::regproc"),
      (Rows{
          {"account_transactions accounts api_keys circuit_breakers client_profiles instruments "
           "liquidity_providers lp_instruments margin_requirements order_fills orders positions risk_limits "
           "sor_rules stress_test_scenarios trades user_roles users",
           "t"}}));
  for (const char* change :
       {"users SET first_name = 'x'", "accounts SET balance = 5", "orders SET metadata = '{\"a\": 1}'",
        "positions SET stop_loss = 1", "order_fills SET venue = 'x'", "trades SET commission = 1",
        "instruments SET name = 'x'", "account_transactions SET description = 'x'", "api_keys SET name = 'x'",
        "liquidity_providers SET name = 'x'", "sor_rules SET priority = 9",
        "lp_instruments SET enabled = false", "client_profiles SET client_class = 'professional'",
        "risk_limits SET limit_value = 9", "margin_requirements SET weekend_multiplier = 2",
        "circuit_breakers SET enabled = false", "stress_test_scenarios SET description = 'x'"}) {
    database_.sql("TRUNCATE audit_log");
    database_.sql(std::string("UPDATE ") + change + " WHERE id = pg_temp.n(2)");
    EXPECT_EQ(log("action, old_data <> new_data"), (Rows{{"UPDATE", "t"}})) << change;
  }
}

TEST_F(RtxAudit, knows_who_when_and_why_and_keeps_secrets_out) {
  database_.sql(R"sql(
    BEGIN;
    SET LOCAL rtx.user_id = '00000000-0000-0000-0000-000000000003';
    SET LOCAL rtx.session_id = '00000000-0000-0000-0000-000000000001';
    SET LOCAL rtx.ip_address = '192.0.2.9';
    SET LOCAL rtx.request_id = 'req-1';
    SET LOCAL rtx.change_reason = 'lost phone';
    UPDATE users SET password_hash = '$2b$10$' || repeat('z', 53), two_factor_secret = 's3cret' WHERE id = pg_temp.n(1);
    UPDATE api_keys SET key_hash = repeat('9', 64) WHERE id = pg_temp.n(1);
    COMMIT;
    UPDATE users SET first_name = 'Al' WHERE id = pg_temp.n(1))sql");
  const std::string alice = "00000000-0000-0000-0000-000000000003";
  EXPECT_EQ(log("user_id, host(ip_address), request_id, change_reason, changed_columns"),
            (Rows{{alice, "192.0.2.9", "req-1", "lost phone", "{password_hash,two_factor_secret}"},
                  {alice, "192.0.2.9", "req-1", "lost phone", "{key_hash}"},
                  {"NULL", "NULL", "NULL", "NULL", "{first_name}"}}));
  EXPECT_EQ(database_.value("SELECT count(DISTINCT transaction_id) FROM audit_log"), "2");
  EXPECT_EQ(database_.value("SELECT count(*) FROM audit_log WHERE old_data::text || new_data::text ~ "
                            "'s3cret|zzzz|9999|aaaa'"),
            "0");
  EXPECT_EQ(
      log("new_data ->> 'password_hash', new_data ->> 'two_factor_secret', old_data ->> 'two_factor_secret'")
          [0],
      (std::vector<std::string>{"[redacted]", "[redacted]", "NULL"}));
}

TEST_F(RtxAudit, trails_tell_the_life_of_orders_positions_and_accounts) {
  database_.sql(R"sql(
    INSERT INTO orders (id, account_id, symbol, side, order_type, quantity, limit_price)
    VALUES (pg_temp.n(5), pg_temp.n(1), 'EURUSD', 'BUY', 'LIMIT', 2, 1.1);
    UPDATE orders SET status = 'ACCEPTED' WHERE id = pg_temp.n(5);
    UPDATE orders SET limit_price = 1.2 WHERE id = pg_temp.n(5);
    UPDATE orders SET status = 'PARTIALLY_FILLED', filled_quantity = 1, average_fill_price = 1.2 WHERE id = pg_temp.n(5);
    UPDATE orders SET status = 'FILLED', filled_quantity = 2, completed_at = now() WHERE id = pg_temp.n(5);
    DELETE FROM orders WHERE id = pg_temp.n(5);
    INSERT INTO positions (id, account_id, symbol, side, quantity, entry_price)
    VALUES (pg_temp.n(5), pg_temp.n(1), 'EURUSD', 'LONG', 1, 1.1);
    UPDATE positions SET current_price = 1.15, unrealized_pnl = 5 WHERE id = pg_temp.n(5);
    UPDATE positions SET quantity = 2 WHERE id = pg_temp.n(5);
    UPDATE positions SET stop_loss = 1 WHERE id = pg_temp.n(5);
    UPDATE positions SET quantity = 1 WHERE id = pg_temp.n(5);
    UPDATE positions SET status = 'closed', quantity = 0, exit_price = 1.3, closed_at = now(), close_reason = 'manual'
    WHERE id = pg_temp.n(5);
    UPDATE accounts SET balance = 100 WHERE id = pg_temp.n(3);
    UPDATE accounts SET equity = 110 WHERE id = pg_temp.n(3);
    UPDATE accounts SET credit = 5 WHERE id = pg_temp.n(3);
    UPDATE accounts SET leverage = 10 WHERE id = pg_temp.n(3);
    UPDATE accounts SET status = 'active' WHERE id = pg_temp.n(3);
    UPDATE accounts SET deleted_at = now() WHERE id = pg_temp.n(3))sql");
  EXPECT_EQ(
      database_.sql(
          "SELECT action, old_status, new_status, new_filled_quantity, old_limit_price, new_limit_price "
          "FROM order_audit ORDER BY created_at"),
      (Rows{
          {"created", "NULL", "PENDING", "0.00000000", "NULL", "1.1000000000"},
          {"accepted", "PENDING", "ACCEPTED", "0.00000000", "1.1000000000", "1.1000000000"},
          {"modified", "ACCEPTED", "ACCEPTED", "0.00000000", "1.1000000000", "1.2000000000"},
          {"partially_filled", "ACCEPTED", "PARTIALLY_FILLED", "1.00000000", "1.2000000000", "1.2000000000"},
          {"filled", "PARTIALLY_FILLED", "FILLED", "2.00000000", "1.2000000000", "1.2000000000"},
          {"deleted", "FILLED", "NULL", "NULL", "1.2000000000", "NULL"}}));
  EXPECT_EQ(
      database_.sql(
          "SELECT action, old_quantity, new_quantity, price, reason FROM position_audit ORDER BY created_at"),
      (Rows{{"opened", "NULL", "1.00000000", "NULL", "NULL"},
            {"increased", "1.00000000", "2.00000000", "1.1500000000", "NULL"},
            {"modified", "2.00000000", "2.00000000", "1.1500000000", "NULL"},
            {"reduced", "2.00000000", "1.00000000", "1.1500000000", "NULL"},
            {"closed", "1.00000000", "0.00000000", "1.3000000000", "manual"}}));
  EXPECT_EQ(
      database_.sql(
          "SELECT action, old_balance, new_balance, new_credit, new_leverage, new_status FROM account_audit "
          "ORDER BY created_at"),
      (Rows{{"balance_changed", "0.00000000", "100.00000000", "0.00000000", "1", "pending"},
            {"credit_changed", "100.00000000", "100.00000000", "5.00000000", "1", "pending"},
            {"leverage_changed", "100.00000000", "100.00000000", "5.00000000", "10", "pending"},
            {"status_changed", "100.00000000", "100.00000000", "5.00000000", "10", "active"},
            {"deleted", "100.00000000", "100.00000000", "5.00000000", "10", "active"}}));
}

TEST_F(RtxAudit, updated_at_is_the_time_of_the_update) {
  const Rows tables = database_.sql(
      "SELECT t.relname FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid "
      "WHERE a.attname = 'updated_at' AND t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace "
      "AND t.relname NOT LIKE 'schema\\_migration%' ORDER BY 1");
  EXPECT_EQ(tables.size(), 23U);
  for (const auto& table : tables) {
    database_.sql("UPDATE " + table[0] + " SET updated_at = '2000-01-01' WHERE id = pg_temp.n(2)");
    EXPECT_EQ(database_.value("SELECT now() - updated_at < INTERVAL '1 minute' FROM " + table[0] +
                              " WHERE id = pg_temp.n(2)"),
              "t")
        << table[0];
  }
}

TEST_F(RtxAudit, log_has_partitions_for_this_month_and_three_ahead_and_a_default) {
  EXPECT_EQ(
      database_.value("SELECT partstrat FROM pg_partitioned_table WHERE partrelid = 'audit_log'::regclass"),
      "r");
  const Rows expected = database_.sql(
      "SELECT to_char(date_trunc('month', now() AT TIME ZONE 'UTC') + n * INTERVAL '1 month', "
      "'\"audit_log_\"YYYY_MM') "
      "FROM generate_series(0, 3) n UNION SELECT 'audit_log_default' ORDER BY 1");
  EXPECT_EQ(database_.sql("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = "
                          "'audit_log'::regclass ORDER BY 1"),
            expected);
  EXPECT_EQ(database_.value("SELECT ensure_audit_partitions(3)"), "0");
  EXPECT_EQ(database_.value("SELECT ensure_audit_partitions(5)"), "2");
  EXPECT_THROW(database_.sql("SELECT ensure_audit_partitions(-1)"), SqlError);
}

/// Rows go to their month; those of a month without a partition to the default one, until one is made for
/// them.
TEST_F(RtxAudit, log_routes_rows_to_their_month) {
  const auto write = [&](const std::string& time) {
    return database_.value(
        "INSERT INTO audit_log (changed_at, schema_name, table_name, action, new_data) "
        "VALUES (" +
        time + ", 's', 't', 'INSERT', '{}') RETURNING tableoid::regclass");
  };
  const std::string start = "date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'";
  const std::string this_month =
      database_.value("SELECT to_char(now() AT TIME ZONE 'UTC', '\"audit_log_\"YYYY_MM')");
  EXPECT_EQ(write(start), this_month);
  EXPECT_EQ(write(start + " - INTERVAL '1 microsecond'"), "audit_log_default");
  EXPECT_EQ(write("'2020-02-29 12:00+00'"), "audit_log_default");
  EXPECT_EQ(write("now() + INTERVAL '3 years'"), "audit_log_default");

  EXPECT_EQ(database_.value("SELECT ensure_audit_partitions(3)"), "3");
  EXPECT_EQ(database_.value("SELECT count(*) FROM audit_log_default"), "0");
  EXPECT_EQ(database_.value("SELECT count(*) FROM audit_log"), "4");
  EXPECT_EQ(database_.value("SELECT count(*) FROM audit_log_2020_02"), "1");
  EXPECT_EQ(write("'2020-02-29 13:00+00'"), "audit_log_2020_02");
  // A partition made later is like one made by the migration.
  EXPECT_EQ(database_.value("SELECT count(*) FROM pg_indexes WHERE tablename = 'audit_log_2020_02'"),
            database_.value("SELECT count(*) FROM pg_indexes WHERE tablename = 'audit_log'"));
}

}  // namespace
}  // namespace tradewind::test
