// Down and up again leads back, by the catalogs; a dump restored is the same schema.
#include <gtest/gtest.h>

#include "schema/schemas.hpp"
#include "support/engines.hpp"
#include "support/postgres_cluster.hpp"
#include "support/program.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

using Lines = std::vector<std::string>;

std::string name_of(const ::testing::TestParamInfo<PackVariant>& info) {
  const PackVariant& v = info.param;
  return v.pack + (v.database.empty() ? "" : "_" + v.database) + "_on_" + v.engine;
}

Target by(std::size_t count) {
  Target target;
  target.count = count;
  return target;
}

Target all() {
  Target target;
  target.all = true;
  return target;
}

class PackSchema : public ::testing::TestWithParam<PackVariant> {
 protected:
  std::unique_ptr<TestDatabase> database_ = make_database(GetParam().engine);
  Database opened_ = Database::open(database_->url);
  Source source_ = Source::pack(GetParam().pack, GetParam().database);
  Migrator migrator_{opened_, source_};
};
INSTANTIATE_TEST_SUITE_P(Of, PackSchema, ::testing::ValuesIn(all_pack_variants()), name_of);

TEST_P(PackSchema, is_gone_after_down_and_the_same_after_up_again) {
  const Schema empty = read_schema(opened_);
  const std::size_t versions = migrator_.up().steps.size();
  const Schema first = read_schema(opened_);
  ASSERT_GT(first.objects.size(), empty.objects.size());
  for (std::size_t down = 1; down <= versions; ++down) {
    migrator_.down(by(down));

    migrator_.up();
    EXPECT_EQ(told(diff(first, read_schema(opened_))), Lines()) << "down by " << down << " and up again";
  }
  migrator_.down(all());
  EXPECT_EQ(told(diff(empty, read_schema(opened_))), Lines());
}

TEST_P(PackSchema, each_step_down_undoes_its_step_up) {
  std::vector<Schema> before = {read_schema(opened_)};
  while (!migrator_.up(by(1)).steps.empty()) before.push_back(read_schema(opened_));
  before.pop_back();
  while (!before.empty()) {
    migrator_.down();
    EXPECT_EQ(told(diff(before.back(), read_schema(opened_))), Lines())
        << "with " << before.size() - 1 << " applied";
    before.pop_back();
  }
}

TEST_P(PackSchema, is_what_its_scratch_database_shows) {
  migrator_.up();
  EXPECT_EQ(told(diff(schema_of(source_, {.url = database_->url}), read_schema(opened_))), Lines());
}

class Restored : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Of, Restored,
                         ::testing::Values("titan", "intelligence", "iftb", "rtx", "every_object"),
                         [](const auto& pack) { return pack.param; });

Outcome run(const std::string& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {program};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return Program::run(command);
}

/// pg_dump refuses servers newer than itself.
TEST_P(Restored, dump_has_the_same_schema) {
  if (!no_pg_dump().empty()) GTEST_SKIP() << no_pg_dump();
  const std::unique_ptr<TestDatabase> from = make_database(postgresql_engine);
  const std::unique_ptr<TestDatabase> to = make_database(postgresql_engine);
  if (GetParam() == "every_object") {
    from->sql(every_postgres_object("schema_reader"));
  } else {
    Database opened = Database::open(from->url);
    Migrator(opened, Source::pack(GetParam())).up();
  }
  const TempDir folder;
  const std::string file = (folder / "dump").string();
  const Outcome dumped = run("pg_dump", {"--format=custom", "--file", file, "--dbname", from->url});
  ASSERT_EQ(dumped.exit_status, 0) << dumped;
  const Outcome restored = run("pg_restore", {"--exit-on-error", "--dbname", to->url, file});
  ASSERT_EQ(restored.exit_status, 0) << restored;
  EXPECT_EQ(told(diff(schema_at(from->url), schema_at(to->url))), Lines());
}

}  // namespace
}  // namespace tradewind::test
