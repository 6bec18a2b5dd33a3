#include "support/engines.hpp"

#include <stdexcept>

#include "support/postgres_cluster.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

class SqliteDatabase : public TestDatabase {
 public:
  explicit SqliteDatabase(TempDir folder)
      : TestDatabase("sqlite:" + (folder / "test.db").string(), sqlite_engine), folder_(std::move(folder)) {}
  Rows sql(const std::string& text) const override { return SqliteFile(folder_ / "test.db").sql(text); }

 private:
  TempDir folder_;
};

class PostgresDatabase : public TestDatabase {
 public:
  explicit PostgresDatabase(const std::string& name)
      : TestDatabase(PostgresCluster::shared().url(name), postgresql_engine), name_(name) {}
  ~PostgresDatabase() override { PostgresCluster::shared().drop_database(name_); }
  Rows sql(const std::string& text) const override { return PostgresCluster::shared().sql(name_, text); }

 private:
  std::string name_;
};

}  // namespace

std::string TestDatabase::value(const std::string& text) const {
  const Rows rows = sql(text);
  if (rows.empty() || rows[0].empty()) throw SqlError("no row from: " + text, "");
  return rows[0][0];
}

std::unique_ptr<TestDatabase> make_database(std::string_view engine) {
  if (engine == sqlite_engine) return std::make_unique<SqliteDatabase>(TempDir());
  if (engine == postgresql_engine)
    return std::make_unique<PostgresDatabase>(PostgresCluster::shared().create_database());
  throw std::invalid_argument("no engine named " + std::string(engine));
}

}  // namespace tradewind::test
