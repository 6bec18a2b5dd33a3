// R1, R2, R3: the tables of the pack rtx, its indexes of every kind, the statistics targets, the columns of
// its security section, UUID keys, JSONB metadata, soft deletes.
#include <gtest/gtest.h>

#include <algorithm>

#include "packs/pack_support.hpp"

namespace tradewind::test {
namespace {

using Lines = std::vector<std::string>;

const Lines tables_of_the_document = {
    "users",
    "user_roles",
    "accounts",
    "account_transactions",
    "orders",
    "order_fills",
    "positions",
    "trades",
    "instruments",
    "audit_log",
    "user_activity_log",
    "order_audit",
    "position_audit",
    "account_audit",
    "risk_events",
    "compliance_events",
    "system_events",
    "api_access_log",
    "liquidity_providers",
    "lp_instruments",
    "lp_quotes",
    "lp_order_routing",
    "lp_performance_metrics",
    "lp_exposure",
    "sor_rules",
    "client_profiles",
    "risk_limits",
    "risk_limit_breaches",
    "margin_requirements",
    "margin_calls",
    "position_risk_metrics",
    "portfolio_risk",
    "circuit_breakers",
    "circuit_breaker_events",
    "risk_alerts",
    "stress_test_scenarios",
    "stress_test_results",
};
/// What its security section needs besides.
const Lines tables_of_signing_in = {"sessions", "login_attempts", "password_reset_tokens",
                                    "two_factor_recovery_codes", "api_keys"};

// Partitions repeat their table's indexes and do not count.
constexpr const char* indexes = R"sql((
  SELECT i.relname AS name, t.relname AS table_name, m.amname AS method, x.*, pg_get_indexdef(i.oid) AS definition
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
  JOIN pg_am m ON m.oid = i.relam
  WHERE t.relnamespace = 'public'::regnamespace AND NOT t.relispartition AND t.relname NOT LIKE 'schema\_migration%'
    AND i.relkind IN ('i', 'I')
) AS index)sql";

class RtxSchema : public ::testing::Test {
 protected:
  /// One for all tests, which leave it as it was.
  static void SetUpTestSuite() {
    shared = std::make_unique<PackDatabase>(postgresql_engine, "rtx");
    shared->up();
  }
  static void TearDownTestSuite() { shared.reset(); }

  Lines names(const std::string& query) {
    Lines found;
    for (const auto& row : database_.sql(query)) found.push_back(row[0]);
    return found;
  }
  Lines tables() {
    return names(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', "
        "'p') "
        "AND NOT relispartition AND relname NOT LIKE 'schema\\_migration%' ORDER BY 1");
  }
  int count_of_indexes(const std::string& condition) {
    return std::stoi(database_.value(std::string("SELECT count(*) FROM ") + indexes + " WHERE " + condition));
  }
  /// "type", with ! for NOT NULL; "no such column".
  std::string column(const std::string& table, const std::string& name) {
    const Lines found = names(
        "SELECT format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN '!' ELSE '' END "
        "FROM pg_attribute WHERE attrelid = '" +
        table + "'::regclass AND attname = '" + name + "'");
    return found.empty() ? "no such column" : found[0];
  }

  PackDatabase& database_ = *shared;

 private:
  static inline std::unique_ptr<PackDatabase> shared;
};

TEST_F(RtxSchema, has_every_table_of_the_document_and_forty_at_least) {
  EXPECT_EQ(tables_of_the_document.size(), 37U);
  Lines expected = tables_of_the_document;
  expected.insert(expected.end(), tables_of_signing_in.begin(), tables_of_signing_in.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(tables(), expected);
  EXPECT_GE(expected.size(), 40U);
}

TEST_F(RtxSchema, has_eighty_indexes_at_least_and_every_kind) {
  EXPECT_GE(count_of_indexes("NOT indisprimary"), 80);
  EXPECT_EQ(count_of_indexes("NOT indisvalid OR NOT indisready"), 0);
  EXPECT_GE(count_of_indexes("method = 'gin' AND definition LIKE '%jsonb_path_ops%'"), 10);
  EXPECT_GE(count_of_indexes("method = 'gin' AND definition LIKE '%gin_trgm_ops%'"), 5);
  EXPECT_GE(count_of_indexes("method = 'brin'"), 10);
  EXPECT_GE(count_of_indexes("method = 'btree' AND indnkeyatts > 1"), 50);
  EXPECT_GE(count_of_indexes("indisunique AND NOT indisprimary"), 30);
  EXPECT_GE(count_of_indexes("indpred IS NOT NULL"), 50);
  EXPECT_GE(count_of_indexes("indnatts > indnkeyatts"), 15);
  EXPECT_GE(count_of_indexes("indexprs IS NOT NULL"), 5);
}

/// A key without an index makes deleting, and looking the other way, a scan.
TEST_F(RtxSchema, has_an_index_for_every_foreign_key) {
  EXPECT_EQ(names(R"sql(
SELECT c.conname::text FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.contype = 'f' AND NOT t.relispartition AND NOT EXISTS (
  SELECT FROM pg_index x WHERE x.indrelid = c.conrelid AND x.indkey[0] = c.conkey[1]
    AND (x.indpred IS NULL OR pg_get_expr(x.indpred, x.indrelid) ~ '^\(\w+ IS NOT NULL\)$'))
ORDER BY 1)sql"),
            Lines());
}

/// 002 builds on tables that exist: nobody who writes them has to wait.
TEST_F(RtxSchema, builds_the_indexes_of_existing_tables_concurrently) {
  const std::string up = pack_text("rtx", "postgres/002_add_indexes.up.sql");
  std::size_t built = 0;
  for (std::size_t at = up.find("CREATE"); at != std::string::npos; at = up.find("CREATE", at + 1)) {
    EXPECT_EQ(up.compare(at, 27, "CREATE INDEX CONCURRENTLY i"), 0) << up.substr(at, 60);
    ++built;
  }
  EXPECT_GE(built, 80U);
  EXPECT_NE(up.find("-- Transaction: off"), std::string::npos);
  EXPECT_EQ(database_.sql("SELECT version FROM schema_migrations WHERE NOT transactional"),
            (Rows{{"002_add_indexes"}}));
  EXPECT_EQ(pack_text("rtx", "postgres/002_add_indexes.down.sql").find("DROP INDEX i"), std::string::npos);
}

TEST_F(RtxSchema, has_statistics_targets_and_is_analyzed) {
  EXPECT_EQ(names("SELECT attrelid::regclass || '.' || attname FROM pg_attribute WHERE attstattarget = 1000 "
                  "ORDER BY 1"),
            (Lines{"account_transactions.account_id", "account_transactions.created_at",
                   "account_transactions.transaction_type", "order_fills.executed_at", "order_fills.order_id",
                   "orders.account_id", "orders.created_at", "orders.status", "orders.symbol",
                   "positions.account_id", "positions.status", "positions.symbol", "trades.account_id",
                   "trades.executed_at", "trades.symbol"}));
  const std::string up = pack_text("rtx", "postgres/002_add_indexes.up.sql");
  for (const char* table :
       {"users", "accounts", "orders", "order_fills", "positions", "trades", "instruments"})
    EXPECT_NE(up.find("\nANALYZE " + std::string(table) + ";"), std::string::npos) << table;
}

TEST_F(RtxSchema, has_the_columns_of_its_security_section) {
  EXPECT_EQ(column("users", "password_hash"), "character varying(60)!");
  EXPECT_EQ(column("users", "two_factor_secret"), "character varying(255)");
  EXPECT_EQ(column("users", "two_factor_enabled"), "boolean!");
  EXPECT_EQ(column("users", "failed_login_attempts"), "integer!");
  EXPECT_EQ(column("users", "locked_until"), "timestamp with time zone");
  EXPECT_EQ(column("users", "last_login_ip"), "inet");
  EXPECT_EQ(column("sessions", "ip_address"), "inet!");
  EXPECT_EQ(column("sessions", "token_hash"), "character varying(64)!");
  EXPECT_EQ(column("sessions", "expires_at"), "timestamp with time zone!");
  EXPECT_EQ(column("api_keys", "key_hash"), "character varying(64)!");
  EXPECT_EQ(column("api_keys", "allowed_ips"), "cidr[]!");
  EXPECT_EQ(column("api_access_log", "api_key_id"), "uuid");
  EXPECT_EQ(column("orders", "session_id"), "uuid");
  EXPECT_EQ(column("orders", "ip_address"), "inet");
  for (const char* trail :
       {"audit_log", "order_audit", "position_audit", "account_audit", "user_activity_log"}) {
    EXPECT_EQ(column(trail, "session_id"), "uuid") << trail;
    EXPECT_EQ(column(trail, "ip_address"), "inet") << trail;
  }
}

TEST_F(RtxSchema, hashes_passwords_with_bcrypt) {
  database_.sql(
      "BEGIN; INSERT INTO users (username, email, password_hash) "
      "VALUES ('alice', 'alice@rtx.example', crypt('right', gen_salt('bf', 4)))");
  EXPECT_EQ(database_.sql("SELECT password_hash = crypt('right', password_hash), "
                          "password_hash = crypt('wrong', password_hash), failed_login_attempts FROM users"),
            (Rows{{"t", "f", "0"}}));
  database_.sql("ROLLBACK");
}

TEST_F(RtxSchema, has_uuid_keys_metadata_and_soft_deletes) {
  for (const std::string& table : tables()) {
    EXPECT_EQ(column(table, "id"), "uuid!") << table;
    EXPECT_EQ(database_.value("SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = '" + table +
                              "'::regclass AND adnum = 1"),
              "gen_random_uuid()")
        << table;
  }
  for (const std::string& table : tables_of_the_document) {
    // Quotes come by the thousand; system events and stress tests have details instead.
    if (table == "lp_quotes") continue;
    const bool details = table == "system_events" || table == "stress_test_results";
    EXPECT_EQ(column(table, details ? "details" : "metadata"), "jsonb!") << table;
  }
  for (const char* master : {"users", "accounts", "instruments", "liquidity_providers", "sor_rules",
                             "risk_limits", "circuit_breakers", "stress_test_scenarios"}) {
    EXPECT_EQ(column(master, "deleted_at"), "timestamp with time zone") << master;
  }
}

TEST_F(RtxSchema, keeps_no_money_in_floats_and_no_time_without_a_zone) {
  EXPECT_EQ(names("SELECT table_name || '.' || column_name FROM information_schema.columns "
                  "WHERE table_schema = 'public' AND table_name NOT LIKE 'schema\\_%' AND data_type IN "
                  "('real', 'double precision', 'timestamp without time zone', 'json', 'money')"),
            Lines());
  EXPECT_EQ(names("SELECT conname::text FROM pg_constraint WHERE contype = 'c' "
                  "AND pg_get_constraintdef(oid) ~* 'now\\(|current_(date|time)|localtime|clock_timestamp'"),
            Lines());
  for (const std::string& table : tables())
    EXPECT_NE(database_.value("SELECT obj_description('" + table + "'::regclass)"), "NULL") << table;
}

}  // namespace
}  // namespace tradewind::test
