// The way back: what is replaced, what is kept, what is refused. Shows C7 and R8.
#include <tradewind/tradewind.hpp>

#include <optional>

#include "operations/backup_place.hpp"
#include "support/eventually.hpp"
#include "support/permissions.hpp"

namespace tradewind::test {
namespace {

namespace fs = std::filesystem;

class Restore : public BackupPlace {};
TRADEWIND_ON_EACH_ENGINE(Restore);

TEST_P(Restore, puts_back_what_was_there_and_keeps_what_is_there) {
  const std::string name = back_up();
  insert(3);
  const Json restored = folder.json({"restore", name, "--yes"});
  EXPECT_EQ(rows(), "2");
  EXPECT_EQ(restored["backup"], name);
  const Json& one = restored["databases"][0];
  EXPECT_FALSE(one["kept"].get<std::string>().empty());
  EXPECT_FALSE(restored["backup_before"].get<std::string>().empty());
  EXPECT_EQ(folder.run({"status", "--check"}).exit_status, 0);
  // The command that brings it back, as it is printed.
  EXPECT_EQ(one["way_back"], "tradewind restore --bring-back " + one["kept"].get<std::string>());
  const Outcome back = folder.run({"restore", "--bring-back", one["kept"].get<std::string>(), "--yes"});
  EXPECT_EQ(back.exit_status, 0) << back;
  EXPECT_EQ(rows(), "3");
  // And the backup of what was there has it too.
  EXPECT_EQ(folder.run({"restore", restored["backup_before"].get<std::string>(), "--yes"}).exit_status, 0);
  EXPECT_EQ(rows(), "3");
}

TEST_P(Restore, keeps_what_belongs_to_the_database_itself) {
  if (database.is_postgresql()) {
    const std::string name = database_name();
    database.sql("ALTER DATABASE " + name + " SET search_path TO \"Odd one\", public; ALTER DATABASE " +
                 name + " SET work_mem TO '5MB'; COMMENT ON DATABASE " + name +
                 " IS 'it''s mine'; REVOKE ALL ON DATABASE " + name + " FROM PUBLIC");
  } else {
    fs::permissions(database_file(), permissions("rw-r-----"));
  }
  back_up();
  const Outcome restored = folder.run({"restore", "--yes"});
  ASSERT_EQ(restored.exit_status, 0) << restored;
  if (database.is_postgresql()) {
    EXPECT_EQ(database.value("SHOW search_path"), "\"Odd one\", public");
    EXPECT_EQ(database.value("SHOW work_mem"), "5MB");
    EXPECT_EQ(database.value("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = "
                             "current_database()"),
              "it's mine");
    EXPECT_EQ(
        database.value("SELECT count(*) FROM pg_database, aclexplode(datacl) WHERE grantee = 0 AND datname = "
                       "current_database()"),
        "0");
  } else {
    EXPECT_EQ(fs::status(database_file()).permissions(), permissions("rw-r-----"));
    EXPECT_EQ(database.value("PRAGMA journal_mode"), "wal");
  }
}

TEST_P(Restore, makes_a_database_that_is_gone) {
  back_up();
  if (database.is_postgresql()) {
    const std::string name = database_name();
    PostgresCluster::shared().sql("postgres", "DROP DATABASE " + name + " WITH (FORCE)");
  } else {
    for (const char* ending : {"", "-wal", "-shm"}) fs::remove(database_file().string() + ending);
  }
  const Json restored = folder.json({"restore", "--yes"});
  EXPECT_TRUE(restored["databases"][0]["kept"].is_null());
  EXPECT_EQ(rows(), "2");
}

TEST_P(Restore, does_not_guess) {
  back_up();
  const std::string name = back_up();
  insert(3);
  const Outcome refused = folder.run({"restore"});
  EXPECT_EQ(refused.exit_status, 2) << refused;
  EXPECT_TRUE(contains(refused.err, name));
  EXPECT_EQ(folder.run({"restore", name}).exit_status, 2);
  EXPECT_EQ(folder.run({"restore", "nothing", "--yes"}).exit_status, 2);
  EXPECT_EQ(folder.run({"restore", "2", "--yes"}).exit_status, 2) << "a part of several names";
  const Outcome no = folder.run_on_terminal("restore", {.stdin_text = "1\nno\n"});
  EXPECT_EQ(no.exit_status, 3) << no;
  EXPECT_EQ(rows(), "3");
  const Outcome yes = folder.run_on_terminal("restore", {.stdin_text = "1\nyes\n"});
  EXPECT_EQ(yes.exit_status, 0) << yes;
  EXPECT_EQ(rows(), "2");
}

TEST_P(Restore, of_another_database_is_refused) {
  const std::string name = back_up();
  const auto other = make_database(GetParam());
  const std::string other_url =
      database.is_postgresql() ? other->url : "sqlite:" + folder.path("another.db").string();
  const Outcome refused = folder.run({"--database", other_url, "restore", name, "--yes"});
  EXPECT_EQ(refused.exit_status, 2) << refused;
  EXPECT_TRUE(contains(refused.err, "--elsewhere"));
  EXPECT_EQ(folder.run({"--database", other_url, "restore", name, "--yes", "--elsewhere"}).exit_status, 0);
  Database opened = Database::open(other_url);
  EXPECT_EQ(opened.query("SELECT count(*) FROM accounts")[0][0], "2");
  const auto foreign = make_database(database.is_postgresql() ? sqlite_engine : postgresql_engine);
  const Outcome wrong = folder.run({"--database", foreign->url, "restore", name, "--yes", "--elsewhere"});
  EXPECT_EQ(wrong.exit_status, 2) << wrong;
  EXPECT_TRUE(contains(wrong.err, "goes back to the engine"));
}

TEST_P(Restore, migrates_afterwards_on_request) {
  back_up();
  folder.write("migrations/002_more.up.sql", "CREATE TABLE more (id integer);\n");
  EXPECT_EQ(folder.run({"up"}).exit_status, 0);
  const Json restored = folder.json({"restore", "--yes", "--migrate"});
  EXPECT_EQ(restored["databases"][0]["steps"][0]["version"], "002_more");
  EXPECT_FALSE(restored["databases"][0]["kept"].is_null());
  EXPECT_EQ(folder.run({"status", "--check"}).exit_status, 0);
}

TEST_P(Restore, that_is_not_what_was_backed_up_changes_nothing) {
  const std::string name = back_up();
  const std::string path = "backups/" + name + "/metadata.json";
  Json metadata = Json::parse(folder.read(path));
  for (Json& table : metadata["databases"][0]["tables"]) {
    if (table["name"].get<std::string>().find("accounts") != std::string::npos) table["rows"] = 7;
  }
  folder.write(path, metadata.dump());
  insert(3);
  const Json refused = folder.json({"restore", name, "--yes"}, 3);
  EXPECT_EQ(refused["error"]["code"], "verify-failed");
  EXPECT_TRUE(contains(refused["error"]["message"], "has 2 rows instead of 7"));
  EXPECT_EQ(rows(), "3");
}

TEST_P(Restore, tells_of_what_an_interrupted_one_left) {
  back_up();
  const std::string left = database.is_postgresql()
                               ? database_name() + "_restoring_20200101t000000z_0000001"
                               : database_file().filename().string() + ".restoring-20200101T000000Z-1";
  if (database.is_postgresql()) {
    PostgresCluster::shared().sql("postgres", "CREATE DATABASE " + left);
  } else {
    SqliteSession(database_file().parent_path() / left).sql("CREATE TABLE t (a)");
  }
  EXPECT_TRUE(contains(folder.json({"backup"})["backup"]["notes"].dump(), left));
  const Json restored = folder.json({"restore", "--yes"});
  ASSERT_EQ(restored["databases"][0]["notes"].size(), 1U);
  EXPECT_TRUE(contains(restored["databases"][0]["notes"][0], left));
}

TEST(RestoreOfPostgres, ends_the_sessions_there_are) {
  const Folder folder;
  const auto database = make_database(postgresql_engine);
  database->sql("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
  folder.run({"--database", database->url, "backup"});
  database->sql("INSERT INTO t VALUES (2)");
  // Applications that connect again at once, and one that sits in a transaction.
  PostgresSession sitting(database->url);
  sitting.sql("BEGIN; SELECT * FROM t");
  const Process again(
      {"bash", "-c",
       "while true; do psql -X -q -c 'SELECT pg_sleep(0.2)' " + database->url + " >/dev/null 2>&1; done"});
  const Outcome restored = folder.run({"--database", database->url, "restore", "--yes"});
  EXPECT_EQ(restored.exit_status, 0) << restored;
  EXPECT_EQ(database->value("SELECT count(*) FROM t"), "1");
  EXPECT_THROW(sitting.sql("SELECT 1"), SqlError);
}

TEST(RestoreOfPostgres, by_one_who_may_not_is_refused_and_changes_nothing) {
  const Folder folder;
  auto& cluster = PostgresCluster::shared();
  const auto database = make_database(postgresql_engine);
  const std::string name = database->value("SELECT current_database()");
  database->sql("CREATE TABLE t (id int); CREATE ROLE plain LOGIN; GRANT SELECT ON t TO plain");
  const std::string url = cluster.url(name, "plain");
  const Outcome read = folder.run({"--database", url, "backup"});
  EXPECT_EQ(read.exit_status, 0) << read;
  const Outcome refused = folder.run({"--database", url, "restore", "--yes"});
  EXPECT_EQ(refused.exit_status, 3) << refused;
  EXPECT_TRUE(contains(refused.err, "CREATEDB"));
  EXPECT_EQ(database->value("SELECT count(*) FROM pg_database WHERE datname LIKE '" + name + "_%'"), "0");
  database->sql("REVOKE ALL ON t FROM plain");
  const Outcome blind = folder.run({"--database", url, "backup", "--name", "blind"});
  EXPECT_EQ(blind.exit_status, 3) << blind;
  EXPECT_TRUE(contains(blind.err, "permission denied"));
}

TEST(RestoreOfPostgres, without_the_roles_there_were_works_on_request) {
  const Folder folder;
  auto& cluster = PostgresCluster::shared();
  const auto database = make_database(postgresql_engine);
  database->sql(
      "CREATE ROLE leaver; CREATE ROLE reader_of_it; CREATE TABLE t (id int); ALTER TABLE t OWNER TO leaver; "
      "GRANT SELECT ON t TO reader_of_it; INSERT INTO t VALUES (1)");
  folder.run({"--database", database->url, "backup"});
  database->sql("DROP TABLE t; DROP ROLE leaver; DROP ROLE reader_of_it");
  const Outcome refused = folder.run({"--database", database->url, "restore", "--yes"});
  EXPECT_EQ(refused.exit_status, 3) << refused;
  EXPECT_TRUE(contains(refused.err, "--no-owner"));
  const Outcome restored = folder.run({"--database", database->url, "restore", "--yes", "--no-owner"});
  EXPECT_EQ(restored.exit_status, 0) << restored;
  EXPECT_EQ(database->value("SELECT tableowner FROM pg_tables WHERE tablename = 't'"), cluster.superuser);
}

TEST(RestoreOfPostgres, by_a_plain_owner_works) {
  const Folder folder;
  auto& cluster = PostgresCluster::shared();
  cluster.sql("postgres", "CREATE ROLE builder LOGIN CREATEDB");
  cluster.sql("postgres", "CREATE DATABASE \"Built it\" OWNER builder");
  const std::string url = cluster.url("Built it", "builder");
  Database::open(url).query("CREATE TABLE t AS SELECT generate_series(1, 10) AS id");
  ASSERT_EQ(folder.run({"--database", url, "backup", "--verify"}).exit_status, 0);
  Database::open(url).query("DROP TABLE t");
  const Outcome restored = folder.run({"--database", url, "restore", "--yes"});
  EXPECT_EQ(restored.exit_status, 0) << restored;
  EXPECT_EQ(Database::open(url).query("SELECT count(*) FROM t")[0][0], "10");
}

TEST(RestoreOfSqlite, is_refused_while_another_program_has_the_file_open) {
  for (const std::string mode : {"wal", "delete"}) {
    const Folder folder;
    folder.sql("a.db",
               "PRAGMA journal_mode = " + mode + "; CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1)");
    folder.run({"--database", "a.db", "backup"});
    Process reader({"sqlite3", folder.path("a.db").string()}, {.stdin_text = {}});
    Process holder({"bash", "-c", "exec 7<>" + folder.path("a.db").string() + "; echo open; sleep 60"});
    ASSERT_TRUE(holder.wait_for_out("open"));
    const Outcome refused = folder.run({"--database", "a.db", "restore", "--yes"});
    EXPECT_EQ(refused.exit_status, 5) << refused;
    EXPECT_TRUE(contains(refused.err, "pid " + std::to_string(holder.pid())));
    EXPECT_EQ(folder.sql("a.db", "PRAGMA journal_mode")[0][0], mode);
    holder.kill9();
    holder.wait();
    EXPECT_TRUE(eventually([&] {
      return folder.run({"--database", "a.db", "restore", "--yes"}).exit_status == 0;
    }));
  }
}

TEST(RestoreOfSqlite, takes_rows_of_the_log_along) {
  const Folder folder;
  folder.sql("a.db", "PRAGMA journal_mode = wal; CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1)");
  folder.run({"--database", "a.db", "backup"});
  // A crash left a log behind.
  {
    std::optional<Process> crashed;
    crashed.emplace(std::vector<std::string>{
        "bash", "-c",
        "sqlite3 " + folder.path("a.db").string() +
            " 'PRAGMA wal_autocheckpoint = 0' 'INSERT INTO t VALUES (2)' '.shell echo ready; sleep 60'"});
    ASSERT_TRUE(crashed->wait_for_out("ready"));
    for (const char* ending : {"", "-wal"})
      fs::copy(folder.path("a.db").string() + ending, folder.path("b.db").string() + ending);
    crashed->kill9();
  }
  for (const char* ending : {"", "-wal", "-shm"}) fs::remove(folder.path("a.db").string() + ending);
  for (const char* ending : {"", "-wal"})
    fs::rename(folder.path("b.db").string() + ending, folder.path("a.db").string() + ending);
  const Json restored = folder.json({"--database", "a.db", "restore", "--yes"});
  EXPECT_EQ(folder.sql("a.db", "SELECT count(*) FROM t")[0][0], "1");
  EXPECT_EQ(folder.sql(restored["databases"][0]["kept"].get<std::string>(), "SELECT count(*) FROM t")[0][0],
            "2");
}

TEST(RestoreOfSqlite, replaces_a_file_that_is_past_saving) {
  const Folder folder;
  folder.sql("a.db", "CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1)");
  folder.run({"--database", "a.db", "backup"});
  folder.write("a.db", "this is no database, it was one once, and somebody wrote over it with a text");
  const Outcome refused = folder.run({"--database", "a.db", "restore", "--yes"});
  EXPECT_NE(refused.exit_status, 0) << refused;
  EXPECT_TRUE(contains(refused.err, "--no-backup"));
  const Json restored = folder.json({"--database", "a.db", "restore", "--yes", "--no-backup"});
  EXPECT_EQ(folder.sql("a.db", "SELECT count(*) FROM t")[0][0], "1");
  EXPECT_TRUE(
      contains(folder.read(restored["databases"][0]["kept"].get<std::string>()), "this is no database"));
}

TEST(RestoreOfSeveral, puts_all_into_place_or_none) {
  const Folder folder;
  folder.write_two_databases();
  folder.run({"up"});
  ASSERT_EQ(folder.run({"backup"}).exit_status, 0);
  folder.sql("b.db", "INSERT INTO y VALUES (1)");
  folder.sql("a.db", "INSERT INTO x VALUES (1)");
  Process holder({"bash", "-c", "exec 7<>" + folder.path("a.db").string() + "; echo open; sleep 60"});
  ASSERT_TRUE(holder.wait_for_out("open"));
  const Outcome refused = folder.run({"restore", "--yes"});
  EXPECT_EQ(refused.exit_status, 5) << refused;
  EXPECT_TRUE(contains(refused.err, "b is the old one again; the restored copy is called b.db.before-"));
  EXPECT_EQ(folder.sql("b.db", "SELECT count(*) FROM y")[0][0], "1");
  EXPECT_EQ(folder.sql("a.db", "SELECT count(*) FROM x")[0][0], "1");
  holder.kill9();
  holder.wait();
  EXPECT_EQ(folder.run({"--database", "a", "restore", "--yes"}).exit_status, 0) << "one of a set";
  EXPECT_EQ(folder.sql("b.db", "SELECT count(*) FROM y")[0][0], "1");
  EXPECT_EQ(folder.sql("a.db", "SELECT count(*) FROM x")[0][0], "0");
}

}  // namespace
}  // namespace tradewind::test
