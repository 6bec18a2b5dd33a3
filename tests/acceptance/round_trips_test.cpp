// A plan of many migrations goes out at once.
#include "engine_folder.hpp"
#include "support/proxy.hpp"

namespace tradewind::test {
namespace {

using namespace std::chrono_literals;

std::uint64_t round_trips_of_a_plan_of(int count, const Words& more = {}) {
  const auto database = make_database(postgresql_engine);
  EngineFolder at(*database);
  for (int i = 1; i <= count; ++i) at.table(std::to_string(i) + "_step", "step_" + std::to_string(i));
  Proxy proxy({.port = PostgresCluster::shared().port()});
  // Less than what makes the program ask who blocks it.
  proxy.set_delay(20ms);
  Words command = {"up", "--database",
                   PostgresCluster::tcp_url_at(proxy.port(), database->value("SELECT current_database()"))};
  command.insert(command.end(), more.begin(), more.end());
  const Outcome up = at.folder.run(command);
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(at.applied().size(), static_cast<std::size_t>(count));
  return proxy.round_trips();
}

/// A busy machine may answer the first before the last are sent, so it is not exact.
TEST(RoundTrips, are_no_more_for_many_migrations_than_for_one) {
  const std::uint64_t one = round_trips_of_a_plan_of(1);
  EXPECT_LE(one, 20U);
  EXPECT_LE(round_trips_of_a_plan_of(60), one + 6);
  EXPECT_LE(round_trips_of_a_plan_of(60, {"--atomic"}), one + 6);
}

}  // namespace
}  // namespace tradewind::test
