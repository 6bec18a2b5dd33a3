// I2, I3, I5: the pack of Trading Intelligence in use.
#include <gtest/gtest.h>

#include <regex>
#include <tradewind/tradewind.hpp>

#include "packs/many_rows.hpp"
#include "packs/pack_support.hpp"
#include "support/postgres_cluster.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

using Words = std::vector<std::string>;

const std::string pack = "intelligence";
class IntelligenceUse : public ::testing::Test {
 protected:
  void SetUp() override { database.up(); }
  PackDatabase database{postgresql_engine, pack};
  const std::string for_a_symbol = pack_text(pack, "queries/001_recommendations_for_a_symbol.sql");
  const std::string with_options = pack_text(pack, "queries/002_recommendations_with_options.sql");
  const std::string confident_buys = pack_text(pack, "queries/003_high_confidence_buys.sql");
  const std::string complete = pack_text(pack, "queries/004_complete_recommendation.sql");
};

/// The columns of a query's rows, by place.
Rows columns(const Rows& rows, const std::vector<std::size_t>& places) {
  Rows result;
  for (const auto& row : rows) {
    auto& chosen = result.emplace_back();
    for (const std::size_t place : places) chosen.push_back(row.at(place));
  }
  return result;
}

// I3: the sample queries as they stand, on the sample data.
TEST_F(IntelligenceUse, the_queries_of_its_document_answer) {
  const Rows apple = database.sql(for_a_symbol);
  EXPECT_EQ(columns(apple, {2, 3, 4}), Rows({{"AAPL", "1-2 months", "BUY"}, {"AAPL", "swing", "BUY"}}));
  EXPECT_EQ(apple.at(1).back(),
            "[{\"ordinal\" : 1, \"value\" : 224.50000000, \"confidence\" : 0.8000}, "
            "{\"ordinal\" : 2, \"value\" : 227.60000000, \"confidence\" : 0.6600}]");
  EXPECT_EQ(columns(database.sql(with_options), {0, 1, 2, 3, 4, 6}),
            Rows({{"NVDA", "BUY", "0.9100", "CALL", "145.00000000", "0.44"},
                  {"AAPL", "BUY", "0.8600", "CALL", "230.00000000", "0.47"},
                  {"TSLA", "SELL", "0.7200", "PUT", "245.00000000", "-0.38"}}));
  EXPECT_EQ(columns(database.sql(confident_buys), {0, 1, 2}),
            Rows({{"NVDA", "138.75000000", "0.9100"}, {"AAPL", "226.40000000", "0.8600"}}));
  const Rows nvidia = database.sql(complete);
  EXPECT_EQ(columns(nvidia, {2, 11, 12, 14}), Rows({{"NVDA", "CALL", "145.00000000", "7.40000000"}}));
  EXPECT_EQ(nvidia.at(0).back(),
            "[{\"ordinal\" : 1, \"value\" : 10.20000000, \"confidence\" : 0.8200}, "
            "{\"ordinal\" : 2, \"value\" : 13.60000000, \"confidence\" : 0.6900}, "
            "{\"ordinal\" : 3, \"value\" : 18.00000000, \"confidence\" : 0.4800}]");
}

/// A hundred thousand recommendations, one every ten minutes back from now, each with a target; every other
/// has an option with a target.
void fill(PackDatabase& database) {
  make_numbers(database);
  database.sql(R"sql(
    INSERT INTO recommendations (reco_id, asof, symbol, horizon, side, entry_price, confidence_overall, rationale)
      SELECT md5(n::text)::uuid, now() - n * interval '10 minutes',
             CASE n % 1000 WHEN 1 THEN 'AAPL' WHEN 2 THEN 'NVDA' ELSE 'SYM' || n % 1000 END,
             (ARRAY['day', 'swing', '1-2 months'])[n % 3 + 1], (ARRAY['BUY', 'SELL'])[n % 2 + 1], 100,
             (n % 100) / 100.0, '{"reasoning": "generated"}'
      FROM numbers;
    INSERT INTO reco_targets (reco_id, ordinal, name, target_type, value, confidence)
      SELECT md5(n::text)::uuid, 1, 'Target 1', 'price', 110, 0.5 FROM numbers;
    INSERT INTO option_ideas (reco_id, option_type, expiry, strike, option_entry_price)
      SELECT md5(n::text)::uuid, 'CALL', CURRENT_DATE + 30, 100, 5 FROM numbers WHERE n % 2 = 0;
    INSERT INTO option_targets (reco_id, ordinal, name, value, confidence)
      SELECT md5(n::text)::uuid, 1, 'Target 1', 10, 0.5 FROM numbers WHERE n % 2 = 0;
    ANALYZE;)sql");
}

// I3: by the indexes that the document has for them.
TEST_F(IntelligenceUse, the_indexes_serve_its_queries) {
  fill(database);
  EXPECT_EQ(database.sql(for_a_symbol).size(), 102U);
  EXPECT_TRUE(database.plan_uses(for_a_symbol, "idx_recommendations_symbol_asof"));
  EXPECT_TRUE(database.plan_uses(with_options, "idx_recommendations_asof"));
  EXPECT_EQ(database.sql(confident_buys).size(), 10U);
  EXPECT_TRUE(database.plan_uses(confident_buys, "idx_recommendations_horizon_confidence"));
  EXPECT_EQ(database.sql(complete).size(), 1U);
  // For the one latest row of a symbol either index will do: the server's version decides.
  EXPECT_TRUE(database.plan_uses(complete, "idx_recommendations_symbol_asof") ||
              database.plan_uses(complete, "idx_recommendations_asof"))
      << database.plan(complete);
  EXPECT_TRUE(
      database.plan_uses("SELECT * FROM recommendations WHERE side = 'HOLD'", "idx_recommendations_side"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM recommendations ORDER BY asof DESC LIMIT 20",
                                 "idx_recommendations_asof"));
  // Two indexes of each of these tables begin with the key: which of them is taken is no matter.
  for (const std::string& table : Words{"reco_targets", "option_targets"}) {
    const std::string query = "SELECT * FROM " + table + " WHERE reco_id = md5('8')::uuid ORDER BY ordinal";
    EXPECT_TRUE(database.plan_uses(query, "idx_" + table + "_reco_id") ||
                database.plan_uses(query, "pk_" + table))
        << database.plan(query);
  }
}

// I2, I3: rows whose expiry has passed are restored, and the restored trigger refuses new ones.
TEST_F(IntelligenceUse, a_dump_with_expired_options_comes_back) {
  if (!no_pg_dump().empty()) GTEST_SKIP() << no_pg_dump();
  database.sql(
      "ALTER TABLE option_ideas DISABLE TRIGGER trg_option_ideas_expiry_future;"
      "UPDATE option_ideas SET expiry = '2020-01-17';"
      "ALTER TABLE option_ideas ENABLE TRIGGER trg_option_ideas_expiry_future");
  PackDatabase restored(postgresql_engine, pack);
  dump_and_restore(database, restored);
  EXPECT_EQ(restored.contents(), database.contents());
  EXPECT_EQ(restored.sql("SELECT DISTINCT expiry FROM option_ideas"), Rows({{"2020-01-17"}}));
  restored.expect_refused("UPDATE option_ideas SET expiry = '2020-01-18'", "is not after the current date");
}

/// As the comment in the migration says.
TEST_F(IntelligenceUse, data_alone_comes_back_with_triggers_off) {
  if (!no_pg_dump().empty()) GTEST_SKIP() << no_pg_dump();
  database.sql(
      "ALTER TABLE option_ideas DISABLE TRIGGER trg_option_ideas_expiry_future;"
      "UPDATE option_ideas SET expiry = '2020-01-17';"
      "ALTER TABLE option_ideas ENABLE TRIGGER trg_option_ideas_expiry_future");
  PackDatabase restored(postgresql_engine, pack);
  restored.up();
  restored.sql("DELETE FROM recommendations");
  const TempDir folder;
  const std::string file = (folder / "data").string();
  const Outcome dumped = Program::run(
      {"pg_dump", "--format=custom", "--data-only", "--table=recommendations", "--table=reco_targets",
       "--table=option_ideas", "--table=option_targets", "--file=" + file, "--dbname=" + database.url()});
  ASSERT_EQ(dumped.exit_status, 0) << dumped;
  const Outcome loaded = Program::run({"pg_restore", "--exit-on-error", "--data-only", "--disable-triggers",
                                       "--dbname=" + restored.url(), file});
  EXPECT_EQ(loaded.exit_status, 0) << loaded;
  EXPECT_EQ(restored.contents(), database.contents());
}

// I3: on any date. At every moment the day is another one at the two ends of the world.
TEST(Intelligence, the_sample_data_goes_by_the_day_it_is_applied_on) {
  for (const std::string& zone : Words{"Etc/GMT-14", "Etc/GMT+12"}) {
    PackDatabase there(postgresql_engine, pack);
    there.sql("SET TimeZone = '" + zone + "'");
    for (const std::string& version : there.versions()) there.sql(pack_text(pack, version + ".up.sql"));
    EXPECT_EQ(there.sql("SELECT expiry - CURRENT_DATE FROM option_ideas ORDER BY 1"),
              Rows({{"21"}, {"45"}, {"60"}}));
    EXPECT_EQ(there.value("SELECT count(*) FROM recommendations WHERE asof > now() - interval '13 days'"),
              "5");
  }
  const std::string text = pack_text(pack, "postgres/002_add_sample_data.up.sql");
  const std::string statements = text.substr(text.find("INSERT"));
  EXPECT_FALSE(std::regex_search(statements, std::regex(R"('\d{4}-\d\d-\d\d[' T])"))) << "a fixed date";
}

// I5
TEST_F(IntelligenceUse, the_history_is_as_its_document_says) {
  const Rows rows = database.sql("SELECT * FROM schema_migrations ORDER BY applied_at DESC");
  EXPECT_EQ(rows.size(), 2U);
  EXPECT_EQ(
      database.sql(
          "SELECT migration_id, version, name, description FROM schema_migrations ORDER BY applied_at DESC"),
      Rows({{"2", "002_add_sample_data", "add sample data",
             "Add sample recommendations with targets and options"},
            {"1", "001_create_recommendations_tables", "create recommendations tables",
             "Create recommendations, reco_targets, option_ideas and option_targets"}}));
  EXPECT_EQ(
      database.sql(
          "SELECT DISTINCT length(checksum), applied_at <= now(), applied_at > now() - interval '1 hour',"
          " execution_time_ms > 0 FROM schema_migrations"),
      Rows({{"64", "t", "t", "t"}}));
  EXPECT_EQ(
      database.value("SELECT string_agg(column_name || ' ' || data_type, ', ' ORDER BY ordinal_position) FROM"
                     " information_schema.columns WHERE table_name = 'schema_migrations' AND column_name IN"
                     " ('migration_id', 'version', 'name', 'applied_at', 'checksum', 'execution_time_ms')"),
      "migration_id bigint, version text, name text, checksum text, applied_at timestamp with time zone, "
      "execution_time_ms double precision");
}

// I5: the new migration of the document, as it stands there.
TEST_F(IntelligenceUse, a_new_migration_is_a_file_with_a_header) {
  const TempDir folder;
  ASSERT_EQ(tradewind_in(folder.path(), {"pack", "export", pack, "db/migrations", "--engine", "postgresql"})
                .exit_status,
            0);
  folder.write("db/migrations/003_add_user_tracking.sql", R"sql(-- Migration: 003_add_user_tracking
-- Description: Add user tracking and audit tables
-- Created: 2026-01-14

CREATE TABLE user_actions (
    action_id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    user_id UUID NOT NULL,
    action_type TEXT NOT NULL,
    created_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP
);
)sql");
  const Outcome applied =
      tradewind_in(folder.path(), {"up", "--dir", "db/migrations", "--database", database.url()});
  ASSERT_EQ(applied.exit_status, 0) << applied;
  EXPECT_EQ(database.sql(
                "SELECT version, name, description FROM schema_migrations ORDER BY applied_at DESC LIMIT 1"),
            Rows({{"003_add_user_tracking", "add user tracking", "Add user tracking and audit tables"}}));
  EXPECT_EQ(
      database.sql("INSERT INTO user_actions (user_id, action_type) VALUES (uuid_generate_v4(), 'login')"
                   " RETURNING action_id IS NOT NULL, created_at = CURRENT_TIMESTAMP"),
      Rows({{"t", "t"}}));
}

}  // namespace
}  // namespace tradewind::test
