// What maintain makes, drops, and leaves alone of a table's partitions: F10 and R3.
#include "operations_folder.hpp"
#include "support/eventually.hpp"
#include "support/given.hpp"

namespace tradewind::test {
namespace {

constexpr const char* a_year = "[maintain.partitions]\nq = { ahead = 0, keep = \"1 year\" }\n";

class Partitions : public ::testing::Test {
 protected:
  std::string value(const std::string& text) const { return database.value(text); }
  Json steps(const Words& more = {}, int exit_status = 0) const {
    Words words = {"maintain", "partitions"};
    words.insert(words.end(), more.begin(), more.end());
    return at.one(words, exit_status).at("steps");
  }
  bool is_there(const std::string& table) const {
    return value("SELECT to_regclass('" + table + "') IS NOT NULL") == "t";
  }
  std::string comment_of(const std::string& table) const {
    return value("SELECT coalesce(obj_description('" + table + "'::regclass, 'pg_class'), '')");
  }
  static bool detaches_concurrently() { return PostgresCluster::shared().version() >= 14; }
  /// Leaves it half detached, as a detach does that is interrupted while it waits for a transaction.
  void half_detach(const std::string& partition) const {
    PostgresSession reader(database.url);
    reader.sql("BEGIN; SELECT count(*) FROM q");
    PostgresSession admin(database.url);
    admin.sql("SET lock_timeout = '100ms'");
    EXPECT_THROW(admin.sql("ALTER TABLE q DETACH PARTITION " + partition + " CONCURRENTLY"), SqlError);
  }

  std::unique_ptr<TestDatabase> database_ = make_database(postgresql_engine);
  TestDatabase& database = *database_;
  OperationsFolder at{*database_};
};

/// q with one partition of 2001 and one of this year.
class OldPartitions : public Partitions {
 protected:
  OldPartitions() {
    database.sql(
        "CREATE TABLE q (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at); CREATE TABLE q_1 "
        "PARTITION "
        "OF q FOR VALUES FROM ('2001-01-01') TO ('2001-02-01'); COMMENT ON TABLE q_1 IS 'for the auditors'; "
        "INSERT INTO q VALUES (1, '2001-01-05')");
    database.sql("CREATE TABLE q_now PARTITION OF q FOR VALUES FROM ('" +
                 value("SELECT date_trunc('year', now())::date") + "') TO ('2999-01-01')");
    at.configure(a_year);
  }
};

TEST_F(OldPartitions, drops_what_is_old_and_no_more) {
  const Json done = steps();
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done.at(0).at("action"), "drop partition q_1");
  EXPECT_EQ(done.at(0).at("rows"), 1);
  EXPECT_FALSE(is_there("q_1"));
  EXPECT_TRUE(is_there("q_now"));
}

TEST_F(OldPartitions, leaves_a_detach_of_somebody_else_alone) {
  if (!detaches_concurrently()) GTEST_SKIP() << "no concurrent detach before 14";
  half_detach("q_now");
  for (const char* policy : {a_year, "[maintain.partitions]\nq = { ahead = 0 }\n"}) {
    at.configure(policy);
    const Json found = with(steps(), "action", "leave q_now alone");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(contains(found[0].at("note"), "DETACH PARTITION public.q_now FINALIZE"));
    EXPECT_TRUE(is_there("q_now"));
    EXPECT_TRUE(is_there("q_1"));
  }
  database.sql("ALTER TABLE q DETACH PARTITION q_now FINALIZE");
  steps();
  EXPECT_TRUE(is_there("q_now"));
}

TEST_F(OldPartitions, leaves_no_mark_where_the_detach_fails) {
  PostgresSession other(database.url);
  other.sql("BEGIN; LOCK TABLE ONLY q IN SHARE UPDATE EXCLUSIVE MODE");
  const Json failed = steps({"--wait", "0"}, 5);
  EXPECT_EQ(failed.at(0).at("error").at("code"), "lock-timeout");
  EXPECT_EQ(comment_of("q_1"), "for the auditors");
  other.sql("COMMIT; ALTER TABLE q DETACH PARTITION q_1");
  steps();
  EXPECT_TRUE(is_there("q_1"));
}

/// As far as a run comes that is killed before its DROP.
void run_until_the_drop(const Json& work, const TestDatabase& database) {
  const Json& statements = work.at("statements");
  for (std::size_t i = 0; i + 1 < statements.size(); ++i) database.sql(statements.at(i).get<std::string>());
}

TEST_F(OldPartitions, drops_what_a_killed_run_left_detached_only_while_the_policy_says_so) {
  if (!detaches_concurrently()) GTEST_SKIP() << "no concurrent detach before 14";
  run_until_the_drop(steps({"--dry-run"}).at(0), database);
  ASSERT_EQ(value("SELECT relispartition FROM pg_class WHERE relname = 'q_1'"), "f");
  for (const char* policy : {"[maintain.partitions]\nq = { ahead = 0 }\n",
                             "[maintain.partitions]\nq = { ahead = 0, keep = \"900 years\" }\n"}) {
    at.configure(policy);
    steps();
    EXPECT_TRUE(is_there("q_1")) << policy;
  }
  at.configure(a_year);
  EXPECT_EQ(steps().at(0).at("rows"), 1);
  EXPECT_FALSE(is_there("q_1"));
}

TEST_F(OldPartitions, takes_a_killed_runs_mark_off_what_is_to_stay) {
  if (!detaches_concurrently()) GTEST_SKIP() << "no concurrent detach before 14";
  database.sql(steps({"--dry-run"}).at(0).at("statements").at(0).get<std::string>());
  ASSERT_NE(comment_of("q_1"), "for the auditors");
  at.configure("[maintain.partitions]\nq = { ahead = 0 }\n");
  steps();
  EXPECT_EQ(comment_of("q_1"), "for the auditors");
}

TEST_F(OldPartitions, ends_a_detach_that_waited_for_too_long_once_the_transaction_is_over) {
  database.sql("CREATE TABLE q_2 PARTITION OF q FOR VALUES FROM ('2001-02-01') TO ('2001-03-01')");
  PostgresSession reader(database.url);
  reader.sql("BEGIN; SELECT count(*) FROM q");
  Process run(tradewind_command({"maintain", "partitions"}), at.here());
  ASSERT_TRUE(run.wait_for_err("waiting: "));
  reader.sql("ROLLBACK");
  const auto outcome = given(run.wait());
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_FALSE(is_there("q_1"));
  EXPECT_FALSE(is_there("q_2"));
}

TEST_F(OldPartitions, the_next_run_ends_a_detach_that_this_one_could_not) {
  if (!detaches_concurrently()) GTEST_SKIP() << "no concurrent detach before 14";
  database.sql("CREATE TABLE q_2 PARTITION OF q FOR VALUES FROM ('2001-02-01') TO ('2001-03-01')");
  PostgresSession reader(database.url);
  reader.sql("BEGIN; SELECT count(*) FROM q");
  const Json failed = steps({"--wait", "0"}, 5);
  ASSERT_EQ(failed.size(), 2U);
  EXPECT_TRUE(contains(failed.at(1).at("error").at("message"), "half detached"));
  EXPECT_TRUE(is_there("q_1"));
  reader.sql("ROLLBACK");
  steps();
  EXPECT_FALSE(is_there("q_1"));
  EXPECT_FALSE(is_there("q_2"));
}

TEST_F(OldPartitions, drops_in_the_end_what_could_be_detached_at_once_but_not_dropped) {
  database.sql(
      "CREATE TABLE r (id bigint PRIMARY KEY); INSERT INTO r VALUES (1); ALTER TABLE q_1 ADD FOREIGN KEY "
      "(id) REFERENCES r");
  PostgresSession reader(database.url);
  reader.sql("BEGIN; SELECT count(*) FROM r");
  Process run(tradewind_command({"maintain", "partitions"}), at.here());
  ASSERT_TRUE(run.wait_for_err("waiting: "));
  reader.sql("ROLLBACK");
  const auto outcome = given(run.wait());
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_FALSE(is_there("q_1"));
}

/// q with a default partition that holds five rows of now.
class DefaultPartition : public Partitions {
 protected:
  void make(const std::string& columns, const std::string& default_columns, const std::string& values) const {
    database.sql(
        "CREATE TABLE q (" + columns + ") PARTITION BY RANGE (at); CREATE TABLE q_rest (" + default_columns +
        "); ALTER TABLE q ATTACH PARTITION q_rest DEFAULT; INSERT INTO q (id, at, other) SELECT i, now(), " +
        values + " FROM generate_series(1, 5) AS i");
    at.configure("[maintain.partitions]\nq = { ahead = 0 }\n");
  }
  std::string in_default() const { return value("SELECT count(*) FROM q_rest"); }
};

TEST_F(DefaultPartition, is_emptied_by_the_names_of_its_columns) {
  make("id bigint, other bigint, at timestamptz", "at timestamptz, id bigint, other bigint", "-i");
  steps();
  EXPECT_EQ(in_default(), "0");
  EXPECT_EQ(value("SELECT sum(id) || ' ' || sum(other) FROM q"), "15 -15");
}

TEST_F(DefaultPartition, is_emptied_where_columns_are_generated) {
  const std::string columns =
      "id bigint, at timestamptz, other bigint, twice bigint GENERATED ALWAYS AS (2 * id) STORED";
  make(columns, columns, "0");
  steps();
  EXPECT_EQ(in_default(), "0");
  EXPECT_EQ(value("SELECT sum(twice) FROM q"), "30");
}

TEST_F(DefaultPartition, is_not_emptied_of_more_rows_than_a_batch_has) {
  make("id bigint, at timestamptz, other bigint", "id bigint, at timestamptz, other bigint", "0");
  at.configure("[maintain]\nbatch = 4\n[maintain.partitions]\nq = { ahead = 1 }\n");
  const Json done = steps({}, 4);
  ASSERT_EQ(done.size(), 2U);
  EXPECT_TRUE(contains(done.at(0).at("error").at("message"), "more than 4 rows"));
  EXPECT_TRUE(contains(done.at(0).at("error").at("hint"), "batch"));
  EXPECT_FALSE(done.at(1).contains("error"));
  EXPECT_EQ(in_default(), "5");
}

TEST_F(DefaultPartition, is_not_emptied_of_rows_that_others_may_refer_to) {
  const std::string columns = "id bigint, at timestamptz, other bigint, PRIMARY KEY (id, at)";
  make(columns, columns, "0");
  database.sql(
      "CREATE TABLE parts (id bigint, at timestamptz, FOREIGN KEY (id, at) REFERENCES q ON DELETE CASCADE); "
      "INSERT INTO parts SELECT id, at FROM q");
  const Json done = steps({}, 3);
  EXPECT_TRUE(contains(done.at(0).at("error").at("message"), "parts refers to it"));
  EXPECT_EQ(value("SELECT count(*) FROM parts"), "5");
  EXPECT_EQ(in_default(), "5");
}

}  // namespace
}  // namespace tradewind::test
