// T8, R4: the HTTP API over time: many connections, a database that goes and comes back, an orderly stop.
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <fstream>
#include <future>

#include "server/served.hpp"
#include "support/eventually.hpp"
#include "support/given.hpp"
#include "support/postgres_cluster.hpp"
#include "support/proxy.hpp"

namespace tradewind::test {
namespace {

class Serving : public ServedTest {};
TRADEWIND_ON_EACH_ENGINE(Serving);

std::size_t resident_bytes(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  file >> size >> resident;
  return resident * 4096;
}

TEST_P(Serving, idle_connections_cost_little) {
  Server server = serve();
  for (int i = 0; i < 50; ++i) ASSERT_EQ(server.get("/api/trades").status, 200);
  const std::size_t before = resident_bytes(server.process().pid());
  std::vector<HttpClient> idle;
  for (int i = 0; i < 1000; ++i) {
    idle.emplace_back(server.port());
    ASSERT_EQ(idle.back().get("/healthz").status, 200);
  }
  EXPECT_GE(server.metric("tradewind_http_connections"), 1000);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // their own memory would be measured
  EXPECT_LT(resident_bytes(server.process().pid()) - before, 20U << 20);
#endif
  EXPECT_EQ(server.get("/api/trades").status, 200) << "others are served";
  EXPECT_EQ(idle[500].get("/api/trades").status, 200) << "and so are they";
}

TEST_P(Serving, stops_on_request) {
  Server server = serve();
  HttpClient idle(server.port());
  EXPECT_EQ(idle.get("/readyz").status, 200);
  server.process().signal(SIGTERM);
  EXPECT_TRUE(idle.closed(10s));
  const auto outcome = given(server.process().wait(20s));
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_THROW(HttpClient(server.port()), std::runtime_error);
}

TEST_P(Serving, many_at_once_all_get_their_answers) {
  const Server server = serve({"--connections", "4"});
  std::vector<std::future<int>> clients;
  clients.reserve(16);
  for (int c = 0; c < 16; ++c) {
    clients.push_back(std::async(std::launch::async, [&] {
      HttpClient client(server.port());
      int right = 0;
      for (int i = 0; i < 50; ++i) {
        if (client.get("/api/trades?limit=3").body.find("\"s-5\"") != std::string::npos) ++right;
      }
      return right;
    }));
  }
  for (auto& client : clients) EXPECT_EQ(client.get(), 50);
  EXPECT_LE(server.metric("tradewind_database_connections"), 4);
  EXPECT_EQ(server.metric("tradewind_http_requests_total{route=\"/api/trades\",status=\"200\"}"), 800);
}

TEST(ServingSqlite, says_that_a_locked_file_is_busy) {
  const TempDir folder;
  const SqliteFile file(folder / "titan.db");
  const std::string url = file.url() + "?journal_mode=delete";
  ASSERT_EQ(tradewind("--pack", "titan", "--database", url, "up").exit_status, 0);
  Server server(url);
  ASSERT_EQ(server.get("/readyz").status, 200);
  SqliteSession other(file.path());
  other.sql("BEGIN EXCLUSIVE");
  for (const char* path : {"/readyz", "/api/trades"}) {
    const Answer answer = server.get(path);
    EXPECT_EQ(answer.status, 503) << path;
    EXPECT_EQ(error_code(answer), "busy") << path << answer.body;
  }
  other.sql("ROLLBACK");
  EXPECT_EQ(server.get("/readyz").status, 200);
  EXPECT_EQ(server.process().err().find("can't be reached"), std::string::npos)
      << "it was there all the time";
}

class ServingPostgres : public ::testing::Test {
 protected:
  static std::string made(PostgresCluster& cluster) {
    const std::string name = cluster.create_database();
    EXPECT_EQ(tradewind("--pack", "titan", "--database", cluster.url(name), "up").exit_status, 0);
    return name;
  }
};

TEST_F(ServingPostgres, finishes_what_runs_before_it_stops) {
  PostgresCluster& cluster = PostgresCluster::shared();
  const std::string name = made(cluster);
  PostgresSession other(cluster.url(name));
  Server server(cluster.url(name));
  ASSERT_EQ(server.get("/api/trades").status, 200);
  other.sql("BEGIN; LOCK TABLE trades IN ACCESS EXCLUSIVE MODE");
  HttpClient waiting(server.port());
  waiting.send("GET /api/trades HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return server.metric("tradewind_database_requests_running") == 2; }))
      << "that one and the metrics' own";
  server.process().signal(SIGTERM);
  ASSERT_TRUE(eventually([&] {
    try {
      HttpClient late(server.port());
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  })) << "nothing new is accepted";
  EXPECT_TRUE(server.process().running());
  other.sql("ROLLBACK");
  const auto answer = given(waiting.receive());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("connection"), "close");
  const auto outcome = given(server.process().wait(20s));
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  cluster.drop_database(name);
}

TEST_F(ServingPostgres, cancels_what_hangs_when_it_is_to_stop) {
  PostgresCluster& cluster = PostgresCluster::shared();
  const std::string name = made(cluster);
  PostgresSession other(cluster.url(name));
  Server server(cluster.url(name), {"--connections", "2"});
  ASSERT_EQ(server.get("/api/trades").status, 200);
  other.sql("BEGIN; LOCK TABLE trades IN ACCESS EXCLUSIVE MODE");
  std::vector<HttpClient> waiting;
  for (int i = 0; i < 3; ++i) {  // two on a thread, one that waits for it
    waiting.emplace_back(server.port());
    waiting.back().send("GET /api/trades HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  ASSERT_TRUE(eventually([&] {
    return cluster.sql(name, "SELECT count(*) FROM pg_locks WHERE NOT granted").at(0).at(0) == "2";
  }));
  const auto begun = std::chrono::steady_clock::now();
  server.process().signal(SIGTERM);
  for (HttpClient& client : waiting) {
    const auto answer = given(client.receive());
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(error_code(answer), "busy");
    EXPECT_EQ(answer.header("connection"), "close");
  }
  const auto outcome = given(server.process().wait(20s));
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 10s) << "it was given its time";
  EXPECT_NE(outcome.err.find("stopped\n"), std::string::npos) << outcome;
  other.sql("ROLLBACK");
  cluster.drop_database(name);
}

TEST_F(ServingPostgres, leaves_a_query_that_can_not_be_cancelled) {
  PostgresCluster& cluster = PostgresCluster::shared();
  const std::string name = made(cluster);
  Proxy proxy({.port = cluster.port()});
  Server server(PostgresCluster::tcp_url_at(proxy.port(), name));
  HttpClient client(server.port());
  ASSERT_EQ(client.get("/api/trades").status, 200);
  proxy.black_hole(true);
  client.send("GET /api/trades HTTP/1.1\r\nHost: localhost\r\n\r\n");
  HttpClient other(server.port());
  EXPECT_EQ(other.get("/healthz").status, 200);
  server.process().signal(SIGTERM);
  const auto outcome = given(server.process().wait(30s));
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_NE(outcome.err.find("was left behind"), std::string::npos) << outcome;
}

TEST_F(ServingPostgres, outlives_its_database) {
  PostgresCluster cluster;
  const std::string name = made(cluster);
  Server server(cluster.tcp_url(name, PostgresCluster::password_user, PostgresCluster::password));
  HttpClient client(server.port());
  EXPECT_EQ(client.get("/api/trades").status, 200);
  cluster.stop_immediate();
  for (const char* path : {"/api/trades", "/readyz", "/api/schema/status", "/api/performance/summary"}) {
    const Answer answer = client.get(path);
    EXPECT_EQ(answer.status, 503) << path;
    EXPECT_EQ(error_code(answer), "database-unavailable");
    EXPECT_EQ(answer.header("retry-after"), "2");
    EXPECT_EQ(answer.body.find(PostgresCluster::password), std::string::npos);
  }
  EXPECT_EQ(client.get("/healthz").status, 200);
  EXPECT_EQ(server.metric("tradewind_database_up"), 0);
  cluster.start();
  EXPECT_EQ(client.get("/readyz").status, 200);
  EXPECT_EQ(client.get("/api/trades").status, 200);
  EXPECT_EQ(server.metric("tradewind_database_up"), 1);
  EXPECT_TRUE(server.process().wait_for_err("the database is back"));
  EXPECT_EQ(server.process().err().find(PostgresCluster::password), std::string::npos);
}

TEST_F(ServingPostgres, may_start_before_its_database) {
  PostgresCluster cluster;
  const std::string name = made(cluster);
  cluster.stop();
  const Server server(cluster.url(name));
  EXPECT_EQ(server.get("/readyz").status, 503);
  cluster.start();
  EXPECT_EQ(server.get("/readyz").status, 200);
}

}  // namespace
}  // namespace tradewind::test
