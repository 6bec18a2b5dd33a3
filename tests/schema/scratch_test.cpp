#include "api/schema_scratch.hpp"

#include <gtest/gtest.h>

#include <tradewind/error.hpp>

#include "database/url_database.hpp"
#include "support/engines.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {
namespace {

TEST(ScratchUrl, has_another_database_and_all_else_as_it_was) {
  const std::pair<const char*, const char*> urls[] = {
      {"postgresql://app@db/trades", "postgresql://app@db/x"},
      {"postgresql://app@db", "postgresql://app@db/x"},
      {"postgres://", "postgres:///x"},
      {"postgresql:///trades?host=/run/pg&user=app", "postgresql:///x?host=/run/pg&user=app"},
      {"postgresql://app:p%40ss?w@a:1,b:2/trades?target_session_attrs=any",
       "postgresql://app:p%40ss?w@a:1,b:2/x?target_session_attrs=any"},
      {"postgresql://db?dbname=trades&sslmode=require", "postgresql://db/x?sslmode=require"},
      {"postgresql://db/?dbname=trades", "postgresql://db/x"},
  };
  for (const auto& [url, expected] : urls) EXPECT_EQ(database::with_database(url, "x"), expected) << url;
}

TEST(ScratchDatabase, is_empty_and_gone_afterwards) {
  const std::unique_ptr<TestDatabase> beside = make_database(postgresql_engine);
  std::string name;
  {
    api::ScratchDatabase scratch({.url = beside->url});
    name = scratch.database().query("SELECT current_database()").at(0).at(0).value_or("");
    EXPECT_TRUE(name.starts_with("tradewind_scratch_")) << name;
  }
  EXPECT_EQ(beside->value("SELECT count(*) FROM pg_database WHERE datname = '" + name + "'"), "0");
}

TEST(ScratchDatabase, that_can_not_be_dropped_is_named) {
  const std::unique_ptr<TestDatabase> beside = make_database(postgresql_engine);
  api::ScratchDatabase scratch({.url = beside->url});
  const std::string name = scratch.database().query("SELECT current_database()").at(0).at(0).value_or("");
  beside->sql("ALTER DATABASE " + name + " IS_TEMPLATE true");
  try {
    scratch.drop();
    ADD_FAILURE() << "a template was dropped";
  } catch (const Error& error) {
    EXPECT_EQ(error.hint(), "drop it yourself: DROP DATABASE " + name);
  }
  beside->sql("ALTER DATABASE " + name + " IS_TEMPLATE false");
  beside->sql("DROP DATABASE " + name);
}

}  // namespace
}  // namespace tradewind::test
