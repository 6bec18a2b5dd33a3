// A backup before the run. Shows I7 and R8.
#include "operations/backup_place.hpp"

namespace tradewind::test {
namespace {

class UpWithBackup : public BackupPlace {
 protected:
  UpWithBackup() { folder.write("migrations/002_more.up.sql", "CREATE TABLE more (id integer);\n"); }
  std::string events() const {
    const Rows found = database.sql(
        "SELECT event, coalesce(version, ''), coalesce(note, '') FROM schema_migration_events WHERE event = "
        "'backed-up'");
    std::string text;
    for (const auto& row : found) text += row[0] + "|" + row[1] + "|" + row[2] + "\n";
    return text;
  }
};
TRADEWIND_ON_EACH_ENGINE(UpWithBackup);

TEST_P(UpWithBackup, takes_one_and_names_it_in_the_history) {
  const Json done = folder.json({"up", "--backup"});
  const std::string name = done["backup"]["name"];
  EXPECT_EQ(done["backup"]["verified"], true);
  EXPECT_EQ(done["databases"][0]["steps"][0]["version"], "002_more");
  EXPECT_EQ(events(), "backed-up||" + name + "\n");
  EXPECT_EQ(folder.json({"backups"})["backups"][0]["reason"], "before up");
  EXPECT_EQ(folder.run({"status", "--check"}).exit_status, 0);
  EXPECT_EQ(folder.run({"restore", name, "--yes"}).exit_status, 0);
  EXPECT_EQ(folder.run({"status", "--check"}).exit_status, 1);
}

TEST_P(UpWithBackup, takes_none_if_there_is_nothing_to_run) {
  folder.run({"up"});
  EXPECT_EQ(folder.run({"up", "--backup"}).exit_status, 0);
  EXPECT_EQ(folder.run({"up", "--backup", "--dry-run"}).exit_status, 0);
  EXPECT_EQ(backups(), Words());
}

TEST_P(UpWithBackup, prints_the_way_back_if_the_run_fails) {
  folder.write("migrations/003_bad.up.sql", "INSERT INTO nowhere VALUES (1);\n");
  const Outcome failed = folder.run({"up", "--backup"});
  EXPECT_EQ(failed.exit_status, 4) << failed;
  ASSERT_EQ(backups().size(), 1U);
  const std::string command = "tradewind restore backups/" + backups()[0];
  EXPECT_TRUE(contains(failed.err, command));
  EXPECT_EQ(database.value("SELECT count(*) FROM more"), "0");
  EXPECT_EQ(folder.run({"restore", "backups/" + backups()[0], "--yes"}).exit_status, 0);
  EXPECT_THROW(database.sql("SELECT count(*) FROM more"), SqlError);
}

TEST_P(UpWithBackup, is_what_the_project_may_ask_for) {
  folder.write("tradewind.toml", "url = \"" + database.url + "\"\n[backup]\nbefore = true\ndir = \"safe\"\n");
  EXPECT_EQ(folder.run({"up"}).exit_status, 0);
  EXPECT_EQ(names_in(folder.path("safe")).size(), 1U);
  folder.write("migrations/003_more.up.sql", "CREATE TABLE even_more (id integer);\n");
  folder.write("tradewind.toml",
               "url = \"" + database.url + "\"\n[backup]\nbefore = true\ndir = \"tradewind.toml\"\n");
  const Outcome refused = folder.run({"up"});
  EXPECT_EQ(refused.exit_status, 3) << refused;
  EXPECT_TRUE(contains(refused.err, "nothing was applied"));
  EXPECT_EQ(folder.run({"status", "--check"}).exit_status, 1);
}

TEST(UpWithBackupOfNothing, has_nothing_to_copy) {
  const Folder folder;
  folder.write_project();
  EXPECT_EQ(folder.run({"up", "--backup"}).exit_status, 0);
  EXPECT_FALSE(folder.has("backups"));
  EXPECT_FALSE(folder.tables("app.db").empty());
}

}  // namespace
}  // namespace tradewind::test
