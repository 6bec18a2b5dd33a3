// A history that is another tool's, damaged or not where one looks.
// Shows: I5
#include "engine_folder.hpp"

namespace tradewind::test {
namespace {

struct ForeignTable {
  const char* name;
  const char* create;
  const char* insert;
};

constexpr ForeignTable foreign_tables[] = {
    {"golang_migrate",
     "CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)",
     "INSERT INTO schema_migrations VALUES (7, false)"},
    {"dbmate", "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY)",
     "INSERT INTO schema_migrations VALUES ('20250101000001')"},
    {"rails", "CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY)",
     "INSERT INTO schema_migrations VALUES ('20250101000001')"},
    {"intelligence",
     "CREATE TABLE schema_migrations (migration_id integer PRIMARY KEY, version varchar(255) NOT NULL "
     "UNIQUE, "
     "name varchar(255) NOT NULL, applied_at timestamp, checksum varchar(64), execution_time_ms integer)",
     "INSERT INTO schema_migrations VALUES (1, '001_a', 'a', NULL, NULL, 5)"},
    {"rtx",
     "CREATE TABLE schema_migrations (version integer PRIMARY KEY, name varchar(255) NOT NULL, applied_at "
     "timestamp, "
     "execution_time_ms integer, status varchar(20))",
     "INSERT INTO schema_migrations VALUES (1, 'init', NULL, 5, 'applied')"},
    {"titan",
     "CREATE TABLE schema_migrations (id integer PRIMARY KEY, name varchar(255), batch integer, "
     "migration_time timestamp)",
     "INSERT INTO schema_migrations VALUES (1, '001_a', 1, NULL)"},
};

using Case = std::tuple<const char*, ForeignTable>;

class ForeignHistory : public ::testing::TestWithParam<Case> {
 protected:
  std::unique_ptr<TestDatabase> database = make_database(std::get<0>(GetParam()));
  EngineFolder at{*database};
};
INSTANTIATE_TEST_SUITE_P(Of, ForeignHistory,
                         ::testing::Combine(::testing::Values(sqlite_engine, postgresql_engine),
                                            ::testing::ValuesIn(foreign_tables)),
                         [](const auto& named) {
                           return std::string(std::get<1>(named.param).name) + "_on_" +
                                  std::get<0>(named.param);
                         });

TEST_P(ForeignHistory, is_refused_and_left_alone) {
  const ForeignTable& foreign = std::get<1>(GetParam());
  database->sql(foreign.create);
  database->sql(foreign.insert);
  const Rows before = database->sql("SELECT * FROM schema_migrations");
  at.table("001_a", "a");
  for (const Words& command :
       std::vector<Words>{{"up"}, {"status"}, {"plan"}, {"down"}, {"baseline", "1"}, {"repair", "--yes"}}) {
    const Refusal refusal = at.refused(command);
    EXPECT_EQ(refusal.exit_status, 3) << refusal;
    EXPECT_EQ(refusal.code, "history-foreign") << command.front();
    EXPECT_TRUE(contains(refusal.text, "not Tradewind's"));
    EXPECT_TRUE(contains(refusal.text, "--history-table tradewind_migrations"));
  }
  EXPECT_EQ(database->sql("SELECT * FROM schema_migrations"), before);
  EXPECT_EQ(at.all_tables(), Words{"schema_migrations"});

  const Outcome up = at.run({"up", "--history-table", "tradewind_migrations"});
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(at.all_tables(), (Words{"a", "schema_migrations", "tradewind_migrations",
                                    "tradewind_migrations_events", "tradewind_migrations_steps"}));
  EXPECT_EQ(database->sql("SELECT * FROM schema_migrations"), before);
}

class History : public OnBothEngines {};
TRADEWIND_ON_EACH_ENGINE(History);

TEST_P(History, that_lacks_a_column_is_damaged) {
  table("001_a", "a");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  database.sql("ALTER TABLE schema_migrations DROP COLUMN applied_by");
  table("002_b", "b");
  const Refusal refusal = refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.code, "history-damaged");
  EXPECT_TRUE(contains(refusal.text, "lacks applied_by"));
  EXPECT_EQ(tables(), Words{"a"});
}

TEST_P(History, with_a_name_of_its_own_is_found_again) {
  table("001_a", "a");
  const std::string name = database.is_postgresql() ? "audit.Migrations" : "Migrations";
  if (database.is_postgresql()) database.sql("CREATE SCHEMA audit");
  ASSERT_EQ(run({"up", "--history-table", name}).exit_status, 0);
  EXPECT_EQ(all_tables(), (Words{"Migrations", "Migrations_events", "Migrations_steps", "a"}));
  const Json status = one({"status", "--history-table", name});
  EXPECT_EQ(each(status.at("applied"), "version"), Words{"001_a"});
  EXPECT_TRUE(contains(run({"up", "--history-table", name}).err, "nothing to apply"));
  EXPECT_EQ(versions({"down", "--history-table", name}), Words{"001_a"});
  EXPECT_TRUE(one({"status", "--history-table", name}).at("applied").empty());
}

TEST_P(History, with_a_name_that_needs_quotes) {
  table("001_a", "a");
  const std::string name = "a \"$1\" 'b';";
  const Outcome script = run({"up", "--dry-run", "--history-table", name});
  EXPECT_EQ(script.exit_status, 0) << script;
  EXPECT_TRUE(contains(script.out, "INSERT INTO "));
  EXPECT_TRUE(contains(script.out, "\"a \"\"$1\"\" 'b';\""));
  ASSERT_EQ(run({"up", "--history-table", name}).exit_status, 0);
  EXPECT_EQ(each(one({"status", "--history-table", name}).at("applied"), "version"), Words{"001_a"});
  EXPECT_EQ(versions({"down", "--history-table", name}), Words{"001_a"});
}

class HistoryOnPostgres : public OnPostgres {
 protected:
  void set_search_path(const std::string& value) {
    database.sql("ALTER DATABASE " + database.value("SELECT current_database()") +
                 " SET search_path = " + value);
  }
  std::string schema() const {
    return database.value("SELECT schemaname FROM pg_tables WHERE tablename = 'schema_migrations'");
  }
};

TEST_F(HistoryOnPostgres, of_another_tool_is_left_alone_with_an_empty_search_path) {
  database.sql("CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL)");
  set_search_path("''");
  at.migration("001_a", "CREATE TABLE public.a (id integer);\n");
  for (const char* command : {"up", "status", "plan"}) {
    const Refusal refusal = at.refused({command});
    EXPECT_EQ(refusal.exit_status, 3) << refusal;
    EXPECT_EQ(refusal.code, "history-foreign") << refusal;
  }
  EXPECT_EQ(at.all_tables(), Words{"schema_migrations"});
}

/// Another tool's table in a schema that nobody looks into.
TEST_F(HistoryOnPostgres, is_made_beside_another_tools_with_an_empty_search_path) {
  database.sql(
      "CREATE SCHEMA other; CREATE TABLE other.schema_migrations (version bigint PRIMARY KEY, dirty "
      "boolean)");
  set_search_path("''");
  at.migration("001_a", "CREATE TABLE public.a (id integer);\n");
  EXPECT_EQ(at.run({"up"}).exit_status, 0);
  EXPECT_EQ(at.run({"status", "--check"}).exit_status, 0);
}

TEST_F(HistoryOnPostgres, with_an_empty_search_path) {
  set_search_path("''");
  at.migration("001_a", "CREATE TABLE public.a (id integer);\n", "DROP TABLE public.a;\n");
  const Outcome up = at.run({"up"});
  ASSERT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(schema(), "public");
  EXPECT_EQ(at.run({"status", "--check"}).exit_status, 0);
  at.table("002_b", "b");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.error.at("sqlstate"), "3F000");
  EXPECT_TRUE(contains(refusal.text, "search path is empty"));
  EXPECT_EQ(at.versions({"down"}), Words{"001_a"});
}

TEST_F(HistoryOnPostgres, is_found_when_the_search_path_became_empty) {
  database.sql("CREATE SCHEMA app");
  set_search_path("app");
  at.migration("001_a", "CREATE TABLE app.a (id integer);\n");
  ASSERT_EQ(at.run({"up"}).exit_status, 0);
  EXPECT_EQ(schema(), "app");
  set_search_path("''");
  EXPECT_EQ(at.run({"status", "--check"}).exit_status, 0);
  at.migration("002_b", "CREATE TABLE app.b (id integer);\n");
  ASSERT_EQ(at.run({"up"}).exit_status, 0);
  EXPECT_EQ(at.tables(), (Words{"a", "b"}));
  EXPECT_EQ(schema(), "app");
}

TEST_F(HistoryOnPostgres, of_each_schema_is_its_own) {
  database.sql("CREATE SCHEMA one; CREATE SCHEMA two");
  at.table("001_a", "a");
  for (const char* name : {"one", "two"}) {
    const Outcome up = at.folder.run({"up", "--database", database.url + "&options=-csearch_path%3D" + name});
    EXPECT_EQ(up.exit_status, 0) << up;
  }
  EXPECT_EQ(database.value("SELECT count(*) FROM one.schema_migrations, two.schema_migrations, one.a FULL "
                           "JOIN two.a USING (id)"),
            "0");
  EXPECT_EQ(database.value("SELECT count(*) FROM one.schema_migrations"), "1");
  EXPECT_EQ(database.value("SELECT count(*) FROM two.schema_migrations"), "1");
}

}  // namespace
}  // namespace tradewind::test
