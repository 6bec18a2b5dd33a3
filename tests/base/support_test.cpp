// The tests' own tools: what they promise to the others.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "support/engines.hpp"
#include "support/eventually.hpp"
#include "support/given.hpp"
#include "support/postgres_cluster.hpp"
#include "support/program.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

using namespace std::chrono_literals;

TEST(TempDir, is_its_own_and_goes_away) {
  std::filesystem::path path;
  {
    const TempDir folder;
    const TempDir other;
    path = folder.path();
    EXPECT_NE(path, other.path());
    folder.write("deep/er/file.sql", std::string("a\r\n\0b", 5));
    EXPECT_EQ(folder.read("deep/er/file.sql"), std::string("a\r\n\0b", 5));
    EXPECT_THROW(folder.read("none"), std::runtime_error);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Program, gives_status_and_both_outputs) {
  const auto outcome = Program::run({"sh", "-c", "echo out; echo err >&2; exit 3"});
  EXPECT_EQ(outcome.exit_status, 3) << outcome;
  EXPECT_EQ(outcome.out, "out\n");
  EXPECT_EQ(outcome.err, "err\n");
}

TEST(Program, feeds_more_than_a_pipe_holds) {
  RunOptions options;
  options.stdin_text.assign(5'000'000, 'x');
  EXPECT_EQ(Program::run({"cat"}, options).out, options.stdin_text);
  EXPECT_EQ(Program::run({"true"}, options).exit_status, 0);
}

TEST(Program, has_a_clean_environment) {
  setenv("DATABASE_URL", "postgresql://elsewhere", 1);
  setenv("PGHOST", "elsewhere", 1);
  setenv("DB_HOST", "elsewhere", 1);
  const auto plain = Program::run({"env"}).out;
  EXPECT_EQ(plain.find("elsewhere"), std::string::npos);
  EXPECT_NE(plain.find("HOME="), std::string::npos);
  RunOptions options;
  options.env = {{"PGHOST", "chosen"}};
  EXPECT_NE(Program::run({"env"}, options).out.find("PGHOST=chosen"), std::string::npos);
  for (const char* name : {"DATABASE_URL", "PGHOST", "DB_HOST"}) unsetenv(name);
}

TEST(Program, runs_in_a_folder_and_in_time) {
  const TempDir folder;
  RunOptions options;
  options.cwd = folder.path();
  options.timeout = 50ms;
  EXPECT_EQ(Program::run({"pwd"}, {.cwd = folder.path()}).out, folder.path().string() + "\n");
  const auto outcome = Program::run({"sleep", "60"}, options);
  EXPECT_TRUE(outcome.timed_out);
  EXPECT_EQ(outcome.signal, SIGKILL);
  EXPECT_THROW(Program::run({"/no/such/program"}), std::runtime_error);
}

TEST(Process, is_watched_and_signalled) {
  Process process({"sh", "-c", "trap 'echo caught; exit 7' TERM; echo ready; while :; do sleep 0.01; done"});
  ASSERT_TRUE(process.wait_for_out("ready"));
  EXPECT_FALSE(process.wait(1ms).has_value());
  process.signal(SIGTERM);
  const auto outcome = given(process.wait(10s));
  EXPECT_EQ(outcome.exit_status, 7) << outcome;
  EXPECT_EQ(outcome.out, "ready\ncaught\n");
}

TEST(Process, is_killed_and_dies_with_its_owner) {
  Process killed({"sleep", "60"});
  killed.kill9();
  EXPECT_EQ(given(killed.wait(10s)).signal, SIGKILL);
  pid_t pid = 0;
  {
    const Process left({"sleep", "60"});
    pid = left.pid();
  }
  EXPECT_EQ(kill(pid, 0), -1);
}

TEST(PostgresCluster, runs_sql_in_a_new_database) {
  auto& cluster = PostgresCluster::shared();
  EXPECT_GE(cluster.version(), 12);
  const auto database = cluster.create_database();
  cluster.sql(database, "CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x'), (2, NULL)");
  EXPECT_EQ(cluster.sql(database, "SELECT * FROM t ORDER BY a"), (Rows{{"1", "x"}, {"2", "NULL"}}));
  EXPECT_EQ(cluster.sql(database, "SHOW server_encoding")[0][0], "UTF8");
  try {
    cluster.sql(database, "SELECT * FROM missing");
    ADD_FAILURE() << "a missing table was read";
  } catch (const SqlError& error) {
    EXPECT_EQ(error.sqlstate(), "42P01");
  }
  const PostgresSession busy(cluster.url(database));
  cluster.drop_database(database);
  EXPECT_THROW(cluster.sql(database, "SELECT 1"), SqlError);
}

TEST(PostgresCluster, asks_one_user_for_the_password) {
  auto& cluster = PostgresCluster::shared();
  const auto who = [](const std::string& url) {
    return PostgresSession(url).sql("SELECT current_user")[0][0];
  };
  EXPECT_EQ(who(cluster.tcp_url()), "postgres");
  EXPECT_EQ(who(cluster.tcp_url("postgres", cluster.password_user, cluster.password)), cluster.password_user);
  EXPECT_THROW(who(cluster.tcp_url("postgres", cluster.password_user, "wrong")), SqlError);
  EXPECT_EQ(who(cluster.url("postgres", cluster.password_user)), cluster.password_user);
}

TEST(PostgresCluster, recovers_what_was_committed_before_a_crash) {
  PostgresCluster cluster;
  cluster.sql("postgres", "CREATE TABLE kept (a int)");
  const auto port = cluster.port();
  cluster.stop_immediate();
  EXPECT_FALSE(cluster.running());
  EXPECT_THROW(cluster.sql("postgres", "SELECT 1"), SqlError);
  cluster.start();
  EXPECT_EQ(cluster.port(), port);
  EXPECT_EQ(cluster.sql("postgres", "SELECT count(*) FROM kept")[0][0], "0");
  EXPECT_NE(cluster.log().find("database system was not properly shut down"), std::string::npos);
}

TEST(PostgresCluster, takes_settings) {
  const PostgresCluster cluster(
      {.fsync = true, .settings = {"work_mem=5MB", "cluster_name=it's a ~ \\ name"}});
  const auto setting = [&](const std::string& name) { return cluster.sql("postgres", "SHOW " + name)[0][0]; };
  EXPECT_EQ(setting("fsync"), "on");
  EXPECT_EQ(setting("work_mem"), "5MB");
  EXPECT_EQ(setting("cluster_name"), "it's a ~ \\ name");
}

TEST(PostgresCluster, that_does_not_start_says_why) {
  try {
    const PostgresCluster cluster({.settings = {"no_such_setting=1"}});
    ADD_FAILURE() << "it started";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("no_such_setting"), std::string::npos) << error.what();
  }
}

TEST(PostgresSession, holds_a_lock_while_others_wait) {
  auto& cluster = PostgresCluster::shared();
  const auto database = cluster.create_database();
  PostgresSession first(cluster.url(database));
  PostgresSession second(cluster.url(database));
  first.sql("CREATE TABLE t (a int)");
  first.sql("BEGIN; LOCK TABLE t");
  second.send("SELECT count(*) FROM t");
  const auto blocked = "SELECT pg_blocking_pids(" + std::to_string(second.backend()) + ")";
  const auto expected = "{" + std::to_string(first.backend()) + "}";
  EXPECT_TRUE(eventually([&] { return first.sql(blocked)[0][0] == expected; }));
  first.sql("COMMIT");
  EXPECT_EQ(second.finish()[0][0], "0");
  cluster.drop_database(database);
}

// In a child of its own: a killed test process must not leave its server behind.
TEST(PostgresCluster, goes_away_with_a_killed_owner) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t owner = fork();
  ASSERT_GE(owner, 0);
  if (owner == 0) {
    const PostgresCluster cluster;
    const std::string line = std::to_string(cluster.server()) + " " + cluster.socket_folder().string();
    [[maybe_unused]] const auto written = write(ends[1], line.data(), line.size());
    kill(getpid(), SIGKILL);
  }
  close(ends[1]);
  char line[4096] = {};
  ASSERT_GT(read(ends[0], line, sizeof line - 1), 0);
  close(ends[0]);
  const std::string text = line;
  const std::filesystem::path folder = text.substr(text.find(' ') + 1);
  EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(folder); }));
  EXPECT_EQ(kill(std::stoi(text), 0), -1);
}

class Engines : public OnEachEngine {};
TRADEWIND_ON_EACH_ENGINE(Engines);

TEST_P(Engines, give_an_empty_database_that_keeps_rows) {
  database.sql(
      "CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x'); INSERT INTO t VALUES (2, NULL);");
  EXPECT_EQ(database.sql("SELECT * FROM t ORDER BY a"), (Rows{{"1", "x"}, {"2", "NULL"}}));
  EXPECT_EQ(database.value("SELECT count(*) FROM t"), "2");
  EXPECT_THROW(database.sql("SELECT * FROM missing"), SqlError);
  EXPECT_EQ(make_database(GetParam())->engine, GetParam());
  EXPECT_THROW(make_database(GetParam())->sql("SELECT * FROM t"), SqlError);
}

}  // namespace
}  // namespace tradewind::test
