// What the doctor finds, each shown on a database that has it: F9, C9.
#include <fstream>
#include <functional>

#include "operations_folder.hpp"
#include "support/eventually.hpp"

namespace tradewind::test {
namespace {

class Doctor : public ::testing::Test {
 protected:
  explicit Doctor(const char* engine = postgresql_engine) : database_(make_database(engine)) {
    at.configure("");
    at.folder.write("migrations/001_accounts.up.sql",
                    "CREATE TABLE accounts (id bigint PRIMARY KEY, name text);\n");
    at.folder.write(
        "migrations/002_orders.up.sql",
        "CREATE TABLE orders (id bigint PRIMARY KEY, account bigint REFERENCES accounts (id));\n");
    EXPECT_EQ(at.run({"up"}).exit_status, 0);
  }
  Json findings(const Words& more = {}) const {
    Words arguments = {"doctor", "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = at.run(arguments);
    const Json document = Json::parse(outcome.out, nullptr, false);
    EXPECT_FALSE(document.is_discarded()) << outcome;
    const Json found = document.at("databases").at(0).at("findings");
    EXPECT_EQ(outcome.exit_status, with(found, "severity", "bad").empty() ? 0 : 1) << outcome;
    return found;
  }
  /// The finding of this check about this subject, as "severity: message".
  std::string finding(const std::string& check, const std::string& subject, const Words& more = {}) const {
    for (const Json& found : with(findings(more), "check", check)) {
      if (subject.empty() || found.at("subject") == subject)
        return found.at("severity").get<std::string>() + ": " + found.at("message").get<std::string>();
    }
    return {};
  }

  std::unique_ptr<TestDatabase> database_;
  TestDatabase& database = *database_;
  OperationsFolder at{*database_};
};

class DoctorSqlite : public Doctor {
 protected:
  DoctorSqlite() : Doctor(sqlite_engine) {}
  std::filesystem::path file() const { return database.url.substr(7); }
};

class DoctorPostgres : public Doctor {};

/// A lock's holder in another process, with the transaction open until it is killed.
class OtherProcess {
 public:
  OtherProcess(const std::filesystem::path& file, const std::string& begin)
      : process_(
            {"sh", "-c",
             "(echo \"" + begin + "\"; echo \".print ready\"; sleep 600) | sqlite3 -bail " + file.string()}) {
    EXPECT_TRUE(process_.wait_for_out("ready")) << process_.err();
  }

 private:
  Process process_;
};

TEST_F(DoctorSqlite, finds_nothing_bad_on_a_database_that_is_well) {
  for (const Json& found : findings()) EXPECT_NE(found.at("severity"), "bad") << found;
}

TEST_F(DoctorSqlite, names_the_process_that_holds_the_write_lock) {
  const OtherProcess writer(file(), "BEGIN IMMEDIATE;");
  const auto locks = with(findings(), "check", "locks");
  ASSERT_EQ(locks.size(), 1U);
  EXPECT_TRUE(contains(locks[0].at("message"), "sqlite3 (running since 2"));
  EXPECT_TRUE(contains(locks[0].at("message"), "database is locked"));
  EXPECT_TRUE(contains(locks[0].at("subject"), "pid "));
  EXPECT_TRUE(contains(locks[0].at("advice"), "commit"));
  EXPECT_TRUE(contains(finding("connection", ""), "sqlite3 (pid "));
}

TEST_F(DoctorSqlite, names_it_with_a_rollback_journal_too) {
  database.sql("PRAGMA journal_mode = delete");
  const OtherProcess writer(file(), "BEGIN EXCLUSIVE;");
  EXPECT_TRUE(contains(finding("locks", ""), "database is locked, by pid "));
}

TEST_F(DoctorSqlite, a_run_that_is_locked_out_names_the_process) {
  at.folder.write("migrations/003_more.up.sql", "CREATE TABLE more (id bigint);\n");
  const OtherProcess writer(file(), "BEGIN IMMEDIATE;");
  const Outcome up = at.run({"up", "--wait", "1"});
  EXPECT_EQ(up.exit_status, 5) << up;
  EXPECT_TRUE(contains(up.err, "(sqlite3, running since"));
}

TEST_F(DoctorSqlite, finds_settings_that_hurt) {
  at.configure("[sqlite]\nforeign_keys = \"off\"\nsynchronous = \"off\"\n");
  database.sql("PRAGMA journal_mode = delete");
  EXPECT_TRUE(contains(finding("settings", "journal_mode"), "warning: journal_mode is delete"));
  EXPECT_TRUE(contains(finding("settings", "foreign_keys"), "bad: foreign_keys is off"));
  EXPECT_TRUE(contains(finding("settings", "synchronous"), "bad: synchronous is off"));
}

TEST_F(DoctorSqlite, finds_orphans) {
  database.sql("PRAGMA foreign_keys = off; INSERT INTO orders VALUES (1, 7), (2, 8), (3, NULL)");
  EXPECT_EQ(finding("orphans", "orders"), "bad: 2 of its rows refer to rows of accounts that are not there");
}

TEST_F(DoctorSqlite, finds_a_damaged_file) {
  database.sql("CREATE INDEX idx ON accounts (name)");
  database.sql(
      "WITH RECURSIVE s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < 999) INSERT INTO accounts "
      "SELECT i, 'name of ' || i FROM s; PRAGMA wal_checkpoint(TRUNCATE)");
  const long page = std::stol(database.value("SELECT rootpage FROM sqlite_master WHERE name = 'accounts'"));
  {
    std::fstream stream(file(), std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp((page - 1) * 4096);
    stream << std::string(4096, '\x55');
  }
  bool told = false;
  for (const Json& found : findings()) told = told || found.at("check") == "integrity";
  EXPECT_TRUE(told);
}

TEST_F(DoctorSqlite, tells_a_file_that_is_not_there) {
  std::filesystem::remove(file());
  EXPECT_TRUE(contains(finding("connection", ""), "bad: there is no database file"));
}

TEST_F(DoctorSqlite, warns_of_a_sqlite_that_can_damage_files) {
  const std::string version = database.value("SELECT sqlite_version()");
  const bool fixed =
      version.starts_with("3.53") || version == "3.51.3" || version == "3.50.7" || version == "3.44.6";
  const auto found = with(findings(), "check", "version");
  EXPECT_EQ(found.empty(), fixed) << version;
}

/// Of both engines.
void expect_history_and_schema(const OperationsFolder& at, const TestDatabase& database,
                               const std::function<std::string(const char*, const std::string&)>& finding) {
  const std::string schema = database.is_postgresql() ? "public." : "";
  database.sql(
      "ALTER TABLE accounts RENAME COLUMN name TO title; CREATE TABLE by_hand (x bigint); DROP TABLE orders");
  EXPECT_TRUE(contains(finding("schema", "column " + schema + "accounts.name"),
                       "bad: schema mismatch: it is missing"));
  EXPECT_TRUE(
      contains(finding("schema", "table " + schema + "orders"), "bad: schema mismatch: it is missing"));
  EXPECT_TRUE(contains(finding("schema", "table " + schema + "by_hand"),
                       "warning: schema mismatch: no migration made it"));
  at.folder.write("migrations/002_orders.up.sql", "-- another\n");
  at.folder.write("migrations/004_broken.up.sql", "CREATE TABLE accounts (id bigint);\n");
  at.folder.write("migrations/005_later.up.sql", "CREATE TABLE later (id bigint);\n");
  std::filesystem::rename(at.folder / "migrations/002_orders.up.sql", at.folder / "kept");
  EXPECT_TRUE(contains(finding("history", "002_orders"), "warning: it is applied, and its file is gone"));
  std::filesystem::rename(at.folder / "kept", at.folder / "migrations/002_orders.up.sql");
  EXPECT_TRUE(contains(finding("history", "002_orders"), "bad: its file was changed"));
  EXPECT_EQ(at.run({"repair", "--yes"}).exit_status, 0);
  EXPECT_EQ(at.run({"up", "--only", "004_broken"}).exit_status, 3);
  EXPECT_TRUE(contains(finding("history", "004_broken"), "bad: it was tried and failed"));
  EXPECT_EQ(at.run({"up", "--only", "005_later"}).exit_status, 0);
  EXPECT_TRUE(contains(finding("history", "004_broken"), "it was tried and failed"));
  at.folder.write("migrations/004_broken.up.sql", "CREATE TABLE fourth (id bigint);\n");
  EXPECT_EQ(at.run({"repair", "--yes"}).exit_status, 0);
  EXPECT_TRUE(
      contains(finding("history", "004_broken"), "warning: a gap: it is pending, and 005_later is applied"));
}

TEST_F(DoctorSqlite, tells_what_is_odd_in_the_history_and_what_differs_from_the_migrations) {
  expect_history_and_schema(at, database,
                            [&](const char* check, const std::string& s) { return finding(check, s); });
}

TEST_F(DoctorPostgres, tells_what_is_odd_in_the_history_and_what_differs_from_the_migrations) {
  expect_history_and_schema(at, database,
                            [&](const char* check, const std::string& s) { return finding(check, s); });
  EXPECT_EQ(
      PostgresCluster::shared().sql("postgres", "SELECT 1 FROM pg_database WHERE datname ~ 'scratch'").size(),
      0U);
}

const char* const unfinished =
    "INSERT INTO schema_migration_steps (version, direction, position, sha, state) VALUES ('002_orders', "
    "'up', 2, "
    "'abc', 'running')";

TEST_F(DoctorSqlite, tells_a_statement_that_has_no_end_on_record) {
  database.sql(unfinished);
  EXPECT_TRUE(
      contains(finding("history", "002_orders"), "warning: statement 2 began and has no end on record"));
}

TEST_F(DoctorPostgres, tells_a_statement_that_has_no_end_on_record) {
  database.sql(unfinished);
  EXPECT_TRUE(
      contains(finding("history", "002_orders"), "warning: statement 2 began and has no end on record"));
}

TEST_F(DoctorSqlite, warns_of_a_log_that_grows) {
  SqliteSession session(file());
  session.sql("PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0");
  EXPECT_EQ(finding("file", file().string() + "-wal"), "");
  session.sql("CREATE TABLE large (x); INSERT INTO large VALUES (zeroblob(67000000))");
  EXPECT_TRUE(contains(finding("file", file().string() + "-wal"), "warning: the write-ahead log has 6"));
}

TEST_F(DoctorSqlite, warns_of_an_autoincrement_near_its_end) {
  database.sql("CREATE TABLE fills (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO fills VALUES (7)");
  EXPECT_EQ(finding("sequences", "fills"), "");
  database.sql("INSERT INTO fills VALUES (9000000000000000000)");
  EXPECT_TRUE(contains(finding("sequences", "fills"),
                       "warning: its AUTOINCREMENT stands at 9000000000000000000 of 9223372036854775807"));
}

TEST_F(DoctorPostgres, finds_settings_that_hurt_and_nothing_else_bad) {
  EXPECT_TRUE(contains(finding("settings", "fsync"), "bad: fsync is off"));
  EXPECT_TRUE(contains(finding("settings", "full_page_writes"), "bad: full_page_writes is off"));
  for (const Json& found : findings())
    EXPECT_TRUE(found.at("severity") != "bad" || found.at("check") == "settings") << found;
}

TEST(DoctorOfServer, is_content_with_a_server_that_is_set_up_well) {
  const PostgresCluster cluster({.fsync = true});
  const Outcome outcome =
      tradewind("--database", cluster.url(), "doctor", "--no-schema", "--dir", "nowhere", "--json");
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
}

TEST_F(DoctorPostgres, says_who_is_blocked_by_whom_and_since_when) {
  PostgresSession holder(database.url);
  holder.sql("SET application_name = 'the bot'; BEGIN; LOCK TABLE accounts");
  PostgresSession waiter(database.url);
  waiter.send("SELECT count(*) FROM accounts");
  const std::string subject = "pid " + std::to_string(waiter.backend());
  std::string found;
  ASSERT_TRUE(eventually([&] { return !(found = finding("locks", subject, {"--no-schema"})).empty(); }));
  // Servers before 14 do not tell since when.
  EXPECT_TRUE(contains(found, "has waited ") || contains(found, "in a statement that began "));
  EXPECT_TRUE(contains(found, "on accounts, "));
  EXPECT_TRUE(contains(found, "held by pid " + std::to_string(holder.backend())));
  EXPECT_TRUE(contains(found, "the bot"));
  EXPECT_TRUE(contains(found, "since 2"));
  EXPECT_TRUE(eventually([&] {
    return finding("locks", subject, {"--no-schema", "--long", "1s"}).starts_with("bad");
  }));
  holder.sql("ROLLBACK");
  waiter.finish();
}

TEST_F(DoctorPostgres, finds_long_transactions) {
  PostgresSession idle(database.url);
  idle.sql("BEGIN; SELECT 1");
  EXPECT_TRUE(eventually([&] {
    return finding("transactions", "pid " + std::to_string(idle.backend()), {"--no-schema", "--long", "1s"})
        .starts_with("bad: ");
  }));
}

TEST_F(DoctorPostgres, finds_invalid_indexes_constraints_orphans_and_ends_of_sequences) {
  database.sql("INSERT INTO accounts VALUES (1, 'a'), (2, 'a')");
  EXPECT_THROW(database.sql("CREATE UNIQUE INDEX CONCURRENTLY u ON accounts (name)"), SqlError);
  EXPECT_TRUE(contains(finding("indexes", "u"), "bad: the index on accounts is invalid"));
  database.sql("ALTER TABLE accounts ADD CONSTRAINT c CHECK (name <> 'a') NOT VALID");
  EXPECT_TRUE(contains(finding("constraints", "accounts"), "warning: constraint c is not validated"));
  database.sql("SET session_replication_role = replica; INSERT INTO orders VALUES (1, 7), (2, 8), (3, NULL)");
  EXPECT_TRUE(contains(finding("orphans", "orders"),
                       "bad: 2 of its rows refer by orders_account_fkey to rows of accounts"));
  database.sql("ALTER TABLE orders DISABLE TRIGGER ALL");
  EXPECT_TRUE(contains(finding("constraints", "orders"), "is not enforced"));
  database.sql("CREATE TABLE s (id serial); SELECT setval('s_id_seq', 2100000000)");
  EXPECT_TRUE(contains(finding("sequences", "s_id_seq"), "bad: 98 % of its numbers are used"));
  database.sql("SELECT setval('s_id_seq', 1900000000)");
  EXPECT_TRUE(contains(finding("sequences", "s_id_seq"), "warning: 88 %"));
}

TEST_F(DoctorPostgres, finds_partitions_that_run_out) {
  database.sql(
      "CREATE TABLE p (at timestamptz) PARTITION BY RANGE (at); CREATE TABLE p_1 PARTITION OF p FOR VALUES "
      "FROM "
      "('2001-01-01') TO ('2001-02-01')");
  EXPECT_TRUE(contains(finding("partitions", "p"), "bad: its partitions ended on 2001-0"));
  database.sql("CREATE TABLE p_2 PARTITION OF p FOR VALUES FROM ('2001-02-01') TO ('2999-01-01')");
  EXPECT_TRUE(contains(finding("partitions", "p"), "warning: its last partition ends on 2"));
  database.sql("CREATE TABLE p_3 PARTITION OF p FOR VALUES FROM ('2999-01-01') TO (MAXVALUE)");
  EXPECT_EQ(finding("partitions", "p"), "");
}

TEST_F(DoctorPostgres, says_what_a_user_without_rights_can_not_look_at) {
  database.sql(
      "DROP ROLE IF EXISTS poor; CREATE ROLE poor LOGIN; GRANT SELECT ON schema_migrations, "
      "schema_migration_steps, schema_migration_events TO poor");
  const std::string url = PostgresCluster::shared().url(database.value("SELECT current_database()"), "poor");
  const Outcome outcome = at.run({"--database", url, "doctor", "--json"});
  EXPECT_TRUE(outcome.exit_status == 1) << outcome;
  EXPECT_TRUE(contains(outcome.out, "not looked through: orders"));
  EXPECT_TRUE(contains(outcome.out, "no scratch database can be made"));
  database.sql("DROP OWNED BY poor; DROP ROLE poor");
}

TEST(DoctorOfServer, tells_a_server_that_is_not_there_as_a_finding) {
  const Outcome outcome = tradewind("--database", "postgresql://nobody@127.0.0.1:1/x", "doctor", "--json");
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_TRUE(contains(outcome.out, "\"check\": \"connection\""));
}

}  // namespace
}  // namespace tradewind::test
