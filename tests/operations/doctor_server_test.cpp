// What the doctor finds about a server as a whole, on servers of the tests' own that are set up so: F9.
#include <fstream>

#include <tradewind/doctor.hpp>

#include "operations_folder.hpp"
#include "postgres/releases.hpp"
#include "support/eventually.hpp"

namespace tradewind::test {
namespace {

/// The finding of this check about this subject, as "severity: message | advice".
std::string finding(const std::string& url, const std::string& check, const std::string& subject = {}) {
  const Outcome outcome = tradewind("--database", url, "doctor", "--no-schema", "--dir", "nowhere", "--json");
  const Json document = Json::parse(outcome.out, nullptr, false);
  EXPECT_FALSE(document.is_discarded()) << outcome;
  for (const Json& found : with(document.at("databases").at(0).at("findings"), "check", check)) {
    if (subject.empty() || found.at("subject") == subject)
      return found.at("severity").get<std::string>() + ": " + found.at("message").get<std::string>() + " | " +
             (found.at("advice").is_null() ? std::string() : found.at("advice").get<std::string>());
  }
  return {};
}

/// A server that is badly set up in more than one way.
class DoctorServer : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server = std::make_unique<PostgresCluster>(ClusterOptions{
        .settings = {"max_prepared_transactions=5", "max_connections=12", "superuser_reserved_connections=3",
                     "synchronous_commit=off", "autovacuum=off", "max_replication_slots=5"}});
    server->sql("postgres", "CREATE TABLE t (id bigint)");
  }
  static void TearDownTestSuite() { server.reset(); }
  static std::string url() { return server->url(); }

  static std::unique_ptr<PostgresCluster> server;
};
std::unique_ptr<PostgresCluster> DoctorServer::server;

TEST_F(DoctorServer, warns_of_commits_that_a_crash_loses_and_of_no_autovacuum) {
  EXPECT_TRUE(
      contains(finding(url(), "settings", "synchronous_commit"), "warning: synchronous_commit is off"));
  EXPECT_TRUE(contains(finding(url(), "settings", "autovacuum"), "warning: autovacuum is off"));
}

TEST_F(DoctorServer, warns_when_connections_run_out) {
  EXPECT_EQ(finding(url(), "connection", "max_connections"), "");
  std::vector<PostgresSession> sessions;
  sessions.reserve(8);
  for (int i = 0; i < 8; ++i) sessions.emplace_back(url());
  EXPECT_TRUE(contains(finding(url(), "connection", "max_connections"), "bad: 9 of 9 connections are taken"));
}

TEST_F(DoctorServer, warns_of_a_replication_slot_that_nobody_reads_if_it_holds_anything) {
  server->sql("postgres", "SELECT pg_create_physical_replication_slot('empty')");
  EXPECT_EQ(finding(url(), "settings", "empty"), "");
  server->sql("postgres", "SELECT pg_create_physical_replication_slot('left', true)");
  EXPECT_TRUE(contains(finding(url(), "settings", "left"), "warning: a replication slot that nobody reads"));
  EXPECT_TRUE(contains(finding(url(), "settings", "left"), " of write-ahead log, and more and more"));
  server->sql("postgres", "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
}

TEST_F(DoctorServer, names_prepared_transactions_that_are_left_over_and_who_waits_for_them) {
  server->sql("postgres", "BEGIN; LOCK TABLE t; PREPARE TRANSACTION 'left over'");
  PostgresSession waiter(url());
  waiter.send("SELECT count(*) FROM t");
  std::string found;
  ASSERT_TRUE(eventually(
      [&] { return !(found = finding(url(), "locks", "pid " + std::to_string(waiter.backend()))).empty(); }));
  EXPECT_TRUE(contains(found, "held by the prepared transaction 'left over' of postgres"));
  EXPECT_TRUE(contains(found, "ROLLBACK PREPARED 'left over'"));
  EXPECT_TRUE(eventually([&] {
    return contains(
        tradewind("--database", url(), "doctor", "--no-schema", "--dir", "nowhere", "--long", "1s", "--json")
            .out,
        "a prepared transaction of postgres is left over");
  }));
  server->sql("postgres", "ROLLBACK PREPARED 'left over'");
  waiter.finish();
}

TEST_F(DoctorServer, counts_from_when_the_waiting_began) {
  PostgresSession holder(url());
  holder.sql("BEGIN; LOCK TABLE t");
  PostgresSession waiter(url());
  waiter.send("DO $$ BEGIN PERFORM pg_sleep(3); LOCK TABLE t; END $$");
  std::string found;
  ASSERT_TRUE(eventually(
      [&] { return !(found = finding(url(), "locks", "pid " + std::to_string(waiter.backend()))).empty(); }));
  if (server->version() >= 14) {
    const std::size_t at = found.find("has waited ");
    ASSERT_NE(at, found.npos) << found;
    EXPECT_LT(std::stod(found.substr(at + 11)), 2) << found;
  } else {
    EXPECT_TRUE(contains(found, "waits for a lock on t, in a statement that began "));
  }
  holder.sql("ROLLBACK");
  waiter.finish();
}

TEST_F(DoctorServer, leaves_no_time_limit_where_looking_for_orphans_fails) {
  server->sql(
      "postgres",
      "CREATE ROLE plain LOGIN; CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (a bigint REFERENCES "
      "a); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1); GRANT SELECT ON a, b TO plain; ALTER TABLE b "
      "ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON b USING (1 / (a - 1) > 0)");
  auto database = Database::open(server->url("postgres", "plain"));
  bool failed = false;
  for (const Diagnosis& found : examine(database))
    failed = failed || found.message.find("division by zero") != std::string::npos;
  EXPECT_TRUE(failed);
  EXPECT_EQ(database.query("SHOW statement_timeout").at(0).at(0), "0");
  server->sql("postgres", "DROP TABLE b, a; DROP ROLE plain");
}

TEST(DoctorOfServer, says_that_a_server_is_a_standby) {
  if (!has_program("pg_basebackup")) GTEST_SKIP() << "this server comes without pg_basebackup";
  const PostgresCluster primary;
  const PostgresCluster standby(StandbyOf{primary});
  EXPECT_TRUE(contains(finding(standby.url(), "connection", "standby"), "note: this server is a standby"));
  EXPECT_EQ(finding(standby.url(), "settings", "left"), "");
  EXPECT_EQ(finding(primary.url(), "connection", "standby"), "");
}

TEST(DoctorOfServer, warns_of_a_connection_to_another_host_without_tls) {
  const Outcome address = Program::run({"hostname", "-I"});
  const std::string host = address.out.substr(0, address.out.find(' '));
  if (host.find('.') == host.npos) GTEST_SKIP() << "this machine has no address but its own";
  const PostgresCluster server({.settings = {"listen_addresses=*"}});
  {
    std::ofstream rules(server.data() / "pg_hba.conf", std::ios::app);
    rules << "host all all all trust\n";
  }
  server.sql("postgres", "SELECT pg_reload_conf()");
  const std::string url =
      "postgresql://postgres@" + host + ":" + std::to_string(server.port()) + "/postgres?sslmode=prefer";
  EXPECT_TRUE(eventually([&] {
    return finding(url, "connection", "TLS")
        .starts_with("warning: the connection to " + host + " is not encrypted");
  }));
  EXPECT_EQ(finding(server.tcp_url(), "connection", "TLS"), "");
  EXPECT_EQ(finding(server.url(), "connection", "TLS"), "");
}

TEST(DoctorOfServer, knows_until_when_each_version_gets_fixes) {
  const auto found = [](int major, const char* today) {
    const auto diagnosis = postgres::support_finding(major, std::to_string(major) + ".1", today);
    return diagnosis ? diagnosis->message + " | " + diagnosis->advice : std::string();
  };
  EXPECT_EQ(found(15, "2027-11-11"), "");
  EXPECT_EQ(found(15, "2027-11-12"),
            "this version gets no fixes any more since 2027-11-11 | upgrade to 16 or later");
  EXPECT_EQ(found(14, "2026-11-12"), "");
  EXPECT_TRUE(contains(found(14, "2026-11-29"), "since 2026-11-12 | upgrade to 15 or later"));
  EXPECT_TRUE(contains(found(12, "2025-11-29"), "since 2024-11-14 | upgrade to 14 or later"));
  EXPECT_TRUE(contains(found(11, "2025-11-29"), "gets no fixes any more | upgrade to 14 or later"));
  EXPECT_TRUE(contains(found(18, "2040-01-01"), "since 2030-11-14 | upgrade to a later one"));
  EXPECT_EQ(found(19, "2040-01-01"), "");
}

}  // namespace
}  // namespace tradewind::test
