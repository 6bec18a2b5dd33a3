// What a migration sets in its session ends with it.
#include "engine_folder.hpp"

namespace tradewind::test {
namespace {

class SqliteSession : public OnSqlite {
 protected:
  /// What the second migration sees of each pragma after the first has set it, written into a table.
  void expect_default_after(const std::string& header, const std::string& last, const Words& options) {
    at.migration("001_a",
                 header +
                     "PRAGMA legacy_alter_table = ON;\nPRAGMA ignore_check_constraints = ON;\n"
                     "PRAGMA recursive_triggers = ON;\nPRAGMA case_sensitive_like = ON;\n"
                     "PRAGMA defer_foreign_keys = ON;\nPRAGMA writable_schema = ON;\n"
                     "PRAGMA cache_size = 7;\n"
                     "CREATE TEMP TABLE scratch (id integer);\nCREATE TABLE temp.shadow (id integer);\n"
                     "CREATE TEMPORARY VIEW seen AS SELECT * FROM scratch;\nCREATE TABLE a (n integer);\n" +
                     last);
    at.migration(
        "002_b",
        "CREATE TABLE seen AS SELECT (SELECT * FROM pragma_legacy_alter_table) AS legacy, "
        "(SELECT * FROM pragma_ignore_check_constraints) AS checks, "
        "(SELECT * FROM pragma_recursive_triggers) AS triggers, "
        "(SELECT * FROM pragma_defer_foreign_keys) AS deferred, "
        "(SELECT * FROM pragma_writable_schema) AS schema, (SELECT * FROM pragma_query_only) AS query, "
        "(SELECT cache_size <> 7 FROM pragma_cache_size) AS cache, 'A' LIKE 'a' AS alike, "
        "(SELECT count(*) FROM sqlite_temp_master) AS temporary;\n");
    Words words = {"up"};
    words.insert(words.end(), options.begin(), options.end());
    const Outcome outcome = at.run(words);
    ASSERT_EQ(outcome.exit_status, 0) << outcome;
    EXPECT_EQ(database.sql("SELECT * FROM seen"), (Rows{{"0", "0", "0", "0", "0", "0", "1", "1", "0"}}));
    EXPECT_EQ(at.applied(), (Words{"001_a", "002_b"}));
  }
};

TEST_F(SqliteSession, does_not_reach_the_next_migration) {
  expect_default_after("", "PRAGMA query_only = ON;\n", {});
}

TEST_F(SqliteSession, does_not_reach_the_next_migration_of_one_transaction) {
  expect_default_after("", "PRAGMA query_only = ON;\n", {"--atomic"});
}

TEST_F(SqliteSession, does_not_reach_what_follows_a_migration_outside_a_transaction) {
  expect_default_after("-- Transaction: off\n", "", {});
}

TEST_F(SqliteSession, ends_where_a_file_was_attached) {
  at.migration("001_a", "ATTACH 'other.db' AS other;\nCREATE TABLE other.t (id integer);\n");
  at.migration("002_b", "CREATE TABLE b AS SELECT name FROM pragma_database_list WHERE name <> 'temp';\n");
  const Outcome outcome = at.run({"up"});
  ASSERT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_EQ(database.value("SELECT group_concat(name) FROM b"), "main");
}

TEST_F(SqliteSession, lasts_for_its_migration) {
  at.migration("001_a",
               "CREATE TABLE a (n integer CHECK (n > 0));\nPRAGMA ignore_check_constraints = ON;\n"
               "INSERT INTO a VALUES (0);\nPRAGMA ignore_check_constraints = OFF;\n");
  at.migration("002_b",
               "-- Transaction: off\nPRAGMA ignore_check_constraints = ON;\nINSERT INTO a VALUES (-1);\n"
               "INSERT INTO nowhere VALUES (1);\nINSERT INTO a VALUES (-2);\n");
  EXPECT_EQ(at.run({"up"}).exit_status, 4);
  database.sql("CREATE TABLE nowhere (id integer)");
  const Outcome again = at.run({"up"});
  EXPECT_EQ(again.exit_status, 0) << again;
  EXPECT_EQ(database.value("SELECT group_concat(n) FROM a"), "0,-1,-2");
}

}  // namespace
}  // namespace tradewind::test
