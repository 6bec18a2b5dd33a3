// The commands that are printed to be pasted into a shell, run there. Shows I7.
#include "operations/backup_place.hpp"

namespace tradewind::test {
namespace {

namespace fs = std::filesystem;

/// `tradewind` is found by a shell.
class Pasted : public ::testing::Test {
 protected:
  Pasted() {
    fs::create_directory(folder.path("bin"));
    fs::create_symlink(tradewind_program(), folder.path("bin/tradewind"));
  }
  /// As somebody does who has read the question.
  Outcome run(const std::string& command, std::map<std::string, std::string> env = {}) const {
    env["PATH"] = folder.path("bin").string() + ":/usr/bin:/bin";
    return Program::run({"sh", "-c", command + " --yes"}, {.env = env, .cwd = folder.path(".")});
  }
  /// What `up --backup` prints when it fails.
  std::string printed(Words before) const {
    before.insert(before.end(), {"up", "--backup"});
    const Json failed = folder.json(before, 4);
    return failed.value("restore_command", std::string());
  }

  Folder folder;
};

TEST_F(Pasted, restores_the_part_of_a_project_that_was_backed_up) {
  folder.write_two_databases();
  ASSERT_EQ(folder.run({"up"}).exit_status, 0);
  folder.sql("a.db", "INSERT INTO x VALUES (1)");
  folder.write("of_b/003_good.up.sql", "CREATE TABLE good (id INTEGER);\n");
  folder.write("of_b/004_bad.up.sql", "INSERT INTO nowhere VALUES (1);\n");
  const std::string command = printed({});
  EXPECT_EQ(folder.tables("b.db"), (Words{"good", "y"}));
  const Outcome restored = run(command);
  EXPECT_EQ(restored.exit_status, 0) << command << restored;
  EXPECT_EQ(folder.tables("b.db"), Words{"y"});
  EXPECT_EQ(folder.sql("a.db", "SELECT count(*) FROM x")[0][0], "1");
}

TEST_F(Pasted, names_the_file_the_directory_and_the_folder_though_they_are_odd) {
  folder.sql("a.db", "CREATE TABLE t (id INTEGER)");
  folder.write("it's mine/project.toml",
               "url = \"sqlite:" + folder.path("a.db").string() + "\"\n[backup]\ndir = \"safe & sound\"\n");
  folder.write("it's mine/more $x/001_good.up.sql", "CREATE TABLE good (id INTEGER);\n");
  folder.write("it's mine/more $x/002_bad.up.sql", "INSERT INTO nowhere VALUES (1);\n");
  const std::string command = printed({"--config", "it's mine/project.toml", "--dir", "it's mine/more $x"});
  EXPECT_EQ(folder.tables("a.db"), (Words{"good", "t"}));
  const Outcome restored = run(command);
  EXPECT_EQ(restored.exit_status, 0) << command << restored;
  EXPECT_EQ(folder.tables("a.db"), Words{"t"});
}

TEST_F(Pasted, goes_back_from_a_restore) {
  folder.sql("it's.db", "CREATE TABLE t (id INTEGER)");
  ASSERT_EQ(folder.run({"--database", "sqlite:it's.db", "backup"}).exit_status, 0);
  folder.sql("it's.db", "INSERT INTO t VALUES (1)");
  const Json restored = folder.json({"--database", "sqlite:it's.db", "restore", "--yes"});
  EXPECT_EQ(folder.sql("it's.db", "SELECT count(*) FROM t")[0][0], "0");
  const Outcome back = run(restored["databases"][0]["way_back"]);
  EXPECT_EQ(back.exit_status, 0) << back;
  EXPECT_EQ(folder.sql("it's.db", "SELECT count(*) FROM t")[0][0], "1");
}

TEST_F(Pasted, names_the_pack) {
  ASSERT_EQ(folder.run({"--pack", "catalyst", "up"}).exit_status, 0);
  const Outcome made = folder.run({"--pack", "catalyst", "backup"});
  const std::size_t at = made.err.find("to bring it back: ");
  ASSERT_NE(at, std::string::npos) << made;
  const std::string rest = made.err.substr(at + 18);
  const Outcome restored = run(rest.substr(0, rest.find('\n')));
  EXPECT_EQ(restored.exit_status, 0) << rest << restored;
}

TEST_F(Pasted, has_no_password_and_works_with_it_in_the_environment) {
  const auto database = make_database(postgresql_engine);
  const std::string name = database->value("SELECT current_database()");
  const std::string url = PostgresCluster::tcp_url_at(
      PostgresCluster::shared().port(), name, PostgresCluster::password_user, PostgresCluster::password);
  folder.write("migrations/001_good.up.sql", "CREATE TABLE good (id integer);\n");
  folder.write("migrations/002_bad.up.sql", "INSERT INTO nowhere VALUES (1);\n");
  const std::string command = printed({"--database", url});
  EXPECT_TRUE(lacks(command, "correct-Horse"));
  EXPECT_TRUE(lacks(command, "***"));
  const Outcome restored = run(command, {{"PGPASSWORD", PostgresCluster::password}});
  EXPECT_EQ(restored.exit_status, 0) << command << restored;
  EXPECT_THROW(database->sql("SELECT * FROM good"), SqlError);
}

}  // namespace
}  // namespace tradewind::test
