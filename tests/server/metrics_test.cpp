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

TEST_P(Metrics, say_when_there_is_no_journal) {
  const Server server = serve({"--journal", "/nowhere/at/all"});
  EXPECT_EQ(server.metric("tradewind_journal_readable"), 0);
  EXPECT_EQ(server.metric("tradewind_journal_bytes"), std::nullopt);
}

}  // namespace
}  // namespace tradewind::test
