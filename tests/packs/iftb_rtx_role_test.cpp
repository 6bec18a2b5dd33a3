// F8, R3: the roles of the packs iftb and rtx, made by a script that may run again, may do what they should
// and nothing more; who may not write the audit log is audited still.
#include <gtest/gtest.h>

#include "packs/pack_support.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

/// Roles belong to the whole cluster: they go with the test.
class Roles : public ::testing::Test {
 protected:
  Roles(const std::string& pack, const std::string& script, std::string roles)
      : database_(postgresql_engine, pack), script_(pack_text(pack, script)), roles_(std::move(roles)) {
    database_.up();
    grant();
  }
  ~Roles() override {
    database_.sql("RESET ROLE");
    database_.sql("DROP OWNED BY " + roles_ + "; DROP ROLE " + roles_);
  }

  void grant() {
    const Outcome outcome = run_plain(database_, script_);
    EXPECT_EQ(outcome.exit_status, 0) << outcome;
    EXPECT_EQ(outcome.err, "") << outcome;
  }
  Rows grants() {
    return database_.sql(
        "SELECT oid::regclass::text, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "UNION ALL SELECT 'database', datacl::text FROM pg_database WHERE datname = current_database() "
        "UNION ALL SELECT 'default', defaclacl::text FROM pg_default_acl "
        "UNION ALL SELECT attrelid::regclass || '.' || attname, attacl::text FROM pg_attribute WHERE attacl "
        "IS NOT NULL "
        "ORDER BY 1, 2");
  }
  /// Again in psql, again in one string: no error, and the same grants.
  void expect_repeatable() {
    const Rows once = grants();
    grant();
    EXPECT_EQ(grants(), once);
    database_.sql(script_);
    EXPECT_EQ(grants(), once);
  }
  void become(const std::string& role) { database_.sql("RESET ROLE; SET ROLE " + role); }
  /// "done", "not permitted" or the error.
  std::string attempt(const std::string& statement) {
    try {
      database_.sql("BEGIN; " + statement + "; ROLLBACK");
      return "done";
    } catch (const SqlError& error) {
      database_.sql("ROLLBACK");
      return error.sqlstate() == "42501" ? "not permitted" : error.what();
    }
  }

  PackDatabase database_;

 private:
  std::string script_;
  std::string roles_;
};

class IftbRoles : public Roles {
 protected:
  IftbRoles() : Roles("iftb", "postgres/roles/010_grants.sql", "analyst, trading_bot") {
    database_.sql(
        "INSERT INTO ohlcv (exchange, symbol, timeframe, timestamp, open, high, low, close, volume) "
        "VALUES ('okx', 'B', '1m', '2026-03-10', 1, 1, 1, 1, 1)");
  }
};

constexpr const char* insert_candle =
    "INSERT INTO ohlcv_data (exchange, symbol, timeframe, timestamp, open, high, low, close, volume) "
    "VALUES ('okx', 'B', '1m', now(), 1, 1, 1, 1, 1)";

TEST_F(IftbRoles, are_made_once_however_often_the_script_runs) {
  expect_repeatable();
  EXPECT_EQ(
      database_.sql(
          "SELECT rolname, rolcanlogin, rolsuper FROM pg_roles WHERE rolname IN ('analyst', 'trading_bot') "
          "ORDER BY 1"),
      (Rows{{"analyst", "f", "f"}, {"trading_bot", "f", "f"}}));
}

TEST_F(IftbRoles, analyst_reads_everything_and_writes_nothing) {
  become("analyst");
  for (const auto& table :
       database_.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"))
    EXPECT_EQ(attempt("SELECT * FROM " + table[0]), "done");
  for (const char* view : {"v_risk_summary", "v_active_positions", "mv_market_correlation"})
    EXPECT_EQ(attempt(std::string("SELECT * FROM ") + view), "done");
  EXPECT_EQ(attempt("SELECT get_latest_price('B'), is_trading_allowed()"), "done");
  for (const char* statement :
       {insert_candle, "UPDATE ohlcv SET volume = 2", "DELETE FROM ohlcv", "TRUNCATE ohlcv",
        "DROP TABLE ohlcv", "ALTER TABLE ohlcv ADD COLUMN x int", "SELECT record_daily_pnl()",
        "SELECT nextval('ohlcv_id_seq')", "UPDATE schema_migrations SET name = ''"})
    EXPECT_EQ(attempt(statement), "not permitted") << statement;
}

TEST_F(IftbRoles, trading_bot_reads_and_writes_and_drops_nothing) {
  become("trading_bot");
  for (const char* statement :
       {insert_candle, "UPDATE ohlcv SET volume = 2", "SELECT * FROM v_risk_summary",
        "SELECT record_daily_pnl()",
        "INSERT INTO system_events (event_type, source, message) VALUES ('a', 'b', 'c')",
        "SELECT version FROM schema_migrations"})
    EXPECT_EQ(attempt(statement), "done") << statement;
  for (const char* statement :
       {"DELETE FROM ohlcv", "TRUNCATE ohlcv", "DROP TABLE ohlcv", "DROP VIEW v_risk_summary",
        "DROP FUNCTION is_trading_allowed(text, timestamptz)", "ALTER TABLE ohlcv DROP COLUMN volume",
        "DROP INDEX idx_ohlcv_timestamp", "UPDATE schema_migrations SET name = ''",
        "INSERT INTO schema_migration_events DEFAULT VALUES", "SELECT refresh_materialized_views()"})
    EXPECT_EQ(attempt(statement), "not permitted") << statement;
}

/// Tables that later migrations make are covered too.
TEST_F(IftbRoles, hold_for_tables_made_later) {
  database_.sql("CREATE TABLE later (id bigint GENERATED BY DEFAULT AS IDENTITY, x int)");
  become("analyst");
  EXPECT_EQ(attempt("SELECT * FROM later"), "done");
  EXPECT_EQ(attempt("INSERT INTO later (x) VALUES (1)"), "not permitted");
  become("trading_bot");
  EXPECT_EQ(attempt("INSERT INTO later (x) VALUES (1)"), "done");
  EXPECT_EQ(attempt("DROP TABLE later"), "not permitted");
}

/// As it is before PostgreSQL 15, where everybody may.
TEST_F(IftbRoles, make_no_tables_in_a_schema_that_was_open_to_all) {
  database_.sql(
      "DROP ROLE IF EXISTS builder; CREATE ROLE builder; GRANT CREATE ON SCHEMA public TO PUBLIC; SET ROLE "
      "builder; CREATE TABLE built (x int); RESET ROLE");
  become("analyst");
  EXPECT_EQ(attempt("CREATE TABLE mine (x int)"), "done");
  database_.sql("RESET ROLE");
  grant();
  expect_repeatable();
  for (const char* role : {"analyst", "trading_bot"}) {
    become(role);
    EXPECT_EQ(attempt("CREATE TABLE mine (x int)"), "not permitted") << role;
  }
  become("builder");
  EXPECT_EQ(attempt("CREATE TABLE more (x int)"), "done");
  database_.sql("RESET ROLE; DROP OWNED BY builder; DROP ROLE builder");
}

class RtxRoles : public Roles {
 protected:
  RtxRoles() : Roles("rtx", "postgres/roles/010_rtx_roles.sql", "rtx_app, rtx_auditor, rtx_readonly") {
    database_.sql(read_file(TRADEWIND_SOURCE_DIR "/tests/packs/rtx_rows.sql"));
  }
};

TEST_F(RtxRoles, are_made_once_however_often_the_script_runs) {
  expect_repeatable();
}

TEST_F(RtxRoles, engine_is_audited_without_a_right_to_the_audit_log) {
  database_.sql("TRUNCATE audit_log");
  become("rtx_app");
  database_.sql("UPDATE accounts SET balance = 7 WHERE account_number = 'A-3'");
  EXPECT_EQ(database_.sql("SELECT action, table_name, new_data ->> 'balance' FROM audit_log"),
            (Rows{{"UPDATE", "accounts", "7.00000000"}}));
  for (const char* statement :
       {"INSERT INTO audit_log (schema_name, table_name, action, new_data) VALUES ('s', 't', 'INSERT', '{}')",
        "UPDATE audit_log SET action = 'DELETE'", "DELETE FROM audit_log", "TRUNCATE audit_log",
        "SELECT ensure_audit_partitions(9)", "DELETE FROM account_audit", "UPDATE trades SET price = 2",
        "DELETE FROM trades", "DELETE FROM accounts", "DROP TABLE orders",
        "ALTER TABLE accounts DISABLE TRIGGER ALL"})
    EXPECT_EQ(attempt(statement), "not permitted") << statement;
  for (const char* statement : {"DELETE FROM user_roles",
                                "INSERT INTO login_attempts (username, ip_address, succeeded) "
                                "VALUES ('x', '192.0.2.1', true)"})
    EXPECT_EQ(attempt(statement), "done") << statement;
}

TEST_F(RtxRoles, readers_see_no_secrets_and_write_nothing) {
  for (const char* role : {"rtx_auditor", "rtx_readonly"}) {
    become(role);
    EXPECT_EQ(attempt("SELECT id, username, status FROM users"), "done");
    EXPECT_EQ(attempt("SELECT * FROM orders, positions, trades, accounts"), "done");
    for (const char* statement :
         {"SELECT password_hash FROM users", "SELECT two_factor_secret FROM users",
          "SELECT key_hash FROM api_keys", "SELECT token_hash FROM sessions",
          "UPDATE orders SET metadata = '{}'", "DELETE FROM orders",
          "INSERT INTO system_events (event_type, component, message) VALUES ('a', 'b', 'c')",
          "DROP TABLE orders"})
      EXPECT_EQ(attempt(statement), "not permitted") << role << statement;
    EXPECT_EQ(attempt("SELECT * FROM audit_log, order_audit, position_audit, account_audit"),
              role == std::string("rtx_auditor") ? "done" : "not permitted");
  }
}

}  // namespace
}  // namespace tradewind::test
