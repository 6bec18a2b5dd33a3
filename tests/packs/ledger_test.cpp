// Catalyst's three databases as one project, and the ledger of what ran in them. Shows C3, C4, C5 and C8.
#include <tradewind/tradewind.hpp>

#include "acceptance/cli_folder.hpp"
#include "support/engines.hpp"
#include "support/eventually.hpp"
#include "support/given.hpp"

namespace tradewind::test {
namespace {

using Row = std::vector<std::string>;

class Catalyst : public ::testing::Test {
 protected:
  Outcome run(Words arguments, RunOptions options = {}) const {
    arguments.insert(arguments.begin(), {"--pack", "catalyst"});
    return folder.run(arguments, std::move(options));
  }
  /// The ledger's rows in the order of their writing.
  Rows ledger(const std::string& columns, const std::string& file = "data/migrations.db") const {
    return folder.sql(file, "SELECT " + columns + " FROM migration_history ORDER BY rowid");
  }

  Folder folder;
};

TEST_F(Catalyst, is_migrated_shown_and_verified_with_one_command_each) {
  EXPECT_EQ(run({"up"}).exit_status, 0);
  for (const char* file : {"data/positions.db", "data/trading.db", "data/ml_training.db"})
    EXPECT_TRUE(folder.has(file)) << file;
  const Outcome status = run({"status", "--check"});
  EXPECT_EQ(status.exit_status, 0) << status;
  for (const char* version :
       {"001_create_positions_tables", "002_create_trading_tables", "003_create_ml_training_tables"})
    EXPECT_TRUE(contains(status.out, version));
  const Outcome verified = run({"verify"});
  EXPECT_EQ(verified.exit_status, 0) << verified;
  EXPECT_TRUE(contains(verified.out, "ml_training (sqlite:data/ml_training.db): all is well"));
}

TEST_F(Catalyst, goes_one_migration_down_and_up_again) {
  run({"up"});
  EXPECT_EQ(run({"downgrade", "--migration", "002"}).exit_status, 0);
  EXPECT_TRUE(folder.tables("data/trading.db").empty());
  EXPECT_FALSE(folder.tables("data/positions.db").empty());
  EXPECT_EQ(run({"upgrade", "--migration", "002", "--database", "trading"}).exit_status, 0);
  EXPECT_FALSE(folder.tables("data/trading.db").empty());
  EXPECT_EQ(run({"upgrade", "--migration", "002", "--database", "positions"}).exit_status, 2);
}

TEST_F(Catalyst, asks_before_it_takes_everything_down) {
  run({"up"});
  const Outcome refused = run({"downgrade"});
  EXPECT_EQ(refused.exit_status, 2);
  EXPECT_TRUE(contains(refused.err, "asks first"));
  const Outcome no = folder.run_on_terminal("--pack catalyst downgrade", {.stdin_text = "no\n"});
  EXPECT_EQ(no.exit_status, 3) << no;
  EXPECT_FALSE(folder.tables("data/trading.db").empty());
  const Outcome yes = folder.run_on_terminal("--pack catalyst down --all", {.stdin_text = "yes\n"});
  EXPECT_EQ(yes.exit_status, 0) << yes;
  for (const char* file : {"data/positions.db", "data/trading.db", "data/ml_training.db"})
    EXPECT_TRUE(folder.tables(file).empty()) << file;
}

TEST_F(Catalyst, one_that_can_not_be_opened_does_not_hide_the_others) {
  folder.write("data/trading.db",
               "this is no database, and never was one; it is long enough to be read as such");
  const Outcome up = run({"up"});
  EXPECT_EQ(up.exit_status, 2) << up;
  EXPECT_TRUE(contains(up.err, "error: trading: "));
  EXPECT_FALSE(folder.tables("data/positions.db").empty());
  EXPECT_FALSE(folder.tables("data/ml_training.db").empty());
}

TEST_F(Catalyst, has_a_ledger_exactly_as_its_document_gives_it) {
  run({"up"});
  const std::string made = folder.sql("data/migrations.db",
                                      "SELECT sql FROM sqlite_master WHERE name = 'migration_history'")[0][0];
  EXPECT_EQ(made,
            "CREATE TABLE migration_history (\n"
            "    migration_id TEXT PRIMARY KEY,\n"
            "    migration_name TEXT NOT NULL,\n"
            "    database_path TEXT NOT NULL,\n"
            "    applied_at INTEGER NOT NULL,\n"
            "    applied_date TEXT NOT NULL,\n"
            "    duration_seconds REAL,\n"
            "    status TEXT NOT NULL CHECK(status IN ('applied', 'rolled_back', 'failed')),\n"
            "    error_message TEXT\n"
            ")");
  EXPECT_EQ(ledger("migration_name, database_path, status, error_message"),
            (Rows{{"001_create_positions_tables", "data/positions.db", "applied", "NULL"},
                  {"002_create_trading_tables", "data/trading.db", "applied", "NULL"},
                  {"003_create_ml_training_tables", "data/ml_training.db", "applied", "NULL"}}));
}

TEST_F(Catalyst, ledger_tells_times_and_durations) {
  const std::string before = folder.sql("clock.db", "SELECT strftime('%s', 'now')")[0][0];
  run({"up"});
  const std::string wrong =
      "SELECT count(*) FROM migration_history WHERE typeof(applied_at) <> 'integer' OR applied_at < " +
      before +
      " OR applied_at > strftime('%s', 'now') + 0 OR strftime('%s', applied_date) + 0 <> applied_at "
      "OR duration_seconds NOT BETWEEN 0 AND 60 OR duration_seconds IS NULL";
  EXPECT_EQ(folder.sql("data/migrations.db", wrong), (Rows{{"0"}}));
}

TEST_F(Catalyst, ledger_keeps_every_run) {
  run({"up"});
  run({"redo", "--database", "trading"});
  EXPECT_EQ(ledger("migration_name, status, duration_seconds IS NULL"),
            (Rows{{"001_create_positions_tables", "applied", "0"},
                  {"002_create_trading_tables", "applied", "0"},
                  {"003_create_ml_training_tables", "applied", "0"},
                  {"002_create_trading_tables", "rolled_back", "0"},
                  {"002_create_trading_tables", "applied", "0"}}));
  run({"up"});
  EXPECT_EQ(ledger("1").size(), 5U);
}

TEST_F(Catalyst, ledger_is_not_made_by_looking) {
  run({"status"});
  run({"up", "--dry-run"});
  EXPECT_FALSE(folder.has("data/migrations.db"));
}

TEST_F(Catalyst, ledger_that_can_not_be_written_does_not_fail_the_run) {
  folder.write("data/migrations.db", "this is no database, and never was one; it is long enough to be read");
  const Outcome up = run({"up"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_TRUE(contains(up.err, "the ledger sqlite:data/migrations.db was not written"));
  std::filesystem::remove(folder.path("data/migrations.db"));
  EXPECT_EQ(run({"up"}).exit_status, 0);
  EXPECT_EQ(ledger("status"), (Rows{{"applied"}, {"applied"}, {"applied"}}));
}

TEST_F(Catalyst, a_crash_between_commit_and_ledger_is_made_up_for) {
  run({"up"});
  run({"down", "--database", "trading"});
  SqliteSession holder(folder.path("data/migrations.db"));
  holder.sql("BEGIN EXCLUSIVE");
  Process crashing(tradewind_command({"--pack", "catalyst", "up"}), {.cwd = folder.path("")});
  ASSERT_TRUE(eventually(
      [&] { return folder.sql("data/trading.db", "SELECT count(*) FROM schema_migrations")[0][0] == "1"; }));
  crashing.kill9();
  EXPECT_EQ(given(crashing.wait()).signal, 9);
  holder.sql("COMMIT");
  EXPECT_EQ(ledger("status").size(), 4U);
  EXPECT_EQ(run({"up"}).exit_status, 0);
  EXPECT_EQ(ledger("migration_name, status").back(), (Row{"002_create_trading_tables", "applied"}));
  EXPECT_EQ(ledger("status").size(), 5U);
}

TEST_F(Catalyst, connections_have_the_six_pragmas) {
  run({"up"});
  const auto databases = resolve_project({.pack = "catalyst", .working_directory = folder.path("")}, {});
  ASSERT_EQ(databases.size(), 3U);
  for (const ProjectDatabase& project : databases) {
    Database database = open(project);
    const auto value = [&](const std::string& pragma) {
      return given(database.query("PRAGMA " + pragma)[0][0]);
    };
    EXPECT_EQ(value("journal_mode"), "wal") << project.name;
    EXPECT_EQ(value("synchronous"), "1") << "NORMAL";
    EXPECT_EQ(value("cache_size"), "10000");
    EXPECT_EQ(value("temp_store"), "2") << "MEMORY";
    EXPECT_EQ(value("foreign_keys"), "1");
    EXPECT_GT(std::stoll(value("mmap_size")), 1000000000) << "as much as this SQLite allows";
  }
}

/// For each way to begin: the pragmas come with the pack, not with the caller.
TEST_F(Catalyst, pragmas_come_with_the_source_in_the_library_too) {
  Database database =
      init_database("sqlite:" + folder.path("own.db").string(), Source::pack("catalyst", "trading"));
  EXPECT_EQ(given(database.query("PRAGMA cache_size")[0][0]), "10000");
  EXPECT_EQ(given(database.query("PRAGMA temp_store")[0][0]), "2");
}

TEST_F(Catalyst, pragmas_are_no_obstacle_in_memory_and_for_readers) {
  Database in_memory = init_database("sqlite::memory:", Source::pack("catalyst", "positions"));
  EXPECT_EQ(given(in_memory.query("PRAGMA foreign_keys")[0][0]), "1");
  EXPECT_EQ(given(in_memory.query("PRAGMA journal_mode")[0][0]), "memory");
  const std::string url = "sqlite:" + folder.path("read.db").string();
  init_database(url, Source::pack("catalyst", "positions"));
  const std::map<std::string, std::string> pragmas = pack_info("catalyst").pragmas;
  ASSERT_EQ(pragmas.size(), 6U);
  Database reader = Database::open(url, {.read_only = true, .pragmas = pragmas});
  EXPECT_EQ(given(reader.query("PRAGMA synchronous")[0][0]), "1");
  EXPECT_EQ(given(reader.query("SELECT count(*) FROM positions")[0][0]), "0");
  EXPECT_EQ(get_migration_status(url, Source::pack("catalyst", "positions")).applied, 1U);
}

TEST_F(Catalyst, has_an_isolated_set_of_files_by_a_prefix) {
  const RunOptions isolated{.env = {{"DB_PATH_PREFIX", "test_"}}};
  EXPECT_EQ(run({"up"}, isolated).exit_status, 0);
  EXPECT_EQ(run({"verify"}, isolated).exit_status, 0);
  for (const char* name : {"positions", "trading", "ml_training", "migrations"}) {
    EXPECT_TRUE(folder.has("data/test_" + std::string(name) + ".db")) << name;
    EXPECT_FALSE(folder.has("data/" + std::string(name) + ".db")) << name;
  }
  EXPECT_EQ(ledger("database_path", "data/test_migrations.db")[0], Row{"data/test_positions.db"});
}

class CatalystProject : public Catalyst {
 protected:
  CatalystProject() { made = folder.run({"init", "--pack", "catalyst"}); }
  Outcome made;
};

TEST_F(CatalystProject, of_its_own_files_has_ledger_and_pragmas_too) {
  EXPECT_EQ(made.exit_status, 0) << made;
  EXPECT_EQ(folder.run({"up"}).exit_status, 0);
  EXPECT_EQ(ledger("status").size(), 3U);
  const auto databases = resolve_project({.working_directory = folder.path("")}, {});
  ASSERT_EQ(databases.size(), 3U);
  Database database = open(databases[1]);
  EXPECT_EQ(given(database.query("PRAGMA cache_size")[0][0]), "10000");
  EXPECT_EQ(given(database.query("PRAGMA temp_store")[0][0]), "2");
}

TEST_F(CatalystProject, ledger_has_failed_runs_with_their_messages) {
  folder.write("migrations/positions/004_y.up.sql", "INSERT INTO nope VALUES (1);\n");
  folder.write("migrations/trading/004_x.up.sql", "SELEC 1;\n");
  EXPECT_EQ(folder.run({"up"}).exit_status, 4);
  EXPECT_EQ(ledger("migration_name, status, error_message"),
            (Rows{{"001_create_positions_tables", "applied", "NULL"},
                  {"004_y", "failed", "004_y (up): no such table: nope"},
                  {"004_x", "failed", "near \"SELEC\": syntax error"},
                  {"003_create_ml_training_tables", "applied", "NULL"}}));
}

TEST_F(CatalystProject, ledger_can_be_moved_and_switched_off) {
  std::string file = folder.read("tradewind.toml");
  const std::string path = "path = \"data/migrations.db\"";
  file.replace(file.find(path), path.size(), "path = \"elsewhere/ledger.db\"");
  folder.write("tradewind.toml", file);
  EXPECT_EQ(folder.run({"up"}).exit_status, 0);
  EXPECT_EQ(ledger("status", "elsewhere/ledger.db").size(), 3U);
  file.replace(file.find("path = \"elsewhere"), 0, "enabled = false\n");
  folder.write("tradewind.toml", file);
  EXPECT_EQ(folder.run({"down", "--all", "--yes"}).exit_status, 0);
  EXPECT_EQ(ledger("status", "elsewhere/ledger.db").size(), 3U);
}

TEST_F(CatalystProject, mistakes_in_the_new_tables_are_told_with_their_place) {
  folder.write("tradewind.toml", "url = \"sqlite:a.db\"\n\n[ledger]\npat = \"x.db\"\n");
  const Outcome ledger_key = folder.run({"status"});
  EXPECT_EQ(ledger_key.exit_status, 2);
  EXPECT_TRUE(contains(ledger_key.err, "tradewind.toml:4:1"));
  folder.write("tradewind.toml", "url = \"sqlite:a.db\"\n[sqlite]\ncache_sise = 10\n");
  const Outcome pragma = folder.run({"status"});
  EXPECT_EQ(pragma.exit_status, 2);
  EXPECT_TRUE(contains(pragma.err, "did you mean cache_size?"));
}

/// The ledger is of the project, whatever its databases are.
class Ledger : public OnEachEngine {};
TRADEWIND_ON_EACH_ENGINE(Ledger);

constexpr EmbeddedFile files[] = {{"001_a.up.sql", "CREATE TABLE a (id integer);"},
                                  {"001_a.down.sql", "DROP TABLE a;"},
                                  {"002_b.up.sql", "CREATE TABLE b (id integer); SELECT 1 FROM nope;"}};

TEST_P(Ledger, is_written_by_the_library) {
  const Folder folder;
  const MigratorOptions options{.ledger = "sqlite:" + folder.path("ledger.db").string(),
                                .ledger_name = "main"};
  Database opened = Database::open(database.url);
  Migrator migrator(opened, Source::embedded(files), options);
  EXPECT_THROW(migrator.up(), RunFailed);
  migrator.down();
  EXPECT_EQ(
      folder.sql("ledger.db",
                 "SELECT migration_name, status, duration_seconds IS NULL, "
                 "migration_id LIKE 'main/' || migration_name || '/%' FROM migration_history ORDER BY rowid"),
      (Rows{{"001_a", "applied", "0", "1"},
            {"002_b", "failed", "1", "1"},
            {"001_a", "rolled_back", "0", "1"}}));
  EXPECT_EQ(folder.sql("ledger.db", "SELECT count(*) FROM migration_history WHERE database_path LIKE '%/%'"),
            (Rows{{"3"}}));
}

TEST_P(Ledger, is_made_up_from_the_history_and_only_once) {
  const Folder folder;
  Database opened = Database::open(database.url);
  Migrator(opened, Source::embedded(files)).up({.count = 1});
  Database ledger = Database::open("sqlite:" + folder.path("ledger.db").string());
  EXPECT_EQ(update_ledger(ledger, opened, {.name = "main"}), 1U);
  EXPECT_EQ(update_ledger(ledger, opened, {.name = "main"}), 0U);
  EXPECT_EQ(given(ledger.query("SELECT status FROM migration_history")[0][0]), "applied");
}

}  // namespace
}  // namespace tradewind::test
