#include "faults/gates.hpp"

#include "support/eventually.hpp"

namespace tradewind::test {
namespace {

constexpr int gate_class = 4711;
constexpr int visitor_class = 4712;

std::string call(const char* function, int lock_class, int gate) {
  return std::string("SELECT ") + function + "(" + std::to_string(lock_class) + ", " + std::to_string(gate) +
         ")";
}

}  // namespace

void Gates::prepare(const TestDatabase& database) {
  database.sql(
      "CREATE SCHEMA gates; CREATE FUNCTION gates.gate(number int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN "
      "PERFORM pg_try_advisory_lock_shared(4712, number); "
      "WHILE NOT pg_try_advisory_xact_lock_shared(4711, number) LOOP PERFORM pg_sleep(0.002); END LOOP; "
      "PERFORM pg_advisory_unlock_shared(4712, number); END $$");
}

std::string Gates::statement(int gate) {
  return "SELECT gates.gate(" + std::to_string(gate) + ")";
}

void Gates::shut(int gate) {
  session_.sql(call("pg_advisory_lock", gate_class, gate));
}

void Gates::open(int gate) {
  session_.sql(call("pg_advisory_unlock", gate_class, gate));
}

bool Gates::wait_for_visitor(int gate) {
  const std::string visitors = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = " +
                               std::to_string(visitor_class) + " AND objid = " + std::to_string(gate);
  return eventually([&] { return session_.sql(visitors)[0][0] != "0"; });
}

}  // namespace tradewind::test
