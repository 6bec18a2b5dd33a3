// T8, T9: /metrics tells what the server and a store's journal do.
#include <gtest/gtest.h>

#include <regex>

#include "server/served.hpp"
#include "support/eventually.hpp"

namespace tradewind::test {
namespace {

class Metrics : public ServedTest {};
TRADEWIND_ON_EACH_ENGINE(Metrics);

TEST_P(Metrics, count_requests_by_route_and_status) {
  const Server server = serve();
  for (int i = 0; i < 3; ++i) server.get("/api/trades");
  server.get("/api/trades?limit=0");
  server.get("/nothing");
  const auto requests = [&](const std::string& labels) {
    return server.metric("tradewind_http_requests_total{" + labels + "}");
  };
  EXPECT_EQ(requests(R"(route="/api/trades",status="200")"), 3);
  EXPECT_EQ(requests(R"(route="/api/trades",status="400")"), 1);
  EXPECT_EQ(requests(R"(route="other",status="404")"), 1);
  EXPECT_EQ(server.metric(R"(tradewind_http_request_duration_seconds_count{route="/api/trades"})"), 4);
  EXPECT_EQ(server.metric(R"(tradewind_http_request_duration_seconds_bucket{route="/api/trades",le="+Inf"})"),
            4);
  EXPECT_GT(server.metric(R"(tradewind_http_request_duration_seconds_sum{route="/api/trades"})"), 0);
  EXPECT_EQ(server.metric("tradewind_database_up"), 1);
  EXPECT_EQ(server.metric("tradewind_database_connections_limit"), 8);
}

TEST_P(Metrics, are_in_the_format_of_prometheus) {
  const Server server = serve({"--journal", folders.disk.path().string()});
  const Answer answer = server.get("/metrics");
  EXPECT_EQ(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const std::regex line(
      R"re(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [-+0-9.e]+)re");
  std::istringstream lines(answer.body);
  int count = 0;
  for (std::string text; std::getline(lines, text); ++count)
    EXPECT_TRUE(std::regex_match(text, line)) << text;
  EXPECT_GT(count, 100);
  EXPECT_EQ(answer.body.back(), '\n');
}

TEST_P(Metrics, tell_how_far_a_journal_is_in_the_database) {
  std::string journal;
  {
    auto store = open();
    journal = store.status().journal;
    store.record_trade(trade("s-1", "OTHER"));  // another trade of this signal is there
    ASSERT_TRUE(store.flush(30s));
    EXPECT_EQ(store.status().dead_letters, 1U);
  }
  const std::string label = "{journal=\"" + journal + "\"}";
  const Server server = serve({"--journal", folders.disk.path().string()});
  EXPECT_EQ(server.metric("tradewind_journal_readable"), 1);
  EXPECT_GE(server.metric("tradewind_journal_bytes"), double{1U << 20});
  EXPECT_EQ(server.metric("tradewind_journal_queue_records"), 0);
  EXPECT_EQ(server.metric("tradewind_journal_lag_bytes"), 0);
  EXPECT_EQ(server.metric("tradewind_store_dead_letters" + label), 1);
  EXPECT_EQ(server.metric("tradewind_store_written_lsn" + label), server.metric("tradewind_journal_end_lsn"));
}

TEST_P(Metrics, tell_what_waits_in_the_journal) {
  auto store = open();
  database.sql("ALTER TABLE trades RENAME TO trades_away");  // the writer waits for it to come back
  for (int i = 0; i < 7; ++i) store.record_trade(trade("waiting-" + std::to_string(i)));
  ASSERT_TRUE(store.wait_durable(30s));
  const Server server = serve({"--journal", folders.disk.path().string()});
  EXPECT_EQ(server.metric("tradewind_journal_queue_records"), 7);
  EXPECT_GT(server.metric("tradewind_journal_lag_bytes"), 0);
  database.sql("ALTER TABLE trades_away RENAME TO trades");
  ASSERT_TRUE(store.flush(60s));
  EXPECT_TRUE(eventually([&] { return server.metric("tradewind_journal_queue_records") == 0; }));
}

TEST_P(Metrics, tell_of_the_store_in_its_own_process) {
  {
    auto store = open();
    for (int i = 0; i < 7; ++i) store.record_trade(trade("more-" + std::to_string(i)));
    ASSERT_TRUE(store.flush(30s));
    database.sql("ALTER TABLE trades RENAME TO trades_away");
    store.record_trade(trade("waiting"));
    ASSERT_TRUE(eventually([&] { return store.status().retries > 0; }));
    const Server server = serve({"--journal", folders.disk.path().string()});
    EXPECT_TRUE(eventually([&] { return server.metric("tradewind_store_retries_total") > 0; }));
    EXPECT_EQ(server.metric("tradewind_store_database_writable"), 0);
    EXPECT_EQ(server.metric("tradewind_store_journal_writable"), 1);
    const auto now = std::chrono::duration<double>(utc_now().time_since_epoch()).count();
    EXPECT_NEAR(server.metric("tradewind_store_status_timestamp_seconds").value_or(0), now, 60);
    database.sql("ALTER TABLE trades_away RENAME TO trades");
    ASSERT_TRUE(store.flush(60s));
  }
  // The last word, of a store that is closed.
  const Server server = serve({"--journal", folders.disk.path().string()});
  EXPECT_EQ(server.metric("tradewind_store_records_written_total"), 8);
  EXPECT_EQ(server.metric("tradewind_store_database_writable"), 1);
  EXPECT_EQ(server.metric("tradewind_store_refused_total"), 0);
  for (const std::string name :
       {"tradewind_store_commit_duration_seconds", "tradewind_journal_flush_duration_seconds"}) {
    const double count = server.metric(name + "_count").value_or(0);
    EXPECT_GE(count, 2) << name;
    EXPECT_EQ(server.metric(name + "_bucket{le=\"+Inf\"}"), count);
    EXPECT_LE(server.metric(name + "_bucket{le=\"0.0001\"}"), count);
    EXPECT_GT(server.metric(name + "_sum"), 0) << name;
  }
  EXPECT_EQ(server.metric("tradewind_store_commit_duration_seconds_count"),
            server.metric("tradewind_store_batches_total"));
}

TEST_P(Metrics, of_a_store_are_left_out_while_its_status_is_not_whole) {
  { auto store = open(); }
  const auto status = folders.disk / "status";
  std::string bytes = read_file(status);
  bytes[20] = static_cast<char>(bytes[20] + 1);
  folders.disk.write("status", bytes);
  const Server server = serve({"--journal", folders.disk.path().string()});
  EXPECT_EQ(server.metric("tradewind_journal_readable"), 1);
  EXPECT_EQ(server.metric("tradewind_store_retries_total"), std::nullopt);
}

TEST_P(Metrics, say_when_there_is_no_journal) {
  const Server server = serve({"--journal", "/nowhere/at/all"});
  EXPECT_EQ(server.metric("tradewind_journal_readable"), 0);
  EXPECT_EQ(server.metric("tradewind_journal_bytes"), std::nullopt);
}

}  // namespace
}  // namespace tradewind::test
