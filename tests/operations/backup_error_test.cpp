// What can go wrong with a backup, and who must not see the password. Shows C7, R8 and I8.
#include "operations/backup_place.hpp"
#include "support/eventually.hpp"
#include "support/given.hpp"
#include "support/permissions.hpp"

namespace tradewind::test {
namespace {

namespace fs = std::filesystem;

class Programs : public ::testing::Test {
 protected:
  /// A program that says it is of this version and fails.
  void pretend(const std::string& name, const std::string& version) const {
    write(name, "if [ \"$1\" = --version ]; then echo \"" + name + " (PostgreSQL) " + version +
                    "\"; exit 0; fi\nexit 1\n");
  }
  void write(const std::string& name, const std::string& script) const {
    fs::permissions(folder.write("bin/" + name, "#!/bin/sh\n" + script), permissions("rwxr-xr-x"));
  }
  Outcome backup(Words more = {}) const {
    more.insert(more.begin(), {"--database", database->url, "backup"});
    return folder.run(more, {.env = {{"TRADEWIND_PG_BIN", folder.path("bin").string()}}});
  }
  std::string real(const std::string& name) const {
    return (PostgresCluster::shared().bin() / name).string();
  }

  Folder folder;
  std::unique_ptr<TestDatabase> database = make_database(postgresql_engine);
};

TEST_F(Programs, that_are_missing_are_named) {
  fs::create_directories(folder.path("bin"));
  const Outcome refused = backup();
  EXPECT_EQ(refused.exit_status, 3) << refused;
  EXPECT_TRUE(contains(refused.err, "there is no pg_dump in"));
  EXPECT_TRUE(
      contains(refused.err, "postgresql-client-" + std::to_string(PostgresCluster::shared().version())));
  EXPECT_EQ(names_in(folder.path("backups")), Words());
}

TEST_F(Programs, that_are_too_old_are_named_with_the_version_needed) {
  pretend("pg_dump", "11.22");
  const Outcome refused = backup();
  EXPECT_EQ(refused.exit_status, 3) << refused;
  EXPECT_TRUE(contains(refused.err, "pg_dump 11.22"));
  EXPECT_TRUE(contains(
      refused.err, "version " + std::to_string(PostgresCluster::shared().version()) + " or newer is needed"));
  EXPECT_EQ(names_in(folder.path("backups")), Words());
}

TEST_F(Programs, that_fail_for_want_of_room_say_so) {
  const std::string version = std::to_string(PostgresCluster::shared().version()) + ".1";
  write("pg_dump", "if [ \"$1\" = --version ]; then echo \"pg_dump (PostgreSQL) " + version +
                       "\"; exit 0; fi\necho 'pg_dump: error: could not write to file: No space left on "
                       "device' >&2\nexit 1\n");
  const Outcome refused = backup({"--json"});
  EXPECT_EQ(Json::parse(refused.out)["error"]["code"], "disk-full");
  EXPECT_EQ(refused.exit_status, 3) << refused;
  EXPECT_EQ(names_in(folder.path("backups")), Words());
}

/// The real program, and what it was called with.
TEST_F(Programs, get_the_password_where_nobody_sees_it) {
  auto& cluster = PostgresCluster::shared();
  const std::string name = database->value("SELECT current_database()");
  database->sql("CREATE TABLE t (id int)");
  for (const std::string& program : {std::string("pg_dump"), std::string("pg_restore"), std::string("psql")})
    write(program,
          "echo \"$0 $@\" >> " + folder.path("called").string() + "\nexec " + real(program) + " \"$@\"\n");
  const std::string url = cluster.tcp_url(name, PostgresCluster::password_user, PostgresCluster::password);
  const RunOptions options{.env = {{"TRADEWIND_PG_BIN", folder.path("bin").string()}}};
  const Outcome made = folder.run({"--database", url, "backup", "--verify", "--verbose"}, options);
  ASSERT_EQ(made.exit_status, 0) << made;
  const Outcome restored = folder.run({"--database", url, "restore", "--yes", "--verbose"}, options);
  ASSERT_EQ(restored.exit_status, 0) << restored;
  const Outcome text = folder.run({"--database", url, "backup", "--sql", "--verify", "--verbose"}, options);
  ASSERT_EQ(text.exit_status, 0) << text;
  const std::string called = folder.read("called");
  EXPECT_TRUE(contains(called, "--jobs"));
  EXPECT_TRUE(contains(called, "/psql --no-password"));
  std::string everything = called + text.out + text.err + made.out + made.err + restored.out + restored.err;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path("backups"))) {
    if (entry.path().filename() == "metadata.json") everything += read_file(entry.path());
  }
  EXPECT_TRUE(contains(everything, "***"));
  EXPECT_TRUE(lacks(everything, "correct-Horse"));
}

TEST_F(Programs, that_wait_for_a_lock_end_when_they_are_asked_to) {
  database->sql("CREATE TABLE t (id int)");
  PostgresSession holder(database->url);
  holder.sql("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
  Process stuck(tradewind_command({"--database", database->url, "backup"}), {.cwd = folder.path(".")});
  // Its own count of the rows waits too: a stop ends both.
  EXPECT_TRUE(
      eventually([&] { return database->value("SELECT count(*) FROM pg_locks WHERE NOT granted") != "0"; }));
  stuck.signal(SIGINT);
  const auto outcome = given(stuck.wait(std::chrono::seconds(30)));
  EXPECT_NE(outcome.exit_status, 0);
  EXPECT_EQ(names_in(folder.path("backups")), Words());
  EXPECT_EQ(names_in(folder.path("backups"), true), Words());
}

TEST(FullDisk, ends_a_backup_of_sqlite_and_leaves_nothing) {
  const Folder folder;
  folder.sql("a.db", "CREATE TABLE t (id INTEGER, x BLOB); INSERT INTO t VALUES (1, zeroblob(3000000))");
  Words command = {"strace",
                   "-qq",
                   "-f",
                   "-o",
                   "/dev/null",
                   "-e",
                   "trace=pwrite64,write",
                   "-e",
                   "inject=pwrite64:error=ENOSPC:when=20+"};
  for (const std::string& word : tradewind_command({"--database", "a.db", "backup", "--json"}))
    command.push_back(word);
  const Outcome outcome = Program::run(command, {.cwd = folder.path(".")});
  EXPECT_EQ(outcome.exit_status, 3) << outcome;
  EXPECT_EQ(Json::parse(outcome.out)["error"]["code"], "disk-full") << outcome;
  EXPECT_EQ(names_in(folder.path("backups")), Words());
  EXPECT_EQ(names_in(folder.path("backups"), true), Words());
}

TEST(FullDisk, ends_a_restore_and_leaves_the_database) {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "a sanitizer writes, too, before the copy does";
#endif
  const Folder folder;
  folder.sql("a.db", "CREATE TABLE t (id INTEGER, x BLOB); INSERT INTO t VALUES (1, zeroblob(9000000))");
  folder.run({"--database", "a.db", "backup"});
  folder.sql("a.db", "INSERT INTO t VALUES (2, NULL)");
  Words command = {"strace", "-qq",         "-o", "/dev/null",
                   "-e",     "trace=write", "-e", "inject=write:error=ENOSPC:when=2"};
  for (const std::string& word :
       tradewind_command({"--database", "a.db", "restore", "--yes", "--no-backup", "--quiet"}))
    command.push_back(word);
  const Outcome outcome = Program::run(command, {.cwd = folder.path(".")});
  EXPECT_EQ(outcome.exit_status, 3) << outcome;
  EXPECT_TRUE(contains(outcome.err, "No space left"));
  EXPECT_EQ(folder.sql("a.db", "SELECT count(*) FROM t")[0][0], "2");
  EXPECT_EQ(names_in(folder.path(".")), (Words{"a.db", "backups"}));
}

}  // namespace
}  // namespace tradewind::test
