// Retention, refresh and vacuum by a policy, on both engines: F7 and part of F10.
#include <csignal>
#include <thread>

#include "operations_folder.hpp"
#include "support/eventually.hpp"
#include "support/given.hpp"

namespace tradewind::test {
namespace {

constexpr const char* policy =
    "[maintain]\nbatch = 100\npause = \"0ms\"\n[maintain.retention]\nevents = { column = \"at\", keep = \"30 "
    "days\" }\n";

/// 1000 events, one in each of the last 1000 hours (720 of them in the last 30 days), 10 without a time, and
/// a log of how many rows each transaction deleted.
class Maintain : public OnEachEngine {
 protected:
  Maintain() {
    at.configure(policy);
    if (database.is_postgresql()) {
      database.sql(
          "CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz);"
          "CREATE INDEX idx_events_at ON events (at);"
          "CREATE TABLE gone (transaction text, rows bigint);"
          "CREATE FUNCTION log_gone() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO gone SELECT "
          "txid_current(), count(*) FROM old_rows HAVING count(*) > 0; RETURN NULL; END';"
          "CREATE TRIGGER t AFTER DELETE ON events REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT "
          "EXECUTE "
          "FUNCTION log_gone();");
    } else {
      database.sql(
          "PRAGMA journal_mode = wal; CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT);"
          "CREATE INDEX idx_events_at ON events (at);"
          "CREATE TABLE gone (rows INTEGER); INSERT INTO gone VALUES (0);"
          "CREATE TRIGGER t AFTER DELETE ON events BEGIN UPDATE gone SET rows = rows + 1; END;");
    }
    add_events(1000);
    database.sql("INSERT INTO events SELECT -1 - id, NULL FROM events WHERE id < 10");
  }

  void add_events(int count) const {
    const std::string last = std::to_string(count - 1);
    database.sql(database.is_postgresql()
                     ? "INSERT INTO events SELECT i, now() - i * interval '1 hour' - interval '30 minutes' "
                       "FROM generate_series(0, " +
                           last + ") AS i"
                     : "WITH RECURSIVE s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < " + last +
                           ") INSERT INTO events SELECT i, strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-' || (i * "
                           "60 + 30) || "
                           "' minutes') FROM s");
  }
  std::string old_rows() const {
    return database.value(
        database.is_postgresql()
            ? "SELECT count(*) FROM events WHERE at < now() - interval '30 days'"
            : "SELECT count(*) FROM events WHERE julianday(at) < julianday('now', '-30 days')");
  }
  std::string rows() const { return database.value("SELECT count(*) FROM events"); }

  OperationsFolder at{*database_};
};
TRADEWIND_ON_EACH_ENGINE(Maintain);

TEST_P(Maintain, previews_what_would_go_and_leaves_it) {
  const Json step = with(at.one({"maintain", "--dry-run"}).at("steps"), "task", "retention").at(0);
  EXPECT_EQ(step.at("table"), "events");
  EXPECT_EQ(std::to_string(step.at("rows").get<int>()), old_rows());
  EXPECT_EQ(step.at("rows"), 280);
  EXPECT_TRUE(contains(step.at("statements").at(0), "DELETE FROM"));
  EXPECT_EQ(rows(), "1010");
  EXPECT_TRUE(contains(at.run({"maintain", "--dry-run"}).out, "nothing is done"));
}

TEST_P(Maintain, deletes_old_rows_in_batches_and_nothing_else) {
  const int old = std::stoi(old_rows());
  const Json step = with(at.one({"maintain", "retention"}).at("steps"), "task", "retention").at(0);
  EXPECT_NEAR(step.at("rows").get<int>(), old, 1);
  EXPECT_EQ(old_rows(), "0");
  EXPECT_EQ(std::stoi(rows()), 1010 - step.at("rows").get<int>());
  EXPECT_EQ(database.value("SELECT count(*) FROM events WHERE at IS NULL"), "10");
  EXPECT_EQ(database.value("SELECT sum(rows) FROM gone"), std::to_string(step.at("rows").get<int>()));
  if (database.is_postgresql()) {
    EXPECT_EQ(database.value("SELECT max(rows) FROM gone"), "100");
    EXPECT_EQ(database.value("SELECT count(DISTINCT transaction) FROM gone"), "3");
  }
  EXPECT_EQ(with(at.one({"maintain", "retention"}).at("steps"), "task", "retention").at(0).at("rows"), 0);
}

TEST_P(Maintain, goes_by_the_primary_key_where_the_time_has_no_index) {
  database.sql("DROP INDEX idx_events_at");
  const int old = std::stoi(old_rows());
  const Json step = with(at.one({"maintain", "retention"}).at("steps"), "task", "retention").at(0);
  EXPECT_NEAR(step.at("rows").get<int>(), old, 1);
  EXPECT_EQ(old_rows(), "0");
  EXPECT_TRUE(contains(step.at("note"), "no index begins with \"at\""));
}

TEST_P(Maintain, ends_at_rows_that_a_trigger_keeps) {
  database.sql(
      database.is_postgresql()
          ? "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE "
            "TRIGGER k BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION keep()"
          : "CREATE TRIGGER k BEFORE DELETE ON events BEGIN SELECT RAISE(IGNORE); END");
  const Json step = with(at.one({"maintain", "retention"}).at("steps"), "task", "retention").at(0);
  EXPECT_EQ(step.at("rows"), 0);
  EXPECT_TRUE(contains(step.at("note"), "trigger"));
  EXPECT_EQ(rows(), "1010");
}

/// Keeps the events that the condition names for a row `row`.
void keep_events(const TestDatabase& database, const std::string& condition) {
  database.sql(database.is_postgresql()
                   ? "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF " + condition +
                         " THEN RETURN NULL; END IF; RETURN OLD; END'; CREATE TRIGGER k BEFORE DELETE ON "
                         "events FOR EACH "
                         "ROW EXECUTE FUNCTION keep()"
                   : "CREATE TRIGGER k BEFORE DELETE ON events WHEN " + condition +
                         " BEGIN SELECT RAISE(IGNORE); END");
}

TEST_P(Maintain, goes_on_behind_rows_that_a_trigger_keeps) {
  keep_events(database, "OLD.id >= 790 OR OLD.id % 3 = 0");
  const std::string deletable = "SELECT count(*) FROM events WHERE id BETWEEN 725 AND 789 AND id % 3 <> 0";
  ASSERT_NE(database.value(deletable), "0");
  const Json step = with(at.one({"maintain", "retention"}).at("steps"), "task", "retention").at(0);
  EXPECT_EQ(database.value(deletable), "0");
  EXPECT_TRUE(contains(step.at("note"), "trigger"));
  EXPECT_EQ(database.value("SELECT count(*) FROM events WHERE id BETWEEN 0 AND 715"), "716");
}

TEST_P(Maintain, goes_on_behind_rows_of_one_time_that_a_trigger_keeps) {
  database.sql("UPDATE events SET at = '2001-02-03 04:05:06' WHERE id >= 700");
  keep_events(database, "OLD.id % 10 <> 0 AND OLD.id < 990");
  Words drops = {"SELECT 1", "DROP INDEX idx_events_at"};
  if (database.is_postgresql()) drops.emplace_back("ALTER TABLE events DROP CONSTRAINT events_pkey");
  for (const std::string& drop : drops) {
    database.sql(drop);
    at.one({"maintain", "retention"});
    EXPECT_EQ(database.value("SELECT count(*) FROM events WHERE id >= 700"), "261") << drop;
    database.sql("INSERT INTO events SELECT id - 1, at FROM events WHERE id >= 700 AND id % 10 = 1");
  }
}

TEST_P(Maintain, counts_numbers_in_the_unit_that_is_said_and_refuses_another) {
  database.sql("CREATE TABLE ticks (id bigint PRIMARY KEY, ms bigint)");
  database.sql(
      database.is_postgresql()
          ? "INSERT INTO ticks SELECT i, extract(epoch FROM now() - i * interval '1 day') * 1000 FROM "
            "generate_series(0, 9) AS i"
          : "WITH RECURSIVE s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < 9) INSERT INTO ticks "
            "SELECT i, 1000 * strftime('%s', 'now', '-' || i || ' days') FROM s");
  at.configure("[maintain.retention]\nticks = { column = \"ms\", keep = \"36 hours\", unit = \"us\" }\n");
  const Json refused = with(at.one({"maintain", "retention"}, 2).at("steps"), "task", "retention").at(0);
  EXPECT_TRUE(contains(refused.at("error").at("message"), "does not count in \"us\""));
  EXPECT_EQ(database.value("SELECT count(*) FROM ticks"), "10");
  at.configure("[maintain.retention]\nticks = { column = \"ms\", keep = \"36 hours\", unit = \"ms\" }\n");
  at.one({"maintain", "retention"});
  EXPECT_EQ(database.value("SELECT count(*) FROM ticks"), "2");
}

TEST_P(Maintain, one_that_fails_does_not_keep_the_others) {
  database.sql(
      "CREATE TABLE accounts (id bigint PRIMARY KEY, at " +
      std::string(database.is_postgresql() ? "timestamptz" : "text") +
      "); INSERT INTO accounts VALUES (1, '2001-01-01 00:00:00'); CREATE TABLE orders (account bigint "
      "NOT NULL REFERENCES accounts); INSERT INTO orders VALUES (1)");
  at.configure(std::string(policy) + "accounts = { column = \"at\", keep = \"1 year\" }\n");
  const Json steps = at.one({"maintain", "retention"}, 4).at("steps");
  EXPECT_EQ(with(steps, "table", "accounts").at(0).at("error").at("code"), "statement-failed");
  EXPECT_FALSE(with(steps, "table", "events").at(0).contains("error"));
  EXPECT_EQ(old_rows(), "0");
  EXPECT_EQ(database.value("SELECT count(*) FROM accounts"), "1");
}

TEST_P(Maintain, takes_along_what_refers_with_a_cascade_and_says_so) {
  database.sql(
      "CREATE TABLE parts (event bigint REFERENCES events ON DELETE CASCADE); CREATE INDEX idx_parts ON "
      "parts (event); INSERT INTO parts SELECT id FROM events");
  const Json step = with(at.one({"maintain", "retention"}).at("steps"), "task", "retention").at(0);
  EXPECT_TRUE(contains(step.at("note"), "rows of parts that refer to them go too"));
  EXPECT_EQ(database.value("SELECT count(*) FROM parts"), rows());
}

/// A run that stands between two batches.
struct Standing {
  explicit Standing(const OperationsFolder& at)
      : process(tradewind_command({"maintain", "retention"}), at.here()) {}
  Process process;
};

TEST_P(Maintain, a_stop_ends_it_after_the_batch_and_the_next_run_goes_on) {
  at.configure(
      "[maintain]\nbatch = 100\npause = \"10 min\"\n[maintain.retention]\n"
      "events = { column = \"at\", keep = \"30 days\" }\n");
  Standing run(at);
  ASSERT_TRUE(eventually([&] { return rows() == "910"; }));
  if (database.is_postgresql()) {
    const Outcome second = at.run({"maintain", "retention", "--json"});
    EXPECT_EQ(second.exit_status, 5) << second;
    EXPECT_TRUE(contains(second.out, "another maintain is at work"));
  }
  run.process.signal(SIGTERM);
  const auto outcome = given(run.process.wait());
  EXPECT_EQ(outcome.exit_status, 4) << outcome;
  EXPECT_EQ(rows(), "910");
  at.configure(policy);
  at.one({"maintain", "retention"});
  EXPECT_EQ(old_rows(), "0");
}

/// Whatever the moment, what is gone is what whole batches took, and the next run ends the work.
TEST_P(Maintain, killed_at_any_moment_it_left_whole_batches_and_is_gone_on_with) {
  at.configure(
      "[maintain]\nbatch = 50\npause = \"1ms\"\n[maintain.retention]\n"
      "events = { column = \"at\", keep = \"30 days\" }\n");
  database.sql("DELETE FROM events");
  database.sql("DELETE FROM gone" +
               std::string(database.is_postgresql() ? "" : "; INSERT INTO gone VALUES (0)"));
  add_events(6000);
  int in_the_middle = 0;
  int before = 0;
  std::chrono::milliseconds least(10);  // longer where the program takes longer to begin
  for (int round = 0; round < 200 && old_rows() != "0"; ++round) {
    Standing run(at);
    run.process.wait(least + std::chrono::milliseconds(7 * (round % 12)));
    run.process.kill9();
    run.process.wait();
    // One look: the server may still be ending the batch of the one that was killed.
    const Rows seen = database.sql(
        "SELECT 6000 - (SELECT count(*) FROM events), (SELECT coalesce(sum(rows), 0) FROM gone)");
    EXPECT_EQ(seen[0][0], seen[0][1]) << round;
    const int gone = std::stoi(seen[0][0]);
    const bool over = old_rows() == "0";
    EXPECT_TRUE(over || gone % 50 == 0) << round << ": " << gone;
    in_the_middle += gone > 0 && !over ? 1 : 0;
    if (gone == before) least += std::chrono::milliseconds(10);
    before = gone;
  }
  EXPECT_EQ(old_rows(), "0");
  EXPECT_GT(in_the_middle, 0);
  EXPECT_EQ(database.value("SELECT count(*) FROM events WHERE id < 700"), "700");
}

TEST_P(Maintain, every_so_often_until_it_is_stopped) {
  Process service(tradewind_command({"maintain", "retention", "--every", "1s"}), at.here());
  ASSERT_TRUE(eventually([&] { return old_rows() == "0"; }));
  database.sql(
      "INSERT INTO events SELECT id + 5000, '2001-02-03 04:05:06' FROM events WHERE id BETWEEN 0 AND 9");
  EXPECT_TRUE(eventually([&] { return old_rows() == "0"; }));
  service.signal(SIGTERM);
  const auto outcome = given(service.wait());
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
}

TEST_P(Maintain, without_a_policy_deletes_nothing) {
  at.configure("");
  // A server tells of changed rows a moment later, and may be faster with its own statistics.
  if (database.is_postgresql())
    database.sql("ALTER TABLE events SET (autovacuum_enabled = off); INSERT INTO gone SELECT 1, 1");
  ASSERT_TRUE(eventually([&] {
    return !with(at.one({"maintain", "--dry-run"}).at("steps"), "task", "vacuum").empty();
  }));
  const Json steps = at.one({"maintain"}).at("steps");
  EXPECT_TRUE(with(steps, "task", "retention").empty());
  EXPECT_FALSE(with(steps, "task", "vacuum").empty());
  EXPECT_EQ(rows(), "1010");
}

TEST_P(Maintain, reports_indexes) {
  database.sql(
      "CREATE INDEX idx_again ON events (at); CREATE TABLE notes (id bigint PRIMARY KEY, event bigint "
      "REFERENCES events)");
  const Json findings = at.one({"maintain", "indexes"}).at("indexes");
  const auto duplicate = with(findings, "kind", "duplicate");
  ASSERT_EQ(duplicate.size(), 1U);
  EXPECT_TRUE(contains(duplicate[0].at("detail"), "the same as "));
  const auto missing = with(findings, "kind", "missing");
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(missing[0].at("table"), "notes");
  EXPECT_TRUE(contains(missing[0].at("advice"), "CREATE INDEX"));
  EXPECT_TRUE(contains(at.run({"maintain", "indexes"}).out, "duplicate"));
}

struct Mistake {
  std::string text;
  std::string message;
  std::string hint;
};

TEST_P(Maintain, tells_mistakes_of_the_policy_by_their_place) {
  const Mistake mistakes[] = {
      {"[maintain]\nbatsh = 3\n", "unknown key \"batsh\"", "did you mean \"batch\"?"},
      {"[maintain]\npause = \"soon\"\n", "\"soon\" is no length of time", "write it as"},
      {"[maintain]\nvacuum = \"need\"\n", "\"vacuum\" is \"need\"", "did you mean \"needed\"?"},
      {"[maintain.retention]\nevents = \"30 days\"\n", "\"events\" must be a table",
       "write events = { column"},
      {"[maintain.retention]\nevents = { column = \"at\" }\n", "needs column and keep", "keep = \"90 days\""},
      {"[maintain.partitions]\nevents = { every = \"mounth\" }\n", "\"every\" is \"mounth\"",
       "did you mean \"month\"?"},
      {"[maintain.retention]\nevent = { column = \"at\", keep = \"1d\" }\n", "there is no table event",
       "correct its name"},
      {"[maintain.retention]\nevents = { column = \"moment\", keep = \"1d\" }\n", "has no column moment",
       "it has id and at"},
  };
  for (const Mistake& mistake : mistakes) {
    at.configure(mistake.text);
    const Outcome outcome = at.run({"maintain"});
    EXPECT_EQ(outcome.exit_status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, mistake.message));
    EXPECT_TRUE(contains(outcome.err, mistake.hint));
  }
  at.configure("[maintain]\nbatsh = 3\n");
  EXPECT_TRUE(contains(at.run({"maintain"}).err, "tradewind.toml:4:"));
  EXPECT_EQ(rows(), "1010");
}

TEST_P(Maintain, of_the_wrong_part_or_interval_is_a_usage_error) {
  EXPECT_TRUE(contains(at.run({"maintain", "retension"}).err, "did you mean retention?"));
  EXPECT_EQ(at.run({"maintain", "--every", "0s"}).exit_status, 2);
  EXPECT_EQ(at.run({"maintain", "--every", "1h", "--json"}).exit_status, 2);
}

}  // namespace
}  // namespace tradewind::test
