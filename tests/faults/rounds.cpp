#include "faults/rounds.hpp"

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "faults/gates.hpp"
#include "faults/strace.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

/// A database of the shared cluster as it is reached through a proxy in front of it.
std::string through(const Proxy& proxy, const TestDatabase& database) {
  const std::string name = database.value("SELECT current_database()");
  return PostgresCluster::tcp_url_at(proxy.port(), name);
}

std::string shown(const Outcome& outcome) {
  std::ostringstream text;
  text << outcome;
  return text.str();
}

template <typename Work>
void described(const std::string& round, Work work) {
  try {
    work();
  } catch (const std::exception& error) {
    throw std::runtime_error(round + ": " + error.what());
  }
}

void require_recovery(const FaultPlan& plan, const TestDatabase& database) {
  wait_until_alone(database);
  plan.require_consistent(database);
  plan.require_convergence(database);
}

}  // namespace

void kill_at_call(const FaultPlan& plan, const std::string& call, int number,
                  const std::string& url_options) {
  described("killed before " + call + " " + std::to_string(number), [&] {
    const auto database = plan.make_database();
    const Outcome outcome =
        run_under_strace({call, "signal=SIGKILL", number}, plan.up_command(database->url + url_options));
    require(outcome.exit_status == 0 || outcome.signal == SIGKILL, "it ended otherwise: " + shown(outcome));
    require_recovery(plan, *database);
  });
}

void fail_at_call(const FaultPlan& plan, const std::string& call, int number, const std::string& error,
                  bool forever) {
  described(call + " " + std::to_string(number) + " fails with " + error, [&] {
    const auto database = plan.make_database();
    const Outcome outcome =
        run_under_strace({call, "error=" + error, number, forever}, plan.up_command(database->url));
    require(outcome.signal == 0, "it ended otherwise: " + shown(outcome));
    require(outcome.exit_status == 0 || outcome.exit_status == 3 || outcome.exit_status == 4,
            "it ended otherwise: " + shown(outcome));
    require(outcome.exit_status == 0 || outcome.err.find("error: ") != std::string::npos,
            "no error: " + shown(outcome));
    plan.require_truth(*database, outcome);
    require_recovery(plan, *database);
  });
}

void kill_at_gate(const FaultPlan& plan, int gate, bool at_once) {
  described("killed at gate " + std::to_string(gate) + (at_once ? ", the next run at once" : ""), [&] {
    const auto database = plan.make_database();
    Gates gates(database->url);
    gates.shut(gate);
    Process runner(plan.up_command(database->url));
    require(gates.wait_for_visitor(gate), "it never came to the gate: " + runner.err());
    runner.kill9();
    runner.wait();
    if (!at_once) {
      gates.open(gate);
      wait_until_alone(*database);
      plan.require_consistent(*database);
      return plan.require_convergence(*database);
    }
    Process next(plan.up_command(database->url));
    require(next.wait_for_err("waiting for"), "the next run does not wait: " + next.err());
    gates.open(gate);
    const auto outcome = next.wait();
    require(outcome && outcome->exit_status == 0, "the next run failed: " + next.err());
    wait_until_alone(*database);
    plan.require_convergence(*database);
  });
}

void kill_at_random(const FaultPlan& plan, std::uint32_t seed, microseconds longest) {
  described("killed at random moments, seed " + std::to_string(seed), [&] {
    std::minstd_rand random(seed);
    const auto database = plan.make_database();
    for (int i = 0; i < 3; ++i) {
      const auto moment =
          steady_clock::now() + microseconds(random() % static_cast<std::uint64_t>(longest.count()));
      Process runner(plan.up_command(database->url));
      std::this_thread::sleep_until(moment);
      runner.kill9();
      runner.wait();
    }
    require_recovery(plan, *database);
  });
}

void cut_after(const FaultPlan& plan, Direction direction, std::uint64_t bytes) {
  const char* side = direction == Direction::to_server ? " bytes to the server" : " bytes from the server";
  described("cut after " + std::to_string(bytes) + side, [&] {
    const auto database = plan.make_database();
    Proxy proxy({.port = PostgresCluster::shared().port()});
    proxy.cut_after_bytes(direction, bytes);
    const Outcome outcome = plan.up(through(proxy, *database));
    wait_until_alone(*database);
    require(outcome.exit_status == 0 || outcome.exit_status == 4 || outcome.exit_status == 5,
            "it ended otherwise: " + shown(outcome));
    plan.require_truth(*database, outcome);
    plan.require_consistent(*database);
    plan.require_convergence(*database);
  });
}

std::vector<Calls> calls_of(const FaultPlan& plan, const std::string& url_options) {
  const bool postgres = plan.engine() == postgresql_engine;
  std::vector<Calls> calls;
  for (const char* name :
       postgres ? std::vector<const char*>{"sendto", "recvfrom", "poll"}
                : std::vector<const char*>{"pwrite64", "fdatasync", "ftruncate", "unlink", "fcntl"}) {
    const auto database = plan.make_database();
    calls.push_back({name, count_calls(name, plan.up_command(database->url + url_options))});
  }
  return calls;
}

microseconds duration_of(const FaultPlan& plan) {
  const auto database = plan.make_database();
  const auto begun = steady_clock::now();
  const Outcome outcome = plan.up(database->url);
  require(outcome.exit_status == 0, "a run without faults failed: " + shown(outcome));
  return std::chrono::duration_cast<microseconds>(steady_clock::now() - begun);
}

std::uint64_t bytes_of(const FaultPlan& plan, Direction direction) {
  const auto database = plan.make_database();
  const Proxy proxy({.port = PostgresCluster::shared().port()});
  const Outcome outcome = plan.up(through(proxy, *database));
  require(outcome.exit_status == 0, "a run without faults failed: " + shown(outcome));
  return proxy.bytes(direction);
}

std::vector<std::string> failures(const std::vector<Round>& rounds) {
  std::vector<std::string> result;
  std::mutex mutex;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < rounds.size(); i = next++) {
      try {
        rounds[i]();
      } catch (const std::exception& error) {
        const std::lock_guard lock(mutex);
        result.emplace_back(error.what());
      }
    }
  };
  std::thread second(work);
  work();
  second.join();
  return result;
}

::testing::AssertionResult all_hold(const std::vector<Round>& rounds) {
  if (rounds.empty()) return ::testing::AssertionFailure() << "there are no rounds";
  const auto failed = failures(rounds);
  auto result = failed.empty() ? ::testing::AssertionSuccess() : ::testing::AssertionFailure();
  result << failed.size() << " of " << rounds.size() << " rounds";
  for (const auto& text : failed) result << "\n\n" << text;
  return result;
}

std::vector<int> spread(int count, int most) {
  std::vector<int> numbers;
  const int chosen = std::min(count, most);
  numbers.reserve(std::max(chosen, 0));
  for (int i = 0; i < chosen; ++i)
    numbers.push_back(1 + static_cast<int>(static_cast<long>(i) * count / chosen));
  return numbers;
}

}  // namespace tradewind::test
