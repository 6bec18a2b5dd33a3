/// Tests that run on both engines:
///
///     class History : public OnEachEngine {};
///     TRADEWIND_ON_EACH_ENGINE(History);
///     TEST_P(History, begins_empty) {
///       const auto rows = database.sql("SELECT ...");
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "support/sql_session.hpp"

namespace tradewind::test {

/// An empty database of its own, gone in the destructor.
class TestDatabase {
 public:
  virtual ~TestDatabase() = default;
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string url;
  const std::string engine;  ///< "sqlite" or "postgresql"
  bool is_postgresql() const { return engine == "postgresql"; }

  /// SQL past the library, in a session of its own; see SqliteFile::sql and PostgresCluster::sql.
  virtual Rows sql(const std::string& text) const = 0;
  /// The first row's first value; throws SqlError if there is no row.
  std::string value(const std::string& text) const;

 protected:
  TestDatabase(std::string url_text, std::string engine_name)
      : url(std::move(url_text)), engine(std::move(engine_name)) {}
};

inline constexpr const char* sqlite_engine = "sqlite";
inline constexpr const char* postgresql_engine = "postgresql";

/// PostgreSQL: in the shared cluster. Throws std::invalid_argument for another engine.
std::unique_ptr<TestDatabase> make_database(std::string_view engine);

/// A fixture with a database of the engine of the parameter.
class OnEachEngine : public ::testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<TestDatabase> database_ = make_database(GetParam());
  TestDatabase& database = *database_;
};

}  // namespace tradewind::test

#define TRADEWIND_ON_EACH_ENGINE(fixture)                                                        \
  INSTANTIATE_TEST_SUITE_P(                                                                      \
      On, fixture,                                                                               \
      ::testing::Values(::tradewind::test::sqlite_engine, ::tradewind::test::postgresql_engine), \
      [](const auto& engine) { return std::string(engine.param); })
