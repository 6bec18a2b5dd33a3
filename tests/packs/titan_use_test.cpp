// T2, T3, T4, T5: Titan's pack in use, on both engines.
#include <gtest/gtest.h>

#include <cstdlib>
#include <tradewind/tradewind.hpp>

#include "packs/many_rows.hpp"
#include "packs/pack_support.hpp"
#include "packs/schema_lines.hpp"
#include "support/postgres_cluster.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

class TitanUse : public ::testing::TestWithParam<const char*> {
 protected:
  PackDatabase database{GetParam(), "titan"};

  void fill() {
    database.up();
    make_numbers(database);
    database.sql(R"sql(
      INSERT INTO trades (signal_id, symbol, side, size, entry_price, fill_price, regime_state, phase, timestamp)
        SELECT 'sig-' || n, 'SYM' || (n % 1000), 'BUY', 1, 100, 100, 0, 1, at FROM numbers;
      INSERT INTO positions (symbol, side, size, avg_entry, regime_at_entry, phase_at_entry, opened_at, updated_at)
        SELECT 'SYM' || (n % 1000), 'LONG', 1, 100, 0, 1, at, at FROM numbers;
      INSERT INTO regime_snapshots (timestamp, symbol, regime_state, trend_state, vol_state, market_structure_score,
          model_recommendation)
        SELECT at, 'SYM' || (n % 1000), 0, 0, 1, 50, 'NO_TRADE' FROM numbers;
      INSERT INTO system_events (event_type, severity, description, timestamp)
        SELECT 'type-' || (n % 500), 'INFO', 'text', at FROM numbers;
      ANALYZE;)sql");
  }
};
TRADEWIND_ON_EACH_ENGINE(TitanUse);

// T2: a hundred thousand rows a table, and the queries of the service's endpoints find theirs by an index.
TEST_P(TitanUse, the_indexes_serve_its_queries) {
  fill();
  const std::string hour = " BETWEEN '2026-01-20T10:00:00.000Z' AND '2026-01-20T11:00:00.000Z'";
  EXPECT_EQ(database.value("SELECT count(*) FROM trades WHERE timestamp" + hour), "61");
  EXPECT_TRUE(database.plan_uses("SELECT * FROM trades WHERE timestamp" + hour, "idx_trades_timestamp"));
  EXPECT_TRUE(
      database.plan_uses("SELECT * FROM trades ORDER BY timestamp DESC LIMIT 50", "idx_trades_timestamp"));
  EXPECT_TRUE(
      database.plan_uses("SELECT * FROM trades WHERE symbol = 'SYM7' AND phase = 1", "idx_trades_symbol"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM positions WHERE symbol = 'SYM7'", "idx_positions_symbol"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM positions ORDER BY opened_at DESC LIMIT 50",
                                 "idx_positions_opened_at"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM regime_snapshots WHERE timestamp" + hour,
                                 "idx_regime_snapshots_timestamp"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM system_events WHERE timestamp" + hour,
                                 "idx_system_events_timestamp"));
  EXPECT_TRUE(database.plan_uses("SELECT * FROM system_events WHERE event_type = 'type-7'",
                                 "idx_system_events_event_type"));
  // The unique constraint's index has the same column: which of the two is taken is no matter.
  const std::string signal = "SELECT * FROM trades WHERE signal_id = 'sig-7'";
  const std::string of_constraint =
      database.is_postgresql() ? "uq_trades_signal_id" : "sqlite_autoindex_trades_1";
  EXPECT_TRUE(database.plan_uses(signal, "idx_trades_signal_id") || database.plan_uses(signal, of_constraint))
      << database.plan(signal);
}

// T5
TEST_P(TitanUse, timestamps_are_utc_wherever_the_session_is) {
  database.up();
  if (database.is_postgresql()) database.sql("SET TimeZone = 'Asia/Tokyo'");
  database.sql(
      "INSERT INTO system_events (event_type, severity, description) VALUES ('startup', 'INFO', 'text')");
  const std::string age =
      database.is_postgresql()
          ? "SELECT abs(extract(epoch FROM (now() AT TIME ZONE 'UTC') - (timestamp AT TIME ZONE "
            "'UTC'))) < 60 FROM system_events"
          : "SELECT timestamp LIKE '%Z' AND abs(julianday(timestamp) - julianday('now')) * 86400 < "
            "60 FROM system_events";
  EXPECT_EQ(database.value(age), database.is_postgresql() ? "t" : "1");
  if (!database.is_postgresql()) return;
  // Written with an offset it is the same instant; SQLite refuses an offset.
  database.sql("UPDATE system_events SET timestamp = '2026-01-05T19:00:00.000+09:00'");
  EXPECT_EQ(database.value("SELECT timestamp AT TIME ZONE 'UTC' FROM system_events"), "2026-01-05 10:00:00");
}

/// Rows of Titan's sample data, numbers as numbers and times as texts.
Rows told(PackDatabase& database, const std::string& query) {
  const std::string at =
      database.is_postgresql() ? "to_char(X AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')" : "X";
  std::string text = query;
  for (const char* column : {"opened_at", "closed_at", "timestamp"}) {
    text = replaced(text, std::string("$") + column, replaced(at, "X", column));
  }
  return database.sql(text);
}

/// The same instants and numbers in each engine's way of storing them.
TEST(Titan, sample_data_is_the_same_on_both_engines) {
  PackDatabase postgres(postgresql_engine, "titan");
  PackDatabase sqlite(sqlite_engine, "titan");
  for (PackDatabase* each : {&postgres, &sqlite}) {
    each->up();
    each->sql(pack_text("titan", each->folder() + "/seed/010_sample_data.sql"));
  }
  for (const char* query :
       {"SELECT trade_id, signal_id, symbol, side, regime_state, phase, $timestamp FROM trades ORDER BY "
        "trade_id",
        "SELECT trade_id FROM trades WHERE fill_price = 98262.5 AND slippage_pct = 0.012723 AND size = 0.05",
        "SELECT position_id, symbol, side, $opened_at, $closed_at, close_reason FROM positions ORDER BY "
        "position_id",
        "SELECT position_id FROM positions WHERE realized_pnl = -142.75 AND close_price = 198.87",
        "SELECT symbol, regime_state, trend_state, vol_state, model_recommendation, $timestamp"
        " FROM regime_snapshots ORDER BY snapshot_id",
        "SELECT event_type, severity, context_json ->> 'restored_positions', $timestamp FROM system_events"
        " ORDER BY event_id"}) {
    const Rows rows = told(postgres, query);
    EXPECT_EQ(rows, told(sqlite, query)) << query;
    EXPECT_FALSE(rows.empty()) << query;
  }
}

/// T1: NUMERIC gives back what was written: PostgreSQL 20 digits, SQLite the 15 of a double.
TEST_P(TitanUse, numbers_come_back_as_written) {
  database.up();
  for (const char* number : {"0.00000001", "1234567.12345678", "99999.99999999", "0.1"}) {
    database.sql(
        std::string("DELETE FROM trades; INSERT INTO trades (signal_id, symbol, side, size, entry_price,"
                    " fill_price, regime_state, phase) VALUES ('s', 'BTCUSDT', 'BUY', ") +
        number + ", " + number + ", " + number + ", 0, 1)");
    EXPECT_EQ(database.value(std::string("SELECT count(*) FROM trades WHERE size = ") + number), "1")
        << number;
    const std::string read = database.value("SELECT size FROM trades");
    EXPECT_DOUBLE_EQ(std::strtod(read.c_str(), nullptr), std::strtod(number, nullptr)) << read;
  }
}

// T1: keys are not given out again, not even after a restore.
TEST_P(TitanUse, numbering_goes_on_after_a_restore) {
  if (database.is_postgresql() && !no_pg_dump().empty()) GTEST_SKIP() << no_pg_dump();
  database.up();
  database.sql(pack_text("titan", database.folder() + "/seed/010_sample_data.sql"));
  database.sql("DELETE FROM trades WHERE trade_id = 10");
  PackDatabase restored(GetParam(), "titan");
  dump_and_restore(database, restored);
  restored.sql(
      "INSERT INTO trades (signal_id, symbol, side, size, entry_price, fill_price, regime_state, phase)"
      " VALUES ('next', 'BTCUSDT', 'BUY', 1, 100, 100, 0, 1)");
  EXPECT_EQ(restored.value("SELECT trade_id FROM trades WHERE signal_id = 'next'"), "11");
}

// T5: safe to run many times.
TEST_P(TitanUse, a_second_run_does_nothing) {
  database.up();
  database.sql(
      "INSERT INTO system_events (event_type, severity, description) VALUES ('startup', 'INFO', 'text')");
  Database opened = Database::open(database.url());
  const Schema before = read_schema(opened);
  const Rows history = database.sql("SELECT * FROM schema_migrations");
  Migrator migrator(opened, Source::pack("titan"));
  EXPECT_TRUE(migrator.up().steps.empty());
  EXPECT_TRUE(diff(before, read_schema(opened)).empty());
  EXPECT_EQ(database.sql("SELECT * FROM schema_migrations"), history);
  EXPECT_EQ(database.value("SELECT count(*) FROM system_events"), "1");
}

// T4: the schema is there on first run, and the application goes on with the same connection.
TEST_P(TitanUse, init_database_makes_the_schema_on_first_run) {
  for (int run = 0; run < 2; ++run) {
    Database opened = init_database(database.url(), Source::pack("titan"));
    opened.query(
        "INSERT INTO system_events (event_type, severity, description) VALUES ('startup', 'INFO', 'text')");
  }
  EXPECT_EQ(database.counts(),
            Rows({{"positions", "0"}, {"regime_snapshots", "0"}, {"system_events", "2"}, {"trades", "0"}}));
}

TEST(Titan, init_database_works_in_memory) {
  Database first = init_database("sqlite::memory:", Source::pack("titan"));
  Database second = init_database("sqlite::memory:", Source::pack("titan"));
  first.query(
      "INSERT INTO system_events (event_type, severity, description) VALUES ('startup', 'INFO', 'text')");
  EXPECT_EQ(first.query("SELECT count(*) FROM system_events")[0][0], "1");
  EXPECT_EQ(second.query("SELECT count(*) FROM system_events")[0][0], "0");
}

TEST(Titan, init_database_makes_the_file) {
  const TempDir folder;
  init_database("sqlite:" + (folder / "data/titan.db").string(), Source::pack("titan"));
  EXPECT_TRUE(folder.has("data/titan.db"));
}

// T3: on the command line, from the pack's own files.
TEST_P(TitanUse, runs_on_the_command_line) {
  const TempDir folder;
  const auto run = [&](std::vector<std::string> arguments) {
    for (const char* each : {"--dir", "migrations", "--database"}) arguments.emplace_back(each);
    arguments.push_back(database.url());
    return tradewind_in(folder.path(), arguments);
  };
  const Outcome exported = tradewind_in(folder.path(), {"pack", "export", "titan", "migrations", "--engine",
                                                        database.is_postgresql() ? "postgresql" : "sqlite"});
  ASSERT_EQ(exported.exit_status, 0) << exported;
  EXPECT_EQ(run({"status", "--check"}).exit_status, 1);
  ASSERT_EQ(run({"up"}).exit_status, 0);
  EXPECT_EQ(run({"status", "--check"}).exit_status, 0);

  const Outcome made = run({"new", "add_fees"});
  ASSERT_EQ(made.exit_status, 0) << made;
  std::string up_file;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "migrations")) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with("_add_fees.up.sql")) up_file = name;
  }
  EXPECT_EQ(up_file.size(), std::string("20250101000001_add_fees.up.sql").size())
      << "not timestamped: " << up_file;
  folder.write("migrations/" + up_file, "ALTER TABLE trades ADD COLUMN fee NUMERIC(20,8);\n");
  folder.write("migrations/" + replaced(up_file, ".up.", ".down."), "ALTER TABLE trades DROP COLUMN fee;\n");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  EXPECT_EQ(database.value("SELECT count(fee) FROM trades"), "0");

  // The last batch is the new one; the batch before it the pack's two.
  ASSERT_EQ(run({"down", "--batch"}).exit_status, 0);
  EXPECT_THROW(database.sql("SELECT fee FROM trades"), SqlError);
  EXPECT_EQ(database.value("SELECT count(*) FROM schema_migrations"), "2");
  ASSERT_EQ(run({"down", "--batch"}).exit_status, 0);
  EXPECT_EQ(database.counts(), Rows());
}

}  // namespace
}  // namespace tradewind::test
