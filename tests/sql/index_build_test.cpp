#include "sql/index_build.hpp"

#include <gtest/gtest.h>

namespace tradewind::test {
namespace {

using sql::index_build;
using sql::IndexBuild;

struct BuildCase {
  const char* statement;
  const char* what;  ///< schema.index on schema.table, or what is rebuilt
};

std::string shown(const IndexBuild::Name& name) {
  return name.schema.empty() ? name.name : name.schema + "." + name.name;
}

std::string shown(const std::optional<IndexBuild>& build) {
  if (!build) return "none";
  if (!build->rebuilds) return shown(build->index) + " on " + shown(build->table);
  const char* of[] = {"index ", "table ", "schema ", "database "};
  return of[static_cast<int>(build->of)] + shown(build->index) + shown(build->table);
}

class Builds : public ::testing::TestWithParam<BuildCase> {};

TEST_P(Builds, are_read_as_the_server_reads_names) {
  EXPECT_EQ(shown(index_build(GetParam().statement)), GetParam().what);
}

INSTANTIATE_TEST_SUITE_P(
    Of, Builds,
    ::testing::Values(
        BuildCase{"CREATE INDEX CONCURRENTLY IDX_Foo ON T (a)", "idx_foo on t"},
        BuildCase{
            "create unique index concurrently if not exists \"IDX\"\"x\" on only \"S\".t using btree (a)",
            "IDX\"x on S.t"},
        BuildCase{"CREATE INDEX CONCURRENTLY ON db.s.t (a)", " on s.t"},
        BuildCase{"CREATE INDEX CONCURRENTLY U&\"d\\0061t\" UESCAPE '!' ON t (a)", " on t"},
        BuildCase{"CREATE INDEX CONCURRENTLY "
                  "a123456789b123456789c123456789d123456789e123456789f123456789_and_more ON t (a)",
                  "a123456789b123456789c123456789d123456789e123456789f123456789_an on t"},
        BuildCase{"CREATE INDEX i ON t (a)", "none"},
        BuildCase{"REINDEX INDEX CONCURRENTLY S.Idx", "index s.idx"},
        BuildCase{"REINDEX (VERBOSE, CONCURRENTLY) TABLE t", "table t"},
        BuildCase{"REINDEX SCHEMA CONCURRENTLY s", "schema s"},
        BuildCase{"REINDEX DATABASE CONCURRENTLY d", "database "}, BuildCase{"VACUUM", "none"},
        BuildCase{"", "none"}));

}  // namespace
}  // namespace tradewind::test
