// Which of the server's programs are taken, and what they wait for. Shows C7.
#include "postgres/programs.hpp"

#include "operations/backup_place.hpp"
#include "support/eventually.hpp"
#include "support/permissions.hpp"

namespace tradewind::test {
namespace {

namespace fs = std::filesystem;
using postgres::fitting;
using postgres::Needs;
using postgres::ServerProgram;

int chosen(const std::vector<int>& versions, const Needs& needs) {
  std::vector<ServerProgram> programs;
  programs.reserve(versions.size());
  for (const int major : versions)
    programs.push_back({"pg_dump", "/bin/pg_dump", std::to_string(major), major});
  const ServerProgram* best = fitting(programs, needs);
  return best == nullptr ? 0 : best->major;
}

TEST(ProgramChoice, is_the_oldest_that_fits_server_and_archive) {
  EXPECT_EQ(chosen({17, 15, 16, 13}, {.server = 15}), 15);
  EXPECT_EQ(chosen({17, 16, 13}, {.server = 15}), 16);
  EXPECT_EQ(chosen({17, 18}, {.server = 15}), 0) << "they set what the server does not know";
  EXPECT_EQ(chosen({17, 18}, {.server = 15, .any_newer = true}), 17);
  EXPECT_EQ(chosen({18, 17}, {.server = 17}), 17);
  EXPECT_EQ(chosen({14, 16, 15}, {.server = 14, .archive = 15}), 15);
  EXPECT_EQ(chosen({17, 18}, {.server = 17, .archive = 18}), 18);
  EXPECT_EQ(postgres::major_of("pg_dump 15.8"), 15);
  EXPECT_EQ(postgres::major_of("SQLite"), 0);
}

class DumpProgram : public ::testing::Test {
 protected:
  /// Says that it is of this version, then runs the script.
  void write(const std::string& name, const std::string& version, const std::string& script) const {
    fs::permissions(folder.write("bin/" + name, "#!/bin/sh\nif [ \"$1\" = --version ]; then echo \"" + name +
                                                    " (PostgreSQL) " + version + "\"; exit 0; fi\n" + script),
                    permissions("rwxr-xr-x"));
  }
  Words words(Words more) const {
    more.insert(more.begin(), {"--database", database->url});
    return more;
  }
  Outcome run(Words more) const {
    return folder.run(words(std::move(more)), {.env = {{"TRADEWIND_PG_BIN", folder.path("bin").string()}}});
  }
  std::string real(const std::string& name) const {
    return (PostgresCluster::shared().bin() / name).string();
  }
  int server() const { return PostgresCluster::shared().version(); }

  Folder folder;
  std::unique_ptr<TestDatabase> database = make_database(postgresql_engine);
};

TEST_F(DumpProgram, too_new_for_the_server_is_refused_before_it_writes_what_can_not_be_restored) {
  if (server() >= 17) GTEST_SKIP() << "it knows what newer programs set";
  write("pg_dump", "17.2", "exit 1\n");
  const Outcome refused = run({"backup"});
  EXPECT_EQ(refused.exit_status, 3) << refused;
  EXPECT_TRUE(contains(refused.err, "pg_dump 17.2"));
  EXPECT_TRUE(contains(refused.err, "is too new for this server"));
  EXPECT_TRUE(contains(refused.err, "postgresql-client-" + std::to_string(server())));
  EXPECT_EQ(names_in(folder.path("backups")), Words());
}

TEST_F(DumpProgram, of_the_backup_is_the_least_for_a_restore) {
  if (server() >= 16) GTEST_SKIP() << "a newer one than the server's is needed";
  database->sql("CREATE TABLE t (id int)");
  ASSERT_EQ(folder.run(words({"backup"})).exit_status, 0);
  const std::string path = "backups/" + names_in(folder.path("backups"))[0] + "/metadata.json";
  Json metadata = Json::parse(folder.read(path));
  for (const auto& [tool, told] : {std::pair("pg_dump 16.4", "version 16 or newer is needed"),
                                   std::pair("pg_dump 17.2", "made by pg_dump 17")}) {
    metadata["databases"][0]["tool"] = tool;
    folder.write(path, metadata.dump());
    write("pg_restore", std::to_string(server()) + ".1", "exec " + real("pg_restore") + " \"$@\"\n");
    const Outcome refused = run({"restore", "--yes", "--no-backup"});
    EXPECT_EQ(refused.exit_status, 3) << refused;
    EXPECT_TRUE(contains(refused.err, told));
  }
}

TEST_F(DumpProgram, compresses_with_zstd_where_it_can) {
  if (server() > 16) GTEST_SKIP() << "16 is too old for the server";
  database->sql("CREATE TABLE t (id int)");
  const std::string called = "echo \"$@\" >> " + folder.path("called").string() + "\n";
  write("pg_dump", "16.1",
        called +
            "case \"$*\" in *zstd*) echo 'pg_dump: error: this build does not support compression with "
            "ZSTD' >&2; exit 1;; esac\nexec " +
            real("pg_dump") + " \"$@\"\n");
  const Outcome made = run({"backup"});
  EXPECT_EQ(made.exit_status, 0) << made;
  EXPECT_TRUE(contains(folder.read("called"), "--compress=zstd:3"));
  EXPECT_TRUE(contains(folder.read("called"), "--compress=3"));
}

TEST_F(DumpProgram, waits_for_a_locked_table_no_longer_than_it_is_told) {
  database->sql("CREATE TABLE t (id int)");
  PostgresSession holder(database->url);
  holder.sql("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
  const Outcome refused = folder.run(words({"--wait", "1", "backup"}), {.timeout = std::chrono::seconds(30)});
  EXPECT_EQ(refused.exit_status, 5) << refused;
  EXPECT_TRUE(contains(refused.err, "pid " + std::to_string(holder.backend())));
  EXPECT_TRUE(contains(refused.err, "LOCK TABLE t"));
  EXPECT_EQ(names_in(folder.path("backups")), Words());
}

TEST_F(DumpProgram, that_fails_ends_the_count_of_the_rows) {
  database->sql("CREATE TABLE t (id int)");
  PostgresSession holder(database->url);
  holder.sql("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
  write("pg_dump", std::to_string(server()) + ".1", "echo 'pg_dump: error: out of luck' >&2\nexit 1\n");
  const Outcome refused = folder.run(
      words({"backup"}),
      {.env = {{"TRADEWIND_PG_BIN", folder.path("bin").string()}}, .timeout = std::chrono::seconds(20)});
  EXPECT_EQ(refused.exit_status, 3) << refused;
  EXPECT_TRUE(contains(refused.err, "out of luck"));
}

}  // namespace
}  // namespace tradewind::test
