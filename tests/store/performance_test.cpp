// T8: the performance summary is what a recomputation over all rows gives.
#include <gtest/gtest.h>

#include <random>

#include "store/store_fixture.hpp"
#include "support/given.hpp"

namespace tradewind::test {
namespace {

class Summary : public StoreTest {};
TRADEWIND_ON_EACH_ENGINE(Summary);

/// Trades and closed positions with profits and losses, in several transactions.
void trade_on(Store& store, std::mt19937& random, int first, int count) {
  for (int i = first; i < first + count; ++i) {
    const std::string symbol = std::string(1, static_cast<char>('A' + random() % 3)) + "USDT";
    const int phase = 1 + static_cast<int>(random() % 2);
    const std::string signal = "s-" + std::to_string(i);
    ASSERT_EQ(store.record_trade(trade(signal, symbol, phase)), Recorded::accepted);
    const auto id = store.open_position(position(symbol, phase)).position_id;
    if (random() % 3 == 0) {
      ASSERT_TRUE(store.flush(30s));
    }
    const Decimal pnl = given(Decimal::scaled(static_cast<std::int64_t>(random() % 20'001) - 10'000, 2));
    if (random() % 4 != 0) {
      ASSERT_EQ(store.close_position({.position_id = id,
                                      .close_price = 1_dec,
                                      .realized_pnl = pnl,
                                      .close_reason = {},
                                      .closed_at = second(i)}),
                Recorded::accepted);
    }
  }
  ASSERT_TRUE(store.flush(30s)) << store.status().database_trouble;
}

TEST_P(Summary, is_what_all_rows_come_to) {
  std::mt19937 random(6);
  for (int i = 0; i < 3; ++i) {
    Store store = open();
    trade_on(store, random, i * 100, 100);
    EXPECT_EQ(store.performances(), store.recomputed_performances());
    EXPECT_EQ(store.performances().size(), 12U);
  }
}

TEST_P(Summary, of_a_database_with_rows_begins_with_them) {
  {
    Store store = open();
    std::mt19937 random(7);
    trade_on(store, random, 0, 50);
  }
  database.sql("DROP TABLE store_performance");
  Store store = open();
  EXPECT_EQ(store.performance().trades, 50);
  EXPECT_EQ(store.performances(), store.recomputed_performances());
}

TEST_P(Summary, follows_its_formulas) {
  Store store = open();
  const char* results[] = {"100", "-50", "-70.5", "200", "0", "-10"};
  int i = 0;
  for (const char* result : results) {
    const auto id = store.open_position(position()).position_id;
    ASSERT_EQ(store.close_position({.position_id = id,
                                    .close_price = 1_dec,
                                    .realized_pnl = given(Decimal::parse(result)),
                                    .close_reason = {},
                                    .closed_at = second(++i)}),
              Recorded::accepted);
  }
  ASSERT_TRUE(store.flush(30s));
  const Performance all = store.performance();
  EXPECT_EQ(all.closed, 6);
  EXPECT_EQ(all.wins, 2);
  EXPECT_EQ(all.losses, 3);
  EXPECT_DOUBLE_EQ(all.win_rate, 2.0 / 6);
  EXPECT_EQ(all.total_pnl, 169.5_dec);
  EXPECT_EQ(all.average_pnl, 28.25_dec);
  EXPECT_DOUBLE_EQ(given(all.profit_factor), 300 / 130.5);
  EXPECT_EQ(all.max_drawdown, 120.5_dec);
  EXPECT_EQ(store.performance("BTCUSDT", 1).closed, 6);
  EXPECT_EQ(store.performance("BTCUSDT", 2), (Performance{.symbol = "BTCUSDT", .phase = 2}));
  EXPECT_EQ(store.performance("none").profit_factor, std::nullopt);
}

}  // namespace
}  // namespace tradewind::test
