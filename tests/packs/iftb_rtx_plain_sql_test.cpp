// F6, R5: every file of the packs iftb and rtx also runs without Tradewind, with `psql -f` and as one string
// of several statements; every down leads back to the schema before its up; a filled database outlives dump
// and restore.
#include <gtest/gtest.h>

#include <tradewind/tradewind.hpp>

#include "packs/pack_support.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {
namespace {

class PlainSql : public ::testing::TestWithParam<std::string> {
 protected:
  std::string text(const std::string& version, const std::string& which) const {
    return pack_text(GetParam(), version + "." + which + ".sql");
  }
  static bool needs_no_transaction(const std::string& sql) {
    return sql.find("\n-- Transaction: off\n") != std::string::npos;
  }
  static Schema schema(const PackDatabase& database) {
    Database opened = Database::open(database.url());
    return read_schema(opened);
  }
  void expect_silent(const std::string& sql) {
    const Outcome outcome = run_plain(database_, sql);
    EXPECT_EQ(outcome.exit_status, 0) << outcome;
    EXPECT_EQ(outcome.err, "") << outcome;
  }
  std::vector<std::string> seeds() const {
    std::vector<std::string> found;
    for (const PackFile& file : pack_files(GetParam())) {
      if (file.path.starts_with("postgres/seed/")) found.emplace_back(file.text);
    }
    return found;
  }

  PackDatabase database_{postgresql_engine, GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Of, PlainSql, ::testing::Values("iftb", "rtx"),
                         [](const auto& pack) { return pack.param; });

TEST_P(PlainSql, runs_up_and_down_again_with_psql) {
  std::vector<Schema> before;
  for (const std::string& version : database_.versions()) {
    before.push_back(schema(database_));
    expect_silent(text(version, "up"));
    const Schema made = schema(database_);
    EXPECT_NE(made, before.back()) << version;
    expect_silent(text(version, "verify"));
    EXPECT_EQ(to_text(diff(made, schema(database_))), "") << "verify of " << version << " changes the schema";
  }
  ASSERT_EQ(before.size(), 5U);
  PackDatabase applied(postgresql_engine, GetParam());
  applied.up();
  EXPECT_EQ(to_text(diff(schema(database_), schema(applied))), "") << "psql and up() make different schemas";

  const std::vector<std::string> versions = database_.versions();
  for (std::size_t n = versions.size(); n-- > 0;) {
    expect_silent(text(versions[n], "down"));
    EXPECT_EQ(to_text(diff(before[n], schema(database_))), "") << "after the down of " << versions[n];
  }
}

/// As asyncpg and other drivers send a file: all of it in one simple query.
TEST_P(PlainSql, runs_as_one_string) {
  const auto run = [&](const std::string& sql) {
    if (needs_no_transaction(sql)) {
      expect_silent(sql);
    } else {
      EXPECT_NO_THROW(database_.sql(sql)) << sql.substr(0, 80);
    }
  };
  const Schema empty = schema(database_);
  const std::vector<std::string> versions = database_.versions();
  for (const std::string& version : versions) run(text(version, "up"));
  EXPECT_NE(schema(database_), empty);
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) run(text(*version, "down"));
  EXPECT_EQ(to_text(diff(empty, schema(database_))), "");
}

/// Files are marked to run outside a transaction exactly if they have to.
TEST_P(PlainSql, says_so_where_it_needs_no_transaction) {
  for (const std::string& version : database_.versions()) {
    for (const char* which : {"up", "down"}) {
      const std::string sql = text(version, which);
      EXPECT_EQ(needs_no_transaction(sql), sql.find(" INDEX CONCURRENTLY ") != std::string::npos)
          << version << which;
      EXPECT_EQ(sql.find("\nBEGIN;"), std::string::npos) << version << which;
      EXPECT_EQ(sql.find("\n\\"), std::string::npos) << version << which << " has a command of psql";
    }
  }
}

TEST_P(PlainSql, goes_down_with_data_in_it) {
  const Schema empty = schema(database_);
  database_.up();
  for (const std::string& seed : seeds()) database_.sql(seed);
  database_.down();
  EXPECT_EQ(to_text(diff(empty, schema(database_))), "");
}

/// F5: no constraint becomes false on the way, nothing refers to what is not there yet.
TEST_P(PlainSql, outlives_dump_and_restore_when_filled) {
  if (const std::string why = no_pg_dump(); !why.empty()) GTEST_SKIP() << why;
  database_.up();
  ASSERT_FALSE(seeds().empty());
  for (const std::string& seed : seeds()) database_.sql(seed);
  database_.sql(GetParam() == "iftb" ? "SELECT refresh_materialized_views()"
                                     : "UPDATE users SET last_name = 'New'; DELETE FROM risk_limits");
  PackDatabase restored(postgresql_engine, GetParam());
  dump_and_restore(database_, restored);
  EXPECT_EQ(restored.counts(), database_.counts());
  EXPECT_EQ(restored.contents(), database_.contents());
  EXPECT_EQ(to_text(diff(schema(database_), schema(restored))), "");
  // Triggers and functions go on working there.
  if (GetParam() == "iftb") {
    EXPECT_EQ(restored.sql("SELECT symbol, price FROM v_market_data_summary ORDER BY 1, 2"),
              database_.sql("SELECT symbol, price FROM v_market_data_summary ORDER BY 1, 2"));
    EXPECT_EQ(restored.value("SELECT count(*) FROM mv_market_correlation"),
              database_.value("SELECT count(*) FROM mv_market_correlation"));
  } else {
    restored.sql("UPDATE users SET first_name = 'New'");
    EXPECT_EQ(restored.value("SELECT count(*) FROM audit_log WHERE changed_columns = '{first_name}'"), "4");
  }
}

}  // namespace
}  // namespace tradewind::test
