// Other systems' tables are recorded by the same machinery: Catalyst's orders and fills (C1), RTX's quotes
// (R1).
#include <gtest/gtest.h>

#include <tradewind/record_catalyst.hpp>
#include <tradewind/record_rtx.hpp>

#include "store/store_fixture.hpp"
#include "support/given.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {
namespace {

TEST(OtherPacks, catalyst_orders_with_their_fills) {
  const TempDir folder;
  const SqliteFile file(folder / "trading.db");
  const StoreFolders folders;
  StoreOptions options = folders.options();
  options.migrations = Source::pack("catalyst", "trading");
  {
    Store store = Store::open(file.url(), options);
    const auto orders = store.table<catalyst::Order>();
    const auto updates = store.table<catalyst::OrderUpdate>();
    const auto fills = store.table<catalyst::Fill>();
    for (int i = 1; i <= 500; ++i) {
      const std::string order = "o-" + std::to_string(i);
      const std::string fill = "f-" + std::to_string(i);
      ASSERT_EQ(orders.record({.order_id = order,
                               .ticker = "AAPL",
                               .order_type = "limit",
                               .quantity = 10_dec,
                               .limit_price = 187.25_dec,
                               .submitted_at = second(i)}),
                Recorded::accepted);
      ASSERT_EQ(fills.record({.fill_id = fill,
                              .order_id = order,
                              .ticker = "AAPL",
                              .quantity = 10_dec,
                              .price = 187.24_dec,
                              .filled_at = second(i)}),
                Recorded::accepted);
      ASSERT_EQ(updates.record({.order_id = order,
                                .status = "filled",
                                .filled_quantity = 10_dec,
                                .filled_avg_price = 187.24_dec,
                                .filled_at = second(i),
                                .updated_at = second(i)}),
                Recorded::accepted);
    }
    ASSERT_EQ(fills.record({.fill_id = "f-0",
                            .order_id = "no such order",
                            .ticker = "AAPL",
                            .quantity = 1_dec,
                            .price = 1_dec}),
              Recorded::accepted);
    EXPECT_EQ(store.record_trade(trade("there are no trades here")), Recorded::refused);
    ASSERT_TRUE(store.flush(60s)) << store.status().database_trouble;
  }
  EXPECT_EQ(file.sql("SELECT count(*), sum(quantity), min(limit_price) FROM orders WHERE status = 'filled'"),
            (Rows{{"500", "5000.0", "187.25"}}));
  EXPECT_EQ(file.sql("SELECT count(*), min(filled_at) FROM fills"), (Rows{{"500", "1795219201"}}));
  EXPECT_EQ(file.sql("SELECT count(*) FROM store_dead_letters WHERE table_name = 'fills'"), (Rows{{"1"}}));
}

TEST(OtherPacks, rtx_quotes) {
  PostgresCluster& cluster = PostgresCluster::shared();
  const std::string name = cluster.create_database();
  const StoreFolders folders;
  StoreOptions options = folders.options();
  options.migrations = Source::pack("rtx");
  Store store = Store::open(cluster.url(name), options);
  const auto quotes = store.table<rtx::Quote>();
  cluster.sql(name,
              "INSERT INTO instruments (symbol, name, asset_class, base_currency, quote_currency, tick_size, "
              "pip_size, price_digits) "
              "VALUES ('EURUSD', 'Euro', 'forex', 'EUR', 'USD', 0.00001, 0.0001, 5)");
  const std::string provider =
      cluster
          .sql(name,
               "INSERT INTO liquidity_providers (code, name, provider_type, connection_type, asset_classes) "
               "VALUES ('LP_ONE', 'One', 'bank', 'fix', '{forex}') RETURNING id")
          .at(0)
          .at(0);
  cluster.sql(name, "INSERT INTO lp_instruments (lp_id, symbol, lp_symbol) VALUES ('" + provider +
                        "', 'EURUSD', 'EUR/USD')");
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(quotes.record({.lp_id = given(Uuid::parse(provider)),
                             .symbol = "EURUSD",
                             .bid = 1.0841_dec,
                             .ask = 1.0841000002_dec,
                             .bid_size = 5_dec,
                             .quoted_at = second(i),
                             .received_at = second(i)}),
              Recorded::accepted);
  }
  ASSERT_TRUE(store.flush(60s)) << store.status().database_trouble;
  EXPECT_EQ(
      cluster.sql(name,
                  "SELECT count(*), min(spread), max(mid), count(ask_size) FROM lp_quotes WHERE lp_id = '" +
                      provider + "'"),
      (Rows{{"1000", "0.0000000002", "1.0841000001", "0"}}));
}

}  // namespace
}  // namespace tradewind::test
