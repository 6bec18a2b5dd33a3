// A database that is not there, not ours or can't be written.
// Shows: I8, T6
#include <sys/mount.h>

#include "engine_folder.hpp"
#include "support/permissions.hpp"
#include "support/postgres_programs.hpp"

namespace tradewind::test {
namespace {

namespace fs = std::filesystem;

class NoServer : public ::testing::Test {
 protected:
  NoServer() { folder.write("migrations/001_a.up.sql", "CREATE TABLE a (id integer);\n"); }
  Refusal refused(const std::string& url, const RunOptions& options = {}) const {
    return refusal_of(folder.run({"up", "--verbose", "--json", "--database", url}, options));
  }

  PostgresCluster& cluster = PostgresCluster::shared();
  Folder folder;
};

TEST_F(NoServer, a_wrong_password_is_refused_and_not_shown) {
  const std::string secret = "wr0ng-Secret";
  const Refusal refusal = refused(cluster.tcp_url("postgres", PostgresCluster::password_user, secret));
  EXPECT_EQ(refusal.exit_status, 2) << refusal;
  EXPECT_EQ(refusal.code, "authentication");
  EXPECT_TRUE(contains(refusal.text, "password authentication failed for user \"trader\""));
  EXPECT_TRUE(lacks(refusal.text + refusal.document.dump(), secret));
  const std::string bare = cluster.tcp_url("postgres", PostgresCluster::password_user);
  const Refusal by_libpq = refused(bare, {.env = {{"PGPASSWORD", secret}}});
  EXPECT_EQ(by_libpq.code, "authentication");
  EXPECT_TRUE(lacks(by_libpq.text + by_libpq.document.dump(), secret));
  EXPECT_EQ(refused(bare).code, "authentication") << "no password at all";
}

/// Three ways to write a URL that libpq reads as something else, or not at all.
TEST_F(NoServer, a_password_with_signs_that_must_be_encoded_is_not_shown) {
  const std::string at = "@127.0.0.1:" + std::to_string(cluster.port()) + "/postgres";
  const struct {
    const char* password;
    const char* secret;
    bool unreadable;
  } cases[] = {{"s3cr%zzet", "s3cr", true}, {"p@s3cret", "s3cr", true},   {"p@s3cret/x", "s3cr", true},
               {"s3cret/x", "s3cr", true},  {"my s3cret", "s3cr", false}, {"my\"s3cret", "s3cr", false}};
  for (const auto& c : cases) {
    const std::string url = std::string("postgresql://trader:") + c.password + at;
    const Refusal refusal = refused(url);
    EXPECT_EQ(refusal.exit_status, 2) << refusal;
    EXPECT_EQ(refusal.code, c.unreadable ? "configuration" : "authentication") << refusal;
    EXPECT_EQ(contains(refusal.text, "write % as %25, @ as %40"), c.unreadable) << c.password;
    for (const char* command : {"status", "plan", "doctor", "verify", "setup", "backup", "drift", "diff"}) {
      for (const Words& more : {Words{}, Words{"--json"}}) {
        Words words = {command, "--verbose", "--database", url};
        words.insert(words.end(), more.begin(), more.end());
        const Outcome outcome = folder.run(words);
        EXPECT_TRUE(lacks(outcome.out + outcome.err, c.secret)) << command << " of " << c.password;
      }
    }
  }
}

/// Where the password is right, it is in no title and in no document.
TEST_F(NoServer, a_password_with_blanks_and_quotes_is_not_shown_by_what_works) {
  cluster.sql("postgres", "CREATE ROLE spaced LOGIN SUPERUSER PASSWORD 'my s3cret \"x'");
  const std::string url = "postgresql://spaced:my s3cret \"x@127.0.0.1:" + std::to_string(cluster.port()) +
                          "/" + cluster.create_database();
  for (const char* command : {"plan", "up", "status", "verify"}) {
    for (const Words& more : {Words{}, Words{"--json"}}) {
      Words words = {command, "--verbose", "--database", url};
      words.insert(words.end(), more.begin(), more.end());
      const Outcome outcome = folder.run(words);
      EXPECT_EQ(outcome.exit_status, 0) << outcome;
      EXPECT_TRUE(lacks(outcome.out + outcome.err, "s3cret")) << command;
    }
  }
}

TEST_F(NoServer, parts_of_the_environment_are_not_shown_either) {
  const std::string secret = "wr0ng-Secret";
  const RunOptions options{.env = {{"DATABASE_TYPE", "postgresql"},
                                   {"DB_HOST", "127.0.0.1"},
                                   {"DB_PORT", std::to_string(cluster.port())},
                                   {"DB_USER", "trader"},
                                   {"DB_NAME", "postgres"},
                                   {"DB_PASSWORD", secret}}};
  const Outcome up = folder.run({"up", "--verbose", "--json"}, options);
  EXPECT_EQ(up.exit_status, 2) << up;
  EXPECT_TRUE(lacks(up.out + up.err, secret));
}

TEST_F(NoServer, nobody_listens) {
  for (const char* url :
       {"postgresql://postgres@127.0.0.1:1/app", "postgresql:///app?host=/nowhere/at/all"}) {
    const Refusal refusal = refused(url);
    EXPECT_EQ(refusal.exit_status, 5) << refusal;
    EXPECT_EQ(refusal.code, "connection-failed");
    EXPECT_TRUE(contains(refusal.text, "check that the server runs"));
  }
}

TEST_F(NoServer, no_such_database) {
  const Refusal refusal = refused(cluster.url("no_such_database"));
  EXPECT_EQ(refusal.exit_status, 2) << refusal;
  EXPECT_EQ(refusal.code, "no-such-database");
  EXPECT_TRUE(contains(refusal.text, "createdb"));
  const Outcome file = folder.run({"down", "--database", "sqlite:no_such.db"});
  EXPECT_EQ(file.exit_status, 2) << file;
  EXPECT_TRUE(contains(file.err, "there is no database file no_such.db"));
  EXPECT_FALSE(folder.has("no_such.db"));
}

TEST_F(NoServer, a_file_that_is_no_database) {
  folder.write("notes.db", std::string(2000, 'n'));
  const Refusal refusal = refused("sqlite:notes.db");
  EXPECT_EQ(refusal.exit_status, 2) << refusal;
  EXPECT_TRUE(contains(refusal.text, "file is not a database"));
  EXPECT_EQ(folder.read("notes.db"), std::string(2000, 'n'));
  fs::create_directory(folder.path("folder.db"));
  EXPECT_EQ(refused("sqlite:folder.db").exit_status, 2);
}

class NotWritable : public OnSqlite {
 protected:
  void SetUp() override {
    at.table("001_a", "a");
    ASSERT_EQ(at.run({"up"}).exit_status, 0);
    at.table("002_b", "b");
  }
  void TearDown() override { fs::permissions(file().parent_path(), fs::perms::owner_all); }
  void expect_read_only(const Refusal& refusal) {
    EXPECT_EQ(refusal.exit_status, 3) << refusal;
    EXPECT_EQ(refusal.code, "read-only") << refusal;
    EXPECT_FALSE(refusal.error.at("hint").is_null()) << refusal;
    EXPECT_TRUE(contains(refusal.text, "nothing was applied; the database is unchanged"));
    EXPECT_EQ(at.tables(), Words{"a"});
    EXPECT_EQ(at.applied(), Words{"001_a"});
  }
};

TEST_F(NotWritable, a_read_only_file) {
  database.sql("PRAGMA journal_mode = delete");
  fs::permissions(file().parent_path(), fs::perms::all);
  fs::permissions(file(), permissions("r--r--r--"));
  expect_read_only(at.refused_as_nobody({"up"}));
}

TEST_F(NotWritable, a_read_only_file_with_a_write_ahead_log) {
  fs::permissions(file().parent_path(), fs::perms::all);
  fs::permissions(file(), permissions("r--r--r--"));
  expect_read_only(at.refused_as_nobody({"up"}));
}

TEST_F(NotWritable, a_folder_where_no_journal_can_be_made) {
  database.sql("PRAGMA journal_mode = delete");
  fs::permissions(file(), permissions("rw-rw-rw-"));
  fs::permissions(file().parent_path(), permissions("r-xr-xr-x"));
  expect_read_only(at.refused_as_nobody({"up"}));
}

/// Our default: a write-ahead log, which takes a file beside the database's to read it.
TEST_F(NotWritable, a_folder_and_a_file_with_a_write_ahead_log_are_read_all_the_same) {
  at.remove("002_b.up.sql");
  at.remove("002_b.down.sql");
  ASSERT_EQ(database.value("PRAGMA journal_mode"), "wal");
  fs::permissions(file(), permissions("r--r--r--"));
  fs::permissions(file().parent_path(), permissions("r-xr-xr-x"));
  for (const Words& words :
       std::vector<Words>{{"status", "--check"}, {"plan"}, {"up", "--dry-run"}, {"snapshot"}}) {
    const Outcome outcome = at.run_as_nobody(words);
    EXPECT_EQ(outcome.exit_status, 0) << words.front() << "\n" << outcome;
  }
  EXPECT_TRUE(contains(at.run_as_nobody({"status"}).out, "001_a"));
  at.table("002_b", "b");
  EXPECT_EQ(at.run_as_nobody({"status", "--check"}).exit_status, 1);
  EXPECT_EQ(at.run_as_nobody({"plan"}).exit_status, 0);
  expect_read_only(at.refused_as_nobody({"up"}));
}

TEST_F(NotWritable, a_folder_with_a_write_ahead_log_that_holds_something) {
  const std::string log = file().string() + "-wal";
  const TempDir copy;
  {
    SqliteSession writer(file());
    writer.sql("CREATE TABLE c (id integer)");
    fs::copy_file(file(), copy / "db");
    fs::copy_file(log, copy / "wal");
  }
  fs::copy_file(copy / "db", file(), fs::copy_options::overwrite_existing);
  fs::copy_file(copy / "wal", log);
  fs::permissions(file().parent_path(), permissions("r-xr-xr-x"));
  const Refusal refusal = at.refused_as_nobody({"status"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.code, "read-only") << refusal;
  EXPECT_TRUE(contains(refusal.text, "a part of it is in " + log));
  EXPECT_TRUE(contains(refusal.text, "wal_checkpoint"));
}

TEST_F(NotWritable, a_folder_where_no_file_can_be_made) {
  fs::permissions(file().parent_path(), permissions("r-xr-xr-x"));
  fs::remove(file());
  const Refusal refusal = at.refused_as_nobody({"up"});
  EXPECT_TRUE(refusal.exit_status == 2 || refusal.exit_status == 3) << refusal;
  EXPECT_TRUE(contains(refusal.text, "can't open"));
  EXPECT_TRUE(contains(refusal.text, "folder"));
  EXPECT_FALSE(fs::exists(file()));
}

TEST(NotWritableOnPostgres, a_read_only_database) {
  const auto database = make_database(postgresql_engine);
  EngineFolder at(*database);
  at.table("001_a", "a");
  const std::string name = database->value("SELECT current_database()");
  database->sql("ALTER DATABASE " + name + " SET default_transaction_read_only = on");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.code, "read-only");
  EXPECT_EQ(refusal.error.at("sqlstate"), "25006");
  EXPECT_EQ(at.all_tables(), Words{});
  EXPECT_EQ(at.run({"status"}).exit_status, 0);
}

TEST(NotWritableOnPostgres, a_user_without_the_right) {
  auto& cluster = PostgresCluster::shared();
  const auto database = make_database(postgresql_engine);
  EngineFolder at(*database);
  at.table("001_a", "a");
  const std::string name = database->value("SELECT current_database()");
  database->sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE clerk_" + name + " LOGIN");
  const Words arguments = {"up", "--json", "--database", cluster.url(name, "clerk_" + name)};
  const Refusal refusal = refusal_of(at.folder.run(arguments));
  database->sql("DROP ROLE clerk_" + name);
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.code, "permission");
  EXPECT_TRUE(contains(refusal.text, "permission denied for schema public"));
  EXPECT_EQ(at.all_tables(), Words{});
}

/// A file system in memory of one megabyte; none without the right to mount.
class SmallDisk {
 public:
  SmallDisk() : mounted_(::mount("none", dir_.path().c_str(), "tmpfs", 0, "size=1m,mode=0777") == 0) {}
  ~SmallDisk() {
    if (mounted_) ::umount2(dir_.path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  fs::path path() const { return dir_.path(); }

 private:
  TempDir dir_;
  bool mounted_;
};

constexpr const char* three_megabytes =
    "CREATE TABLE big (text text);\nINSERT INTO big\n"
    "  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)\n"
    "  SELECT 'a line of text that is a thousand characters long:' || ";

TEST(DiskFull, of_a_sqlite_file) {
  const SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "may not mount";
  Folder folder;
  folder.write("migrations/001_a.up.sql", "CREATE TABLE a (id integer);\n");
  folder.write("migrations/002_b.up.sql", std::string(three_megabytes) + "hex(zeroblob(500)) FROM n;\n");
  const fs::path file = disk.path() / "app.db";
  const Refusal refusal = refusal_of(folder.run({"up", "--json", "--database", "sqlite:" + file.string()}));
  EXPECT_EQ(refusal.exit_status, 4) << refusal;
  EXPECT_EQ(refusal.code, "disk-full");
  EXPECT_TRUE(contains(refusal.text, "make room, then run the same command again"));
  EXPECT_EQ(SqliteFile(file).sql("SELECT version FROM schema_migrations"), (Rows{{"001_a"}}));
  EXPECT_EQ(SqliteFile(file).sql("SELECT name FROM sqlite_master WHERE name = 'big'"), Rows{});
  EXPECT_EQ(SqliteFile(file).sql("PRAGMA integrity_check"), (Rows{{"ok"}}));
}

TEST(DiskFull, by_a_limit_on_the_size_of_files) {
  Folder folder;
  folder.write("migrations/001_a.up.sql", "CREATE TABLE a (id integer);\n");
  folder.write("migrations/002_b.up.sql", std::string(three_megabytes) + "hex(zeroblob(500)) FROM n;\n");
  const std::string command =
      "trap '' XFSZ; exec prlimit --fsize=1000000 " + tradewind_program() + " up --database sqlite:app.db";
  const Outcome up = Program::run({"sh", "-c", command}, {.cwd = folder.path("")});
  EXPECT_EQ(up.exit_status, 4) << up;
  EXPECT_TRUE(contains(up.err, "1 migration was applied, and that stays: 001_a"));
  EXPECT_EQ(folder.tables("app.db"), Words{"a"});
  EXPECT_EQ(folder.run({"up", "--database", "sqlite:app.db"}).exit_status, 0);
}

TEST(DiskFull, of_a_server) {
  const SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "may not mount";
  const fs::path place = disk.path() / "tablespace";
  fs::create_directory(place);
  fs::permissions(disk.path(), permissions("rwxr-xr-x"));
  if (const auto server = server_identity()) {
    ASSERT_EQ(::chown(place.c_str(), server->user, server->group), 0);
  }
  auto database = make_database(postgresql_engine);
  EngineFolder at(*database);
  const std::string space = "space_" + database->value("SELECT current_database()");
  database->sql("CREATE TABLESPACE " + space + " LOCATION '" + place.string() + "'");
  at.table("001_a", "a");
  at.write("002_b.up.sql", "SET default_tablespace = " + space + ";\n" + three_megabytes +
                               "repeat(md5(i::text), 31) FROM n;\n");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 4) << refusal;
  EXPECT_EQ(refusal.code, "disk-full");
  EXPECT_TRUE(contains(refusal.text, "make room, then run the same command again"));
  EXPECT_EQ(at.tables(), Words{"a"});
  EXPECT_EQ(at.applied(), Words{"001_a"});
  database->sql("DROP TABLESPACE " + space);
}

// pgbouncer before the shared server, as long as this lives.
class Pooler {
 public:
  explicit Pooler(const std::string& mode, const std::string& more = {}) {
    auto& cluster = PostgresCluster::shared();
    fs::permissions(dir_.path(), permissions("rwxr-xr-x"));
    dir_.write("pgbouncer.ini",
               "[databases]\n* = host=" + cluster.socket_folder().string() +
                   " port=" + std::to_string(cluster.port()) + " user=" + PostgresCluster::superuser +
                   "\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " + std::to_string(port_) +
                   "\nunix_socket_dir =\nauth_type = any\npool_mode = " + mode +
                   "\nignore_startup_parameters = extra_float_digits\n" + more);
    Words command;
    if (const auto user = server_identity())
      command = {"setpriv", "--reuid=" + std::to_string(user->user), "--regid=" + std::to_string(user->group),
                 "--clear-groups"};
    command.insert(command.end(), {"pgbouncer", (dir_ / "pgbouncer.ini").string()});
    process_ = std::make_unique<Process>(command, RunOptions{.env = {{"PATH", "/usr/sbin:/usr/bin:/bin"}}});
  }
  bool ready() { return process_->wait_for_err("process up"); }
  std::string url(const std::string& database) const { return PostgresCluster::tcp_url_at(port_, database); }
  std::string log() const { return process_->err(); }

 private:
  TempDir dir_;
  std::uint16_t port_ = static_cast<std::uint16_t>(20000 + ::getpid() % 10000);
  std::unique_ptr<Process> process_;
};

/// F10: PgBouncer.
class Pooling : public OnPostgres {
 protected:
  void SetUp() override {
    if (!fs::exists("/usr/sbin/pgbouncer") && !fs::exists("/usr/bin/pgbouncer"))
      GTEST_SKIP() << "no pgbouncer";
    at.table("001_a", "a");
  }
  std::string name() const { return database.value("SELECT current_database()"); }
};

TEST_F(Pooling, by_transaction_is_refused) {
  for (const char* mode : {"transaction", "statement"}) {
    Pooler pooler(mode);
    ASSERT_TRUE(pooler.ready()) << pooler.log();
    const Refusal refusal = refusal_of(at.folder.run({"up", "--json", "--database", pooler.url(name())}));
    EXPECT_EQ(refusal.exit_status, 2) << refusal;
    EXPECT_EQ(refusal.code, "pooling-proxy");
    EXPECT_TRUE(contains(refusal.text, "pool_mode = session"));
    EXPECT_EQ(at.all_tables(), Words{});
  }
}

TEST_F(Pooling, by_session_with_a_full_pool_is_worth_retrying) {
  Pooler pooler("session", "default_pool_size = 1\nquery_wait_timeout = 1\n");
  ASSERT_TRUE(pooler.ready()) << pooler.log();
  const Refusal refusal = refusal_of(at.folder.run({"up", "--json", "--database", pooler.url(name())}));
  EXPECT_EQ(refusal.exit_status, 5) << refusal;
  EXPECT_EQ(refusal.code, "connection-failed");
  EXPECT_TRUE(contains(refusal.text, "could not be seen"));
  EXPECT_EQ(at.all_tables(), Words{});
}

TEST_F(Pooling, by_session_is_fine) {
  Pooler pooler("session");
  ASSERT_TRUE(pooler.ready()) << pooler.log();
  const Outcome up = at.folder.run({"up", "--database", pooler.url(name())});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(at.tables(), Words{"a"});
}

}  // namespace
}  // namespace tradewind::test
