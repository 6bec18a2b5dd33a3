// What `repair` does, it does alone and whole.
#include "engine_folder.hpp"
#include "support/eventually.hpp"

namespace tradewind::test {
namespace {

using namespace std::chrono_literals;

TEST(Repair, leaves_the_unfinished_step_of_a_run_at_work_alone) {
  const auto database = make_database(postgresql_engine);
  const EngineFolder at(*database);
  at.table("001_a", "a");
  ASSERT_EQ(at.run({"up"}).exit_status, 0);
  at.migration("002_b", "CREATE INDEX CONCURRENTLY a_id ON a (id);\n");
  PostgresSession in_the_way(database->url);
  in_the_way.sql("BEGIN; INSERT INTO a VALUES (1)");
  RunOptions options;
  options.cwd = at.folder.path("");
  Process up(tradewind_command({"up", "--database", database->url}), options);
  const auto running = [&] {
    return database->sql("SELECT 1 FROM schema_migration_steps WHERE state = 'running'").size();
  };
  ASSERT_TRUE(eventually([&] { return running() == 1; })) << up.err();
  const Refusal refusal = at.refused({"repair", "--yes", "--wait", "1"});
  EXPECT_EQ(refusal.exit_status, 5) << refusal;
  EXPECT_EQ(refusal.code, "runner-busy") << refusal;
  EXPECT_EQ(running(), 1U);
  Process repair(tradewind_command({"repair", "--yes", "--database", database->url}), options);
  ASSERT_TRUE(repair.wait_for_err("waiting", 30s)) << repair.err();
  in_the_way.sql("COMMIT");
  EXPECT_EQ(up.wait().value_or(Outcome()).exit_status, 0) << up.err();
  EXPECT_EQ(repair.wait().value_or(Outcome()).exit_status, 0) << repair.err();
  EXPECT_EQ(database->sql("SELECT 1 FROM schema_migration_events WHERE event = 'repaired'").size(), 0U);
}

class RepairOnBoth : public OnBothEngines {};
TRADEWIND_ON_EACH_ENGINE(RepairOnBoth);

TEST_P(RepairOnBoth, does_all_or_nothing) {
  table("001_a", "a");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  const std::string checksum = database.value("SELECT checksum FROM schema_migrations");
  migration("001_a", "CREATE TABLE a (id integer, more integer);\n");
  database.sql(database.is_postgresql()
                   ? "ALTER TABLE schema_migration_events ADD CHECK (event <> 'repaired')"
                   : "CREATE TRIGGER no BEFORE INSERT ON schema_migration_events WHEN new.event = 'repaired' "
                     "BEGIN SELECT raise(ABORT, 'no'); END");
  const Refusal refusal = refused({"repair", "--yes"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(database.value("SELECT checksum FROM schema_migrations"), checksum);
}

}  // namespace
}  // namespace tradewind::test
