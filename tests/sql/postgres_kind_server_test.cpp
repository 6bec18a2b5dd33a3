#include "split_table.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {
namespace {

constexpr const char* active_sql_transaction = "25001";

/// The SQLSTATE that a statement gives inside a transaction, "" for none; rolled back.
std::string inside_transaction(PostgresSession& session, const std::string& statement) {
  std::string state;
  session.sql("BEGIN");
  try {
    session.sql(statement);
  } catch (const SqlError& error) {
    state = error.sqlstate();
  }
  session.sql("ROLLBACK");
  return state;
}

/// What the server itself says of the kinds. The objects are made once, in a database of their own.
class PostgresKindOnServer : public ::testing::TestWithParam<const char*> {
 protected:
  static void SetUpTestSuite() {
    auto& cluster = PostgresCluster::shared();
    database = cluster.create_database();
    session = std::make_unique<PostgresSession>(cluster.url(database));
    session->sql(
        "CREATE TABLE t (a int); CREATE INDEX i ON t (a); CREATE TABLE p (a int) PARTITION BY LIST (a);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TYPE e AS ENUM ('a');"
        "CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; CREATE UNIQUE INDEX vi ON v (a)");
    session->sql(
        "CREATE SUBSCRIPTION s CONNECTION 'host=/nowhere dbname=x' PUBLICATION p, q WITH (connect = false)");
    session->sql("ALTER SUBSCRIPTION s ENABLE");
  }

  static void TearDownTestSuite() {
    session->sql("ALTER SUBSCRIPTION s DISABLE");
    session->sql("ALTER SUBSCRIPTION s SET (slot_name = NONE)");
    session->sql("DROP SUBSCRIPTION s");
    session.reset();
    PostgresCluster::shared().drop_database(database);
  }

  static inline std::string database;
  static inline std::unique_ptr<PostgresSession> session;
};

class PostgresOutside : public PostgresKindOnServer {};
TEST_P(PostgresOutside, is_refused_inside_a_transaction) {
  EXPECT_TRUE(sql::needs_no_transaction(kind(sql::postgres_grammar(), GetParam()))) << GetParam();
  EXPECT_EQ(inside_transaction(*session, GetParam()), active_sql_transaction) << GetParam();
}
INSTANTIATE_TEST_SUITE_P(
    Each, PostgresOutside,
    ::testing::Values("CREATE INDEX CONCURRENTLY ON t (a)", "CREATE UNIQUE INDEX CONCURRENTLY x ON t (a)",
                      "DROP INDEX CONCURRENTLY i", "REINDEX INDEX CONCURRENTLY i",
                      "REINDEX TABLE CONCURRENTLY t", "REINDEX (CONCURRENTLY) TABLE t",
                      "REINDEX (CONCURRENTLY on) TABLE t", "REINDEX SCHEMA public",
                      "REINDEX DATABASE postgres", "REINDEX SYSTEM postgres",
                      "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY", "VACUUM", "VACUUM FULL t",
                      "VACUUM (ANALYZE) t", "CLUSTER", "CLUSTER VERBOSE", "CREATE DATABASE x",
                      "DROP DATABASE x", "ALTER DATABASE postgres SET TABLESPACE pg_default",
                      "CREATE TABLESPACE x LOCATION '/nowhere'", "DROP TABLESPACE x",
                      "ALTER SYSTEM SET work_mem = '4MB'", "ALTER SYSTEM RESET ALL",
                      "CREATE SUBSCRIPTION n CONNECTION 'host=/nowhere' PUBLICATION p",
                      "CREATE SUBSCRIPTION n CONNECTION 'host=/nowhere' PUBLICATION p WITH (enabled = false)",
                      "ALTER SUBSCRIPTION s REFRESH PUBLICATION", "ALTER SUBSCRIPTION s SET PUBLICATION q",
                      "ALTER SUBSCRIPTION s ADD PUBLICATION r", "ALTER SUBSCRIPTION s DROP PUBLICATION q",
                      "DROP SUBSCRIPTION s"));

class PostgresInside : public PostgresKindOnServer {};
TEST_P(PostgresInside, is_taken_inside_a_transaction) {
  EXPECT_EQ(kind(sql::postgres_grammar(), GetParam()), sql::Kind::plain) << GetParam();
  EXPECT_EQ(inside_transaction(*session, GetParam()), "") << GetParam();
}
INSTANTIATE_TEST_SUITE_P(
    Each, PostgresInside,
    ::testing::Values("CREATE INDEX ON t (a)", "DROP INDEX i", "REINDEX TABLE t",
                      "REINDEX (CONCURRENTLY false) TABLE t", "REINDEX (CONCURRENTLY 'off', VERBOSE) INDEX i",
                      "ALTER TABLE p DETACH PARTITION p1", "CLUSTER t USING i", "CLUSTER VERBOSE t USING i",
                      "ANALYZE", "ANALYZE VERBOSE t", "CHECKPOINT",
                      "REFRESH MATERIALIZED VIEW CONCURRENTLY v", "ALTER TYPE e ADD VALUE 'b'",
                      "ALTER DATABASE postgres SET work_mem = '4MB'", "DISCARD PLANS", "DISCARD TEMP",
                      "CREATE SUBSCRIPTION n CONNECTION 'host=/nowhere' PUBLICATION p WITH (connect = false)",
                      "ALTER SUBSCRIPTION s SET PUBLICATION q WITH (refresh = false)",
                      "ALTER SUBSCRIPTION s SET (synchronous_commit = off)", "LISTEN x", "LOCK TABLE t",
                      "DO $$ BEGIN PERFORM 1; END $$", "CREATE EXTENSION IF NOT EXISTS plpgsql"));

TEST_F(PostgresKindOnServer, finalize_of_a_detach_is_not_refused_for_the_transaction) {
  const std::string finalize = "ALTER TABLE p DETACH PARTITION p1 FINALIZE";
  EXPECT_EQ(kind(sql::postgres_grammar(), finalize), sql::Kind::plain);
  EXPECT_EQ(inside_transaction(*session, finalize), "55000") << "there is no pending detach";
}

}  // namespace
}  // namespace tradewind::test
