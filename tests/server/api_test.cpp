// T8: the HTTP API gives what the tables hold, on both engines.
#include <gtest/gtest.h>

#include "server/served.hpp"

namespace tradewind::test {
namespace {

class Api : public ServedTest {};
TRADEWIND_ON_EACH_ENGINE(Api);

std::string signals(const Json& page) {
  std::string result;
  for (const Json& row : page.at("trades")) result += row.at("signal_id").get<std::string>() + " ";
  return result;
}

TEST_P(Api, gives_a_trade_with_exact_decimals_and_utc_times) {
  const Server server = serve();
  const Answer answer = server.get("/api/trades?limit=1");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), "application/json");
  const Json page = Json::parse(answer.body);
  const Json expected = {{"trade_id", page["trades"][0]["trade_id"]},
                         {"signal_id", "s-5"},
                         {"symbol", "BTCUSDT"},
                         {"side", "BUY"},
                         {"size", "0.25"},
                         {"entry_price", "61000.5"},
                         {"stop_price", "60000"},
                         {"tp_price", nullptr},
                         {"fill_price", "61001.12345678"},
                         {"slippage_pct", "0.001023"},
                         {"execution_latency_ms", "12.5"},
                         {"regime_state", 1},
                         {"phase", 2},
                         {"timestamp", "2026-11-25T09:30:00.123456Z"}};
  EXPECT_EQ(page["trades"], Json::array({expected}));
}

TEST_P(Api, filters_trades) {
  const Server server = serve();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"/api/trades", "s-5 s-4 s-3 s-2 s-1 "},
      {"/api/trades?symbol=ETHUSDT", "s-4 s-2 "},
      {"/api/trades?symbol=%45THUSDT&phase=2", "s-4 "},
      {"/api/trades?phase=1", "s-3 s-2 s-1 "},
      {"/api/trades?start_date=2026-11-24", "s-5 s-4 "},
      {"/api/trades?end_date=2026-11-22", "s-2 s-1 "},
      {"/api/trades?end_date=2026-11-22T09:30:00.123456Z", "s-1 "},
      {"/api/trades?start_date=2026-11-22T09:30:00.123456Z&end_date=2026-11-23", "s-3 s-2 "},
      {"/api/trades?symbol=none", ""},
      {"/api/trades?symbol=' OR 1=1 --", ""},
  };
  for (const auto& [target, expected] : cases) {
    std::string encoded = target;
    for (std::size_t at = 0; (at = encoded.find(' ')) != std::string::npos;) encoded.replace(at, 1, "%20");
    EXPECT_EQ(signals(server.json(encoded)), expected) << target;
  }
}

TEST_P(Api, pages_by_cursor_and_by_offset) {
  const Server server = serve();
  Json page = server.json("/api/trades?limit=2");
  EXPECT_EQ(signals(page), "s-5 s-4 ");
  page = server.json("/api/trades?limit=2&cursor=" + page["next_cursor"].get<std::string>());
  EXPECT_EQ(signals(page), "s-3 s-2 ");
  page = server.json("/api/trades?limit=2&cursor=" + page["next_cursor"].get<std::string>());
  EXPECT_EQ(signals(page), "s-1 ");
  EXPECT_TRUE(page["next_cursor"].is_null());
  EXPECT_EQ(signals(server.json("/api/trades?limit=2&offset=3")), "s-2 s-1 ");
  EXPECT_TRUE(server.json("/api/trades?limit=5")["next_cursor"].is_null());
}

TEST_P(Api, gives_open_and_closed_positions) {
  const Server server = serve();
  const Json active = server.json("/api/positions/active");
  ASSERT_EQ(active["positions"].size(), 1U);
  EXPECT_EQ(active["positions"][0]["symbol"], "ETHUSDT");
  EXPECT_EQ(active["positions"][0]["side"], "SHORT");
  EXPECT_EQ(active["positions"][0]["opened_at"], "2026-11-21T00:00:00.000000Z");
  EXPECT_TRUE(active["positions"][0]["closed_at"].is_null());
  const Json history = server.json("/api/positions/history?limit=2&offset=1");
  ASSERT_EQ(history["positions"].size(), 2U);
  EXPECT_EQ(history["positions"][0]["realized_pnl"], "-40.5");
  EXPECT_EQ(history["positions"][1]["realized_pnl"], "100");
  EXPECT_EQ(history["positions"][1]["close_reason"], "stop_hit");
  EXPECT_TRUE(history["next_cursor"].is_null());
}

TEST_P(Api, sums_performance_up) {
  const Server server = serve();
  const Json summary = server.json("/api/performance/summary");
  EXPECT_EQ(summary["trades"], 5);
  EXPECT_EQ(summary["closed"], 3);
  EXPECT_EQ(summary["wins"], 2);
  EXPECT_EQ(summary["losses"], 1);
  EXPECT_DOUBLE_EQ(summary["win_rate"].get<double>(), 2.0 / 3);
  EXPECT_EQ(summary["total_pnl"], "60");
  EXPECT_EQ(summary["average_pnl"], "20");
  EXPECT_DOUBLE_EQ(summary["profit_factor"].get<double>(), 100.5 / 40.5);
  EXPECT_EQ(summary["max_drawdown"], "40.5");
  EXPECT_EQ(summary["by_symbol"].size(), 2U);
  EXPECT_EQ(summary["by_symbol"][0]["symbol"], "BTCUSDT");
  EXPECT_EQ(summary["by_symbol"][0]["total_pnl"], "60");
  EXPECT_EQ(summary["by_phase"].size(), 2U);
  EXPECT_EQ(summary["by_phase"][1]["total_pnl"], "-40");
  EXPECT_EQ(summary["by_symbol_and_phase"].size(), 4U);
}

/// Without the summary of a store it is computed.
TEST_P(Api, sums_performance_up_where_no_store_has_been) {
  database.sql("DROP TABLE store_performance");
  const Server server = serve();
  EXPECT_EQ(server.json("/api/performance/summary")["total_pnl"], "60");
}

TEST_P(Api, gives_regimes_and_events) {
  const Server server = serve();
  const Json regimes = server.json("/api/regimes?symbol=BTCUSDT");
  ASSERT_EQ(regimes["regimes"].size(), 1U);
  EXPECT_EQ(regimes["regimes"][0]["market_structure_score"], "61.25");
  EXPECT_EQ(regimes["regimes"][0]["model_recommendation"], "NO_TRADE");
  EXPECT_EQ(server.json("/api/regimes?start_date=2026-11-21T00:00:02Z")["regimes"][0]["regime_state"], -1);
  const Json events = server.json("/api/events?severity=WARNING");
  ASSERT_EQ(events["events"].size(), 1U);
  EXPECT_EQ(events["events"][0]["description"], "no \"heartbeat\"\nfor 5 s");
  EXPECT_EQ(events["events"][0]["context"]["seconds"], 5);
  EXPECT_TRUE(server.json("/api/events?event_type=started")["events"][0]["context"].is_null());
}

TEST_P(Api, tells_the_state_of_the_schema) {
  const Server server = serve();
  const Json status = server.json("/api/schema/status");
  EXPECT_EQ(status["clean"], true);
  ASSERT_EQ(status["applied"].size(), 2U);
  EXPECT_EQ(status["applied"][0]["version"], "20250101000001_initial_schema");
  EXPECT_TRUE(status["pending"].empty());
}

TEST_P(Api, refuses_parameters_that_can_not_be_and_says_why) {
  const Server server = serve();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"/api/trades?limit=0", "limit must be a whole number from 1 to 1000"},
      {"/api/trades?limit=1001", "limit must be"},
      {"/api/trades?limit=", "limit must be"},
      {"/api/trades?limit=10x", "limit must be"},
      {"/api/trades?limit=%2B1", "limit must be"},
      {"/api/trades?limit=99999999999999999999", "limit must be"},
      {"/api/trades?limit=1&limit=2", "limit is given twice"},
      {"/api/trades?offset=-1", "offset must be"},
      {"/api/trades?cursor=x", "cursor must be"},
      {"/api/trades?cursor=5&offset=5", "cursor and offset exclude each other"},
      {"/api/trades?phase=3", "phase must be"},
      {"/api/trades?symbol=", "symbol must be"},
      {"/api/trades?symbol=%00", "symbol must be"},
      {"/api/trades?symbol=%ff", "not UTF-8"},
      {"/api/trades?symbol=%4", "percent-encoded"},
      {"/api/trades?symbol=" + std::string(200, 'A'), "symbol must be"},
      {"/api/trades?start_date=yesterday", "start_date must be a UTC day or moment"},
      {"/api/trades?start_date=2026-02-30", "start_date must be"},
      {"/api/trades?start_date=2026-11-21T09:30:00%2B02:00", "start_date must be"},
      {"/api/trades?end_date=21.11.2026", "end_date must be"},
      {"/api/trades?start_date=2026-11-22&end_date=2026-11-21", "end_date must be behind start_date"},
      {"/api/trades?side=BUY", "no parameter \"side\": there are start_date"},
      {"/api/events?severity=warning", "severity must be ERROR, WARNING or INFO"},
      {"/api/positions/active?limit=5", "no parameter \"limit\": there are none here"},
      {"/api/positions/history?symbol=X", "no parameter \"symbol\""},
      {"/healthz?x", "no parameter \"x\""},
  };
  for (const auto& [target, why] : cases) {
    const Answer answer = server.get(target);
    EXPECT_EQ(answer.status, 400) << target << " " << answer.body;
    EXPECT_EQ(error_code(answer), "bad-parameter") << target;
    EXPECT_NE(error_message(answer).find(why), std::string::npos) << target << ": " << answer.body;
  }
}

TEST_P(Api, waits_for_the_schema) {
  const auto empty = make_database(GetParam());
  empty->sql("CREATE TABLE another (id int)");
  const Server server(empty->url);
  for (const char* target : {"/readyz", "/api/trades", "/api/performance/summary"}) {
    const Answer answer = server.get(target);
    EXPECT_EQ(answer.status, 503) << target << answer.body;
    EXPECT_EQ(error_code(answer), "schema-missing") << target;
  }
  EXPECT_EQ(server.get("/healthz").status, 200);
  ASSERT_EQ(tradewind("--pack", "titan", "--database", empty->url, "up").exit_status, 0);
  EXPECT_EQ(server.get("/readyz").status, 200);
  EXPECT_EQ(server.get("/api/trades").body, R"({"trades":[],"next_cursor":null})");
}

TEST(ApiOfAFile, waits_for_the_file) {
  const auto none = make_database(sqlite_engine);
  const Server server(none->url);
  for (const char* target : {"/readyz", "/api/trades", "/api/positions/active"}) {
    EXPECT_EQ(server.get(target).status, 503) << target;
    EXPECT_EQ(error_code(server.get(target)), "database-unavailable");
  }
  EXPECT_EQ(server.metric("tradewind_database_up"), 0);
  ASSERT_EQ(tradewind("--pack", "titan", "--database", none->url, "up").exit_status, 0);
  EXPECT_EQ(server.get("/readyz").status, 200);
  EXPECT_EQ(server.get("/api/positions/active").body, R"({"positions":[]})");
}

}  // namespace
}  // namespace tradewind::test
