// T1, T5, I3, C1: a pack's files run in plain psql and sqlite3, its data is safe to load twice, and a filled
// database comes back from a dump as it was.
#include <gtest/gtest.h>

#include <algorithm>
#include <tradewind/tradewind.hpp>

#include "packs/pack_support.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {
namespace {

struct Variant {
  const char* engine;
  std::string pack;
  std::string part;
  /// Its tables with the number of their rows after the sample data.
  Rows filled;
};

std::ostream& operator<<(std::ostream& stream, const Variant& variant) {
  return stream << variant.pack << ' ' << variant.part << ' ' << variant.engine;
}

std::string name_of(const ::testing::TestParamInfo<Variant>& info) {
  const Variant& v = info.param;
  return v.pack + (v.part.empty() ? "" : "_" + v.part);
}

Schema schema_of(const PackDatabase& database) {
  Database opened = Database::open(database.url());
  return read_schema(opened);
}

std::vector<std::string> differences(const Schema& a, const Schema& b) {
  std::vector<std::string> names;
  for (const Difference& each : diff(a, b)) names.push_back(each.kind + " " + each.name);
  return names;
}

const std::vector<std::string> none;

class PackFiles : public ::testing::TestWithParam<Variant> {
 protected:
  static PackDatabase make() { return {GetParam().engine, GetParam().pack, GetParam().part}; }

  /// Everything applied, and the sample data where it is not a migration.
  static PackDatabase filled() {
    PackDatabase database = make();
    database.up();
    load_seed(database);
    EXPECT_EQ(database.counts(), GetParam().filled);
    return database;
  }

  static void load_seed(PackDatabase& database) {
    const std::string seed = database.folder() + "/seed/010_sample_data.sql";
    if (GetParam().pack != "intelligence") database.sql(pack_text(GetParam().pack, seed));
  }

  static void run_file(const PackDatabase& database, const std::string& path) {
    const Outcome outcome = run_plain(database, pack_text(GetParam().pack, path));
    EXPECT_EQ(outcome.exit_status, 0) << path << outcome;
    EXPECT_EQ(outcome.err, "") << path;
  }

  static void expect_the_same(PackDatabase& from, PackDatabase& to) {
    EXPECT_EQ(to.counts(), GetParam().filled);
    EXPECT_EQ(from.contents(), to.contents());
    EXPECT_EQ(differences(schema_of(from), schema_of(to)), none);
    Database opened = Database::open(to.url());
    Migrator migrator(opened, Source::pack(GetParam().pack, GetParam().part));
    EXPECT_TRUE(migrator.status().clean());
    for (const Finding& finding : migrator.verify()) ADD_FAILURE() << finding.kind << ": " << finding.message;
  }
};

std::vector<Variant> variants(const std::string& engine) {
  const Rows titan = {
      {"positions", "6"}, {"regime_snapshots", "8"}, {"system_events", "4"}, {"trades", "10"}};
  const Rows intelligence = {
      {"option_ideas", "3"}, {"option_targets", "6"}, {"reco_targets", "11"}, {"recommendations", "5"}};
  if (engine == postgresql_engine) {
    return {{postgresql_engine, "titan", "", titan}, {postgresql_engine, "intelligence", "", intelligence}};
  }
  const Rows positions = {{"closed_positions", "18"}, {"positions", "4"}};
  const Rows trading = {
      {"fills", "54"}, {"orders", "46"}, {"performance_metrics", "104"}, {"portfolio_snapshots", "30"}};
  const Rows training = {{"agent_performance", "8"},
                         {"ensemble_weights", "8"},
                         {"hyperparameters", "8"},
                         {"training_episodes", "180"},
                         {"training_runs", "8"}};
  return {{sqlite_engine, "titan", "", titan},
          {sqlite_engine, "catalyst", "positions", positions},
          {sqlite_engine, "catalyst", "trading", trading},
          {sqlite_engine, "catalyst", "ml_training", training}};
}

INSTANTIATE_TEST_SUITE_P(OnSqlite, PackFiles, ::testing::ValuesIn(variants(sqlite_engine)), name_of);
INSTANTIATE_TEST_SUITE_P(OnPostgresql, PackFiles, ::testing::ValuesIn(variants(postgresql_engine)), name_of);

class SqliteFiles : public PackFiles {};
INSTANTIATE_TEST_SUITE_P(Of, SqliteFiles, ::testing::ValuesIn(variants(sqlite_engine)), name_of);

TEST_P(PackFiles, run_in_order_without_the_program) {
  PackDatabase plain = make();
  PackDatabase by_library = make();
  by_library.up();
  std::vector<Schema> before;
  for (const std::string& version : plain.versions()) {
    before.push_back(schema_of(plain));
    run_file(plain, version + ".up.sql");
    run_file(plain, version + ".verify.sql");
  }
  EXPECT_EQ(differences(schema_of(by_library), schema_of(plain)), none);

  std::vector<std::string> versions = plain.versions();
  for (std::reverse(versions.begin(), versions.end()); const std::string& version : versions) {
    run_file(plain, version + ".down.sql");
    EXPECT_EQ(differences(before.back(), schema_of(plain)), none) << "after the down of " << version;
    before.pop_back();
  }
  EXPECT_EQ(plain.counts(), Rows());
}

TEST_P(PackFiles, say_when_their_work_is_undone) {
  PackDatabase database = make();
  database.up();
  database.down();
  for (const std::string& version : database.versions()) {
    const Outcome outcome = run_plain(database, pack_text(GetParam().pack, version + ".verify.sql"));
    EXPECT_NE(outcome.exit_status, 0) << version << outcome;
  }
}

// T5
TEST_P(PackFiles, may_be_loaded_twice) {
  PackDatabase database = filled();
  const Rows once = database.contents();
  database.up();
  load_seed(database);
  EXPECT_EQ(once, database.contents());
}

TEST_P(PackFiles, come_back_from_a_dump) {
  PackDatabase from = filled();
  PackDatabase to = make();
  if (from.is_postgresql() && !no_pg_dump().empty()) GTEST_SKIP() << no_pg_dump();
  dump_and_restore(from, to);
  expect_the_same(from, to);
}

TEST_P(SqliteFiles, come_back_from_a_copy) {
  PackDatabase from = filled();
  PackDatabase to = make();
  const std::string prefix = "sqlite:";
  const Outcome copied = Program::run({"sqlite3", "-batch", "-bail", from.url().substr(prefix.size()),
                                       ".backup '" + to.url().substr(prefix.size()) + "'"});
  EXPECT_EQ(copied.exit_status, 0) << copied;
  EXPECT_EQ(copied.err, "");
  expect_the_same(from, to);
}

}  // namespace
}  // namespace tradewind::test
