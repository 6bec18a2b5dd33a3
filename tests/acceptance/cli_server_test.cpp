// The program against a PostgreSQL server: what differs from a file, and how it is told apart.
#include "cli_folder.hpp"
#include "support/engines.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {
namespace {

class Engines : public OnEachEngine {
 protected:
  Engines() { folder.write_project(); }
  Json json(Words arguments, int exit_status = 0) const {
    arguments.insert(arguments.end(), {"--database", database.url});
    return folder.json(arguments, exit_status);
  }
  Folder folder;
};
TRADEWIND_ON_EACH_ENGINE(Engines);

TEST_P(Engines, are_spoken_to_in_the_same_words) {
  EXPECT_EQ(json({"status", "--check"}, 1).at("databases").at(0).at("engine"), database.engine);
  EXPECT_EQ(json({"plan"}).at("databases").at(0).at("steps").size(), 2U);
  EXPECT_EQ(json({"up"}).at("databases").at(0).at("steps").size(), 2U);
  EXPECT_EQ(database.value("SELECT count(*) FROM trades"), "1");
  EXPECT_EQ(json({"status", "--check"}).at("databases").at(0).at("applied").size(), 2U);
  EXPECT_TRUE(json({"verify"}).at("databases").at(0).at("findings").empty());
  EXPECT_EQ(json({"redo"}).at("databases").at(0).at("steps").size(), 2U);
  EXPECT_EQ(json({"rollback"}).at("databases").at(0).at("steps").size(), 1U);
  EXPECT_EQ(json({"down"}).at("databases").at(0).at("steps").size(), 1U);
  EXPECT_TRUE(json({"status"}).at("databases").at(0).at("applied").empty());
}

class Server : public ::testing::Test {
 protected:
  Server() { folder.write_project(); }
  ~Server() override { cluster.drop_database(name); }

  std::string with_password(const std::string& password) const {
    return cluster.tcp_url(name, PostgresCluster::password_user, password);
  }

  Folder folder;
  PostgresCluster& cluster = PostgresCluster::shared();
  std::string name = cluster.create_database();
};

// I8
TEST_F(Server, refuses_a_wrong_password_which_is_not_shown) {
  const Outcome up = folder.run({"up", "--json", "--verbose", "--database", with_password("wr0ngpass")});
  EXPECT_EQ(up.exit_status, 2) << up;
  EXPECT_EQ(Json::parse(up.out).at("error").at("code"), "authentication");
  EXPECT_TRUE(lacks(up.out + up.err, "wr0ngpass"));
  EXPECT_TRUE(contains(up.err, "the database: nothing was applied; the database is unchanged"));
}

// T6, I8, R9
TEST_F(Server, takes_the_password_from_the_environment_or_its_file) {
  const std::string url = cluster.tcp_url(name, PostgresCluster::password_user);
  EXPECT_EQ(folder.run({"status", "--database", url}, {.env = {{"PGPASSWORD", PostgresCluster::password}}})
                .exit_status,
            0);
  folder.write(".env", "PGPASSWORD='" + std::string(PostgresCluster::password) + "'\n");
  EXPECT_EQ(folder.run({"status", "--database", url}).exit_status, 0);
  folder.write(".env", "DATABASE_TYPE=postgres\nDB_HOST=127.0.0.1\nDB_PORT=" +
                           std::to_string(cluster.port()) + "\nDB_USER=" + PostgresCluster::password_user +
                           "\nDB_PASSWORD=" + PostgresCluster::password + "\nDB_NAME=" + name +
                           "\nDB_SSLMODE=disable\n");
  const Outcome up = folder.run({"up", "--json"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_TRUE(lacks(up.out + up.err, PostgresCluster::password));
  EXPECT_EQ(cluster.sql(name, "SELECT count(*) FROM trades").at(0).at(0), "1");
}

// I8, R9: nothing travels in the clear where TLS was asked for.
TEST_F(Server, without_tls_is_refused_when_tls_is_asked_for) {
  for (const char* mode : {"require", "verify-full"}) {
    const Outcome up = folder.run({"up", "--json"}, {.env = {{"DB_HOST", "127.0.0.1"},
                                                             {"DB_PORT", std::to_string(cluster.port())},
                                                             {"DB_USER", PostgresCluster::password_user},
                                                             {"DB_PASSWORD", PostgresCluster::password},
                                                             {"DB_NAME", name},
                                                             {"DB_SSLMODE", mode}}});
    EXPECT_NE(up.exit_status, 0) << up;
    EXPECT_TRUE(contains(up.err, "SSL") || contains(up.err, "certificate")) << up;
    EXPECT_TRUE(lacks(up.out + up.err, PostgresCluster::password));
  }
  EXPECT_EQ(cluster.sql(name, "SELECT count(*) FROM pg_class WHERE relname = 'trades'").at(0).at(0), "0");
}

TEST_F(Server, without_the_database_is_a_configuration_error) {
  const Outcome status = folder.run({"status", "--json", "--database", cluster.url("no_such_database")});
  EXPECT_EQ(status.exit_status, 2) << status;
  EXPECT_EQ(Json::parse(status.out).at("error").at("code"), "no-such-database");
}

TEST_F(Server, shows_notices) {
  folder.write("migrations/003_notice.up.sql", "DO $$ BEGIN RAISE WARNING 'look here'; END $$;\n");
  EXPECT_TRUE(contains(folder.run({"up", "--database", cluster.url(name)}).err, "look here"));
}

TEST_F(Server, a_step_outside_a_transaction_is_marked_and_what_it_did_is_told) {
  folder.write(
      "migrations/003_index.up.sql",
      "CREATE INDEX CONCURRENTLY one ON trades (id);\nCREATE UNIQUE INDEX CONCURRENTLY two ON nope (id);\n");
  const Outcome plan = folder.run({"plan", "--database", cluster.url(name)});
  EXPECT_TRUE(contains(
      plan.out, "-- 003_index (up), outside a transaction\nCREATE INDEX CONCURRENTLY one ON trades (id);\n"));
  folder.run({"up", "2", "--database", cluster.url(name)});
  const Outcome up = folder.run({"up", "--database", cluster.url(name)});
  EXPECT_EQ(up.exit_status, 4) << up;
  EXPECT_TRUE(contains(up.err, "the database: 1 statement of 003_index ran outside a transaction and stays"));
}

}  // namespace
}  // namespace tradewind::test
