// T7, T9: whatever dies or goes away in between, every accepted record is in the database exactly once.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <thread>

#include "store/kill_rounds.hpp"
#include "store/outage.hpp"
#include "store/producer.hpp"
#include "support/eventually.hpp"
#include "support/postgres_cluster.hpp"
#include "support/proxy.hpp"

namespace tradewind::test {
namespace {

class Recovery : public StoreTest {
 protected:
  void expect_exactly(std::int64_t accepted) const {
    const std::string trades = count("trades");
    EXPECT_EQ(trades, std::to_string(accepted));
    EXPECT_EQ(database.value("SELECT count(DISTINCT signal_id) FROM trades"), trades);
    EXPECT_EQ(database.value("SELECT max(CAST(signal_id AS INTEGER)) FROM trades"), trades);
    EXPECT_EQ(count("store_dead_letters"), "0");
  }
};
TRADEWIND_ON_EACH_ENGINE(Recovery);

TEST_P(Recovery, of_killed_processes_loses_and_doubles_nothing) {
  EXPECT_NO_THROW(store_kill_rounds(GetParam(), 40, 8));
}

TEST_P(Recovery, restores_what_the_trading_thread_last_knew) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    Store store = open();
    for (int i = 1; i <= 5; ++i) {
      const auto id = store.open_position(position()).position_id;
      for (int j = 1; j <= 100; ++j)
        store.update_position({.position_id = id, .size = i * 1000 + j, .avg_entry = 1_dec});
      if (i % 2 == 0)
        store.close_position(
            {.position_id = id, .close_price = 1_dec, .realized_pnl = 5_dec, .close_reason = {}});
    }
    kill(getpid(), SIGKILL);
  }
  waitpid(child, nullptr, 0);
  Store store = open();
  const auto active = store.active_positions();
  ASSERT_EQ(active.size(), 3U);
  EXPECT_EQ(active[0].size, 1100_dec);
  EXPECT_EQ(active[1].size, 3100_dec);
  EXPECT_EQ(active[2].size, 5100_dec);
  EXPECT_EQ(store.performance().total_pnl, 10_dec);
  EXPECT_GT(store.open_position(position()).position_id, active[2].position_id);
}

TEST_P(Recovery, keeps_records_for_a_database_that_cannot_be_written) {
  Store store = open();
  for (int i = 1; i <= 100; ++i) {
    const std::string signal = std::to_string(i);
    ASSERT_EQ(store.record_trade(trade(signal)), Recorded::accepted);
  }
  ASSERT_TRUE(store.flush(30s));
  database.sql("ALTER TABLE trades RENAME TO trades_elsewhere");
  for (int i = 101; i <= 500; ++i) {
    const std::string signal = std::to_string(i);
    ASSERT_EQ(store.record_trade(trade(signal)), Recorded::accepted);
  }
  EXPECT_TRUE(eventually([&] { return !store.status().database_trouble.empty(); }));
  EXPECT_FALSE(store.flush(50ms));
  database.sql("ALTER TABLE trades_elsewhere RENAME TO trades");
  EXPECT_TRUE(store.flush(60s)) << store.status().database_trouble;
  expect_exactly(500);
}

TEST_P(Recovery, keeps_the_order_when_the_clock_goes_back) {
  Store store = open();
  const auto id = store.open_position(position()).position_id;
  for (int i = 100; i > 0; --i) {
    ASSERT_EQ(store.update_position(
                  {.position_id = id, .size = 101 - i, .avg_entry = 1_dec, .updated_at = second(i)}),
              Recorded::accepted);
    if (i % 30 == 0) {
      ASSERT_TRUE(store.flush(30s));
    }
  }
  ASSERT_TRUE(store.flush(30s));
  EXPECT_EQ(store.active_positions().at(0).size, 100_dec);
  EXPECT_EQ(store.active_positions().at(0).updated_at, second(1));
}

TEST_P(Recovery, refuses_a_journal_that_does_not_belong_to_the_database) {
  {
    Store store = open();
    ASSERT_EQ(store.record_trade(trade("1")), Recorded::accepted);
    ASSERT_TRUE(store.flush(30s));
  }
  database.sql("UPDATE store_cursor SET lsn = lsn + 100000000");
  try {
    open();
    FAIL() << "it opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::journal_damaged) << error.what();
  }
}

TEST_P(Recovery, gives_each_journal_position_ids_of_its_own) {
  const StoreFolders others;
  database.sql("SELECT 1");
  Store first = open();
  Store second_store = Store::open(database.url, others.options());
  std::set<std::int64_t> ids;
  for (int i = 0; i < 100; ++i) {
    ids.insert(first.open_position(position()).position_id);
    ids.insert(second_store.open_position(position()).position_id);
  }
  EXPECT_EQ(ids.size(), 200U);
  ASSERT_TRUE(first.flush(30s) && second_store.flush(30s));
  EXPECT_EQ(count("positions"), "200");
  // Somebody else's rows go on behind.
  database.sql(
      "INSERT INTO positions (symbol, side, size, avg_entry, regime_at_entry, phase_at_entry) "
      "VALUES ('X', 'LONG', 1, 1, 0, 1)");
  EXPECT_EQ(ids.count(std::stoll(database.value("SELECT max(position_id) FROM positions"))), 0U);
}

/// A slow or absent database never reaches the thread that records.
TEST(Outage, of_the_server_costs_nothing_that_was_accepted) {
  PostgresCluster cluster;
  const std::string name = cluster.create_database();
  const StoreFolders folders;
  Store store = Store::open(cluster.url(name), folders.options());
  Producer bot(store, 50);
  for (int outage = 0; outage < 3; ++outage) {
    std::this_thread::sleep_for(200ms);
    outage == 1 ? cluster.stop() : cluster.stop_immediate();
    EXPECT_TRUE(eventually([&] { return !store.status().database_trouble.empty(); }));
    const std::int64_t before = bot.accepted();
    EXPECT_TRUE(eventually([&] { return bot.accepted() > before + 2000; }));
    cluster.start();
  }
  bot.stop();
  const std::string accepted = std::to_string(bot.accepted());
  ASSERT_TRUE(store.flush(120s)) << store.status().database_trouble;
  EXPECT_EQ(cluster.sql(name, "SELECT count(*) FROM trades").at(0).at(0), accepted);
  EXPECT_EQ(cluster.sql(name, "SELECT count(DISTINCT signal_id) FROM trades").at(0).at(0), accepted);
  // Not a measurement: a wait for the server would show in seconds.
  EXPECT_LT(bot.slowest(), 500ms);
  EXPECT_GT(store.status().retries, 0U);
}

TEST_P(Recovery, after_a_long_outage_under_load_is_complete) {
  EXPECT_NO_THROW(store_outage(GetParam(), 15s));
}

/// F10: streaming replication.
TEST(Outage, ends_on_the_standby_that_has_taken_over) {
  PostgresCluster primary;
  const std::string name = primary.create_database();
  PostgresCluster standby{StandbyOf{primary}};
  primary.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
  primary.sql("postgres", "SELECT pg_reload_conf()");
  ASSERT_TRUE(eventually([&] {
    return primary.sql(name, "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") ==
           Rows{{"1"}};
  }));
  const std::string hosts =
      "127.0.0.1:" + std::to_string(primary.port()) + ",127.0.0.1:" + std::to_string(standby.port());
  const StoreFolders folders;
  Store store = Store::open(
      "postgresql://postgres@" + hosts + "/" + name + "?target_session_attrs=read-write&sslmode=disable",
      folders.options());
  Producer bot(store, 20);
  EXPECT_TRUE(eventually([&] { return store.status().records_written > 2000; }));
  primary.stop_immediate();
  EXPECT_TRUE(eventually([&] { return !store.status().database_trouble.empty(); }));
  const std::int64_t before = bot.accepted();
  EXPECT_TRUE(eventually([&] { return bot.accepted() > before + 2000; })) << "trading goes on";
  standby.promote();
  EXPECT_TRUE(eventually([&] { return store.status().database_trouble.empty(); }));
  bot.stop();
  ASSERT_TRUE(store.flush(120s)) << store.status().database_trouble;
  const std::string accepted = std::to_string(bot.accepted());
  EXPECT_EQ(standby.sql(name, "SELECT count(*), count(DISTINCT signal_id) FROM trades"),
            (Rows{{accepted, accepted}}));
  EXPECT_EQ(bot.refused(), 0);
  EXPECT_LT(bot.slowest(), 2s);
  EXPECT_EQ(store.performance().trades, bot.accepted()) << "readers have moved, too";
}

TEST(Outage, of_a_primary_whose_last_commits_the_standby_lacks_is_made_up_for) {
  PostgresCluster primary;
  const std::string name = primary.create_database();
  const StoreFolders folders;
  PostgresCluster standby{StandbyOf{primary}};
  Store store = Store::open("postgresql://postgres@127.0.0.1:" + std::to_string(primary.port()) +
                                ",127.0.0.1:" + std::to_string(standby.port()) + "/" + name +
                                "?target_session_attrs=read-write",
                            folders.options());
  const auto record = [&](int from, int to) {
    for (int i = from; i <= to; ++i) {
      const std::string signal = std::to_string(i);
      ASSERT_EQ(store.record_trade(trade(signal)), Recorded::accepted);
    }
    ASSERT_TRUE(store.flush(60s)) << store.status().database_trouble;
  };
  record(1, 1000);
  ASSERT_TRUE(eventually([&] { return standby.sql(name, "SELECT count(*) FROM trades") == Rows{{"1000"}}; }));
  standby.stop();
  record(1001, 2000);
  primary.stop_immediate();
  standby.start();
  standby.promote();
  EXPECT_EQ(standby.sql(name, "SELECT count(*) FROM trades"), Rows{{"1000"}});
  record(2001, 2500);
  EXPECT_EQ(standby.sql(name, "SELECT count(*), count(DISTINCT signal_id) FROM trades"),
            (Rows{{"2500", "2500"}}));
  EXPECT_EQ(store.performance().trades, 2500);
}

TEST_P(Recovery, says_when_the_database_went_back_too_far) {
  Store store = open();
  std::int64_t number = 0;
  while (store.status().written < std::uint64_t{5} << 20) {  // each segment was used again
    for (int i = 0; i < 1000; ++i) {
      const std::string signal = std::to_string(++number);
      ASSERT_EQ(store.record_trade(trade(signal)), Recorded::accepted);
    }
    ASSERT_TRUE(store.flush(30s)) << store.status().database_trouble;
  }
  database.sql("UPDATE store_cursor SET lsn = 4096");
  ASSERT_EQ(store.record_trade(trade("one more")), Recorded::accepted);
  EXPECT_TRUE(eventually([&] {
    return store.status().database_trouble.find("not in the journal any more") != std::string::npos;
  })) << store.status().database_trouble;
  EXPECT_EQ(store.record_trade(trade("and one more")), Recorded::accepted);
}

/// The connection breaks while COMMIT is answered: the cursor tells that it was done.
TEST(Outage, in_the_middle_of_a_commit_is_told_by_the_cursor) {
  PostgresCluster& cluster = PostgresCluster::shared();
  const std::string name = cluster.create_database();
  const StoreFolders folders;
  Proxy proxy({.port = cluster.port()});
  Store store = Store::open(PostgresCluster::tcp_url_at(proxy.port(), name), folders.options());
  std::int64_t accepted = 0;
  for (const Moment moment : {Moment::before, Moment::after}) {
    for (int round = 0; round < 5; ++round) {
      proxy.cut_at({.direction = Direction::to_server, .pattern = "COMMIT", .moment = moment});
      const int cuts = proxy.cuts();
      for (int i = 0; i < 20; ++i) {
        const std::string signal = std::to_string(++accepted);
        ASSERT_EQ(store.record_trade(trade(signal)), Recorded::accepted);
      }
      EXPECT_TRUE(proxy.wait_for_cuts(cuts + 1));
      ASSERT_TRUE(store.flush(60s)) << store.status().database_trouble;
    }
  }
  EXPECT_EQ(cluster.sql(name, "SELECT count(*) FROM trades").at(0).at(0), std::to_string(accepted));
  EXPECT_EQ(cluster.sql(name, "SELECT count(DISTINCT signal_id) FROM trades").at(0).at(0),
            std::to_string(accepted));
  EXPECT_EQ(store.status().records_written, static_cast<std::uint64_t>(accepted)) << "each counted once";
}

}  // namespace
}  // namespace tradewind::test
