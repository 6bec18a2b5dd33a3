// T8: the HTTP API as HTTP: methods, caching, limits, slow and odd clients.
#include <gtest/gtest.h>

#include "server/served.hpp"
#include "support/given.hpp"

namespace tradewind::test {
namespace {

/// One database and server for all of them: they only read.
class Http : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = std::make_unique<TempDir>();
    const std::string url = "sqlite:" + (*folder / "titan.db").string();
    ASSERT_EQ(tradewind("--pack", "titan", "--database", url, "up").exit_status, 0);
    served = std::make_unique<Server>(
        url, std::vector<std::string>{"--request-timeout", "1", "--idle-timeout", "2"});
  }
  static void TearDownTestSuite() {
    served.reset();
    folder.reset();
  }

  static const Server& server() { return *served; }

 private:
  static inline std::unique_ptr<TempDir> folder;
  static inline std::unique_ptr<Server> served;
};

TEST_F(Http, keeps_connections_and_answers_in_order) {
  HttpClient client(server().port());
  EXPECT_EQ(client.get("/healthz").body, R"({"status":"ok"})");
  EXPECT_EQ(client.get("/readyz").body, R"({"status":"ready"})");
  const std::string one = " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  client.send("GET /api/positions/active" + one + "GET /healthz" + one + "GET /nothing" + one);
  EXPECT_EQ(given(client.receive()).body, R"({"positions":[]})");
  EXPECT_EQ(given(client.receive()).body, R"({"status":"ok"})");
  EXPECT_EQ(given(client.receive()).status, 404);
}

TEST_F(Http, closes_when_asked_to) {
  HttpClient client(server().port());
  EXPECT_EQ(client.get("/healthz", "Connection: close\r\n").header("connection"), "close");
  EXPECT_TRUE(client.closed(10s));
}

TEST_F(Http, answers_head_without_the_body) {
  HttpClient client(server().port());
  const Answer get = client.get("/api/trades");
  const Answer head = client.request("HEAD", "/api/trades");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(head.header("content-length"), std::to_string(get.body.size()));
  EXPECT_EQ(head.header("etag"), get.header("etag"));
  EXPECT_EQ(client.get("/healthz").status, 200) << "nothing of a body came after the head";
}

TEST_F(Http, refuses_other_methods) {
  HttpClient client(server().port());
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"}) {
    const Answer answer = client.request(method, "/api/trades");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(answer.header("allow"), "GET, HEAD");
    EXPECT_EQ(error_code(answer), "method-not-allowed");
  }
  client.send("POST /api/trades HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(given(client.receive()).status, 405);
  EXPECT_EQ(client.request("POST", "/nothing").status, 404);
}

TEST_F(Http, knows_no_other_paths) {
  for (const char* path : {"/", "/api", "/api/trades/", "/api/trades/1", "//api/trades", "/API/trades", "*",
                           "/api/../api/trades", "/%61pi/trades"}) {
    const Answer answer = server().get(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(error_code(answer), "not-found");
  }
}

TEST_F(Http, tells_who_has_it_already_that_nothing_changed) {
  HttpClient client(server().port());
  const Answer first = client.get("/api/trades");
  const std::string tag = first.header("etag");
  ASSERT_GT(tag.size(), 10U);
  for (const std::string& names : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
    const Answer again = client.get("/api/trades", "If-None-Match: " + names + "\r\n");
    EXPECT_EQ(again.status, 304) << names;
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(again.header("etag"), tag);
  }
  EXPECT_EQ(client.get("/api/trades", "If-None-Match: \"other\"\r\n").status, 200);
}

TEST_F(Http, limits_what_it_reads) {
  HttpClient large_headers(server().port());
  large_headers.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20'000, 'x') +
                     "\r\n\r\n");
  const auto headers = given(large_headers.receive());
  EXPECT_EQ(headers.status, 431);
  EXPECT_EQ(error_code(headers), "headers-too-large");
  EXPECT_TRUE(large_headers.closed(10s));

  HttpClient large_body(server().port());
  large_body.send("POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000000\r\n\r\n" +
                  std::string(100'000, 'x'));
  const auto body = given(large_body.receive());
  EXPECT_EQ(body.status, 413);
  EXPECT_EQ(error_code(body), "body-too-large");
}

TEST_F(Http, limits_a_body_in_chunks) {
  HttpClient client(server().port());
  client.send("POST /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 20; ++i) client.send("2000\r\n" + std::string(0x2000, 'x') + "\r\n");
  const auto answer = given(client.receive());
  EXPECT_EQ(answer.status, 413);
}

TEST_F(Http, refuses_what_is_no_request) {
  for (const std::string text :
       {"hello\r\n\r\n", "GET /healthz HTTP/9.9\r\n\r\n", "GET /healthz HTTP/1.1\r\nno colon\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nContent-Length: -2\r\n\r\n",
        "POST /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nx\r\n0\r\n\r\n",
        "\x16\x03\x01\x02\x01\x01\r\n\r\n"}) {
    HttpClient client(server().port());
    client.send(text);
    const auto received = client.receive();
    ASSERT_TRUE(received) << text;
    const Answer answer = given(received);
    EXPECT_EQ(answer.status, 400) << text;
    EXPECT_EQ(error_code(answer), "bad-request");
    EXPECT_TRUE(client.closed(10s)) << text;
  }
}

TEST_F(Http, does_not_wait_for_ever_for_slow_clients) {
  HttpClient slow(server().port());
  slow.send("GET /healthz HTTP/1.1\r\nHost: loc");
  EXPECT_TRUE(slow.closed(15s)) << "a request must arrive within --request-timeout";
  HttpClient idle(server().port());
  EXPECT_EQ(idle.get("/healthz").status, 200);
  EXPECT_TRUE(idle.closed(15s)) << "a connection may be idle for --idle-timeout";
}

TEST_F(Http, a_request_in_pieces_is_one) {
  HttpClient client(server().port());
  for (const char c : std::string("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")) client.send({&c, 1});
  EXPECT_EQ(given(client.receive()).status, 200);
}

}  // namespace
}  // namespace tradewind::test
