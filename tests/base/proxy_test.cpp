// The tests' proxy in front of a real server: it must delay, count and cut as it says.
#include "support/proxy.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>

#include "support/eventually.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class ProxyTest : public ::testing::Test {
 protected:
  ProxyTest() { cluster_.sql(database_, "CREATE TABLE t (a int)"); }
  ~ProxyTest() override { cluster_.drop_database(database_); }

  PostgresSession connect(const std::string& more = {}) const {
    return PostgresSession(PostgresCluster::tcp_url_at(proxy_.port(), database_) + more);
  }
  std::string rows() const { return cluster_.sql(database_, "SELECT count(*) FROM t")[0][0]; }

  PostgresCluster& cluster_ = PostgresCluster::shared();
  std::string database_ = cluster_.create_database();
  Proxy proxy_{{.port = cluster_.port()}};
};

std::chrono::milliseconds time_of(const std::function<void()>& action) {
  const auto begin = Clock::now();
  action();
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
}

TEST_F(ProxyTest, forwards_to_a_port_or_a_socket) {
  EXPECT_EQ(connect().sql("SELECT 1")[0][0], "1");
  const Proxy to_socket({.socket = cluster_.socket()});
  PostgresSession session(PostgresCluster::tcp_url_at(to_socket.port(), database_));
  EXPECT_EQ(session.sql("SELECT inet_client_addr()")[0][0], "NULL");
}

TEST_F(ProxyTest, delays_and_counts_each_round_trip) {
  auto session = connect();
  proxy_.reset_counts();
  proxy_.set_delay(25ms);
  const auto taken = time_of([&] {
    for (int i = 0; i < 4; ++i) session.sql("SELECT 1");
  });
  EXPECT_GE(taken, 200ms);
  EXPECT_EQ(proxy_.round_trips(), 4U);
  EXPECT_GT(proxy_.bytes(Direction::to_server), 0U);
  EXPECT_GT(proxy_.bytes(Direction::to_client), proxy_.bytes(Direction::to_server));
}

TEST_F(ProxyTest, is_a_delay_line_and_not_stop_and_wait) {
  auto session = connect();
  session.sql("CREATE TEMP TABLE big (t text)");
  proxy_.reset_counts();
  proxy_.set_delay(Direction::to_server, 200ms);
  const std::string megabytes(4'000'000, 'x');
  const auto taken = time_of([&] { session.sql("INSERT INTO big VALUES ('" + megabytes + "')"); });
  EXPECT_GE(taken, 200ms);
  EXPECT_LT(taken, 3s);
  EXPECT_EQ(proxy_.round_trips(), 1U);
}

TEST_F(ProxyTest, carries_fifty_megabytes) {
  auto session = connect();
  proxy_.reset_counts();
  std::size_t size = 0;
  const auto taken = time_of([&] { size = session.sql("SELECT repeat('x', 50000000)")[0][0].size(); });
  EXPECT_EQ(size, 50'000'000U);
  EXPECT_LT(taken, 20s);
  EXPECT_GE(proxy_.bytes(Direction::to_client), size);
}

TEST_F(ProxyTest, cuts_before_the_pattern_so_that_it_never_arrives) {
  auto session = connect();
  session.sql("BEGIN; INSERT INTO t VALUES (1)");
  proxy_.cut_at({Direction::to_server, "COMMIT"});
  EXPECT_THROW(session.sql("COMMIT"), SqlError);
  EXPECT_TRUE(proxy_.wait_for_cuts(1));
  EXPECT_EQ(rows(), "0");
  EXPECT_EQ(connect().sql("COMMIT; SELECT 2")[0][0], "2");
}

TEST_F(ProxyTest, cuts_after_the_pattern_so_that_only_the_answer_is_lost) {
  auto session = connect();
  session.sql("BEGIN; INSERT INTO t SELECT generate_series(1, 100)");
  proxy_.cut_at({Direction::to_server, "COMMIT", Moment::after});
  // More answers than a socket holds: a server that could not get rid of them would break off before COMMIT.
  EXPECT_THROW(session.sql("SELECT repeat('x', 20000000); COMMIT"), SqlError);
  EXPECT_TRUE(eventually([&] { return rows() == "100"; }));
}

TEST_F(ProxyTest, cuts_before_the_answer) {
  auto session = connect();
  session.sql("BEGIN; INSERT INTO t VALUES (1)");
  proxy_.cut_at({Direction::to_client, "COMMIT"});
  EXPECT_THROW(session.sql("COMMIT"), SqlError);
  EXPECT_EQ(rows(), "1");
}

TEST_F(ProxyTest, cuts_at_the_given_occurrence) {
  auto session = connect();
  proxy_.cut_at({Direction::to_server, "needle", Moment::before, 3});
  EXPECT_EQ(session.sql("SELECT 'needle needle'")[0][0], "needle needle");
  EXPECT_THROW(session.sql("SELECT 'needle'"), SqlError);
  EXPECT_EQ(proxy_.cuts(), 1);
}

TEST_F(ProxyTest, holds_back_what_may_begin_the_pattern) {
  auto session = connect();
  proxy_.cut_at({Direction::to_server, std::string("'end'\0more", 10)});
  EXPECT_EQ(session.sql("SELECT 'end'")[0][0], "end");
  EXPECT_EQ(proxy_.cuts(), 0);
}

TEST_F(ProxyTest, cuts_after_exactly_so_many_bytes) {
  auto session = connect();
  proxy_.reset_counts();
  proxy_.cut_after_bytes(Direction::to_client, 100'000);
  EXPECT_THROW(session.sql("SELECT repeat('x', 1000000)"), SqlError);
  EXPECT_EQ(proxy_.bytes(Direction::to_client), 100'000U);
  EXPECT_EQ(connect().sql("SELECT 1")[0][0], "1");
}

TEST_F(ProxyTest, cuts_everything_and_refuses) {
  auto first = connect();
  auto second = connect();
  EXPECT_EQ(proxy_.connections(), 2);
  proxy_.cut_all();
  EXPECT_EQ(proxy_.cuts(), 2);
  EXPECT_THROW(first.sql("SELECT 1"), SqlError);
  EXPECT_THROW(second.sql("SELECT 1"), SqlError);
  proxy_.refuse(true);
  EXPECT_THROW(connect(), SqlError);
  proxy_.refuse(false);
  EXPECT_EQ(connect().sql("SELECT 1")[0][0], "1");
}

TEST_F(ProxyTest, black_hole_is_noticed_by_the_kernel_alone) {
  auto session = connect("&tcp_user_timeout=500");
  proxy_.black_hole(true);
  const auto taken = time_of([&] { EXPECT_THROW(session.sql("SELECT 1"), SqlError); });
  EXPECT_GE(taken, 300ms);
  EXPECT_LT(taken, 60s);
  EXPECT_THROW(connect("&connect_timeout=2"), SqlError);
}

TEST_F(ProxyTest, black_hole_heals) {
  auto session = connect();
  proxy_.black_hole(true);
  session.send("SELECT 5");
  proxy_.black_hole(false);
  EXPECT_EQ(session.finish()[0][0], "5");
}

TEST_F(ProxyTest, passes_the_end_of_a_connection_on) {
  const int backend = connect().backend();
  const auto gone = "SELECT count(*) FROM pg_stat_activity WHERE pid = " + std::to_string(backend);
  EXPECT_TRUE(eventually([&] { return cluster_.sql(database_, gone)[0][0] == "0"; }));
  auto session = connect();
  cluster_.sql(database_, "SELECT pg_terminate_backend(" + std::to_string(session.backend()) + ")");
  EXPECT_THROW(session.sql("SELECT 1"), SqlError);
}

}  // namespace
}  // namespace tradewind::test
