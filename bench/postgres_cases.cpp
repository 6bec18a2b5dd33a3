#include <memory>

#include <fmt/format.h>

#include "cases.hpp"
#include "support/proxy.hpp"

namespace tradewind::bench {
namespace {

/// A contender whose database is new each time. It stays: ext4 without a journal passes over the inodes of
/// files deleted in the last minutes when it makes new ones, and searched them for as long as PostgreSQL
/// needs for its own work on a small migration.
Contender in_fresh_database(Place& place, std::function<Invocation(const std::string& database)> invocation) {
  return [&place, invocation = std::move(invocation)] { return invocation(place.fresh_database()); };
}

Contender tradewind_up(Place& place, const Workload& workload) {
  return in_fresh_database(place, [&](const std::string& database) {
    return Invocation{Place::tradewind(place.cluster().url(database), workload.folder)};
  });
}

Contender psql_file(Place& place, const Workload& workload) {
  return in_fresh_database(place, [&](const std::string& database) {
    return Invocation{{place.psql(), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", place.cluster().url(database),
                       "-f", workload.script.string()}};
  });
}

Contender libpq_alone(Place& place, const Workload& workload, const char* how) {
  return in_fresh_database(place, [&place, &workload, how](const std::string& database) {
    return Invocation{{BARE_LIBPQ, place.cluster().url(database), workload.script.string(), how}};
  });
}

Comparison small(Place& place) {
  const Workload& workload = place.small(1000, postgres_spelling());
  return {.name = "pg-small",
          .floor =
              "psql -f of the same statements, BEGIN, COMMIT and one INSERT into an equal history table "
              "around each pair",
          .subject = tradewind_up(place, workload),
          .against = psql_file(place, workload),
          .goal = 0.9,
          .bare = libpq_alone(place, workload, "pipeline")};
}

Comparison link(Place& place) {
  constexpr std::chrono::milliseconds one_way{10};
  const Workload& workload = place.small(1000, postgres_spelling());
  auto proxy = std::make_shared<test::Proxy>(test::Upstream{.port = place.cluster().port()});
  proxy->set_delay(one_way);
  Contender far = in_fresh_database(place, [&, proxy](const std::string& database) {
    return Invocation{
        Place::tradewind(test::PostgresCluster::tcp_url_at(proxy->port(), database), workload.folder)};
  });
  return {.name = "pg-link",
          .floor = "tradewind itself through the server's socket",
          .subject = std::move(far),
          .against = tradewind_up(place, workload),
          .goal = 1.3};
}

/// Against the psql that users call: Debian's is a script that looks for a cluster, then runs the binary.
constexpr const char* users_psql = "psql";

/// The migrations are applied once; then there is nothing to do.
Comparison nothing(Place& place, int count, const std::string& psql, std::optional<double> goal) {
  const Workload& workload = place.small(count, postgres_spelling());
  const std::string url = place.cluster().url(place.fresh_database());
  measure({Place::tradewind(url, workload.folder)}, place.folder() / "log");
  place.cluster().sql("postgres", "CHECKPOINT");
  return {.name = fmt::format("pg-nothing{}", count == 1000 ? "" : "-10k"),
          .floor = psql == users_psql
                       ? "psql -c 'select 1', as found along PATH"
                       : "psql -c 'select 1', the server's own binary without Debian's script around it",
          .subject = [=] { return Invocation{Place::tradewind(url, workload.folder)}; },
          .against = {[=] {
            return Invocation{{psql, "-X", "-d", url, "-c", "select 1"}};
          }},
          .goal = goal,
          .repeat = 15};
}

Comparison nothing_of_1000(Place& place) {
  return nothing(place, 1000, users_psql, 0.5);
}
Comparison nothing_of_10000(Place& place) {
  return nothing(place, 10000, users_psql, 1.5);
}

Comparison nothing_binary(Place& place) {
  Comparison comparison = nothing(place, 1000, place.psql(), {});
  comparison.name = "pg-nothing-binary";
  return comparison;
}

Comparison large(Place& place) {
  const Workload& workload = place.large(postgres_spelling());
  return {.name = "pg-large",
          .floor = "psql -f of the same text between BEGIN and COMMIT",
          .subject = tradewind_up(place, workload),
          .against = psql_file(place, workload),
          .goal = 0.25,
          .memory_goal_mb = 150,
          .bare = libpq_alone(place, workload, "chunks")};
}

/// What a user types who has no program for it: psql commits each row.
Comparison large_as_it_is(Place& place) {
  const Workload& workload = place.large(postgres_spelling());
  return {.name = "pg-large-typed",
          .floor = "psql -f of the migration's file as it is",
          .subject = tradewind_up(place, workload),
          .against = in_fresh_database(place,
                                       [&](const std::string& database) {
                                         return Invocation{
                                             {place.psql(), "-X", "-q", "-d", place.cluster().url(database),
                                              "-f", (workload.folder / "00001_trades.up.sql").string()}};
                                       }),
          .goal = 0.25,
          .memory_goal_mb = 150};
}

}  // namespace

std::vector<Case> postgres_cases() {
  return {
      {"pg-small", "1,000 migrations of two statements, PostgreSQL on this machine", small},
      {"pg-link", "the same over a link of 10 ms each way", link},
      {"pg-nothing", "nothing to do, 1,000 applied", nothing_of_1000},
      {"pg-nothing-binary", "the same against the bare binary", nothing_binary},
      {"pg-nothing-10k", "nothing to do, 10,000 applied", nothing_of_10000},
      {"pg-large", "one file of 50 MB, a statement a row", large},
      {"pg-large-typed", "the same against psql without a transaction around it", large_as_it_is},
  };
}

}  // namespace tradewind::bench
