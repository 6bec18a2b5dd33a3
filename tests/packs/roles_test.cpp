// Roles as scripts that are safe to run again. Shows F8.
#include <tradewind/tradewind.hpp>

#include "acceptance/cli_folder.hpp"
#include "support/engines.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {
namespace {

constexpr const char* insufficient_privilege = "42501";

class Roles : public ::testing::TestWithParam<const char*> {
 protected:
  Roles() { folder.run({"up", "--pack", GetParam(), "--database", database->url, "--quiet"}); }
  Outcome make(const RunOptions& options = {}) {
    return folder.run({"seed", "roles", "--pack", GetParam(), "--database", database->url}, options);
  }

  Folder folder;
  std::unique_ptr<TestDatabase> database = make_database(postgresql_engine);
};

INSTANTIATE_TEST_SUITE_P(Of, Roles, ::testing::Values("iftb", "rtx"),
                         [](const auto& pack) { return std::string(pack.param); });

TEST_P(Roles, are_made_and_made_again_without_a_difference) {
  const Outcome first = make();
  ASSERT_EQ(first.exit_status, 0) << first;
  Database opened = Database::open(database->url);
  const Schema once = read_schema(opened);
  ASSERT_EQ(make().exit_status, 0);
  EXPECT_EQ(to_text(diff(once, read_schema(opened))), "");
  const bool has_grants = std::any_of(once.objects.begin(), once.objects.end(),
                                      [](const SchemaObject& o) { return o.kind == "grant"; });
  EXPECT_TRUE(has_grants);
}

TEST_P(Roles, are_made_in_production_too) {
  const Outcome made = make({.env = {{"TRADEWIND_ENV", "production"}}});
  EXPECT_EQ(made.exit_status, 0) << made;
}

TEST_P(Roles, need_the_schema) {
  const auto empty = make_database(postgresql_engine);
  EXPECT_EQ(folder.run({"seed", "roles", "--pack", GetParam(), "--database", empty->url}).exit_status, 3);
}

TEST_P(Roles, are_exported_with_the_pack) {
  EXPECT_EQ(folder.run({"pack", "export", GetParam(), "mine", "--engine", "postgresql"}).exit_status, 0);
  EXPECT_FALSE(std::filesystem::is_empty(folder.path("mine/roles")));
}

class Iftb : public ::testing::Test {
 protected:
  Iftb() {
    const Words pack = {"--pack", "iftb", "--database", database->url, "--quiet"};
    for (const Words& command : {Words{"up"}, Words{"seed"}, Words{"seed", "roles"}}) {
      Words arguments = command;
      arguments.insert(arguments.end(), pack.begin(), pack.end());
      EXPECT_EQ(folder.run(arguments).exit_status, 0);
    }
  }
  /// The SQLSTATE with which the role is refused, or "done".
  std::string as(const std::string& role, const std::string& statement) {
    PostgresSession session(database->url);
    session.sql("SET ROLE " + role);
    try {
      session.sql("BEGIN");
      session.sql(statement);
    } catch (const SqlError& error) {
      return error.sqlstate();
    }
    return "done";
  }

  Folder folder;
  std::unique_ptr<TestDatabase> database = make_database(postgresql_engine);
};

TEST_F(Iftb, the_analyst_reads_and_can_not_write) {
  for (const char* statement :
       {"SELECT * FROM trades", "SELECT * FROM v_risk_summary", "SELECT * FROM schema_migrations"})
    EXPECT_EQ(as("analyst", statement), "done") << statement;
  for (const char* statement : {"INSERT INTO fear_greed_index (timestamp, value) VALUES (now(), 50)",
                                "UPDATE trades SET symbol = 'X'", "DELETE FROM trades", "TRUNCATE trades",
                                "DROP TABLE trades", "ALTER TABLE trades ADD COLUMN x int"})
    EXPECT_EQ(as("analyst", statement), insufficient_privilege) << statement;
}

TEST_F(Iftb, the_bot_reads_and_writes_and_can_not_drop) {
  for (const char* statement : {"SELECT * FROM trades", "UPDATE positions SET symbol = symbol",
                                "INSERT INTO fear_greed_index (timestamp, value) VALUES (now(), 50)"})
    EXPECT_EQ(as("trading_bot", statement), "done") << statement;
  for (const char* statement : {"DROP TABLE trades", "TRUNCATE trades", "ALTER TABLE trades ADD COLUMN x int",
                                "DELETE FROM schema_migrations", "UPDATE schema_migrations SET batch = 7"})
    EXPECT_EQ(as("trading_bot", statement), insufficient_privilege) << statement;
}

TEST_F(Iftb, tables_made_later_are_granted_too) {
  database->sql("CREATE TABLE later (id int)");
  EXPECT_EQ(as("analyst", "SELECT * FROM later"), "done");
  EXPECT_EQ(as("analyst", "INSERT INTO later VALUES (1)"), insufficient_privilege);
  EXPECT_EQ(as("trading_bot", "INSERT INTO later VALUES (1)"), "done");
}

}  // namespace
}  // namespace tradewind::test
