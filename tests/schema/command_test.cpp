// `snapshot` and `diff` as a user meets them.
#include <gtest/gtest.h>

#include "schema/schemas.hpp"
#include "support/engines.hpp"
#include "support/eventually.hpp"
#include "support/given.hpp"
#include "support/postgres_cluster.hpp"
#include "support/program.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string scratch_databases() {
  return PostgresCluster::shared()
      .sql("postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE 'tradewind_scratch%'")
      .at(0)
      .at(0);
}

class SchemaCommand : public OnEachEngine {
 protected:
  SchemaCommand() {
    folder.write("migrations/001_init.up.sql", "CREATE TABLE trade (id INTEGER PRIMARY KEY, note TEXT);");
    folder.write("migrations/002_more.up.sql", "CREATE INDEX trade_note ON trade (note);");
  }
  Outcome tradewind(const std::vector<std::string>& arguments) {
    return tradewind_in(folder.path(), arguments);
  }
  std::string table() const { return database.is_postgresql() ? "public.trade" : "trade"; }

  TempDir folder;
};
TRADEWIND_ON_EACH_ENGINE(SchemaCommand);

TEST_P(SchemaCommand, snapshot_writes_what_diff_reads) {
  database.sql("CREATE TABLE trade (id INTEGER PRIMARY KEY, note TEXT)");
  const Outcome to_file = tradewind({"snapshot", "schema.json", "--database", database.url});
  EXPECT_EQ(to_file.exit_status, 0) << to_file;
  EXPECT_EQ(to_file.out, "");
  EXPECT_TRUE(schema_from_json(folder.read("schema.json")) == schema_at(database.url));
  const Outcome to_out = tradewind({"snapshot", "--database", database.url});
  EXPECT_EQ(to_out.out, folder.read("schema.json"));
  const Outcome equal = tradewind({"diff", "schema.json", database.url});
  EXPECT_EQ(equal.exit_status, 0) << equal;
  EXPECT_EQ(equal.out, "");
  database.sql("ALTER TABLE trade ADD COLUMN fee REAL");
  const Outcome different = tradewind({"diff", "schema.json", database.url});
  EXPECT_EQ(different.exit_status, 1) << different;
  EXPECT_TRUE(has(different.out, "  table " + table() + "\n    + column fee  " +
                                     (database.is_postgresql() ? "real\n" : "REAL\n")))
      << different;
}

TEST_P(SchemaCommand, snapshot_as_text_is_for_people) {
  database.sql("CREATE TABLE trade (id INTEGER NOT NULL)");
  const Outcome shown = tradewind({"snapshot", "--format", "text", "--database", database.url});
  EXPECT_EQ(shown.exit_status, 0) << shown;
  EXPECT_EQ(shown.out, to_text(schema_at(database.url)));
}

TEST_P(SchemaCommand, snapshot_replaces_a_snapshot_and_nothing_else) {
  database.sql("CREATE TABLE trade (id INTEGER NOT NULL)");
  folder.write("notes.json", "{\"mine\": true}");
  const Outcome refused = tradewind({"snapshot", "notes.json", "--database", database.url});
  EXPECT_EQ(refused.exit_status, 2) << refused;
  EXPECT_EQ(folder.read("notes.json"), "{\"mine\": true}");
  EXPECT_EQ(tradewind({"snapshot", "schema.json", "--database", database.url}).exit_status, 0);
  database.sql("ALTER TABLE trade ADD COLUMN fee REAL");
  EXPECT_EQ(tradewind({"snapshot", "schema.json", "--database", database.url}).exit_status, 0);
  EXPECT_TRUE(schema_from_json(folder.read("schema.json")) == schema_at(database.url));
}

TEST_P(SchemaCommand, snapshot_of_a_database_that_is_not_there_is_an_error) {
  const std::string missing = database.is_postgresql() ? PostgresCluster::shared().url("no_such_database")
                                                       : "sqlite:" + (folder / "missing.db").string();
  const Outcome outcome = tradewind({"snapshot", "--database", missing});
  EXPECT_EQ(outcome.exit_status, 2) << outcome;
  EXPECT_FALSE(folder.has("missing.db"));
}

TEST_P(SchemaCommand, diff_of_a_directory_shows_what_is_pending) {
  EXPECT_EQ(tradewind({"up", "1", "--database", database.url}).exit_status, 0);
  const Outcome different = tradewind({"diff", "migrations", database.url});
  EXPECT_EQ(different.exit_status, 1) << different;
  EXPECT_TRUE(has(different.out,
                  "- index " + std::string(database.is_postgresql() ? "public.trade_note" : "trade_note")))
      << different;
  EXPECT_EQ(tradewind({"up", "--database", database.url}).exit_status, 0);
  const Outcome equal = tradewind({"diff", "migrations", database.url});
  EXPECT_EQ(equal.exit_status, 0) << equal;
  const Outcome turned = tradewind({"diff", "migrations", "--database", database.url});
  EXPECT_EQ(turned.exit_status, 0) << turned;
  EXPECT_EQ(scratch_databases(), "0");
}

TEST_P(SchemaCommand, diff_as_json_is_one_document) {
  database.sql("CREATE TABLE only_there (id INTEGER)");
  const Outcome outcome = tradewind({"diff", "migrations", database.url, "--json"});
  EXPECT_EQ(outcome.exit_status, 1) << outcome;
  EXPECT_TRUE(outcome.out.starts_with("{\n  \"differences\": [\n    {\n      \"kind\": \"table\",\n"))
      << outcome;
  EXPECT_TRUE(has(outcome.out, "\"change\": \"only in a\"")) << outcome;
}

TEST_P(SchemaCommand, diff_of_migrations_that_fail_leaves_no_scratch_database) {
  folder.write("migrations/003_bad.up.sql", "ALTER TABLE nowhere ADD COLUMN a INTEGER;");
  const Outcome outcome = tradewind({"diff", "migrations", database.url});
  EXPECT_EQ(outcome.exit_status, 4) << outcome;
  EXPECT_TRUE(has(outcome.err, "003_bad")) << outcome;
  EXPECT_EQ(scratch_databases(), "0");
}

TEST_P(SchemaCommand, diff_takes_packs_and_a_server_for_them) {
  const Outcome equal = tradewind({"diff", "pack:titan", "pack:titan", "--scratch", database.url});
  EXPECT_EQ(equal.exit_status, 0) << equal;
  database.sql("CREATE TABLE only_there (id INTEGER)");
  const Outcome different = tradewind({"diff", "pack:titan", database.url});
  EXPECT_EQ(different.exit_status, 1) << different;
  EXPECT_TRUE(has(different.out, "- only in pack titan")) << different;
  EXPECT_EQ(scratch_databases(), "0");
}

class DiffCommand : public ::testing::Test {
 protected:
  Outcome tradewind(const std::vector<std::string>& arguments) {
    return tradewind_in(folder.path(), arguments);
  }
  TempDir folder;
};

TEST_F(DiffCommand, needs_no_server_for_packs_of_sqlite) {
  const Outcome outcome = tradewind({"diff", "pack:catalyst/positions", "pack:catalyst/trading"});
  EXPECT_EQ(outcome.exit_status, 1) << outcome;
}

TEST_F(DiffCommand, says_what_is_missing_if_no_server_is_known) {
  const Outcome outcome = tradewind({"diff", "pack:rtx", "pack:iftb"});
  EXPECT_EQ(outcome.exit_status, 2) << outcome;
  EXPECT_TRUE(has(outcome.err, "no server is known")) << outcome;
  EXPECT_TRUE(has(outcome.err, "--scratch URL")) << outcome;
}

TEST_F(DiffCommand, refuses_to_compare_engines) {
  const Outcome outcome =
      tradewind({"diff", "pack:rtx", "pack:catalyst/trading", "--scratch", "sqlite::memory:"});
  EXPECT_EQ(outcome.exit_status, 2) << outcome;
  EXPECT_TRUE(has(outcome.err, "different engines")) << outcome;
}

TEST_F(DiffCommand, says_what_can_be_compared) {
  for (const char* side : {"nothing", "nowhere.json", "pack:nothing", "pack:catalyst", "missing.db"}) {
    const Outcome outcome = tradewind({"diff", side, "sqlite::memory:"});
    EXPECT_GT(outcome.exit_status, 1) << side << outcome;
    EXPECT_TRUE(has(outcome.err, "error: ")) << outcome;
  }
}

TEST_F(DiffCommand, says_what_right_is_missing_for_a_scratch_database) {
  auto& cluster = PostgresCluster::shared();
  const std::unique_ptr<TestDatabase> database = make_database(postgresql_engine);
  const std::string name = database->value("SELECT current_database()");
  cluster.sql(
      name, "DO $$ BEGIN CREATE ROLE schema_guest LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
  folder.write("migrations/001_init.up.sql", "CREATE TABLE trade (id INTEGER PRIMARY KEY);");
  const Outcome refused = tradewind({"diff", "migrations", cluster.url(name, "schema_guest")});
  EXPECT_EQ(refused.exit_status, 3) << refused;
  EXPECT_TRUE(has(refused.err, "CREATEDB")) << refused;
  EXPECT_TRUE(has(refused.err, "--scratch URL")) << refused;
  const Outcome elsewhere =
      tradewind({"diff", "migrations", cluster.url(name, "schema_guest"), "--scratch", database->url});
  EXPECT_EQ(elsewhere.exit_status, 1) << elsewhere;
}

TEST_F(DiffCommand, stopped_leaves_no_scratch_database) {
  const std::unique_ptr<TestDatabase> database = make_database(postgresql_engine);
  folder.write("migrations/001_slow.up.sql", "SELECT pg_sleep(60);");
  Process process(tradewind_command({"diff", "migrations", database->url}), {.cwd = folder.path()});
  ASSERT_TRUE(eventually([&] {
    return database->value(
               "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'tradewind_scratch%' AND query LIKE "
               "'%pg_sleep%'") != "0";
  }));
  process.signal(SIGINT);
  const auto outcome = given(process.wait());
  EXPECT_EQ(outcome.exit_status, 3) << outcome;
  EXPECT_EQ(scratch_databases(), "0");
}

TEST_F(DiffCommand, shows_no_password) {
  auto& cluster = PostgresCluster::shared();
  const std::unique_ptr<TestDatabase> database = make_database(postgresql_engine);
  const std::string url = cluster.tcp_url(database->value("SELECT current_database()"),
                                          PostgresCluster::password_user, PostgresCluster::password);
  const Outcome outcome = tradewind({"diff", "pack:titan", url});
  EXPECT_EQ(outcome.exit_status, 1) << outcome;
  EXPECT_FALSE(has(outcome.out + outcome.err, PostgresCluster::password)) << outcome;
  EXPECT_FALSE(has(outcome.out + outcome.err, "correct-Horse")) << outcome;
}

}  // namespace
}  // namespace tradewind::test
