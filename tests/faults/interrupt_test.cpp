#include <gtest/gtest.h>
#include <signal.h>

#include "faults/gates.hpp"
#include "faults/plan.hpp"
#include "support/eventually.hpp"
#include "support/given.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {
namespace {

using namespace std::chrono_literals;

/// Ctrl-C must be obeyed in this time. A sanitizer makes everything slower, not what is waited for.
constexpr auto patience = 2s;

constexpr const char* forever_on_sqlite =
    "INSERT INTO log WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000000000) "
    "SELECT count(*) FROM c;\n";

class Interrupt : public OnEachEngine {
 protected:
  Process up(const std::vector<std::string>& more = {}) const {
    auto command =
        tradewind_command({"up", "--verbose", "--database", database.url, "--dir", folder.path().string()});
    command.insert(command.end(), more.begin(), more.end());
    return Process(command);
  }
  /// A migration that is at work until it is cancelled; `log` must be there.
  void write_endless(const std::string& name, const std::string& before = {}) {
    folder.write(name, before + (database.is_postgresql() ? "SELECT pg_sleep(600);\n" : forever_on_sqlite));
  }
  bool is_at_work(Process& runner) const {
    if (!database.is_postgresql()) return runner.wait_for_err("endless");
    return eventually([&] {
      return database.value(
                 "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = "
                 "current_database()") == "1";
    });
  }
  Outcome interrupted(Process& runner) const {
    const auto begun = std::chrono::steady_clock::now();
    runner.signal(SIGINT);
    const auto outcome = runner.wait(30s);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, patience);
    EXPECT_TRUE(outcome);
    return outcome.value_or(Outcome());
  }
  std::vector<std::string> applied() const { return FaultPlan::applied(database); }
  bool has_table(const std::string& name) const {
    const char* query = database.is_postgresql() ? "SELECT count(*) FROM pg_class WHERE relname = '"
                                                 : "SELECT count(*) FROM sqlite_master WHERE name = '";
    return database.value(query + name + "'") == "1";
  }
  /// With the endless statement taken out.
  void expect_convergence(const std::string& name, const std::string& text) const {
    folder.write(name, text);
    const auto outcome = given(up().wait());
    EXPECT_EQ(outcome.exit_status, 0) << outcome;
    EXPECT_EQ(database.value("SELECT count(*) FROM log"), "2");
  }

  TempDir folder;
};
TRADEWIND_ON_EACH_ENGINE(Interrupt);

TEST_P(Interrupt, of_the_first_migration_applies_nothing) {
  write_endless("001_endless.up.sql", "CREATE TABLE log (entry text);\n");
  Process runner = up();
  ASSERT_TRUE(is_at_work(runner)) << runner.err();
  const Outcome outcome = interrupted(runner);
  EXPECT_EQ(outcome.exit_status, 3) << outcome;
  EXPECT_NE(outcome.err.find("interrupted in 001_endless"), std::string::npos) << outcome;
  EXPECT_NE(outcome.err.find("nothing was applied"), std::string::npos) << outcome;
  EXPECT_FALSE(has_table("log"));
  EXPECT_TRUE(applied().empty());
  expect_convergence("001_endless.up.sql",
                     "CREATE TABLE log (entry text);\nINSERT INTO log VALUES ('1'), ('2');\n");
}

TEST_P(Interrupt, of_a_later_migration_keeps_those_before) {
  folder.write("001_log.up.sql", "CREATE TABLE log (entry text);\nINSERT INTO log VALUES ('1');\n");
  write_endless("002_endless.up.sql", "CREATE TABLE half (x int);\n");
  folder.write("003_after.up.sql", "CREATE TABLE after_it (x int);\n");
  Process runner = up();
  ASSERT_TRUE(is_at_work(runner)) << runner.err();
  const Outcome outcome = interrupted(runner);
  EXPECT_EQ(outcome.exit_status, 4) << outcome;
  EXPECT_EQ(applied(), std::vector<std::string>{"001_log"});
  EXPECT_FALSE(has_table("half"));
  EXPECT_FALSE(has_table("after_it"));
  expect_convergence("002_endless.up.sql", "CREATE TABLE half (x int);\nINSERT INTO log VALUES ('2');\n");
}

TEST_P(Interrupt, outside_a_transaction_goes_on_behind_what_is_done) {
  folder.write("001_log.up.sql", "CREATE TABLE log (entry text);\n");
  write_endless("002_endless.up.sql", "-- Transaction: off\nINSERT INTO log VALUES ('1');\n");
  Process runner = up();
  ASSERT_TRUE(is_at_work(runner)) << runner.err();
  const Outcome outcome = interrupted(runner);
  EXPECT_EQ(outcome.exit_status, 4) << outcome;
  EXPECT_EQ(applied(), std::vector<std::string>{"001_log"});
  expect_convergence("002_endless.up.sql",
                     "-- Transaction: off\nINSERT INTO log VALUES ('1');\nINSERT INTO log VALUES ('2');\n");
}

TEST_P(Interrupt, by_sigterm_is_the_same) {
  write_endless("001_endless.up.sql", "CREATE TABLE log (entry text);\n");
  Process runner = up();
  ASSERT_TRUE(is_at_work(runner)) << runner.err();
  runner.signal(SIGTERM);
  const auto outcome = given(runner.wait(30s));
  EXPECT_EQ(outcome.exit_status, 3) << outcome;
  EXPECT_FALSE(has_table("log"));
}

TEST_P(Interrupt, while_waiting_for_another_runner_applies_nothing) {
  write_endless("001_endless.up.sql", "CREATE TABLE log (entry text);\n");
  Process first = up();
  ASSERT_TRUE(is_at_work(first)) << first.err();
  Process second = up();
  if (database.is_postgresql()) {
    ASSERT_TRUE(second.wait_for_err("waiting for")) << second.err();
  } else {
    ASSERT_TRUE(second.wait_for_err("endless")) << second.err();
  }
  const Outcome outcome = interrupted(second);
  EXPECT_EQ(outcome.exit_status, 3) << outcome;
  EXPECT_TRUE(first.running());
  EXPECT_EQ(interrupted(first).exit_status, 3);
  EXPECT_TRUE(applied().empty());
}

TEST(InterruptOnPostgresql, while_waiting_for_a_lock_applies_nothing) {
  const auto database = make_database(postgresql_engine);
  const TempDir folder;
  database->sql("CREATE TABLE held (x int)");
  folder.write("001_alter.up.sql", "ALTER TABLE held ADD COLUMN y int;\n");
  PostgresSession holder(database->url);
  holder.sql("BEGIN; LOCK TABLE held IN ACCESS EXCLUSIVE MODE");
  Process runner(tradewind_command({"up", "--database", database->url, "--dir", folder.path().string()}));
  ASSERT_TRUE(runner.wait_for_err("waiting for pid " + std::to_string(holder.backend()))) << runner.err();
  const auto begun = std::chrono::steady_clock::now();
  runner.signal(SIGINT);
  const auto ended = runner.wait(30s);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, patience);
  const auto outcome = given(ended);
  EXPECT_EQ(outcome.exit_status, 3) << outcome;
  EXPECT_TRUE(FaultPlan::applied(*database).empty());
}

/// Of one whose rows are all sent, and of one that the server does not read on.
TEST(InterruptOnPostgresql, of_a_copy_applies_nothing) {
  for (const std::size_t rows : {std::size_t{2}, std::size_t{200000}}) {
    SCOPED_TRACE(rows);
    const auto database = make_database(postgresql_engine);
    const TempDir folder;
    database->sql(
        "CREATE TABLE big (x text); CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM "
        "pg_sleep(600); RETURN NEW; END $$; CREATE TRIGGER slow BEFORE INSERT ON big FOR EACH ROW EXECUTE "
        "FUNCTION wait()");
    std::string text = "CREATE TABLE half (x int);\nCOPY big FROM stdin;\n";
    for (std::size_t row = 0; row < rows; ++row)
      text += "a row that is a good deal longer than it needs to be\n";
    folder.write("001_copy.up.sql", text + "\\.\n");
    Process runner(tradewind_command({"up", "--database", database->url, "--dir", folder.path().string()}));
    ASSERT_TRUE(eventually([&] {
      return database->value(
                 "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = "
                 "current_database()") == "1";
    })) << runner.err();
    const auto begun = std::chrono::steady_clock::now();
    runner.signal(SIGINT);
    const auto ended = runner.wait(30s);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, patience);
    const auto outcome = given(ended);
    EXPECT_EQ(outcome.exit_status, 3) << outcome;
    EXPECT_NE(outcome.err.find("interrupted in 001_copy"), std::string::npos) << outcome;
    EXPECT_EQ(database->value("SELECT count(*) FROM pg_class WHERE relname = 'half'"), "0");
    EXPECT_TRUE(FaultPlan::applied(*database).empty());
  }
}

TEST(InterruptOnPostgresql, of_a_concurrent_index_leaves_none_that_is_invalid) {
  const auto database = make_database(postgresql_engine);
  const TempDir folder;
  database->sql("CREATE TABLE big (x int)");
  folder.write("001_index.up.sql", "CREATE INDEX CONCURRENTLY big_x ON big (x);\n");
  PostgresSession writer(database->url);
  writer.sql("BEGIN; INSERT INTO big VALUES (1)");
  const auto up = tradewind_command({"up", "--database", database->url, "--dir", folder.path().string()});
  const auto is_at_work = [&](const std::string& statement) {
    const std::string waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
        "wait_event_type = 'Lock' AND query LIKE '" +
        statement + "%'";
    return eventually([&] { return database->value(waiting) == "1"; });
  };
  // The second run first drops what the first one left, which waits for the writer too.
  for (const std::string statement : {"CREATE INDEX CONCURRENTLY", "DROP INDEX CONCURRENTLY"}) {
    SCOPED_TRACE(statement);
    Process runner(up);
    ASSERT_TRUE(is_at_work(statement)) << runner.err();
    const auto begun = std::chrono::steady_clock::now();
    runner.signal(SIGINT);
    const auto ended = runner.wait(30s);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, patience);
    const auto outcome = given(ended);
    EXPECT_EQ(outcome.exit_status, 3) << outcome;
  }
  writer.sql("COMMIT");
  const Outcome again = Program::run(up);
  EXPECT_EQ(again.exit_status, 0) << again;
  EXPECT_EQ(database->sql("SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = "
                          "i.indexrelid WHERE i.indrelid = 'big'::regclass"),
            (Rows{{"big_x", "t"}}));
}

}  // namespace
}  // namespace tradewind::test
