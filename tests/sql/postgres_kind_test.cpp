#include "split_table.hpp"

namespace tradewind::test {
namespace {

using sql::Kind;

struct KindCase {
  const char* statement;
  Kind kind;
};

class PostgresKind : public ::testing::TestWithParam<KindCase> {};

TEST_P(PostgresKind, is_told_from_the_first_words) {
  EXPECT_EQ(kind(sql::postgres_grammar(), GetParam().statement), GetParam().kind) << GetParam().statement;
}

const KindCase transactions[] = {
    {"BEGIN", Kind::begin},
    {"begin work isolation level serializable", Kind::begin},
    {"START TRANSACTION READ ONLY", Kind::begin},
    {"start x", Kind::plain},
    {"COMMIT", Kind::commit},
    {"COMMIT WORK AND CHAIN", Kind::commit},
    {"END", Kind::commit},
    {"end transaction", Kind::commit},
    {"ROLLBACK", Kind::rollback},
    {"ROLLBACK AND CHAIN", Kind::rollback},
    {"ABORT", Kind::rollback},
    {"ROLLBACK TO a", Kind::savepoint},
    {"ROLLBACK WORK TO SAVEPOINT a", Kind::savepoint},
    {"ROLLBACK TRANSACTION TO a", Kind::savepoint},
    {"SAVEPOINT a", Kind::savepoint},
    {"RELEASE a", Kind::savepoint},
    {"PREPARE TRANSACTION 'a'", Kind::prepare_transaction},
    {"COMMIT PREPARED 'a'", Kind::prepare_transaction},
    {"ROLLBACK PREPARED 'a'", Kind::prepare_transaction},
    {"PREPARE a AS SELECT 1", Kind::plain},
    {"PREPARE transaction AS SELECT 1", Kind::plain},
    {"SET TRANSACTION READ ONLY", Kind::plain},
    {"\"begin\"", Kind::plain},
};

const KindCase indexes[] = {
    {"CREATE INDEX CONCURRENTLY i ON t (a)", Kind::index_concurrently},
    {"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)", Kind::index_concurrently},
    {"create /* x */ index -- y\n concurrently on t (a)", Kind::index_concurrently},
    {"CREATE INDEX i ON t (concurrently)", Kind::plain},
    {"CREATE INDEX \"concurrently\" ON t (a)", Kind::plain},
    {"CREATE UNIQUE INDEX i ON t (a)", Kind::plain},
    {"DROP INDEX CONCURRENTLY IF EXISTS i", Kind::drop_index_concurrently},
    {"DROP INDEX i", Kind::plain},
    {"REINDEX INDEX CONCURRENTLY i", Kind::reindex_concurrently},
    {"REINDEX TABLE CONCURRENTLY t", Kind::reindex_concurrently},
    {"REINDEX DATABASE CONCURRENTLY d", Kind::reindex_concurrently},
    {"REINDEX (CONCURRENTLY) TABLE t", Kind::reindex_concurrently},
    {"REINDEX (VERBOSE, CONCURRENTLY TRUE, TABLESPACE x) INDEX i", Kind::reindex_concurrently},
    {"REINDEX (VERBOSE) TABLE CONCURRENTLY t", Kind::reindex_concurrently},
    {"REINDEX (CONCURRENTLY FALSE) TABLE t", Kind::plain},
    {"REINDEX (CONCURRENTLY off) TABLE t", Kind::plain},
    {"REINDEX (CONCURRENTLY 'off') TABLE t", Kind::plain},
    {"REINDEX (CONCURRENTLY 0) TABLE t", Kind::plain},
    {"REINDEX TABLE t", Kind::plain},
    {"REINDEX (VERBOSE) TABLE t", Kind::plain},
    {"REINDEX SCHEMA s", Kind::outside},
    {"REINDEX DATABASE", Kind::outside},
    {"REINDEX (VERBOSE) SYSTEM d", Kind::outside},
};

const KindCase tables[] = {
    {"ALTER TABLE t DETACH PARTITION p CONCURRENTLY", Kind::detach_concurrently},
    {"ALTER TABLE IF EXISTS ONLY \"a b\".t DETACH PARTITION c.p CONCURRENTLY", Kind::detach_concurrently},
    {"ALTER TABLE t * DETACH PARTITION p CONCURRENTLY", Kind::detach_concurrently},
    {"ALTER TABLE ONLY (t) DETACH PARTITION p CONCURRENTLY", Kind::detach_concurrently},
    {"ALTER TABLE t DETACH PARTITION p", Kind::plain},
    {"ALTER TABLE t DETACH PARTITION p FINALIZE", Kind::plain},
    {"ALTER TABLE t DETACH PARTITION concurrently", Kind::plain},
    {"ALTER TABLE detach ADD COLUMN partition int", Kind::plain},
    {"VACUUM", Kind::outside},
    {"VACUUM (FULL, ANALYZE) t", Kind::outside},
    {"ANALYZE t", Kind::plain},
    {"CLUSTER", Kind::outside},
    {"CLUSTER VERBOSE", Kind::outside},
    {"CLUSTER (VERBOSE)", Kind::outside},
    {"CLUSTER t", Kind::plain},
    {"CLUSTER VERBOSE t USING i", Kind::plain},
    {"CLUSTER (VERBOSE) t", Kind::plain},
    {"REFRESH MATERIALIZED VIEW CONCURRENTLY v", Kind::plain},
    {"ALTER TYPE e ADD VALUE 'x'", Kind::plain},
};

const KindCase others[] = {
    {"CREATE DATABASE d", Kind::outside},
    {"DROP DATABASE IF EXISTS d", Kind::outside},
    {"ALTER DATABASE d SET TABLESPACE x", Kind::outside},
    {"ALTER DATABASE d SET work_mem = 1", Kind::plain},
    {"ALTER DATABASE d OWNER TO o", Kind::plain},
    {"CREATE TABLESPACE x LOCATION '/x'", Kind::outside},
    {"DROP TABLESPACE x", Kind::outside},
    {"ALTER TABLESPACE x RENAME TO y", Kind::plain},
    {"ALTER SYSTEM SET work_mem = 1", Kind::outside},
    {"ALTER SYSTEM RESET ALL", Kind::outside},
    {"CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", Kind::outside},
    {"CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p, q WITH (enabled = false)", Kind::outside},
    {"CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)", Kind::plain},
    {"CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (slot_name = a, create_slot = 'off')",
     Kind::plain},
    {"CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot)", Kind::outside},
    {"DROP SUBSCRIPTION s", Kind::outside},
    {"ALTER SUBSCRIPTION s REFRESH PUBLICATION", Kind::outside},
    {"ALTER SUBSCRIPTION s REFRESH PUBLICATION WITH (copy_data = false)", Kind::outside},
    {"ALTER SUBSCRIPTION s SET PUBLICATION p, q", Kind::outside},
    {"ALTER SUBSCRIPTION s ADD PUBLICATION p WITH (refresh = true)", Kind::outside},
    {"ALTER SUBSCRIPTION s DROP PUBLICATION p WITH (refresh = false)", Kind::plain},
    {"ALTER SUBSCRIPTION s SET (slot_name = NONE)", Kind::plain},
    {"ALTER SUBSCRIPTION s SET (failover = true)", Kind::outside},
    {"ALTER SUBSCRIPTION s SET (two_phase = false)", Kind::outside},
    {"ALTER SUBSCRIPTION s ENABLE", Kind::plain},
    {"DISCARD ALL", Kind::discard_all},
    {"DISCARD PLANS", Kind::plain},
    {"CHECKPOINT", Kind::plain},
    {"EXPLAIN CREATE TABLE vacuum AS SELECT 1", Kind::plain},
    {"SELECT 1", Kind::plain},
    {"(SELECT 1)", Kind::plain},
    {"DO $$ BEGIN COMMIT; END $$", Kind::plain},
    {"CREATE TABLE database (a int)", Kind::plain},
};

INSTANTIATE_TEST_SUITE_P(Transactions, PostgresKind, ::testing::ValuesIn(transactions));
INSTANTIATE_TEST_SUITE_P(Indexes, PostgresKind, ::testing::ValuesIn(indexes));
INSTANTIATE_TEST_SUITE_P(Tables, PostgresKind, ::testing::ValuesIn(tables));
INSTANTIATE_TEST_SUITE_P(Others, PostgresKind, ::testing::ValuesIn(others));

TEST(NeedsNoTransaction, holds_for_outside_and_the_concurrent_ones) {
  for (const Kind outside : {Kind::outside, Kind::index_concurrently, Kind::drop_index_concurrently,
                             Kind::reindex_concurrently, Kind::detach_concurrently}) {
    EXPECT_TRUE(sql::needs_no_transaction(outside));
  }
  for (const Kind inside :
       {Kind::plain, Kind::begin, Kind::commit, Kind::copy_in, Kind::foreign_keys_pragma}) {
    EXPECT_FALSE(sql::needs_no_transaction(inside));
  }
}

}  // namespace
}  // namespace tradewind::test
