#include "split_table.hpp"
#include "support/sql_session.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

using sql::Kind;
using sql::sqlite_grammar;

struct KindCase {
  const char* statement;
  Kind kind;
};

class SqliteKind : public ::testing::TestWithParam<KindCase> {};

TEST_P(SqliteKind, is_told_from_the_first_words) {
  EXPECT_EQ(kind(sqlite_grammar(), GetParam().statement), GetParam().kind) << GetParam().statement;
}

const KindCase cases[] = {
    {"BEGIN", Kind::begin},
    {"begin immediate transaction", Kind::begin},
    {"COMMIT TRANSACTION", Kind::commit},
    {"END", Kind::commit},
    {"ROLLBACK", Kind::rollback},
    {"ROLLBACK TRANSACTION", Kind::rollback},
    {"ROLLBACK TO a", Kind::savepoint},
    {"ROLLBACK TRANSACTION TO SAVEPOINT a", Kind::savepoint},
    {"SAVEPOINT a", Kind::savepoint},
    {"RELEASE SAVEPOINT a", Kind::savepoint},
    {"VACUUM", Kind::outside},
    {"VACUUM main INTO 'x'", Kind::outside},
    {"ATTACH 'x' AS y", Kind::outside},
    {"DETACH DATABASE y", Kind::outside},
    {"PRAGMA foreign_keys = OFF", Kind::foreign_keys_pragma},
    {"pragma Foreign_Keys(0)", Kind::foreign_keys_pragma},
    {"PRAGMA main.foreign_keys=1", Kind::foreign_keys_pragma},
    {"PRAGMA \"foreign_keys\"=1", Kind::foreign_keys_pragma},
    {"PRAGMA foreign_keys", Kind::plain},
    {"PRAGMA foreign_key_check", Kind::plain},
    {"PRAGMA foreign_key_check(t)", Kind::plain},
    {"PRAGMA journal_mode = WAL", Kind::outside},
    {"PRAGMA main.journal_mode(delete)", Kind::outside},
    {"PRAGMA journal_mode", Kind::plain},
    {"PRAGMA synchronous=OFF", Kind::outside},
    {"PRAGMA page_size=8192", Kind::outside},
    {"PRAGMA auto_vacuum=1", Kind::outside},
    {"PRAGMA temp_store=2", Kind::outside},
    {"PRAGMA wal_checkpoint", Kind::outside},
    {"PRAGMA wal_checkpoint(TRUNCATE)", Kind::outside},
    {"PRAGMA user_version = 3", Kind::plain},
    {"PRAGMA cache_size=10", Kind::plain},
    {"PRAGMA defer_foreign_keys=1", Kind::plain},
    {"PRAGMA table_info(journal_mode)", Kind::plain},
    {"PRAGMA", Kind::plain},
    {"PRAGMA main.", Kind::plain},
    {"EXPLAIN VACUUM", Kind::plain},
    {"SELECT 1", Kind::plain},
    {"CREATE TABLE vacuum (a)", Kind::plain},
    {"CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END", Kind::plain},
};
INSTANTIATE_TEST_SUITE_P(Each, SqliteKind, ::testing::ValuesIn(cases));

/// What SQLite itself says of the kinds.
class SqliteOutside : public ::testing::TestWithParam<const char*> {};

TEST_P(SqliteOutside, fails_inside_a_transaction) {
  EXPECT_EQ(kind(sqlite_grammar(), GetParam()), Kind::outside);
  const TempDir folder;
  SqliteSession session(folder / "a.db");
  session.sql("CREATE TABLE t (a); CREATE TEMP TABLE u (a); ATTACH ':memory:' AS other; BEGIN IMMEDIATE");
  EXPECT_THROW(session.sql(GetParam()), SqlError) << GetParam();
}
INSTANTIATE_TEST_SUITE_P(Each, SqliteOutside,
                         ::testing::Values("VACUUM", "VACUUM INTO ''", "DETACH other",
                                           "PRAGMA synchronous = OFF", "PRAGMA temp_store = MEMORY",
                                           "PRAGMA wal_checkpoint", "PRAGMA wal_checkpoint(FULL)"));

struct Setting {
  const char* name;
  const char* value;
  Kind kind;
  bool works;
};

class SqliteSetting : public ::testing::TestWithParam<Setting> {};

TEST_P(SqliteSetting, works_inside_a_transaction_or_is_told_apart) {
  const std::string read = std::string("PRAGMA ") + GetParam().name;
  const std::string write = read + " = " + GetParam().value;
  EXPECT_EQ(kind(sqlite_grammar(), write), GetParam().kind);
  EXPECT_EQ(kind(sqlite_grammar(), read), Kind::plain);
  const TempDir folder;
  SqliteSession session(folder / "a.db");
  const Rows before = session.sql(read);
  session.sql("BEGIN IMMEDIATE");
  session.sql(write);
  session.sql("CREATE TABLE t (a); COMMIT");
  EXPECT_EQ(session.sql(read) != before, GetParam().works) << write;
}
INSTANTIATE_TEST_SUITE_P(Each, SqliteSetting,
                         ::testing::Values(Setting{"foreign_keys", "1", Kind::foreign_keys_pragma, false},
                                           Setting{"journal_mode", "WAL", Kind::outside, false},
                                           Setting{"page_size", "8192", Kind::outside, false},
                                           Setting{"auto_vacuum", "1", Kind::outside, false},
                                           Setting{"user_version", "7", Kind::plain, true},
                                           Setting{"application_id", "7", Kind::plain, true},
                                           Setting{"cache_size", "77", Kind::plain, true},
                                           Setting{"recursive_triggers", "1", Kind::plain, true},
                                           Setting{"legacy_alter_table", "1", Kind::plain, true}));

}  // namespace
}  // namespace tradewind::test
