// F2, F5, F8: the sample queries of the document run as they stand; plans use the indexes on 100,000 rows;
// the roles analyst and trading_bot may do what they should and nothing more.
#include <gtest/gtest.h>

#include <tradewind/tradewind.hpp>

#include "packs/pack_support.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

class IftbQueries : public ::testing::Test {
 protected:
  IftbQueries() { database_.up(); }

  std::string query(const std::string& name) const { return pack_text("iftb", "queries/" + name + ".sql"); }

  PackDatabase database_{postgresql_engine, "iftb"};
};

TEST_F(IftbQueries, all_run_as_they_stand) {
  database_.sql(pack_text("iftb", "postgres/seed/010_sample_data.sql"));
  std::size_t run = 0;
  for (const PackFile& file : pack_files("iftb")) {
    if (!file.path.starts_with("queries/")) continue;
    const Outcome outcome = run_plain(database_, std::string(file.text));
    EXPECT_EQ(outcome.exit_status, 0) << file.path << outcome;
    EXPECT_EQ(outcome.err, "") << file.path;
    ++run;
  }
  EXPECT_EQ(run, 9U);
}

TEST_F(IftbQueries, retention_deletes_what_is_older_than_it_says) {
  database_.sql(R"sql(
    INSERT INTO ohlcv_data (exchange, symbol, timeframe, timestamp, open, high, low, close, volume)
    SELECT 'okx', 'B', '1d', now() - age, 1, 1, 1, 1, 1 FROM unnest('{91 days,89 days,0}'::interval[]) AS age;
    INSERT INTO llm_analyses (timestamp, symbol, provider, model, sentiment, sentiment_score, confidence, recommendation, summary)
    SELECT now() - age, 'B', 'p', 'm', 'neutral', 0, 0, 'hold', age FROM unnest('{31 days,29 days,0}'::interval[]) AS age;
    INSERT INTO trades (exchange, symbol, side, status, quantity, entry_price, exit_price, pnl, entry_time, exit_time)
    SELECT 'okx', 'B', 'long', 'closed', 1, 1, 1, 0, now() - INTERVAL '2 years', now() - age
    FROM unnest('{366 days,364 days,0}'::interval[]) AS age;
    INSERT INTO trades (exchange, symbol, side, quantity, entry_price, entry_time)
    VALUES ('okx', 'B', 'long', 1, 1, now() - INTERVAL '3 years'))sql");
  for (const char* name : {"retention_ohlcv_data", "retention_llm_analyses", "retention_trades"})
    database_.sql(query(name));
  EXPECT_EQ(
      database_.sql("SELECT (SELECT count(*) FROM ohlcv_data), (SELECT count(*) FROM llm_analyses), "
                    "(SELECT count(*) FROM trades), (SELECT count(*) FROM trades WHERE status = 'open')"),
      (Rows{{"2", "2", "3", "1"}}));
}

TEST_F(IftbQueries, index_usage_names_the_indexes_and_orphans_are_none) {
  database_.sql(read_file(TRADEWIND_SOURCE_DIR "/tests/packs/iftb_rows.sql"));
  EXPECT_EQ(database_.sql(query("orphaned_trading_decisions")), Rows());
  const Rows usage = database_.sql(query("index_usage"));
  EXPECT_GT(usage.size(), 70U);
  EXPECT_EQ(usage[0].size(), 5U);
}

constexpr const char* hundred_thousand_rows = R"sql(
INSERT INTO ohlcv_data (exchange, symbol, timeframe, timestamp, open, high, low, close, volume)
SELECT 'okx', 'S' || n % 1000, '1h', now() - n / 1000 * INTERVAL '22 hours', 100, 101, 99, 100, 1
FROM generate_series(1, 100000) n;
INSERT INTO trades (exchange, symbol, side, status, quantity, entry_price, exit_price, pnl, entry_time, exit_time)
SELECT 'okx', 'S' || n % 2000, 'long', 'closed', 1, 100, 101, 1, now() - INTERVAL '400 days', now() - n * INTERVAL '5.5 minutes'
FROM generate_series(1, 100000) n;
INSERT INTO positions (exchange, symbol, side, status, quantity, entry_price, opened_at, closed_at)
SELECT 'okx', 'S' || n, 'long', CASE WHEN n % 1000 = 0 THEN 'open' ELSE 'closed' END, 1, 100, now() - INTERVAL '1 day',
       CASE WHEN n % 1000 <> 0 THEN now() END
FROM generate_series(1, 100000) n;
INSERT INTO llm_analyses (timestamp, symbol, provider, model, sentiment, sentiment_score, confidence, recommendation, summary,
                          factors)
SELECT now() - n * INTERVAL '27 seconds', 'S' || n % 2000, 'p', 'm', 'neutral', 0, 0.5, 'hold', 'x',
       jsonb_build_array('factor ' || n % 5000)
FROM generate_series(1, 100000) n;
INSERT INTO funding_rates (exchange, symbol, timestamp, funding_rate)
SELECT 'okx', 'S' || n % 100, now() - n / 100 * INTERVAL '8 hours', 0.0001 FROM generate_series(1, 100000) n;
ANALYZE)sql";

TEST_F(IftbQueries, use_the_indexes_on_a_hundred_thousand_rows) {
  database_.sql(hundred_thousand_rows);
  const auto uses = [&](const std::string& text, const std::string& index) {
    EXPECT_TRUE(database_.plan_uses(text, index));
  };
  // The document's queries. The orphans' one reads both of its tables by its nature.
  uses(query("retention_ohlcv_data"), "idx_ohlcv_data_timestamp");
  uses(query("retention_llm_analyses"), "idx_llm_analyses_timestamp");
  uses(query("retention_trades"), "idx_trades_exit_time");
  // The document's views.
  uses("SELECT * FROM v_recent_trades", "idx_trades_exit_time");
  uses("SELECT * FROM v_active_positions", "uq_positions_active");
  uses("SELECT * FROM v_market_data_summary", "uq_ohlcv_data_candle");
  uses("SELECT * FROM funding_rates WHERE symbol = 'S7' ORDER BY timestamp DESC, exchange LIMIT 1",
       "idx_funding_rates_symbol_timestamp");
  // What a bot asks all the time.
  uses(
      "SELECT close FROM ohlcv_data WHERE symbol = 'S7' AND timeframe = '1h' ORDER BY timestamp DESC LIMIT 1",
      "idx_ohlcv_data_symbol_timeframe_timestamp");
  uses("SELECT * FROM llm_analyses WHERE symbol = 'S7' ORDER BY timestamp DESC LIMIT 1",
       "idx_llm_analyses_symbol_timestamp");
  uses("SELECT * FROM llm_analyses WHERE factors @> '[\"factor 77\"]'", "idx_llm_analyses_factors");
  uses("SELECT * FROM trades WHERE symbol = 'S7' ORDER BY entry_time DESC LIMIT 10",
       "idx_trades_symbol_entry_time");
}

}  // namespace
}  // namespace tradewind::test
