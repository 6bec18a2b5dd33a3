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
          .goal = 0.5};
}

Comparison nothing(Place& place, int count, const char* name, double goal) {
  const Workload& workload = place.small(count, sqlite_spelling());
  const std::string file = place.fresh_file(name);
  measure({Place::tradewind("sqlite:" + file, workload.folder)}, place.folder() / "log");
  return {.name = name,
          .floor = "sqlite3 FILE 'select 1'",
          .subject = {[=] { return Invocation{Place::tradewind("sqlite:" + file, workload.folder)}; }},
          .against = {[=] {
            return Invocation{{shell, file, "select 1"}};
          }},
          .goal = goal,
          .repeat = 15};
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
      {"sqlite-nothing", "nothing to do, 1,000 applied",
       [](Place& place) { return nothing(place, 1000, "sqlite-nothing", 1.5); }},
      {"sqlite-large", "one file of 50 MB, a statement a row", large},
  };
}

}  // namespace tradewind::bench
