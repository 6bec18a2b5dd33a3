#include <fmt/format.h>

#include "cases.hpp"

namespace tradewind::bench {
namespace {

constexpr const char* shell = "sqlite3";

Contender tradewind_up(Place& place, const Workload& workload) {
  return {[&] {
    return Invocation{Place::tradewind("sqlite:" + place.fresh_file("tradewind"), workload.folder)};
  }};
}

Contender shell_file(Place& place, const Workload& workload) {
  return {[&] { return Invocation{{shell, "-bail", place.fresh_file("shell")}, workload.script}; }};
}

Comparison small(Place& place) {
  const Workload& workload = place.small(1000, sqlite_spelling());
  return {.name = "sqlite-small",
          .floor =
              "sqlite3 FILE < the same statements, BEGIN, COMMIT and one INSERT into an equal history table "
              "around each pair",
          .subject = tradewind_up(place, workload),
          .against = shell_file(place, workload),
          .goal = 0.5,
          .bare = Contender{[&] {
            return Invocation{{BARE_SQLITE, place.fresh_file("bare"), workload.script.string()}};
          }}};
}

/// The migrations are applied once; then there is nothing to do.
Comparison nothing(Place& place, const std::string& name, const std::string& query,
                   std::optional<double> goal) {
  const Workload& workload = place.small(1000, sqlite_spelling());
  const std::string file = place.fresh_file(name);
  measure({Place::tradewind("sqlite:" + file, workload.folder)}, place.folder() / "log");
  return {.name = name,
          .floor = fmt::format("sqlite3 FILE '{}'", query),
          .subject = {[=] { return Invocation{Place::tradewind("sqlite:" + file, workload.folder)}; }},
          .against = {[=] {
            return Invocation{{shell, file, query}};
          }},
          .goal = goal,
          .repeat = 15};
}

/// The shell does not open the file for this one.
Comparison nothing_asked(Place& place) {
  return nothing(place, "sqlite-nothing", "select 1", 1.5);
}

Comparison nothing_read(Place& place) {
  return nothing(place, "sqlite-nothing-read", "select count(*) from schema_migrations", {});
}

Comparison large(Place& place) {
  const Workload& workload = place.large(sqlite_spelling());
  return {.name = "sqlite-large",
          .floor = "sqlite3 FILE < the same text between BEGIN and COMMIT",
          .subject = tradewind_up(place, workload),
          .against = shell_file(place, workload),
          .goal = 1.2};
}

}  // namespace

std::vector<Case> sqlite_cases() {
  return {
      {"sqlite-small", "1,000 migrations of two statements, SQLite", small},
      {"sqlite-nothing", "nothing to do, 1,000 applied", nothing_asked},
      {"sqlite-nothing-read", "the same against a query that reads the file", nothing_read},
      {"sqlite-large", "one file of 50 MB, a statement a row", large},
  };
}

}  // namespace tradewind::bench
