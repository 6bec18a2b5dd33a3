// T8: who may ask the HTTP API: tokens, loopback, pages of other origins; and what is never told.
#include <gtest/gtest.h>

#include "server/served.hpp"

namespace tradewind::test {
namespace {

const std::string token = "a-token-of-some-length-0123";

class Access : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(tradewind("--pack", "titan", "--database", url(), "up").exit_status, 0); }
  std::string url() const { return "sqlite:" + (folder_ / "titan.db").string(); }
  Outcome try_to_serve(std::vector<std::string> arguments, const RunOptions& options = {}) const {
    return Program::run(Server::command(url(), std::move(arguments)), options);
  }

  TempDir folder_;
};

TEST_F(Access, needs_the_token) {
  folder_.write("token", token + "\n");
  Server server(url(), {"--token-file", (folder_ / "token").string(), "--verbose"});
  const std::string bearer = "Authorization: Bearer " + token + "\r\n";
  for (const char* path : {"/api/trades", "/metrics", "/openapi.json", "/api/schema/status", "/nothing"}) {
    for (const std::string& wrong :
         {std::string(), std::string("Authorization: Bearer wrong\r\n"),
          "Authorization: Basic " + token + "\r\n", "Authorization: Bearer " + token + "x\r\n",
          "Authorization: Bearer " + token.substr(1) + "\r\n", "X: " + token + "\r\n",
          std::string("Authorization: Bearer\r\n")}) {
      const Answer answer = server.get(path, wrong);
      EXPECT_EQ(answer.status, 401) << path << " " << wrong;
      EXPECT_EQ(answer.header("www-authenticate"), "Bearer");
      EXPECT_EQ(answer.body.find(token), std::string::npos);
    }
  }
  EXPECT_EQ(server.get("/api/trades", bearer).status, 200);
  EXPECT_EQ(server.get("/api/trades", "authorization: bearer  " + token + "\r\nHost: example.com\r\n").status,
            200);
  EXPECT_EQ(server.get("/nothing", bearer).status, 404);
  EXPECT_EQ(server.get("/healthz").status, 200) << "probes carry no token";
  EXPECT_EQ(server.get("/readyz").status, 200);
  server.get("/api/trades?token=" + token, bearer);
  EXPECT_EQ(server.process().err().find(token), std::string::npos) << server.process().err();
  EXPECT_NE(server.process().err().find("GET /api/trades 401"), std::string::npos) << server.process().err();
}

TEST_F(Access, takes_the_token_from_the_environment) {
  const Server server(url(), {}, {.env = {{"TRADEWIND_TOKEN", token}}});
  EXPECT_EQ(server.get("/api/trades").status, 401);
  EXPECT_EQ(server.get("/api/trades", "Authorization: Bearer " + token + "\r\n").status, 200);
}

TEST_F(Access, is_not_open_to_other_machines_without_a_token) {
  for (const char* place : {"0.0.0.0:0", "[::]:0", "10.1.2.3:0", "[::ffff:127.0.0.1]:0"}) {
    const Outcome outcome = try_to_serve({"--listen", place}, {.timeout = 20s});
    EXPECT_EQ(outcome.exit_status, 2) << place << outcome;
    EXPECT_NE(outcome.err.find("no token is set"), std::string::npos) << outcome;
  }
  const auto command = Server::command(url(), {"--listen", "0.0.0.0:0"});
  Process process(command, {.env = {{"TRADEWIND_TOKEN", token}}});
  EXPECT_TRUE(process.wait_for_err("listening on http://0.0.0.0:")) << process.err();
}

TEST_F(Access, refuses_a_token_that_guesses_easily) {
  folder_.write("empty", "\n");
  folder_.write("short", "secret\n");
  folder_.write("lines", token + "\n" + token + "\n");
  for (const char* file : {"empty", "short", "lines", "missing"}) {
    const Outcome outcome = try_to_serve({"--token-file", (folder_ / file).string()}, {.timeout = 20s});
    EXPECT_TRUE(outcome.exit_status == 2 || outcome.exit_status == 3) << file << outcome;
    EXPECT_EQ(outcome.err.find("secret\""), std::string::npos);
  }
  EXPECT_EQ(try_to_serve({}, {.env = {{"TRADEWIND_TOKEN", ""}}, .timeout = 20s}).exit_status, 2)
      << "a token that was meant to be set";
}

/// A page whose name was made to lead to this machine is refused by the name.
TEST_F(Access, without_a_token_answers_to_names_of_this_machine) {
  const Server server(url());
  for (const char* host : {"localhost", "localhost:8080", "127.0.0.1:1", "[::1]:8080", "LOCALHOST"})
    EXPECT_EQ(server.get("/api/trades", "Host: " + std::string(host) + "\r\n").status, 200) << host;
  for (const char* host : {"evil.example", "127.evil.example", "localhost.evil.example", "10.0.0.1"}) {
    const Answer answer = server.get("/api/trades", "Host: " + std::string(host) + "\r\n");
    EXPECT_EQ(answer.status, 403) << host;
    EXPECT_EQ(error_code(answer), "wrong-host");
  }
}

TEST_F(Access, pages_of_other_origins_only_if_named) {
  const Server closed(url());
  const std::string origin = "Origin: https://board.example\r\n";
  EXPECT_EQ(closed.get("/api/trades", origin).header("access-control-allow-origin"), "");
  const Server server(url(), {"--cors", "https://board.example", "--cors", "https://other.example"});
  const Answer named = server.get("/api/trades", origin);
  EXPECT_EQ(named.header("access-control-allow-origin"), "https://board.example");
  EXPECT_EQ(named.header("vary"), "Origin");
  EXPECT_EQ(
      server.get("/api/trades", "Origin: https://evil.example\r\n").header("access-control-allow-origin"),
      "");
  HttpClient client(server.port());
  const std::string asks = "Access-Control-Request-Method: GET\r\n";
  const Answer preflight = client.request("OPTIONS", "/api/trades", origin + asks);
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.header("access-control-allow-origin"), "https://board.example");
  EXPECT_NE(preflight.header("access-control-allow-headers").find("Authorization"), std::string::npos);
  EXPECT_EQ(client.request("OPTIONS", "/api/trades", "Origin: https://evil.example\r\n" + asks).status, 405);
}

TEST_F(Access, refuses_options_that_can_not_be) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--listen", "nowhere"},
                                             {"--listen", "127.0.0.1:70000"},
                                             {"--listen", "::1:80"},
                                             {"--listen", "[::1"},
                                             {"--connections", "0"},
                                             {"--idle-timeout", "x"}}) {
    const Outcome outcome = try_to_serve(arguments, {.timeout = 20s});
    EXPECT_EQ(outcome.exit_status, 2) << arguments[1] << outcome;
  }
  const Server server(url());
  const Outcome taken =
      try_to_serve({"--listen", "127.0.0.1:" + std::to_string(server.port())}, {.timeout = 20s});
  EXPECT_EQ(taken.exit_status, 2);
  EXPECT_NE(taken.err.find("Address already in use"), std::string::npos) << taken;
}

TEST_F(Access, no_password_in_answers_or_logs) {
  Server server("postgresql://trader:pass-Word-7@127.0.0.1:1/titan");
  const Answer answer = server.get("/api/trades");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body.find("pass-Word-7"), std::string::npos);
  ASSERT_TRUE(server.process().wait_for_err("the database can't be reached"));
  EXPECT_EQ(server.process().err().find("pass-Word-7"), std::string::npos) << server.process().err();
}

}  // namespace
}  // namespace tradewind::test
