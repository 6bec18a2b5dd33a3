// What maintain does on PostgreSQL only, and with the packs' policies: F7, F10 and R3's partitions.
#include <fmt/format.h>

#include <csignal>

#include "operations_folder.hpp"
#include "support/eventually.hpp"
#include "support/given.hpp"
#include "support/postgres_programs.hpp"

namespace tradewind::test {
namespace {

class MaintainPostgres : public ::testing::Test {
 protected:
  void use_pack(const std::string& pack, const std::string& more = {}) const {
    at.configure(more, "pack = \"" + pack + "\"");
    const Outcome up = at.run({"up"});
    ASSERT_EQ(up.exit_status, 0) << up;
  }
  std::string value(const std::string& text) const { return database.value(text); }
  Json steps(const Words& arguments, const std::string& task, int exit_status = 0) const {
    Json found = Json::array();
    for (Json& step : with(at.one(arguments, exit_status).at("steps"), "task", task))
      found.push_back(std::move(step));
    return found;
  }

  std::unique_ptr<TestDatabase> database_ = make_database(postgresql_engine);
  TestDatabase& database = *database_;
  OperationsFolder at{*database_};
};

/// Makes three rows of an IFTB table so many days older.
void age(const TestDatabase& database, const std::string& table, const std::vector<std::string>& columns,
         int days) {
  std::string changes;
  for (const std::string& column : columns)
    changes += fmt::format("{0}{1} = {1} - interval '{2} days'", changes.empty() ? "" : ", ", column, days);
  database.sql("UPDATE " + table + " SET " + changes + " WHERE id IN (SELECT id FROM " + table + " WHERE " +
               columns.front() + " IS NOT NULL ORDER BY id LIMIT 3)");
}

TEST_F(MaintainPostgres, iftb_has_the_retention_of_its_document) {
  use_pack("iftb");
  ASSERT_EQ(at.run({"seed"}).exit_status, 0);
  for (const auto& [table, column, days] : {std::tuple("ohlcv_data", "timestamp", 90),
                                            {"llm_analyses", "timestamp", 30},
                                            {"trades", "exit_time", 365}}) {
    const std::string old = std::string("SELECT count(*) FROM ") + table + " WHERE " + column +
                            " < now() - interval '" + std::to_string(days) + " days'";
    std::vector<std::string> columns = {column};
    if (column == std::string("exit_time")) columns.emplace_back("entry_time");
    age(database, table, columns, days + 1);
    const Json preview = with(steps({"maintain", "--dry-run"}, "retention"), "table", table).at(0);
    EXPECT_EQ(std::to_string(preview.at("rows").get<int>()), value(old)) << table;
    EXPECT_GE(preview.at("rows"), 3) << table;
    const std::string all = value(std::string("SELECT count(*) FROM ") + table);
    const Json done = with(steps({"maintain", "retention"}, "retention"), "table", table).at(0);
    EXPECT_EQ(done.at("rows"), preview.at("rows")) << table;
    EXPECT_EQ(value(old), "0") << table;
    EXPECT_EQ(std::stoi(value(std::string("SELECT count(*) FROM ") + table)),
              std::stoi(all) - done.at("rows").get<int>());
  }
}

TEST_F(MaintainPostgres, a_projects_own_rule_comes_before_the_packs) {
  use_pack("iftb",
           "[maintain.retention]\ntrades = { column = \"exit_time\", keep = \"2 years\" }\n"
           "ohlcv_data = { keep = \"forever\" }\n");
  const Json preview = steps({"maintain", "--dry-run"}, "retention");
  EXPECT_EQ(preview.size(), 2U);
  EXPECT_TRUE(with(preview, "table", "ohlcv_data").empty());
  EXPECT_TRUE(contains(with(preview, "table", "trades").at(0).at("action"),
                       value("SELECT to_char(now() - interval '730 days', 'YYYY-MM-DD')")));
}

TEST_F(MaintainPostgres, refreshes_views_without_keeping_readers_out) {
  use_pack("iftb");
  PostgresSession reader(database.url);
  reader.sql(
      "BEGIN; SELECT count(*) FROM mv_volatility_analysis; SELECT count(*) FROM mv_market_correlation");
  database.sql(
      "CREATE MATERIALIZED VIEW mv_now AS SELECT now() AS at; CREATE UNIQUE INDEX u_mv_now ON mv_now (at); "
      "CREATE "
      "MATERIALIZED VIEW mv_plain AS SELECT now() AS at; CREATE MATERIALIZED VIEW mv_empty AS SELECT now() "
      "AS at "
      "WITH NO DATA");
  const std::string plain = value("SELECT at FROM mv_plain");
  const std::string before = value("SELECT at FROM mv_now");
  const Json refreshed = steps({"maintain", "refresh"}, "refresh");
  EXPECT_EQ(refreshed.size(), 7U);
  EXPECT_NE(value("SELECT at FROM mv_now"), before);
  EXPECT_EQ(value("SELECT at FROM mv_plain"), plain);
  EXPECT_EQ(value("SELECT count(*) FROM mv_empty"), "1");
  EXPECT_TRUE(contains(with(refreshed, "table", "mv_plain").at(0).at("note"), "no unique index"));
}

TEST_F(MaintainPostgres, makes_the_audit_logs_partitions_ahead_with_the_packs_function) {
  use_pack("rtx");
  const std::string newest = value(
      "SELECT max(relid::text) FROM pg_partition_tree('audit_log') WHERE isleaf AND "
      "relid::text ~ '[0-9]$'");
  EXPECT_TRUE(steps({"maintain", "partitions"}, "partitions").empty());
  database.sql("DROP TABLE " + newest);
  EXPECT_TRUE(contains(steps({"maintain", "--dry-run"}, "partitions").at(0).at("action"), newest.substr(10)));
  EXPECT_EQ(value("SELECT to_regclass('" + newest + "') IS NULL"), "t");
  EXPECT_EQ(steps({"maintain", "partitions"}, "partitions").size(), 1U);
  EXPECT_EQ(value("SELECT relispartition FROM pg_class WHERE oid = '" + newest + "'::regclass"), "t");
}

TEST_F(MaintainPostgres, drops_the_audit_logs_old_partitions) {
  use_pack("rtx",
           "[maintain.partitions]\naudit_log = { make = \"ensure_audit_partitions\", keep = \"1 year\" }\n");
  database.sql(
      "CREATE TABLE audit_log_2001_01 PARTITION OF audit_log FOR VALUES FROM ('2001-01-01 00:00:00+00') TO "
      "('2001-02-01 00:00:00+00')");
  const std::string partitions =
      value("SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit_log'::regclass");
  const Json preview = steps({"maintain", "partitions", "--dry-run"}, "partitions");
  ASSERT_EQ(preview.size(), 1U);
  EXPECT_EQ(preview.at(0).at("action"), "drop partition audit_log_2001_01");
  steps({"maintain", "partitions"}, "partitions");
  EXPECT_EQ(value("SELECT to_regclass('audit_log_2001_01') IS NULL"), "t");
  EXPECT_EQ(std::stoi(value("SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit_log'::regclass")),
            std::stoi(partitions) - 1);
}

TEST_F(MaintainPostgres, makes_partitions_of_its_own_moves_what_the_default_one_holds_and_drops_old_ones) {
  database.sql(
      "CREATE TABLE quotes (id bigint, at timestamptz) PARTITION BY RANGE (at); CREATE TABLE quotes_rest "
      "PARTITION OF quotes DEFAULT; CREATE TABLE quotes_2001_01_01 PARTITION OF quotes FOR VALUES FROM "
      "('2001-01-01') TO ('2001-01-02'); INSERT INTO quotes VALUES (1, now()), (2, '2001-01-01 12:00'), (3, "
      "'1999-01-01')");
  at.configure("[maintain.partitions]\nquotes = { every = \"day\", ahead = 2, keep = \"10 days\" }\n");
  const Json done = steps({"maintain", "partitions"}, "partitions");
  EXPECT_EQ(done.size(), 4U);
  EXPECT_EQ(done.at(3).at("rows"), 1);
  EXPECT_EQ(value("SELECT count(*) FROM pg_inherits WHERE inhparent = 'quotes'::regclass"), "4");
  EXPECT_EQ(value("SELECT string_agg(id::text, ',') FROM quotes_rest"), "3");
  EXPECT_EQ(value("SELECT count(*) FROM quotes WHERE id = 1 AND tableoid <> 'quotes_rest'::regclass"), "1");
  EXPECT_TRUE(steps({"maintain", "partitions"}, "partitions").empty());
}

TEST_F(MaintainPostgres, goes_through_the_partitions_of_a_table) {
  database.sql(
      "CREATE TABLE p (id bigint, at timestamptz) PARTITION BY RANGE (id); CREATE TABLE p_1 PARTITION OF p "
      "FOR "
      "VALUES FROM (0) TO (50); CREATE TABLE p_2 PARTITION OF p FOR VALUES FROM (50) TO (100); INSERT INTO p "
      "SELECT i, now() - (i % 2) * interval '10 days' FROM generate_series(0, 99) AS i");
  at.configure(
      "[maintain]\nbatch = 7\npause = \"0ms\"\n[maintain.retention]\np = { column = \"at\", keep = \"1 "
      "week\" }\n");
  EXPECT_EQ(steps({"maintain", "retention"}, "retention").at(0).at("rows"), 50);
  EXPECT_EQ(value("SELECT count(*) FROM p"), "50");
}

/// A thousand rows, all old.
void make_old_rows(const TestDatabase& database) {
  database.sql(
      "CREATE TABLE t (id bigint PRIMARY KEY, at timestamptz NOT NULL); CREATE INDEX idx_t_at ON t (at); "
      "INSERT "
      "INTO t SELECT i, '2001-01-01'::timestamptz + i * interval '1 minute' FROM generate_series(1, 1000) AS "
      "i");
}
constexpr const char* old_rows_policy =
    "[maintain]\nbatch = 100\npause = \"0ms\"\n[maintain.retention]\nt = { column = \"at\", keep = \"1 day\" "
    "}\n";

TEST_F(MaintainPostgres, passes_over_rows_that_others_hold) {
  make_old_rows(database);
  at.configure(old_rows_policy);
  PostgresSession other(database.url);
  other.sql("BEGIN; SELECT 1 FROM t WHERE id BETWEEN 500 AND 509 FOR UPDATE");
  EXPECT_EQ(steps({"maintain", "retention"}, "retention").at(0).at("rows"), 990);
  other.sql("ROLLBACK");
  EXPECT_EQ(steps({"maintain", "retention"}, "retention").at(0).at("rows"), 10);
}

TEST_F(MaintainPostgres, a_locked_table_is_given_up_after_a_while_and_is_worth_trying_again) {
  make_old_rows(database);
  at.configure(old_rows_policy);
  PostgresSession other(database.url);
  other.sql("BEGIN; LOCK TABLE t IN SHARE MODE");
  const Json step = steps({"maintain", "retention", "--wait", "0"}, "retention", 5).at(0);
  EXPECT_EQ(step.at("error").at("code"), "lock-timeout");
  EXPECT_EQ(value("SELECT count(*) FROM t"), "1000");
}

TEST_F(MaintainPostgres, vacuums_and_analyzes_what_needs_it) {
  make_old_rows(database);
  at.configure(old_rows_policy);
  const Json done = steps({"maintain"}, "vacuum");
  ASSERT_EQ(with(done, "table", "t").size(), 1U);
  EXPECT_EQ(with(done, "table", "t").at(0).at("action"), "vacuum and analyze");
  EXPECT_TRUE(eventually([&] {
    return value(
               "SELECT (last_vacuum IS NOT NULL AND last_analyze IS NOT NULL)::int FROM pg_stat_user_tables "
               "WHERE relname = 't'") == "1";
  }));
}

TEST_F(MaintainPostgres, waits_for_a_standby_that_falls_behind) {
  if (!has_program("pg_receivewal")) GTEST_SKIP() << "this server comes without pg_receivewal";
  make_old_rows(database);
  at.configure(
      "[maintain]\nbatch = 100\npause = \"0ms\"\nmax_standby_lag = \"1 kB\"\n[maintain.retention]\nt = { "
      "column = "
      "\"at\", keep = \"1 day\" }\n");
  const PostgresCluster& cluster = PostgresCluster::shared();
  const TempDir log;
  std::filesystem::permissions(log.path(), std::filesystem::perms::all);
  Process standby({(cluster.bin() / "pg_receivewal").string(), "-D", log.path().string(), "--synchronous",
                   "-d", cluster.url("postgres")});
  ASSERT_TRUE(eventually(
      [&] { return value("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == "1"; }));
  standby.signal(SIGSTOP);
  Process run(tradewind_command({"maintain", "retention"}), at.here());
  EXPECT_TRUE(run.wait_for_err("waiting: a standby"));
  EXPECT_NE(value("SELECT count(*) FROM t"), "0");
  standby.signal(SIGCONT);
  const auto outcome = given(run.wait());
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_EQ(value("SELECT count(*) FROM t"), "0");
}

TEST_F(MaintainPostgres, says_that_it_can_not_see_how_far_a_standby_is_behind) {
  if (!has_program("pg_receivewal")) GTEST_SKIP() << "this server comes without pg_receivewal";
  make_old_rows(database);
  database.sql(
      "CREATE TABLE u (at timestamptz); DROP ROLE IF EXISTS plain; CREATE ROLE plain LOGIN; ALTER TABLE t "
      "OWNER TO plain; ALTER TABLE u OWNER TO plain");
  at.configure(std::string(old_rows_policy) + "u = { column = \"at\", keep = \"1 day\" }\n");
  const PostgresCluster& cluster = PostgresCluster::shared();
  const TempDir log;
  std::filesystem::permissions(log.path(), std::filesystem::perms::all);
  const Process standby(
      {(cluster.bin() / "pg_receivewal").string(), "-D", log.path().string(), "-d", cluster.url("postgres")});
  ASSERT_TRUE(eventually(
      [&] { return value("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == "1"; }));
  const Words as_plain = {"--database", cluster.url(value("SELECT current_database()"), "plain"), "maintain",
                          "retention"};
  const Json unseen = steps(as_plain, "retention");
  ASSERT_EQ(unseen.size(), 2U);
  EXPECT_EQ(unseen.at(0).at("rows"), 1000);
  EXPECT_TRUE(contains(unseen.at(0).at("note"), "GRANT pg_monitor TO plain"));
  EXPECT_FALSE(contains(unseen.at(1).at("note"), "pg_monitor"));
  database.sql("GRANT pg_monitor TO plain");
  EXPECT_FALSE(contains(steps(as_plain, "retention").at(0).dump(), "pg_monitor"));
  database.sql("DROP OWNED BY plain; DROP ROLE plain");
}

TEST_F(MaintainPostgres, analyzes_partitioned_tables_too) {
  database.sql(
      "CREATE TABLE p (id bigint, at timestamptz) PARTITION BY RANGE (id); CREATE TABLE p_1 PARTITION OF p "
      "FOR "
      "VALUES FROM (0) TO (50); CREATE TABLE p_2 PARTITION OF p FOR VALUES FROM (50) TO (100); INSERT INTO p "
      "SELECT "
      "i, now() FROM generate_series(0, 99) AS i; ANALYZE p_1; ANALYZE p_2");
  at.configure("");
  const auto analyzed = [&] { return with(steps({"maintain", "vacuum"}, "vacuum"), "table", "p").size(); };
  ASSERT_TRUE(eventually([&] { return value("SELECT sum(n_live_tup) FROM pg_stat_user_tables") == "100"; }));
  EXPECT_EQ(analyzed(), 1U);
  EXPECT_EQ(value("SELECT count(*) FROM pg_stats WHERE tablename = 'p' AND inherited"), "2");
  EXPECT_EQ(analyzed(), 0U);
  database.sql("INSERT INTO p SELECT i % 100, now() FROM generate_series(0, 9999) AS i");
  ASSERT_TRUE(
      eventually([&] { return value("SELECT sum(n_live_tup) FROM pg_stat_user_tables") == "10100"; }));
  EXPECT_EQ(analyzed(), 1U);
}

TEST_F(MaintainPostgres, reports_unused_invalid_and_bloated_indexes_and_tables_read_whole) {
  database.sql(
      "CREATE TABLE t (id bigint PRIMARY KEY, a bigint); INSERT INTO t SELECT i, i FROM generate_series(1, "
      "100000) AS i; CREATE INDEX idx_t_a ON t (a); CREATE TABLE u (id bigint); INSERT INTO u SELECT 1 FROM "
      "generate_series(1, 2000)");
  EXPECT_THROW(database.sql("CREATE UNIQUE INDEX CONCURRENTLY u_u ON u (id)"), SqlError);
  database.sql("DELETE FROM t WHERE id % 10 <> 0");
  database.sql("VACUUM ANALYZE t");
  {
    // What a session has counted is told in its end, at the latest.
    PostgresSession session(database.url);
    for (int i = 0; i < 1001; ++i) session.sql("SELECT count(*) FROM u");
  }
  at.configure("");
  const auto has = [&](const char* kind, const char* object) {
    for (const Json& finding : with(at.one({"maintain", "indexes"}).at("indexes"), "kind", kind)) {
      if (finding.at("index") == object || finding.at("table") == object) return true;
    }
    return false;
  };
  EXPECT_TRUE(has("invalid", "u_u"));
  EXPECT_TRUE(has("unused", "idx_t_a"));
  EXPECT_TRUE(has("bloated", "idx_t_a"));
  EXPECT_TRUE(eventually([&] { return has("sequential-scans", "u"); }));
  EXPECT_FALSE(has("bloated", "u_u"));
}

}  // namespace
}  // namespace tradewind::test
