// A database that is not all in order is backed up and restored as it is. Shows C7 and R8.
#include "operations/backup_place.hpp"

namespace tradewind::test {
namespace {

const char* orphans =
    "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER, p INTEGER REFERENCES p (id));"
    "INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1), (2, 7), (3, 8)";

class FaithfulSqlite : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(As, FaithfulSqlite, ::testing::Values("--quiet", "--sql"),
                         [](const auto& one) { return std::string(one.param).substr(2); });

TEST_P(FaithfulSqlite, copies_of_rows_without_their_parents_are_good) {
  const Folder folder;
  folder.sql("a.db", orphans);
  const Json made = folder.json({"--database", "a.db", "backup", "--verify", GetParam()});
  const Json& flaws = made["backup"]["databases"][0]["flaws"];
  ASSERT_EQ(flaws.size(), 1U) << flaws;
  EXPECT_EQ(flaws[0]["count"], 2);
  EXPECT_TRUE(contains(flaws[0]["what"], "rows of c refer to rows of p"));
  folder.sql("a.db", "DELETE FROM c");
  const Outcome restored = folder.run({"--database", "a.db", "restore", "--yes"});
  EXPECT_EQ(restored.exit_status, 0) << restored;
  EXPECT_EQ(folder.sql("a.db", "SELECT count(*) FROM c")[0][0], "3");
}

TEST_P(FaithfulSqlite, copies_of_foreign_keys_that_refer_to_nothing_are_good) {
  const Folder folder;
  folder.sql("a.db",
             "CREATE TABLE p (id INTEGER); CREATE TABLE c (p INTEGER REFERENCES p (id));"
             "INSERT INTO c VALUES (1)");
  const Outcome made = folder.run({"--database", "a.db", "backup", "--verify", GetParam()});
  EXPECT_EQ(made.exit_status, 0) << made;
  EXPECT_EQ(folder.run({"--database", "a.db", "restore", "--yes"}).exit_status, 0);
}

TEST(FaithfulSqliteFile, with_values_that_a_constraint_forbids_is_a_good_one) {
  const Folder folder;
  folder.sql("a.db",
             "CREATE TABLE t (a INTEGER CHECK (a > 0)); PRAGMA ignore_check_constraints = ON;"
             "INSERT INTO t VALUES (-1)");
  EXPECT_EQ(folder.run({"--database", "a.db", "backup", "--verify"}).exit_status, 0);
  EXPECT_EQ(folder.run({"--database", "a.db", "restore", "--yes"}).exit_status, 0);
}

TEST(FaithfulSqliteFile, with_more_flaws_than_there_were_is_refused) {
  const Folder folder;
  folder.sql("a.db", orphans);
  const std::string name = folder.json({"--database", "a.db", "backup", "--sql"})["backup"]["name"];
  const std::string path = "backups/" + name + "/metadata.json";
  Json metadata = Json::parse(folder.read(path));
  metadata["databases"][0]["flaws"][0]["count"] = 1;
  folder.write(path, metadata.dump());
  const Outcome refused = folder.run({"--database", "a.db", "restore", "--yes"});
  EXPECT_EQ(refused.exit_status, 3) << refused;
  EXPECT_TRUE(contains(refused.err, "rows of c refer to rows of p that are not there (2)"));
  EXPECT_TRUE(contains(refused.err, "nothing was put into place"));
}

class FaithfulPostgres : public ::testing::Test {
 protected:
  Json backed_up() const {
    return folder.json({"--database", database->url, "backup", "--verify"})["backup"];
  }
  Json restored(Words more = {}) const {
    more.insert(more.begin(), {"--database", database->url, "restore", "--yes"});
    return folder.json(more)["databases"][0];
  }

  Folder folder;
  std::unique_ptr<TestDatabase> database = make_database(postgresql_engine);
};

TEST_F(FaithfulPostgres, copies_lack_an_invalid_index_and_say_so) {
  database->sql("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)");
  EXPECT_THROW(database->sql("CREATE UNIQUE INDEX CONCURRENTLY once ON t (a)"), SqlError);
  const Json made = backed_up();
  ASSERT_EQ(made["notes"].size(), 1U);
  EXPECT_TRUE(contains(made["notes"][0], "public.once was invalid"));
  const Json one = restored();
  ASSERT_EQ(one["notes"].size(), 1U);
  EXPECT_TRUE(contains(one["notes"][0], "public.once was invalid"));
}

TEST_F(FaithfulPostgres, copies_have_the_servers_version_of_an_extension) {
  database->sql("CREATE EXTENSION hstore VERSION '1.4'");
  EXPECT_TRUE(contains(backed_up()["notes"].dump(), "the extension hstore has version"));
  EXPECT_TRUE(contains(restored()["notes"].dump(), "instead of 1.4"));
}

TEST_F(FaithfulPostgres, copies_without_owners_have_no_default_grants) {
  const std::string reader = "reader_" + database->value("SELECT current_database()");
  database->sql("CREATE ROLE " + reader + "; CREATE TABLE t (a int); GRANT SELECT ON t TO " + reader +
                "; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO " + reader);
  backed_up();
  EXPECT_EQ(restored({"--no-owner"})["notes"], Json::array());
}

}  // namespace
}  // namespace tradewind::test
