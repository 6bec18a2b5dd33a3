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
  callers.reserve(12);
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

TEST(ReaderOfSqlite, rounds_what_other_programs_write) {
  const auto database = make_database(sqlite_engine);
  ASSERT_EQ(init_database(database->url, Source::pack("titan")).engine(), "sqlite");
  const auto write = [&](const std::string& signal, const std::string& price) {
    database->sql(
        "INSERT INTO trades (signal_id, symbol, side, size, entry_price, fill_price, regime_state, phase) "
        "VALUES ('" +
        signal + "', 'X', 'BUY', 1, " + price + ", 1, 0, 1)");
  };
  const std::vector<std::pair<std::string, Decimal>> prices = {
      {"0.123456789012345", 0.123456789_dec},
      {"0.12345678985", 0.1234567899_dec},
      {"1e-11", 0_dec},
      {"1.0/3", 0.3333333333_dec},
      {"6e-11", 0.0000000001_dec},
      {"61000.1 * 1.0000001", 61000.10610001_dec},
      {"0.00000000012345", 0.0000000001_dec},
      {"123456789012.5", 123456789012.5_dec},
  };
  for (std::size_t i = 0; i < prices.size(); ++i) write(std::to_string(i), prices[i].first);
  Reader reader(database->url);
  for (const TradeRow& row : reader.trades())
    EXPECT_EQ(row.entry_price, prices.at(std::stoul(row.signal_id)).second) << row.signal_id;
  EXPECT_EQ(reader.trades().size(), prices.size());
}

TEST(ReaderOfSqlite, does_not_take_a_lock_for_missing_tables) {
  const TempDir folder;
  const SqliteFile file(folder / "titan.db");
  const std::string url = file.url() + "?journal_mode=delete";
  ASSERT_EQ(init_database(url, Source::pack("titan")).engine(), "sqlite");
  Reader reader(url, {.database = {.create = false, .read_only = true, .busy_timeout = 100ms}});
  ASSERT_TRUE(reader.has_tables());
  SqliteSession other(file.path());
  other.sql("BEGIN EXCLUSIVE");
  try {
    reader.has_tables();
    FAIL() << "it answered";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::lock_timeout) << error.what();
  }
  other.sql("ROLLBACK");
  EXPECT_TRUE(reader.has_tables());
}

TEST(ReaderPool, has_25_connections_and_keeps_5) {
  const auto database = make_database(postgresql_engine);
  ASSERT_EQ(init_database(database->url, Source::pack("titan")).engine(), "postgresql");
  Reader reader(database->url);
  PostgresSession other(database->url);
  other.sql("BEGIN; LOCK TABLE trades IN ACCESS EXCLUSIVE MODE");
  std::vector<std::thread> callers;
  callers.reserve(40);
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
