// Which migrations run, and in which order.
// Shows: T3, R4, I4, I7
#include "engine_folder.hpp"

namespace tradewind::test {
namespace {

class Order : public OnBothEngines {
 protected:
  void write_four() const {
    for (const char* name : {"a", "b", "c", "d"})
      table("00" + std::to_string(name[0] - 'a' + 1) + "_" + name, name);
  }
};
TRADEWIND_ON_EACH_ENGINE(Order);

TEST_P(Order, is_by_number_of_any_length) {
  table("10_ten", "ten");
  table("9_nine", "nine");
  table("0000000000000000000000000000011_eleven", "eleven");
  table("99999999999999999999999999999999_huge", "huge");
  table("100000000000000000000000000000000_huger", "huger");
  table("20250101000001_stamp", "stamp");
  EXPECT_EQ(versions({"up"}),
            (Words{"9_nine", "10_ten", "0000000000000000000000000000011_eleven", "20250101000001_stamp",
                   "99999999999999999999999999999999_huge", "100000000000000000000000000000000_huger"}));
  EXPECT_EQ(versions({"down", "--all", "--yes"}).front(), "100000000000000000000000000000000_huger");
}

TEST_P(Order, puts_dependencies_first) {
  migration("001_a", "-- Depends: 003_c\nCREATE TABLE a (id integer);\n");
  table("002_b", "b");
  migration("003_c", "-- depends: 2\nCREATE TABLE c (id integer);\n");
  EXPECT_EQ(versions({"plan"}), (Words{"002_b", "003_c", "001_a"}));
  EXPECT_EQ(versions({"up"}), (Words{"002_b", "003_c", "001_a"}));
}

TEST_P(Order, refuses_a_dependency_that_is_not_there) {
  migration("001_accounts", "CREATE TABLE a (id integer);\n");
  migration("002_b", "-- Depends: 001_acounts\nCREATE TABLE b (id integer);\n");
  const Refusal refusal = refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.code, "unknown-dependency");
  EXPECT_EQ(refusal.error.at("file"), "migrations/002_b.up.sql");
  EXPECT_TRUE(contains(refusal.text, "002_b depends on \"001_acounts\", which is not there"));
  EXPECT_TRUE(contains(refusal.text, "did you mean 001_accounts?"));
  EXPECT_EQ(all_tables(), Words{});
}

TEST_P(Order, names_the_circle) {
  migration("001_a", "-- Depends: 003_c\nSELECT 1;\n");
  migration("002_b", "-- Depends: 001_a\nSELECT 1;\n");
  migration("003_c", "-- Depends: 002_b\nSELECT 1;\n");
  const Refusal refusal = refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.code, "dependency-cycle");
  EXPECT_TRUE(contains(refusal.text, "001_a -> 003_c -> 002_b -> 001_a"));
  migration("002_b", "-- Depends: 2\nSELECT 1;\n");
  EXPECT_TRUE(contains(refused({"up"}).text, "002_b -> 002_b"));
}

TEST_P(Order, does_not_revert_what_others_depend_on) {
  table("001_a", "a");
  migration("002_b", "-- Depends: 001_a\nCREATE TABLE b (id integer);\n", "DROP TABLE b;\n");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  const Refusal refusal = refused({"down", "--only", "001_a"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_TRUE(contains(refusal.text, "002_b depends on 001_a and would stay"));
  EXPECT_EQ(tables(), (Words{"a", "b"}));
  EXPECT_EQ(versions({"down", "2"}), (Words{"002_b", "001_a"}));
}

TEST_P(Order, a_late_comer_is_refused_unless_allowed) {
  table("001_a", "a");
  table("004_d", "d");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  table("002_b", "b");
  table("003_c", "c");
  table("005_e", "e");
  const Refusal refusal = refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.code, "out-of-order");
  EXPECT_TRUE(
      contains(refusal.text,
               "2 migrations are not applied, though 004_d, which comes after them, is: 002_b and 003_c"));
  EXPECT_TRUE(contains(refusal.text, "--allow-out-of-order"));
  EXPECT_EQ(tables(), (Words{"a", "d"}));
  EXPECT_EQ(versions({"up", "--allow-out-of-order"}), (Words{"002_b", "003_c", "005_e"}));
  EXPECT_EQ(versions({"down", "3"}), (Words{"005_e", "003_c", "002_b"})) << "the last applied first";
}

/// 003_c, then 001_a, which needs it, then 002_b.
TEST_P(Order, goes_on_where_dependencies_put_a_lower_number_behind_a_higher_one) {
  const std::string depends = "-- Depends: 003_c\n";
  migration("001_a", depends + "CREATE TABLE a (id integer);\nSELECT * FROM nowhere;\n", "DROP TABLE a;\n");
  table("002_b", "b");
  table("003_c", "c");
  EXPECT_EQ(run({"up"}).exit_status, 4);
  EXPECT_EQ(applied(), Words{"003_c"});
  migration("001_a", depends + "CREATE TABLE a (id integer);\n", "DROP TABLE a;\n");
  EXPECT_EQ(versions({"up", "1"}), Words{"001_a"});
  EXPECT_EQ(versions({"up"}), Words{"002_b"});
  EXPECT_EQ(versions({"down", "2"}), (Words{"002_b", "001_a"}));
  EXPECT_EQ(versions({"up", "--to", "1"}), Words{"001_a"}) << "2 comes after it";
  EXPECT_EQ(versions({"up"}), Words{"002_b"});
}

TEST_P(Order, up_goes_as_far_as_told) {
  write_four();
  EXPECT_EQ(versions({"up", "1"}), Words{"001_a"});
  EXPECT_EQ(versions({"up", "--to", "002"}), Words{"002_b"});
  EXPECT_EQ(versions({"up", "--to", "2"}), Words{});
  EXPECT_EQ(versions({"up", "--only", "004_d"}), Words{"004_d"});
  EXPECT_EQ(versions({"up", "--only", "4"}), Words{});
  EXPECT_EQ(tables(), (Words{"a", "b", "d"}));
  EXPECT_EQ(versions({"up", "--only", "3"}), Words{"003_c"});
  EXPECT_EQ(versions({"up"}), Words{});
}

TEST_P(Order, down_goes_as_far_back_as_told) {
  write_four();
  ASSERT_EQ(run({"up"}).exit_status, 0);
  EXPECT_EQ(versions({"down"}), Words{"004_d"});
  EXPECT_EQ(versions({"down", "--to", "002_b"}), Words{"003_c"});
  EXPECT_EQ(versions({"down", "--to", "2"}), Words{});
  EXPECT_EQ(versions({"down", "--only", "1"}), Words{"001_a"});
  EXPECT_EQ(tables(), Words{"b"});
  EXPECT_EQ(versions({"down", "--to", "0"}), Words{"002_b"});
  EXPECT_EQ(versions({"down"}), Words{});
  EXPECT_EQ(tables(), Words{});
}

TEST_P(Order, batches_are_runs) {
  write_four();
  ASSERT_EQ(run({"up", "1"}).exit_status, 0);
  ASSERT_EQ(run({"up", "2"}).exit_status, 0);
  ASSERT_EQ(run({"up"}).exit_status, 0);
  EXPECT_EQ(database.sql("SELECT version, batch FROM schema_migrations ORDER BY migration_id"),
            (Rows{{"001_a", "1"}, {"002_b", "2"}, {"003_c", "2"}, {"004_d", "3"}}));
  EXPECT_EQ(versions({"down", "--batch"}), Words{"004_d"});
  EXPECT_EQ(versions({"rollback"}), (Words{"003_c", "002_b"}));
  EXPECT_EQ(versions({"down", "--all", "--yes"}), Words{"001_a"});
}

TEST_P(Order, redo_is_down_and_up_again) {
  write_four();
  ASSERT_EQ(run({"up"}).exit_status, 0);
  database.sql("INSERT INTO d VALUES (1)");
  EXPECT_EQ(versions({"redo"}), (Words{"004_d", "004_d"}));
  EXPECT_EQ(database.value("SELECT count(*) FROM d"), "0");
  EXPECT_EQ(versions({"redo", "2"}), (Words{"004_d", "003_c", "003_c", "004_d"}));
  EXPECT_EQ(run({"status", "--check"}).exit_status, 0);
}

TEST_P(Order, no_down_is_said_before_anything_is_reverted) {
  migration("001_a", "CREATE TABLE a (id integer);\n");
  table("002_b", "b");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  const Refusal refusal = refused({"down", "2"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.code, "no-down");
  EXPECT_TRUE(contains(refusal.text, "no down for 001_a"));
  EXPECT_EQ(tables(), (Words{"a", "b"}));
}

TEST_P(Order, down_works_after_the_files_are_gone) {
  table("001_a", "a");
  table("002_b", "b");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  for (const char* file : {"001_a.up.sql", "001_a.down.sql", "002_b.up.sql", "002_b.down.sql"}) remove(file);
  EXPECT_EQ(versions({"down", "--all", "--yes"}), (Words{"002_b", "001_a"}));
  EXPECT_EQ(tables(), Words{});
  EXPECT_EQ(applied(), Words{});
}

TEST_P(Order, an_unknown_version_is_a_mistake) {
  write_four();
  for (const Words& command : std::vector<Words>{
           {"up", "--to", "9"}, {"up", "--only", "x"}, {"down", "--to", "9"}, {"baseline", "9"}}) {
    // down does not make a file that is not there.
    database.sql("SELECT 1");
    const Refusal refusal = refused(command);
    EXPECT_EQ(refusal.exit_status, 2) << refusal;
    EXPECT_EQ(refusal.code, "unknown-version") << refusal;
  }
  EXPECT_EQ(all_tables(), Words{});
}

}  // namespace
}  // namespace tradewind::test
