// Backups as files: what is in them, what they are taken of, what they refuse. Shows C7, F10, R8 and R9.
#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "operations/backup_place.hpp"
#include "support/program.hpp"

namespace tradewind::test {
namespace {

namespace fs = std::filesystem;

class Backup : public BackupPlace {};
TRADEWIND_ON_EACH_ENGINE(Backup);

TEST_P(Backup, is_a_folder_that_says_what_it_is) {
  const std::string name = back_up();
  ASSERT_FALSE(name.empty());
  EXPECT_EQ(backups(), Words{name});
  EXPECT_EQ(names_in(folder.path("backups"), true), Words());
  const Json metadata = Json::parse(folder.read("backups/" + name + "/metadata.json"));
  const Json& one = metadata["databases"][0];
  EXPECT_EQ(one["engine"], GetParam());
  EXPECT_EQ(one["history"]["head"], "001_accounts");
  EXPECT_EQ(one["schema"]["sha256"].get<std::string>().size(), 64U);
  EXPECT_GT(one["size"], 0);
  EXPECT_GT(metadata["duration_ms"], 0);
  EXPECT_FALSE(one["server_version"].get<std::string>().empty());
  EXPECT_TRUE(contains(one["tool"], database.is_postgresql() ? "pg_dump " : "SQLite "));
  ASSERT_FALSE(one["files"].empty());
  for (const Json& file : one["files"]) {
    const std::string path = file["path"];
    const fs::path copy = folder.path("backups") / name / path;
    const Outcome sum = Program::run({"sha256sum", copy.string()});
    EXPECT_EQ(sum.out.substr(0, 64), file["sha256"].get<std::string>()) << path;
    EXPECT_EQ(fs::file_size(copy), file["size"]) << path;
  }
  const auto tables = one["tables"];
  const auto accounts = std::find_if(tables.begin(), tables.end(), [](const Json& table) {
    return table["name"].get<std::string>().find("accounts") != std::string::npos;
  });
  ASSERT_NE(accounts, tables.end());
  EXPECT_EQ((*accounts)["rows"], 2);
}

TEST_P(Backup, is_for_its_user_alone) {
  const std::string name = back_up();
  for (const std::string& path : {std::string("backups"), "backups/" + name}) {
    EXPECT_EQ(fs::status(folder.path(path)).permissions() & (fs::perms::group_all | fs::perms::others_all),
              fs::perms::none)
        << path;
  }
}

TEST_P(Backup, is_verified_by_restoring_it) {
  const Json made = folder.json({"backup", "--verify"});
  EXPECT_EQ(made["backup"]["verified"], true);
  EXPECT_EQ(folder.json({"backups"})["backups"][0]["verified"], true);
  const std::string name = made["backup"]["name"];
  EXPECT_TRUE(contains(folder.run({"backups"}).out, name));
  if (database.is_postgresql()) {
    EXPECT_EQ(database.value(
                  "SELECT count(*) FROM pg_database WHERE datname LIKE current_database() || '_restoring%'"),
              "0");
  } else {
    EXPECT_EQ(names_in(database_file().parent_path()).size(), 1U);
  }
}

/// A writer moves money to and fro; each of its transactions leaves the sum as it was.
TEST_P(Backup, of_a_database_that_is_written_to_is_of_one_moment) {
  std::atomic<bool> over{false};
  std::atomic<int> transfers{0};
  std::thread writer([&] {
    for (int id = 1; !over; ++id) {
      database.sql(
          fmt::format("BEGIN; UPDATE accounts SET balance = balance - {0} WHERE id = 1; "
                      "INSERT INTO transfers VALUES ({1}, {0}); "
                      "UPDATE accounts SET balance = balance + {0} WHERE id = 2; COMMIT",
                      id % 7 + 1, id));
      ++transfers;
    }
  });
  while (transfers < 3) std::this_thread::yield();
  const int before = transfers;
  const Json made = folder.json({"backup", "--verify"});
  const int after = transfers;
  over = true;
  writer.join();
  EXPECT_GT(after, before) << "nothing was written while it was backed up";
  const Outcome restored = folder.run({"restore", "--yes"});
  ASSERT_EQ(restored.exit_status, 0) << restored;
  EXPECT_EQ(sum(), "2000");
  EXPECT_EQ(database.value("SELECT balance - 1000 FROM accounts WHERE id = 2"),
            database.value("SELECT coalesce(sum(amount), 0) FROM transfers"));
  EXPECT_GE(std::stoi(rows("transfers")), before - 1);
}

TEST_P(Backup, goes_where_it_is_told) {
  folder.run({"backup", "--folder", "here", "--name", "nightly"});
  ASSERT_EQ(names_in(folder.path("here")).size(), 1U);
  EXPECT_TRUE(names_in(folder.path("here"))[0].ends_with("Z_nightly"));
  folder.run({"backup"}, {.env = {{"BACKUP_DIR", folder.path("there").string()}}});
  EXPECT_EQ(names_in(folder.path("there")).size(), 1U);
  folder.write("tradewind.toml", "url = \"" + database.url + "\"\n[backup]\ndir = \"elsewhere\"\nkeep = 1\n");
  folder.run({"backup"});
  folder.run({"backup"});
  EXPECT_EQ(names_in(folder.path("elsewhere")).size(), 1U);
}

TEST_P(Backup, as_text_runs_in_the_engines_own_program) {
  const std::string name = back_up({"--sql"});
  const Json metadata = Json::parse(folder.read("backups/" + name + "/metadata.json"));
  const fs::path data = folder.path("backups/" + name) / metadata["databases"][0]["data"].get<std::string>();
  EXPECT_TRUE(contains(folder.read(fs::relative(data, folder.path(".")).string()), "CREATE TABLE"));
  const auto other = make_database(GetParam());
  const Outcome run =
      database.is_postgresql()
          ? Program::run({"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", other->url, "-f", data.string()})
          : Program::run({"sqlite3", "-bail", other->url.substr(7), ".read " + data.string()});
  EXPECT_EQ(run.exit_status, 0) << run;
  EXPECT_EQ(other->value("SELECT note FROM accounts WHERE id = 1"), "it's\nthe first; one");
  EXPECT_EQ(other->value("SELECT count(*) FROM rich"), "2");
}

TEST_P(Backup, leaves_nothing_if_it_fails) {
  folder.write("backups/mine", "");
  const Outcome stopped =
      folder.run({"backup", "--database",
                  database.is_postgresql() ? PostgresCluster::shared().url("nowhere") : "sqlite:nowhere.db"});
  EXPECT_EQ(stopped.exit_status, 2) << stopped;
  EXPECT_EQ(backups(), Words{"mine"});
  EXPECT_EQ(names_in(folder.path("backups"), true), Words());
}

TEST_P(Backup, old_ones_go_and_the_newest_good_one_never) {
  const std::string old_one = back_up();
  // Made long ago, as far as anybody can tell.
  const auto age = [&](const std::string& name) {
    const std::string path = "backups/" + name + "/metadata.json";
    Json metadata = Json::parse(folder.read(path));
    metadata["created_at"] = "2020-01-01T00:00:00Z";
    folder.write(path, metadata.dump());
  };
  age(old_one);
  const std::string next = back_up({"--name", "other"});
  EXPECT_EQ(backups().size(), 2U) << "another name's are not its business";
  age(next);
  const Json made = folder.json({"backup"});
  EXPECT_EQ(made["removed"].dump(), "[\"" + old_one + "\"]");
  for (int i = 0; i < 3; ++i) folder.run({"backup", "--keep", "2"});
  EXPECT_EQ(folder.json({"backups"})["backups"].size(), 3U);
}

TEST_P(Backup, draws_a_bar_on_a_terminal) {
  const Outcome made = folder.run_on_terminal("backup --verify");
  EXPECT_EQ(made.exit_status, 0) << made;
  EXPECT_TRUE(contains(made.out, "checksums  ["));
  EXPECT_TRUE(contains(made.out, "100%"));
  EXPECT_TRUE(contains(made.out, "compare"));
  EXPECT_TRUE(lacks(folder.run({"backup"}).err, "checksums"));
}

TEST_P(Backup, damage_is_seen) {
  const std::string name = back_up();
  const Json metadata = Json::parse(folder.read("backups/" + name + "/metadata.json"));
  Json biggest = metadata["databases"][0]["files"][0];
  for (const Json& file : metadata["databases"][0]["files"])
    if (file["size"] > biggest["size"]) biggest = file;
  const std::string path = "backups/" + name + "/" + biggest["path"].get<std::string>();
  std::string text = folder.read(path);
  text[text.size() / 2] = static_cast<char>(text[text.size() / 2] ^ 1);
  folder.write(path, text);
  EXPECT_EQ(folder.run({"backups"}).exit_status, 0);
  const Outcome checked = folder.run({"backups", "--check"});
  EXPECT_EQ(checked.exit_status, 1) << checked;
  EXPECT_TRUE(contains(checked.out, biggest["path"].get<std::string>()));
  insert(3);
  const Outcome refused = folder.run({"restore", name, "--yes"});
  EXPECT_EQ(refused.exit_status, 3) << refused;
  EXPECT_TRUE(contains(refused.err, "is damaged"));
  EXPECT_EQ(rows(), "3");
  folder.write(path, "");
  EXPECT_TRUE(contains(folder.run({"backups"}).out, "instead of"));
  EXPECT_EQ(folder.run({"restore", name, "--yes"}).exit_status, 3);
  EXPECT_EQ(folder.run({"restore", "--yes"}).exit_status, 2) << "there is no good one";
}

TEST(BackupOfSeveral, is_one_set) {
  const Folder folder;
  ASSERT_EQ(folder.run({"--pack", "catalyst", "up"}).exit_status, 0);
  ASSERT_EQ(folder.run({"--pack", "catalyst", "seed"}).exit_status, 0);
  const Json made = folder.json({"--pack", "catalyst", "backup", "--verify"});
  ASSERT_EQ(made["backup"]["databases"].size(), 3U);
  EXPECT_EQ(each(made["backup"]["databases"], "database"),
            (Words{"positions.db", "trading.db", "ml_training.db"}));
  const auto trades = folder.sql("data/positions.db", "SELECT count(*) FROM closed_positions");
  for (const char* name : {"positions", "trading", "ml_training"})
    std::filesystem::remove(folder.path(std::string("data/") + name + ".db"));
  const Outcome restored = folder.run({"--pack", "catalyst", "restore", "--yes"});
  EXPECT_EQ(restored.exit_status, 0) << restored;
  EXPECT_EQ(folder.sql("data/positions.db", "SELECT count(*) FROM closed_positions"), trades);
  EXPECT_EQ(folder.run({"--pack", "catalyst", "status", "--check"}).exit_status, 0);
}

TEST(BackupOfSeveral, goes_to_sql_and_back) {
  const Folder folder;
  ASSERT_EQ(folder.run({"--pack", "catalyst", "up"}).exit_status, 0);
  ASSERT_EQ(folder.run({"--pack", "catalyst", "seed"}).exit_status, 0);
  ASSERT_EQ(folder.run({"--pack", "catalyst", "backup", "--sql", "--verify"}).exit_status, 0);
  folder.sql("data/trading.db", "DELETE FROM fills");
  const Outcome restored = folder.run({"--pack", "catalyst", "restore", "--yes"});
  EXPECT_EQ(restored.exit_status, 0) << restored;
  EXPECT_NE(folder.sql("data/trading.db", "SELECT count(*) FROM fills")[0][0], "0");
  EXPECT_EQ(folder.run({"--pack", "catalyst", "verify"}).exit_status, 0);
  EXPECT_EQ(folder.sql("data/trading.db", "PRAGMA journal_mode")[0][0], "wal");
}

/// Text with anything in it, numbers to the last digit, a full-text index, generated columns, triggers.
TEST(BackupAsSql, of_sqlite_keeps_what_is_odd) {
  const Folder folder;
  folder.sql(
      "odd.db",
      "CREATE TABLE \"o\"\"dd t\" (a TEXT, b BLOB, c REAL, d INTEGER, e AS (d * 2), f AS (d + 1) STORED); "
      "INSERT INTO \"o\"\"dd t\" (a, b, c, d) VALUES ('x' || char(0) || 'y', x'00ff', 0.1, "
      "9223372036854775807), "
      "('--;' || char(10) || ';', NULL, 1e-300, -1), (NULL, '', 9e999, 0);"
      "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO counted VALUES (41); "
      "DELETE FROM counted; CREATE TABLE log (t TEXT) -- the log\n; "
      "CREATE TRIGGER noted AFTER INSERT ON counted BEGIN INSERT INTO log VALUES ('a;b'); END; "
      "CREATE VIRTUAL TABLE words USING fts5(text); INSERT INTO words VALUES ('alpha beta'), ('gamma'); "
      "PRAGMA user_version = 7");
  ASSERT_EQ(folder.run({"--database", "odd.db", "backup", "--sql", "--verify"}).exit_status, 0);
  std::filesystem::rename(folder.path("odd.db"), folder.path("was.db"));
  const Outcome restored = folder.run({"--database", "odd.db", "restore", "--yes"});
  ASSERT_EQ(restored.exit_status, 0) << restored;
  for (const char* query : {"SELECT hex(a), hex(b), quote(c), d, e, f FROM \"o\"\"dd t\" ORDER BY d",
                            "SELECT * FROM sqlite_sequence", "PRAGMA user_version",
                            "SELECT text FROM words WHERE words MATCH 'beta'",
                            "SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2"})
    EXPECT_EQ(folder.sql("odd.db", query), folder.sql("was.db", query)) << query;
  EXPECT_EQ(folder.sql("odd.db", "INSERT INTO counted DEFAULT VALUES; SELECT max(id) FROM counted")[0][0],
            "42");
  EXPECT_EQ(folder.sql("odd.db", "PRAGMA integrity_check")[0][0], "ok");
}

}  // namespace
}  // namespace tradewind::test
