// Into which database a backup may go, and what may be brought back. Shows R8.
#include "operations/backup_place.hpp"
#include "support/eventually.hpp"

namespace tradewind::test {
namespace {

namespace fs = std::filesystem;

/// Two databases of one name, whose backups share a folder.
class SharedFolder : public ::testing::Test {
 protected:
  SharedFolder() {
    for (const std::string place : {"staging", "production"}) {
      fs::create_directory(folder.path(place));
      folder.sql(place + "/app.db", "CREATE TABLE t (place TEXT); INSERT INTO t VALUES ('" + place + "')");
    }
    production = back_up("production");
    staging = back_up("staging");
  }
  std::string back_up(const std::string& place) const {
    return folder.json({"--database", place + "/app.db", "backup", "--keep", "1"})["backup"]["name"];
  }
  std::string there() const { return folder.sql("production/app.db", "SELECT place FROM t")[0][0]; }

  Folder folder;
  std::string production;
  std::string staging;
};

TEST_F(SharedFolder, gives_each_database_its_own) {
  const Json restored = folder.json({"--database", "production/app.db", "restore", "--yes"});
  EXPECT_EQ(restored["backup"], production);
  EXPECT_EQ(there(), "production");
}

TEST_F(SharedFolder, gives_another_databases_only_on_request) {
  const Outcome refused = folder.run({"--database", "production/app.db", "restore", staging, "--yes"});
  EXPECT_EQ(refused.exit_status, 2) << refused;
  EXPECT_TRUE(contains(refused.err, "staging/app.db, and this is"));
  EXPECT_TRUE(contains(refused.err, "--elsewhere"));
  EXPECT_EQ(there(), "production");
  const Outcome unnamed = folder.run({"--database", "production/app.db", "restore", "--yes", "--elsewhere"});
  EXPECT_EQ(unnamed.exit_status, 2) << unnamed;
  EXPECT_TRUE(contains(unnamed.err, "name one"));
  const std::string command = "--database production/app.db restore " + staging;
  const Outcome no = folder.run_on_terminal(command, {.stdin_text = "no\n"});
  EXPECT_TRUE(contains(no.out, "ANOTHER database, sqlite:" + folder.path("staging/app.db").string()));
  EXPECT_TRUE(contains(no.out, "Replace production/app.db"));
  EXPECT_EQ(there(), "production");
  const Outcome yes = folder.run_on_terminal(command, {.stdin_text = "yes\n"});
  EXPECT_EQ(yes.exit_status, 0) << yes;
  EXPECT_EQ(there(), "staging");
}

TEST(RestoreOfPart, is_not_chosen_by_itself) {
  const Folder folder;
  folder.write_two_databases();
  ASSERT_EQ(folder.run({"up"}).exit_status, 0);
  const std::string whole = folder.json({"backup"})["backup"]["name"];
  folder.write("of_b/003_more.up.sql", "CREATE TABLE more (id INTEGER);\n");
  const std::string part = folder.json({"up", "--backup"})["backup"]["name"];
  EXPECT_EQ(folder.json({"restore", "--yes"})["backup"], whole);
  EXPECT_EQ(folder.json({"--database", "b", "restore", "--yes"})["backup"], part);
  EXPECT_EQ(folder.json({"restore", part, "--yes"})["databases"].size(), 1U);
}

class BringBack : public BackupPlace {};
TRADEWIND_ON_EACH_ENGINE(BringBack);

TEST_P(BringBack, takes_nothing_but_what_was_kept_and_asks) {
  const auto other = make_database(GetParam());
  other->sql("CREATE TABLE precious (id integer)");
  const std::string foreign =
      database.is_postgresql() ? other->value("SELECT current_database()") : other->url.substr(7);
  const Outcome refused = folder.run({"restore", "--bring-back", foreign, "--yes"});
  EXPECT_EQ(refused.exit_status, 2) << refused;
  EXPECT_TRUE(contains(refused.err, "nothing that a restore of"));
  EXPECT_EQ(other->value("SELECT count(*) FROM precious"), "0");
  back_up();
  insert(3);
  const std::string kept = folder.json({"restore", "--yes"})["databases"][0]["kept"];
  EXPECT_EQ(folder.run({"restore", "--bring-back", kept}).exit_status, 2) << "nobody was asked";
  EXPECT_EQ(rows(), "2");
  const Outcome no = folder.run_on_terminal("restore --bring-back " + kept, {.stdin_text = "no\n"});
  EXPECT_EQ(no.exit_status, 3) << no;
  EXPECT_EQ(rows(), "2");
  const Outcome yes = folder.run_on_terminal("restore --bring-back " + kept, {.stdin_text = "yes\n"});
  EXPECT_EQ(yes.exit_status, 0) << yes;
  EXPECT_EQ(rows(), "3");
}

/// The server cuts names off.
TEST(BringBackOfPostgres, works_though_the_name_is_long) {
  const Folder folder;
  auto& cluster = PostgresCluster::shared();
  const std::string name = "long_" + std::string(58, 'x');
  cluster.sql("postgres", "CREATE DATABASE " + name);
  const std::string url = cluster.url(name);
  ASSERT_EQ(folder.run({"--database", url, "backup"}).exit_status, 0);
  const Json restored = folder.json({"--database", url, "restore", "--yes"});
  const Outcome back =
      folder.run({"--database", url, "restore", "--yes", "--bring-back", restored["databases"][0]["kept"]});
  EXPECT_EQ(back.exit_status, 0) << back;
}

}  // namespace
}  // namespace tradewind::test
