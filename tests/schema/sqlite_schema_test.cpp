// What is read from a SQLite file: the pragmas' part and the part that only the text has.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "schema/schemas.hpp"
#include "support/engines.hpp"

namespace tradewind::test {
namespace {

class SqliteSchema : public ::testing::Test {
 protected:
  std::unique_ptr<TestDatabase> database_ = make_database(sqlite_engine);
  TestDatabase& database = *database_;
};

struct Told {
  const char* object;
  const char* property;
  const char* value;
};

constexpr Told every_kind[] = {
    {"table account", "strict", "yes"},
    {"constraint account.PRIMARY KEY", "definition", "PRIMARY KEY (id) AUTOINCREMENT"},
    {"column account.name", "type", "TEXT"},
    {"column account.name", "collation", "NOCASE"},
    {"column account.name", "not null", "yes"},
    {"constraint account.UNIQUE (name)", "definition", "UNIQUE (name)"},
    {"table trade", "without rowid", "yes"},
    {"column trade.leg", "default", "1 + 1"},
    {"column trade.\"note, (odd)\"", "default", "'a, (b'"},
    {"column trade.twice", "generated", "qty * 2 stored"},
    {"column trade.half", "generated", "qty / 2 virtual"},
    {"constraint trade.CHECK (qty > 0)", "definition", "CHECK (qty > 0)"},
    {"constraint trade.sane", "definition", "CHECK (qty IN (1, 2) OR \"note, (odd)\" <> ')')"},
    {"constraint trade.PRIMARY KEY", "definition", "PRIMARY KEY (id, leg)"},
    {"constraint trade.whole", "definition", "UNIQUE (account_id, leg) ON CONFLICT REPLACE"},
    {"constraint trade.FOREIGN KEY (account_id)", "definition",
     "FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"},
    {"constraint trade.FOREIGN KEY (parent, parent_leg)", "definition",
     "FOREIGN KEY (parent, parent_leg) REFERENCES trade(id, leg)"},
    {"index trade_big", "definition",
     "CREATE UNIQUE INDEX trade_big ON trade (account_id, qty DESC) WHERE qty > 10"},
    {"view big", "definition", "CREATE VIEW big AS SELECT id, 'two  spaces' AS text FROM trade"},
    {"trigger keep", "definition",
     "CREATE TRIGGER keep BEFORE DELETE ON trade BEGIN SELECT RAISE(ABORT, 'no;  never'); END"},
    {"trigger through", "definition", "CREATE TRIGGER through INSTEAD OF INSERT ON big BEGIN SELECT 1; END"},
    {"virtual table words", "definition", "CREATE VIRTUAL TABLE words USING fts5(body)"},
    {"table words_data", "strict", "(no object)"},
    {"table sqlite_sequence", "strict", "(no object)"},
};

TEST_F(SqliteSchema, tells_every_kind_of_object) {
  database.sql(every_sqlite_object);
  const Schema schema = schema_at(database.url);
  EXPECT_EQ(schema.engine, "sqlite");
  for (const Told& expected : every_kind) {
    EXPECT_EQ(told(schema, expected.object, expected.property), expected.value)
        << expected.object << ", " << expected.property;
  }
}

TEST_F(SqliteSchema, white_space_and_comments_make_no_difference) {
  database.sql(
      "CREATE TABLE t (a INTEGER CHECK (a > 0), b TEXT); CREATE VIEW v AS SELECT a, b FROM t WHERE b = 'x  "
      "y'");
  const std::unique_ptr<TestDatabase> other = make_database(sqlite_engine);
  other->sql(
      "CREATE TABLE t(\n  a INTEGER -- the first\n    CHECK ( a > 0 ),\n  b   TEXT /* , c */\n);\n"
      "CREATE VIEW v AS\n  SELECT a,b\n  FROM t -- all\n  WHERE b = 'x  y'");
  EXPECT_EQ(told(diff(schema_at(database.url), schema_at(other->url))), std::vector<std::string>());
}

TEST_F(SqliteSchema, a_table_made_anew_under_its_old_name_is_the_same) {
  database.sql(
      "CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER "
      "REFERENCES parent (id))");
  const Schema before = schema_at(database.url);
  database.sql(
      "CREATE TABLE t_new (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parent (id)); DROP TABLE t; "
      "ALTER TABLE t_new RENAME TO t; ALTER TABLE parent RENAME TO p2; ALTER TABLE p2 RENAME TO parent");
  EXPECT_EQ(told(diff(before, schema_at(database.url))), std::vector<std::string>());
}

TEST_F(SqliteSchema, an_added_column_is_as_one_made_with_the_table) {
  database.sql(
      "CREATE TABLE t (a INTEGER); ALTER TABLE t ADD COLUMN b TEXT NOT NULL DEFAULT 'x' CHECK (b <> '')");
  const std::unique_ptr<TestDatabase> other = make_database(sqlite_engine);
  other->sql("CREATE TABLE t (a INTEGER, b TEXT NOT NULL DEFAULT 'x' CHECK (b <> ''))");
  EXPECT_EQ(told(diff(schema_at(database.url), schema_at(other->url))), std::vector<std::string>());
}

TEST_F(SqliteSchema, of_the_history_nothing_is_told) {
  Database opened = Database::open(database.url);
  Migrator(opened, Source::pack("titan"), {.history_table = "ran"}).create_history();
  EXPECT_EQ(told(read_schema(opened), "table ran_steps", "strict"), "(no property)");
  EXPECT_EQ(read_schema(opened, {.history_table = "ran"}).objects.size(), 0U);
}

TEST_F(SqliteSchema, another_tools_table_of_the_historys_name_is_told) {
  database.sql("CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY)");
  EXPECT_EQ(told(schema_at(database.url), "column schema_migrations.version", "type"), "INTEGER");
}

TEST_F(SqliteSchema, is_read_inside_an_open_transaction_and_leaves_it_open) {
  Database opened = Database::open(database.url);
  opened.query("BEGIN");
  opened.query("CREATE TABLE uncommitted (id INT)");
  EXPECT_EQ(told(read_schema(opened), "column uncommitted.id", "type"), "INT");
  opened.query("ROLLBACK");
  EXPECT_EQ(read_schema(opened).objects.size(), 0U);
}

TEST_F(SqliteSchema, a_view_of_a_table_that_is_gone_is_no_obstacle) {
  database.sql("CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t; DROP TABLE t");
  EXPECT_EQ(told(schema_at(database.url), "view v", "definition"), "CREATE VIEW v AS SELECT a FROM t");
}

TEST_F(SqliteSchema, five_hundred_tables_take_less_than_two_seconds) {
  std::string sql = "BEGIN;";
  for (int i = 0; i < 500; ++i) {
    sql += fmt::format(
        "CREATE TABLE t{0} "
        "(id INTEGER PRIMARY KEY, a TEXT NOT NULL DEFAULT 'x', b REAL CHECK (b > 0), c, d, e, f, g, h, "
        "p INTEGER REFERENCES t0 (id)); CREATE INDEX t{0}_a ON t{0} (a, c); CREATE INDEX t{0}_p ON t{0} (p);",
        i);
  }
  database.sql(sql + "COMMIT");
  Database opened = Database::open(database.url);
  const auto begin = std::chrono::steady_clock::now();
  const Schema schema = read_schema(opened);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(schema.objects.size(), 500U * (1 + 10 + 3 + 2));
  EXPECT_LT(elapsed.count(), 2.0);
}

}  // namespace
}  // namespace tradewind::test
