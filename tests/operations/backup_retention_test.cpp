// Which backups go, and what else may stand in their folder. Shows R8.
#include <unistd.h>

#include "operations/backup_place.hpp"
#include "support/permissions.hpp"

namespace tradewind::test {
namespace {

namespace fs = std::filesystem;

/// Somebody without rights: what root may do proves nothing.
class Unprivileged : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
    folder.sql("a.db", "PRAGMA journal_mode = delete; CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1)");
    folder.write("migrations/001_x.up.sql", "CREATE TABLE x (id INTEGER);\n");
    folder.write("tradewind.toml", "url = \"sqlite:a.db\"\n[backup]\nkeep = 1\n");
    fs::create_directory(folder.path("backups"));
    for (const char* path : {".", "backups", "a.db"}) give_away(path);
    if (run({"version"}).exit_status != 0) GTEST_SKIP() << "the program is where only root may read";
  }
  void give_away(const std::string& path) const {
    ASSERT_EQ(::chown(folder.path(path).c_str(), nobody, nobody), 0);
  }
  Outcome run(const Words& arguments) const {
    Words command = {"setpriv", "--reuid=" + std::to_string(nobody), "--regid=" + std::to_string(nobody),
                     "--clear-groups"};
    for (const std::string& word : tradewind_command(arguments)) command.push_back(word);
    return Program::run(command, {.cwd = folder.path(".")});
  }

  static constexpr unsigned nobody = 65534;
  Folder folder;
};

TEST_F(Unprivileged, a_folder_that_may_not_be_read_is_nobodys_business) {
  fs::create_directory(folder.path("backups/lost+found"));
  fs::permissions(folder.path("backups/lost+found"), fs::perms::owner_all);
  for (const Words& command :
       {Words{"backup"}, Words{"backups"}, Words{"up", "--backup"}, Words{"restore", "--yes"}}) {
    const Outcome outcome = run(command);
    EXPECT_EQ(outcome.exit_status, 0) << command[0] << outcome;
  }
}

TEST_F(Unprivileged, a_backup_that_may_not_be_read_is_told_and_stays) {
  fs::create_directory(folder.path("backups/20200101T000000Z_a"));
  fs::permissions(folder.path("backups/20200101T000000Z_a"), fs::perms::owner_all);
  EXPECT_EQ(run({"backup"}).exit_status, 0);
  EXPECT_TRUE(contains(run({"backups"}).out, "20200101T000000Z_a"));
}

TEST_F(Unprivileged, a_backup_is_told_though_an_old_one_can_not_be_removed) {
  ASSERT_EQ(run({"backup"}).exit_status, 0);
  const std::string old_one = "backups/" + names_in(folder.path("backups"))[0];
  ASSERT_EQ(::chown(folder.path(old_one).c_str(), 0, 0), 0);
  fs::permissions(folder.path(old_one), permissions("rwxr-xr-x"));
  const Outcome made = run({"backup"});
  EXPECT_EQ(made.exit_status, 3) << made;
  EXPECT_TRUE(contains(made.err, "was made"));
  EXPECT_EQ(folder.json({"backups"})["backups"].size(), 1U);
}

TEST_F(Unprivileged, an_old_one_that_can_not_be_removed_stops_no_migration) {
  const Outcome made = run({"backup"});
  ASSERT_EQ(made.exit_status, 0) << made;
  const std::string old_one = "backups/" + names_in(folder.path("backups"))[0];
  ASSERT_EQ(::chown(folder.path(old_one).c_str(), 0, 0), 0);
  fs::permissions(folder.path(old_one), permissions("rwxr-xr-x"));
  const Outcome done = run({"up", "--backup"});
  EXPECT_EQ(done.exit_status, 0) << done;
  EXPECT_TRUE(contains(done.err, "old backups could not be removed"));
  EXPECT_EQ(folder.sql("a.db", "SELECT count(*) FROM x")[0][0], "0");
}

class Retention : public BackupPlace {
 protected:
  void date(const std::string& name, const std::string& created_at) const {
    const std::string path = "backups/" + name + "/metadata.json";
    Json metadata = Json::parse(folder.read(path));
    metadata["created_at"] = created_at;
    folder.write(path, metadata.dump());
  }
};
TRADEWIND_ON_EACH_ENGINE(Retention);

TEST_P(Retention, keeps_what_was_just_made_whatever_the_clock_says) {
  const std::string future = back_up();
  date(future, "2099-01-01T00:00:00Z");
  const std::string made = back_up({"--keep", "1"});
  EXPECT_EQ(backups(), Words{made});
}

TEST_P(Retention, keeps_the_last_good_one_of_another_database_of_the_same_name) {
  const std::string first = back_up({"--name", "app"});
  const auto other = make_database(GetParam());
  other->sql("CREATE TABLE t (id integer)");
  const Json made = folder.json({"--database", other->url, "backup", "--name", "app", "--keep", "1"});
  EXPECT_EQ(backups().size(), 2U);
  EXPECT_EQ(made["removed"].size(), 0U);
  date(first, "2020-01-01T00:00:00Z");
  folder.run({"--database", other->url, "backup", "--name", "app", "--keep", "1"});
  EXPECT_TRUE(folder.has("backups/" + first));
  back_up({"--name", "app", "--keep", "1"});
  EXPECT_FALSE(folder.has("backups/" + first)) << "there is a newer one of each";
}

TEST(RetentionOfSets, keeps_the_whole_ones_while_parts_are_added) {
  const Folder folder;
  folder.write_two_databases();
  folder.write("tradewind.toml", folder.read("tradewind.toml") + "\n[backup]\nkeep = 1\n");
  ASSERT_EQ(folder.run({"up"}).exit_status, 0);
  const std::string whole = folder.json({"backup"})["backup"]["name"];
  for (const char* version : {"003", "004"}) {
    folder.write(std::string("of_b/") + version + "_more.up.sql",
                 std::string("CREATE TABLE more_") + version + " (id INTEGER);\n");
    const Outcome done = folder.run({"up", "--backup"});
    EXPECT_EQ(done.exit_status, 0) << done;
    EXPECT_TRUE(folder.has("backups/" + whole)) << "the only one that has a";
    EXPECT_EQ(names_in(folder.path("backups")).size(), 2U);
  }
  const std::string next = folder.json({"backup"})["backup"]["name"];
  EXPECT_EQ(names_in(folder.path("backups")), Words{next});
}

}  // namespace
}  // namespace tradewind::test
