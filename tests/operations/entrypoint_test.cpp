// The container image's entrypoint, with a real server and without a container: I6, R9, R10.
#include <cstdlib>

#include "operations_folder.hpp"
#include "support/eventually.hpp"
#include "support/given.hpp"

namespace tradewind::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* one_table = "CREATE TABLE fills (id integer PRIMARY KEY);\n";

class Entrypoint : public ::testing::Test {
 protected:
  Entrypoint() {
    fs::create_directory(folder / "bin");
    fs::create_symlink(tradewind_program(), folder / "bin/tradewind");
    options.cwd = folder.path();
    options.env["PATH"] = (folder / "bin").string() + ":" + std::getenv("PATH");
    options.env["DATABASE_URL"] = "sqlite:app.db";
    folder.write("migrations/001_fills.up.sql", one_table);
  }
  static Words entrypoint(const Words& application) {
    Words words = {fs::path(TRADEWIND_SOURCE_DIR) / "packaging/entrypoint.sh"};
    words.insert(words.end(), application.begin(), application.end());
    return words;
  }
  Outcome run(const Words& words) const { return Program::run(entrypoint(words), options); }
  Process start(const Words& words) const { return Process(entrypoint(words), options); }

  TempDir folder;
  RunOptions options;
  /// Leaves a file behind if it is started.
  const Words application = {"touch", "started"};
};

/// The server is a test's own: it is stopped.
class EntrypointOfServer : public Entrypoint {
 protected:
  EntrypointOfServer() {
    options.env.erase("DATABASE_URL");
    options.env.insert({{"DB_HOST", "127.0.0.1"},
                        {"DB_PORT", std::to_string(cluster.port())},
                        {"DB_NAME", "postgres"},
                        {"DB_USER", PostgresCluster::password_user},
                        {"DB_PASSWORD", PostgresCluster::password}});
  }
  PostgresCluster cluster;
};

TEST_F(EntrypointOfServer, waits_for_the_server_migrates_and_becomes_the_application) {
  cluster.stop();
  Process process = start({"sh", "-c", "echo \"process $$: $1\"; exit 7", "sh", "two  words *"});
  ASSERT_TRUE(process.wait_for_err("waiting for the database's server, up to 60 s")) << process.err();
  EXPECT_EQ(process.out(), "");
  cluster.start();
  const auto outcome = given(process.wait());
  EXPECT_EQ(outcome.exit_status, 7) << outcome;
  EXPECT_EQ(outcome.out, "process " + std::to_string(process.pid()) + ": two  words *\n");
  EXPECT_EQ(cluster.sql("postgres", "SELECT version FROM schema_migrations").at(0).at(0), "001_fills");
  EXPECT_EQ(outcome.err.find(PostgresCluster::password), std::string::npos);
}

TEST_F(EntrypointOfServer, several_copies_that_start_at_once_all_start) {
  folder.write("migrations/002_slow.up.sql", "CREATE TABLE slow (id int);\nSELECT pg_sleep(0.5);\n");
  std::vector<Process> copies;
  copies.reserve(4);
  for (int i = 0; i < 4; ++i) copies.push_back(start({"echo", "started"}));
  for (Process& copy : copies) {
    const auto outcome = given(copy.wait());
    EXPECT_EQ(outcome.exit_status, 0) << outcome;
    EXPECT_EQ(outcome.out, "started\n");
  }
  EXPECT_EQ(cluster.sql("postgres", "SELECT count(*) FROM schema_migrations").at(0).at(0), "2");
}

TEST_F(EntrypointOfServer, gives_up_on_a_server_that_does_not_come) {
  cluster.stop();
  options.env["TRADEWIND_WAIT"] = "1";
  const Outcome outcome = run(application);
  EXPECT_EQ(outcome.exit_status, 5) << outcome;
  EXPECT_TRUE(contains(outcome.err, "Connection refused"));
  EXPECT_TRUE(contains(outcome.err, "no answer from the database's server in 1 s"));
  EXPECT_FALSE(folder.has("started"));
}

TEST_F(EntrypointOfServer, does_not_wait_for_what_time_will_not_mend) {
  options.env["DB_PASSWORD"] = "wrong";
  const Outcome outcome = run(application);
  EXPECT_EQ(outcome.exit_status, 2) << outcome;
  EXPECT_TRUE(contains(outcome.err, "password authentication failed"));
  EXPECT_FALSE(contains(outcome.err, "waiting for"));
  EXPECT_FALSE(folder.has("started"));
}

TEST_F(EntrypointOfServer, can_be_stopped_while_it_waits) {
  cluster.stop();
  Process process = start(application);
  ASSERT_TRUE(process.wait_for_err("waiting for")) << process.err();
  process.signal(SIGTERM);
  const auto outcome = given(process.wait(std::chrono::seconds(20)));
  EXPECT_EQ(outcome.exit_status, 143) << outcome;
  EXPECT_FALSE(folder.has("started"));
}

TEST_F(EntrypointOfServer, can_be_stopped_while_it_migrates) {
  folder.write("migrations/002_slow.up.sql", "CREATE TABLE slow (id int);\nSELECT pg_sleep(100);\n");
  Process process = start(application);
  ASSERT_TRUE(eventually([&] {
    return !cluster.sql("postgres", "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'").empty();
  })) << process.err();
  process.signal(SIGTERM);
  const auto outcome = given(process.wait(std::chrono::seconds(20)));
  EXPECT_EQ(outcome.exit_status, 143) << outcome;
  EXPECT_TRUE(contains(outcome.err, "stopped by a signal: the application is not started"));
  EXPECT_FALSE(folder.has("started"));
  EXPECT_EQ(cluster.sql("postgres", "SELECT to_regclass('slow') IS NULL").at(0).at(0), "t");
}

TEST_F(Entrypoint, passes_signals_to_the_application) {
  Process process =
      start({"sh", "-c", "trap 'echo bye; exit 9' TERM; echo ready; while :; do sleep 0.05; done"});
  ASSERT_TRUE(process.wait_for_out("ready")) << process.err();
  process.signal(SIGTERM);
  const auto outcome = given(process.wait(std::chrono::seconds(20)));
  EXPECT_EQ(outcome.exit_status, 9) << outcome;
  EXPECT_EQ(outcome.out, "ready\nbye\n");
}

TEST_F(Entrypoint, does_not_start_the_application_when_a_migration_fails) {
  folder.write("migrations/002_wrong.up.sql", "INSERT INTO no_such_table VALUES (1);\n");
  const Outcome outcome = run(application);
  // 001 stays: partly applied.
  EXPECT_EQ(outcome.exit_status, 4) << outcome;
  EXPECT_TRUE(contains(outcome.err, "no such table: no_such_table"));
  EXPECT_TRUE(
      contains(outcome.err, "the migrations failed with exit status 4: the application is not started"));
  EXPECT_FALSE(folder.has("started"));
  EXPECT_EQ(run(application).exit_status, 3);
}

TEST_F(Entrypoint, with_auto_migrate_off_starts_on_a_schema_that_is_up_to_date_only) {
  options.env["AUTO_MIGRATE"] = "False";
  folder.write("app.db", "");
  const Outcome pending = run(application);
  EXPECT_EQ(pending.exit_status, 1) << pending;
  EXPECT_TRUE(contains(pending.err, "AUTO_MIGRATE is off, and the schema is not up to date"));
  EXPECT_FALSE(folder.has("started"));
  EXPECT_EQ(tradewind_in(folder.path(), {"up", "--database", "sqlite:app.db"}).exit_status, 0);
  EXPECT_EQ(run(application).exit_status, 0);
  EXPECT_TRUE(folder.has("started"));
}

TEST_F(Entrypoint, without_a_command_is_a_job_of_its_own) {
  const Outcome outcome = run({});
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_EQ(SqliteFile(folder / "app.db").sql("SELECT count(*) FROM fills")[0][0], "0");
}

TEST_F(Entrypoint, takes_options_for_every_command_and_for_up) {
  options.env["TRADEWIND_OPTIONS"] = "--pack titan";
  options.env["TRADEWIND_UP_OPTIONS"] = "--to 20250101000001";
  EXPECT_EQ(run(application).exit_status, 0);
  EXPECT_EQ(SqliteFile(folder / "app.db").sql("SELECT count(*) FROM schema_migrations")[0][0], "1");
  EXPECT_EQ(SqliteFile(folder / "app.db").sql("SELECT count(*) FROM trades")[0][0], "0");
}

TEST_F(Entrypoint, refuses_what_cannot_be_before_it_applies_anything) {
  const Outcome unknown = run({"no-such-program"});
  EXPECT_EQ(unknown.exit_status, 127) << unknown;
  EXPECT_TRUE(contains(unknown.err, "there is no command no-such-program"));
  options.env["TRADEWIND_WAIT"] = "soon";
  const Outcome odd = run(application);
  EXPECT_EQ(odd.exit_status, 2) << odd;
  EXPECT_TRUE(contains(odd.err, "TRADEWIND_WAIT is \"soon\""));
  EXPECT_FALSE(folder.has("app.db"));
}

}  // namespace
}  // namespace tradewind::test
