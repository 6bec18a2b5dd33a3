// R4, T8: a reader serves many callers with a pool of connections, 25 open and 5 idle unless told otherwise.
#include <gtest/gtest.h>

#include <tradewind/migrator.hpp>
#include <tradewind/reader.hpp>

#include <atomic>
#include <thread>

#include "store/store_fixture.hpp"
#include "support/eventually.hpp"

namespace tradewind::test {
namespace {

class Readers : public StoreTest {};
TRADEWIND_ON_EACH_ENGINE(Readers);

TEST_P(Readers, read_beside_a_store) {
  Store store = open();
  store.record_trade(trade("s-1"));
  ASSERT_TRUE(store.flush(30s));
  Reader reader(database.url);
  EXPECT_TRUE(reader.has_tables());
  ASSERT_EQ(reader.trades().size(), 1U);
  EXPECT_EQ(reader.performances().front(), store.performance());
  const auto journals = reader.journals();
  ASSERT_EQ(journals.size(), 1U);
  EXPECT_EQ(journals[0].journal, store.status().journal);
  EXPECT_EQ(journals[0].written, store.status().written);
  EXPECT_EQ(journals[0].dead_letters, 0U);
}

TEST_P(Readers, write_nothing) {
  database.sql("CREATE TABLE another (id int)");
  Reader reader(database.url);
  EXPECT_FALSE(reader.has_tables());
  EXPECT_TRUE(reader.journals().empty());
  EXPECT_THROW(reader.trades(), Error);
  const auto tables = database.is_postgresql()
                          ? database.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
                          : database.value("SELECT count(*) FROM sqlite_master");
  EXPECT_EQ(tables, "1");
}

TEST_P(Readers, share_their_connections) {
  open();
  Reader reader(database.url, {.most_connections = 3, .idle_connections = 2});
  std::atomic<std::size_t> most = 0;
  std::atomic<int> read = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 12; ++i) {
    callers.emplace_back([&] {
      for (int call = 0; call < 20; ++call) {
        reader.trades();
        const std::size_t now = reader.open_connections();
        for (std::size_t seen = most; seen < now && !most.compare_exchange_weak(seen, now);) continue;
        ++read;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(read, 240);
  EXPECT_LE(most, 3U);
  EXPECT_LE(reader.open_connections(), 2U);
  EXPECT_GE(reader.open_connections(), 1U);
}

TEST(ReaderPool, has_25_connections_and_keeps_5) {
  const auto database = make_database(postgresql_engine);
  ASSERT_EQ(init_database(database->url, Source::pack("titan")).engine(), "postgresql");
  Reader reader(database->url);
  PostgresSession other(database->url);
  other.sql("BEGIN; LOCK TABLE trades IN ACCESS EXCLUSIVE MODE");
  std::vector<std::thread> callers;
  for (int i = 0; i < 40; ++i) callers.emplace_back([&] { EXPECT_TRUE(reader.trades().empty()); });
  const auto waiting = [&] {
    return database->value(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND wait_event_type = 'Lock'");
  };
  EXPECT_TRUE(eventually([&] { return waiting() == "25"; })) << waiting();
  EXPECT_EQ(reader.open_connections(), 25U);
  other.sql("ROLLBACK");
  for (std::thread& caller : callers) caller.join();
  EXPECT_LE(reader.open_connections(), 5U);
}

}  // namespace
}  // namespace tradewind::test
