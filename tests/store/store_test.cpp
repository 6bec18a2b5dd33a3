// T7, T8, T9, R10: what is recorded comes back, exactly and once, on both engines.
#include <gtest/gtest.h>

#include <thread>

#include "store/store_fixture.hpp"

namespace tradewind::test {
namespace {

class Stores : public StoreTest {};
TRADEWIND_ON_EACH_ENGINE(Stores);

TEST_P(Stores, give_back_a_trade_as_it_was) {
  Store store = open();
  ASSERT_EQ(store.record_trade(trade("s-1")), Recorded::accepted);
  ASSERT_TRUE(store.flush(30s)) << store.status().database_trouble;
  const auto rows = store.trades();
  ASSERT_EQ(rows.size(), 1U);
  const TradeRow& row = rows[0];
  EXPECT_EQ(row.signal_id, "s-1");
  EXPECT_EQ(row.symbol, "BTCUSDT");
  EXPECT_EQ(row.side, Side::buy);
  EXPECT_EQ(row.size, 0.25_dec);
  EXPECT_EQ(row.entry_price, 61000.5_dec);
  EXPECT_EQ(row.stop_price, 60000_dec);
  EXPECT_EQ(row.tp_price, std::nullopt);
  EXPECT_EQ(row.fill_price, 61001.12345678_dec);
  EXPECT_EQ(row.slippage_pct, 0.001023_dec);
  EXPECT_EQ(row.execution_latency_ms, 12.5_dec);
  EXPECT_EQ(row.regime_state, Regime::bullish);
  EXPECT_EQ(row.phase, 1);
  EXPECT_EQ(row.timestamp, at("2026-11-21T09:30:00.123456Z"));
}

TEST_P(Stores, hold_every_number_that_the_columns_can) {
  const std::vector<Decimal> numbers = {
      0.00000001_dec, 0.1_dec,         9999.9999_dec,        10000_dec, 10001_dec, 123456.789_dec,
      100000000_dec,  99999999999_dec, 1234567.12345678_dec, 0.0001_dec};
  Store store = open();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    Trade one = trade("n");
    const std::string name = std::to_string(i);
    one.signal_id = name;
    one.size = numbers[i];
    one.slippage_pct = i % 2 == 0 ? -0.5_dec : 0_dec;
    ASSERT_EQ(store.record_trade(one), Recorded::accepted);
  }
  ASSERT_TRUE(store.flush(30s)) << store.status().database_trouble;
  const auto rows = store.trades();
  ASSERT_EQ(rows.size(), numbers.size());
  for (const TradeRow& row : rows) {
    const std::size_t i = std::stoul(row.signal_id);
    EXPECT_EQ(row.size, numbers[i]);
    EXPECT_EQ(row.slippage_pct, i % 2 == 0 ? -0.5_dec : 0_dec);
  }
}

TEST_P(Stores, give_back_events_and_regimes) {
  Store store = open();
  ASSERT_EQ(store.record_event({.event_type = "heartbeat_timeout",
                                .severity = Severity::warning,
                                .description = "it's late: \"quoted\" \\ and more",
                                .context_json = Json{R"({"seconds": 3})"},
                                .timestamp = second(1)}),
            Recorded::accepted);
  ASSERT_EQ(store.record_event({.event_type = "started", .description = "", .timestamp = second(0)}),
            Recorded::accepted);
  ASSERT_EQ(store.record_regime({.timestamp = second(2),
                                 .symbol = "ETHUSDT",
                                 .regime_state = Regime::bearish,
                                 .trend_state = Trend::down,
                                 .vol_state = Volatility::high,
                                 .market_structure_score = 99.5_dec,
                                 .model_recommendation = Recommendation::mean_revert}),
            Recorded::accepted);
  ASSERT_TRUE(store.flush(30s)) << store.status().database_trouble;
  const auto events = store.events({.severity = Severity::warning});
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].description, "it's late: \"quoted\" \\ and more");
  EXPECT_EQ(events[0].context_json, R"({"seconds": 3})");
  EXPECT_EQ(store.events({.until = second(1)}).at(0).event_type, "started");
  const auto regimes = store.regimes({.symbol = "ETHUSDT"});
  ASSERT_EQ(regimes.size(), 1U);
  EXPECT_EQ(regimes[0].trend_state, Trend::down);
  EXPECT_EQ(regimes[0].vol_state, Volatility::high);
  EXPECT_EQ(regimes[0].market_structure_score, 99.5_dec);
  EXPECT_EQ(regimes[0].model_recommendation, Recommendation::mean_revert);
}

TEST_P(Stores, follow_a_position_from_its_opening_to_its_close) {
  Store store = open();
  const OpenedPosition opened = store.open_position(position());
  ASSERT_EQ(opened.result, Recorded::accepted);
  ASSERT_TRUE(store.flush(30s)) << store.status().database_trouble;
  ASSERT_EQ(store.active_positions().size(), 1U);
  EXPECT_EQ(store.active_positions()[0].position_id, opened.position_id);
  EXPECT_EQ(store.active_positions()[0].side, PositionSide::short_position);
  EXPECT_EQ(store.active_positions()[0].current_stop, 62000_dec);

  ASSERT_EQ(store.update_position({.position_id = opened.position_id,
                                   .size = 1.5_dec,
                                   .avg_entry = 61000.5_dec,
                                   .current_tp = 55000_dec,
                                   .unrealized_pnl = -12.5_dec,
                                   .updated_at = second(60)}),
            Recorded::accepted);
  ASSERT_TRUE(store.flush(30s)) << store.status().database_trouble;
  const PositionRow updated = store.active_positions().at(0);
  EXPECT_EQ(updated.size, 1.5_dec);
  EXPECT_EQ(updated.current_stop, std::nullopt);
  EXPECT_EQ(updated.current_tp, 55000_dec);
  EXPECT_EQ(updated.unrealized_pnl, -12.5_dec);
  EXPECT_EQ(updated.updated_at, second(60));

  ASSERT_EQ(store.close_position({.position_id = opened.position_id,
                                  .close_price = 60000_dec,
                                  .realized_pnl = 1500.75_dec,
                                  .close_reason = "tp_hit",
                                  .closed_at = second(120)}),
            Recorded::accepted);
  ASSERT_TRUE(store.flush(30s)) << store.status().database_trouble;
  EXPECT_TRUE(store.active_positions().empty());
  const PositionRow closed = store.position_history().at(0);
  EXPECT_EQ(closed.realized_pnl, 1500.75_dec);
  EXPECT_EQ(closed.unrealized_pnl, 0_dec);
  EXPECT_EQ(closed.close_reason, "tp_hit");
  EXPECT_EQ(closed.closed_at, second(120));
  EXPECT_EQ(count("store_dead_letters"), "0");
}

TEST_P(Stores, make_one_change_of_many_to_a_position) {
  Store store = open();
  std::int64_t id = 0;
  for (int i = 0; i < 50; ++i) {
    id = store.open_position(position()).position_id;
    for (int j = 1; j <= 200; ++j)
      ASSERT_EQ(
          store.update_position({.position_id = id, .size = j, .avg_entry = 1_dec, .updated_at = second(j)}),
          Recorded::accepted);
  }
  ASSERT_TRUE(store.flush(30s)) << store.status().database_trouble;
  EXPECT_EQ(database.value("SELECT count(*) FROM positions WHERE size = 200"), "50");
  EXPECT_EQ(store.status().records_written, 50U * 201U);
}

TEST_P(Stores, set_aside_what_is_done_to_a_closed_position) {
  Store store = open();
  const auto id = store.open_position(position()).position_id;
  const PositionClose close{.position_id = id,
                            .close_price = 1_dec,
                            .realized_pnl = 1_dec,
                            .close_reason = {},
                            .closed_at = second(9)};
  const PositionUpdate update{.position_id = id, .size = 5_dec, .avg_entry = 1_dec, .updated_at = second(10)};
  ASSERT_EQ(store.close_position(close), Recorded::accepted);
  ASSERT_EQ(store.update_position(update), Recorded::accepted);  // in the same batch, most likely
  ASSERT_TRUE(store.flush(30s));
  ASSERT_EQ(store.close_position(close), Recorded::accepted);
  ASSERT_TRUE(store.flush(30s));
  ASSERT_EQ(store.update_position({.position_id = 999'999, .size = 5_dec, .avg_entry = 1_dec}),
            Recorded::accepted);
  ASSERT_TRUE(store.flush(30s));
  EXPECT_EQ(count("store_dead_letters"), "3");
  EXPECT_EQ(store.status().dead_letters, 3U);
  EXPECT_EQ(store.position_history().at(0).size, 2_dec);
  EXPECT_EQ(store.performance().closed, 1);
}

TEST_P(Stores, set_aside_rows_that_the_database_refuses_and_go_on) {
  Store store = open();
  for (int i = 0; i < 3000; ++i) {
    const std::string signal = "s-" + std::to_string(i);
    Trade one = trade(signal);
    if (i % 1000 == 500) one.phase = 3;
    ASSERT_EQ(store.record_trade(one), Recorded::accepted);
  }
  ASSERT_TRUE(store.flush(60s)) << store.status().database_trouble;
  EXPECT_EQ(count("trades"), "2997");
  EXPECT_EQ(count("store_dead_letters"), "3");
  EXPECT_EQ(database.value("SELECT count(*) FROM store_dead_letters WHERE record LIKE '%\"s-1500\"%' AND "
                           "table_name = 'trades' AND reason LIKE '%ck_trades_phase%'"),
            "1");
  EXPECT_EQ(store.performance().trades, 2997);
}

TEST_P(Stores, set_aside_texts_that_no_database_takes) {
  Store store = open();
  const std::string_view texts[] = {std::string_view("a\0b", 3), "\xff\xfe", "not json at all {"};
  for (const std::string_view text : texts)
    ASSERT_EQ(
        store.record_event(
            {.event_type = "odd", .description = text, .context_json = Json{text}, .timestamp = second(1)}),
        Recorded::accepted);
  ASSERT_EQ(store.record_event({.event_type = "fine", .description = "", .timestamp = second(1)}),
            Recorded::accepted);
  ASSERT_TRUE(store.flush(60s)) << store.status().database_trouble;
  EXPECT_EQ(count("store_dead_letters"), "3");
  EXPECT_EQ(count("system_events"), "1");
}

TEST_P(Stores, take_a_signal_once) {
  Store store = open();
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 200; ++i) {
      const std::string signal = "s-" + std::to_string(i);
      ASSERT_EQ(store.record_trade(trade(signal)), Recorded::accepted);
    }
    if (round == 0) {
      ASSERT_TRUE(store.flush(30s));
    }
  }
  Trade another = trade("s-7");
  another.size = 7_dec;
  ASSERT_EQ(store.record_trade(another), Recorded::accepted);
  ASSERT_TRUE(store.flush(60s)) << store.status().database_trouble;
  EXPECT_EQ(count("trades"), "200");
  EXPECT_EQ(store.status().repeats, 200U);
  EXPECT_EQ(count("store_dead_letters"), "1");
  EXPECT_EQ(store.performance().trades, 200);
}

TEST_P(Stores, refuse_what_can_never_be_recorded) {
  Store store = open();
  const std::string long_text(300'000, 'x');
  EXPECT_EQ(store.record_event({.event_type = "long", .description = long_text}), Recorded::refused);
  EXPECT_EQ(store.status().refused, 1U);
}

TEST_P(Stores, record_from_many_threads) {
  Store store = open();
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2000; ++i) {
        const std::string signal = std::to_string(t) + "-" + std::to_string(i);
        while (store.record_trade(trade(signal)) != Recorded::accepted) std::this_thread::yield();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(store.flush(60s)) << store.status().database_trouble;
  EXPECT_EQ(count("trades"), "8000");
  EXPECT_EQ(database.value("SELECT count(DISTINCT signal_id) FROM trades"), "8000");
}

TEST_P(Stores, page_through_trades_and_filter_them) {
  Store store = open();
  for (int i = 0; i < 250; ++i) {
    const std::string signal = "s-" + std::to_string(i);
    Trade one = trade(signal, i % 2 == 0 ? "BTCUSDT" : "ETHUSDT", 1 + i % 5 / 4);
    one.timestamp = second(i);
    ASSERT_EQ(store.record_trade(one), Recorded::accepted);
  }
  ASSERT_TRUE(store.flush(30s));
  std::vector<std::string> seen;
  for (Page page{.limit = 40};;) {
    const auto rows = store.trades({}, page);
    for (const TradeRow& row : rows) seen.push_back(row.signal_id);
    if (rows.size() < page.limit) break;
    page.before = rows.back().trade_id;
  }
  ASSERT_EQ(seen.size(), 250U);
  EXPECT_EQ(seen.front(), "s-249");
  EXPECT_EQ(seen.back(), "s-0");
  EXPECT_EQ(store.trades({}, {.limit = 1, .offset = 100}).at(0).signal_id, "s-149");
  EXPECT_EQ(store.trades({.symbol = "ETHUSDT"}, {.limit = 1000}).size(), 125U);
  EXPECT_EQ(store.trades({.phase = 2}, {.limit = 1000}).size(), 50U);
  EXPECT_EQ(store.trades({.from = second(10), .until = second(20)}).size(), 10U);
  EXPECT_EQ(store.trades({.symbol = "'; DROP TABLE trades; --"}).size(), 0U);
}

TEST_P(Stores, say_when_a_record_survives_a_loss_of_power) {
  Store store = open();
  EXPECT_TRUE(store.wait_durable(0ms));
  ASSERT_EQ(store.record_trade(trade("s")), Recorded::accepted);
  EXPECT_TRUE(store.wait_durable(30s));
}

TEST_P(Stores, do_not_start_on_a_database_that_is_not_up_to_date) {
  StoreOptions options = folders.options();
  options.migrate = false;
  try {
    Store::open(database.url, options);
    FAIL() << "it started";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::configuration) << error.what();
  }
  setenv("AUTO_MIGRATE", "true", 1);
  options.migrate = {};
  EXPECT_NO_THROW(Store::open(database.url, options));
  unsetenv("AUTO_MIGRATE");
}

TEST_P(Stores, want_their_rings_in_memory) {
  StoreOptions options = folders.options();
  const TempDir on_disk;
  options.rings = on_disk.path();
  if (std::filesystem::temp_directory_path() == "/dev/shm") GTEST_SKIP() << "there is no folder on a disk";
  EXPECT_THROW(Store::open(database.url, options), Error);
  options.rings_on_disk = true;
  EXPECT_NO_THROW(Store::open(database.url, options));
}

}  // namespace
}  // namespace tradewind::test
