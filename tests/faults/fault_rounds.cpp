/// fault_rounds [ROUNDS [SEED [PART]]]: every fault at every place once, then so many more at
/// random places; of a part only, if it is named: migrations, store, store-sqlite, store-postgresql. Prints
/// what failed with what it takes to repeat it; exit status 1 if anything did.
#include <cstdlib>
#include <exception>
#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "faults/rounds.hpp"
#include "store/kill_rounds.hpp"
#include "store/outage.hpp"

namespace tradewind::test {
namespace {

class Account {
 public:
  void add(const std::string& name, const std::vector<Round>& rounds) {
    std::cout << name << ": " << rounds.size() << " rounds" << std::flush;
    const auto failed = failures(rounds);
    std::cout << ", " << failed.size() << " failed\n";
    for (const auto& text : failed) std::cout << text << "\n\n";
    std::cout << std::flush;
    failed_ += failed.size();
  }
  int exit_status() const { return failed_ == 0 ? EXIT_SUCCESS : EXIT_FAILURE; }

 private:
  std::size_t failed_ = 0;
};

std::vector<Round> kills(const FaultPlan& plan, const std::string& url_options = {}) {
  std::vector<Round> rounds;
  for (const auto& call : calls_of(plan, url_options)) {
    for (int number = 1; number <= call.count; ++number) {
      rounds.emplace_back(
          [&plan, call, number, url_options] { kill_at_call(plan, call.name, number, url_options); });
    }
  }
  return rounds;
}

std::vector<Round> errors(const FaultPlan& plan, const std::string& error, bool forever) {
  std::vector<Round> rounds;
  for (const auto& call : calls_of(plan)) {
    if (call.name != "pwrite64" && call.name != "fdatasync" && call.name != "ftruncate") continue;
    for (int number = 1; number <= call.count; ++number) {
      rounds.emplace_back(
          [&plan, call, number, error, forever] { fail_at_call(plan, call.name, number, error, forever); });
    }
  }
  return rounds;
}

std::vector<Round> gates(const FaultPlan& plan) {
  std::vector<Round> rounds;
  for (int gate = 1; gate <= plan.gates(); ++gate) {
    for (const bool at_once : {false, true})
      rounds.emplace_back([&plan, gate, at_once] { kill_at_gate(plan, gate, at_once); });
  }
  return rounds;
}

std::vector<Round> cuts(const FaultPlan& plan, Direction direction, std::uint64_t step) {
  std::vector<Round> rounds;
  const std::uint64_t all = bytes_of(plan, direction);
  for (std::uint64_t bytes = 1; bytes < all; bytes += step) {
    rounds.emplace_back([&plan, direction, bytes] { cut_after(plan, direction, bytes); });
  }
  return rounds;
}

std::vector<Round> random_kills(const FaultPlan& plan, std::uint32_t first, std::uint32_t count) {
  const auto longest = duration_of(plan);
  std::vector<Round> rounds;
  rounds.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    rounds.emplace_back([&plan, seed = first + i, longest] { kill_at_random(plan, seed, longest); });
  }
  return rounds;
}

void run_migrations(Account& account, std::uint32_t count, std::uint32_t seed) {
  const FaultPlan sqlite(sqlite_engine);
  const FaultPlan postgres(postgresql_engine);
  const FaultPlan gated(postgresql_engine, true);
  for (const auto* plan : {&sqlite, &postgres, &gated}) plan->clean_state();
  account.add("SQLite killed at its system calls", kills(sqlite));
  account.add("SQLite with a rollback journal killed at its system calls",
              kills(sqlite, "?journal_mode=delete"));
  account.add("PostgreSQL killed at its system calls", kills(postgres));
  account.add("PostgreSQL killed at statement boundaries", gates(gated));
  for (const char* error : {"EIO", "ENOSPC"}) {
    for (const bool forever : {false, true}) {
      account.add(std::string("SQLite with ") + error + (forever ? " from one call on" : " once"),
                  errors(sqlite, error, forever));
    }
  }
  account.add("PostgreSQL cut on the way there", cuts(postgres, Direction::to_server, 11));
  account.add("PostgreSQL cut on the way back", cuts(postgres, Direction::to_client, 3));
  account.add("SQLite killed at random moments", random_kills(sqlite, seed, count));
  account.add("PostgreSQL killed at random moments", random_kills(postgres, seed, count));
}

void run_stores(Account& account, std::uint32_t count, std::uint32_t seed, std::string_view part) {
  for (const char* engine : {sqlite_engine, postgresql_engine}) {
    if (!("store-" + std::string(engine)).starts_with(part)) continue;
    account.add(std::string("a store on ") + engine + " killed " + std::to_string(count) + " times",
                {[engine, count, seed] { store_kill_rounds(engine, static_cast<int>(count), seed); }});
    account.add(std::string("a store on ") + engine + " without it for a minute",
                {[engine] { store_outage(engine, std::chrono::minutes(1)); }});
  }
}

int run(std::uint32_t count, std::uint32_t seed, std::string_view part) {
  Account account;
  if (std::string_view("migrations").starts_with(part)) run_migrations(account, count, seed);
  run_stores(account, count, seed, part);
  return account.exit_status();
}

}  // namespace
}  // namespace tradewind::test

int main(int argc, char** argv) try {
  const auto number = [&](int index, const char* otherwise) {
    return static_cast<std::uint32_t>(std::strtoul(argc > index ? argv[index] : otherwise, nullptr, 10));
  };
  return tradewind::test::run(number(1, "1000"),
                              number(2, std::to_string(std::random_device{}() % 1'000'000).c_str()),
                              argc > 3 ? argv[3] : "");
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
