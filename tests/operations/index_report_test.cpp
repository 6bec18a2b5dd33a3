// Which indexes maintain calls one too many on PostgreSQL: F10.
#include "operations_folder.hpp"

namespace tradewind::test {
namespace {

class IndexReport : public ::testing::Test {
 protected:
  IndexReport() {
    at.configure("");
    database.sql("CREATE TABLE t (id bigint PRIMARY KEY, name text NOT NULL, n bigint NOT NULL)");
  }
  /// The indexes that are reported as duplicates, with what they are.
  std::string duplicates() const {
    std::string found;
    for (const Json& finding : with(at.one({"maintain", "indexes"}).at("indexes"), "kind", "duplicate"))
      found += finding.at("index").get<std::string>() + ": " + finding.at("detail").get<std::string>() + "\n";
    return found;
  }

  std::unique_ptr<TestDatabase> database_ = make_database(postgresql_engine);
  TestDatabase& database = *database_;
  OperationsFolder at{*database_};
};

TEST_F(IndexReport, tells_the_same_columns_and_the_first_of_others) {
  database.sql(
      "CREATE INDEX a ON t (name); CREATE INDEX b ON t (name); CREATE INDEX c ON t (n); CREATE INDEX d ON t "
      "(n, name); CREATE INDEX e ON t (lower(name)); CREATE  INDEX f ON t  (lower(name))");
  EXPECT_EQ(duplicates(), "b: the same as a\nc: its columns are the first of d\nf: the same as e\n");
}

TEST_F(IndexReport, tells_indexes_apart_that_serve_different_queries) {
  for (const char* indexes :
       {"CREATE INDEX a ON t (name); CREATE INDEX b ON t (name COLLATE \"C\")",
        "CREATE INDEX a ON t (name COLLATE \"C\"); CREATE INDEX b ON t (name, n)",
        "CREATE INDEX a ON t (name); CREATE INDEX b ON t (name text_pattern_ops)",
        "CREATE INDEX a ON t (name); CREATE INDEX b ON t (name DESC)",
        "CREATE INDEX a ON t (name); CREATE INDEX b ON t (name) WHERE n > 0",
        "CREATE INDEX a ON t (lower(name)); CREATE INDEX b ON t (upper(name))",
        "CREATE INDEX a ON t (lower(name)); CREATE INDEX b ON t (lower(name COLLATE \"C\"))",
        "CREATE UNIQUE INDEX a ON t (n); ALTER TABLE t ADD CONSTRAINT b UNIQUE (n) DEFERRABLE",
        ("CREATE UNIQUE INDEX a ON t (n); CREATE UNIQUE INDEX b ON t (n); "
         "ALTER TABLE t REPLICA IDENTITY USING INDEX b")}) {
    database.sql(std::string("BEGIN; ") + indexes + "; COMMIT");
    EXPECT_EQ(duplicates(), "") << indexes;
    database.sql(
        "ALTER TABLE t REPLICA IDENTITY DEFAULT; ALTER TABLE t DROP CONSTRAINT IF EXISTS b; DROP INDEX IF "
        "EXISTS a, b");
  }
}

TEST_F(IndexReport, tells_apart_how_unique_indexes_take_nulls) {
  if (PostgresCluster::shared().version() < 15) GTEST_SKIP() << "from 15 on";
  database.sql("CREATE UNIQUE INDEX a ON t (n); CREATE UNIQUE INDEX b ON t (n) NULLS NOT DISTINCT");
  EXPECT_EQ(duplicates(), "");
}

}  // namespace
}  // namespace tradewind::test
