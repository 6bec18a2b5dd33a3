/// Measures GET /api/trades of 100 rows against the same query through the library without HTTP, in the same
/// run, with wrk.
///
///     http_bench [ROWS]
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <regex>
#include <stdexcept>
#include <string>
#include <thread>
#include <tradewind/migrator.hpp>
#include <tradewind/reader.hpp>
#include <vector>

#include <fmt/format.h>

#include "support/postgres_cluster.hpp"
#include "support/program.hpp"
#include "support/spawn.hpp"

namespace tradewind::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int rounds = 3;
constexpr auto duration = 5s;

constexpr const char* fill =
    "INSERT INTO trades (signal_id, symbol, side, size, entry_price, stop_price, tp_price, fill_price, "
    "slippage_pct, execution_latency_ms, regime_state, phase, timestamp) "
    "SELECT 'signal-' || i, (ARRAY['BTCUSDT','ETHUSDT','SOLUSDT'])[1 + i % 3], "
    "(ARRAY['BUY','SELL'])[1 + i % 2], 0.25 + i % 7, 61000.5 + i % 1000, 60000, 65000, "
    "61001.12345678 + i % 1000, 0.001023, 12.5, i % 3 - 1, 1 + i % 2, "
    "timestamptz '2026-01-01 00:00:00Z' + i * interval '1 second' FROM generate_series(1, {}) AS i";

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Calls a second of so many threads.
double library_rate(const std::string& url, std::size_t threads) {
  Reader reader(url, {.most_connections = threads, .idle_connections = threads});
  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> calls = 0;
  std::vector<std::thread> running;
  for (std::size_t i = 0; i < threads; ++i) {
    running.emplace_back([&] {
      while (!stop) {
        if (reader.trades({}, {.limit = 100}).size() != 100) throw std::runtime_error("no 100 rows");
        ++calls;
      }
    });
  }
  std::this_thread::sleep_for(500ms);
  const std::uint64_t before = calls;
  std::this_thread::sleep_for(duration);
  const std::uint64_t after = calls;
  stop = true;
  for (std::thread& thread : running) thread.join();
  return static_cast<double>(after - before) / std::chrono::duration<double>(duration).count();
}

struct Load {
  double rate = 0;
  std::string p99;
};

Load wrk(std::uint16_t port, const std::string& path) {
  const auto outcome = test::Program::run({"wrk", "-t1", "-c64", fmt::format("-d{}s", duration.count()),
                                           "--latency", fmt::format("http://127.0.0.1:{}{}", port, path)});
  std::smatch rate;
  std::smatch p99;
  if (!std::regex_search(outcome.out, rate, std::regex(R"(Requests/sec: +([0-9.]+))")) ||
      outcome.out.find("Non-2xx") != std::string::npos) {
    throw std::runtime_error("wrk: " + outcome.out + outcome.err);
  }
  std::regex_search(outcome.out, p99, std::regex(R"(99% +(\S+))"));
  return {std::stod(rate[1]), p99[1]};
}

/// A running `tradewind serve`.
struct Served {
  explicit Served(const std::string& url)
      : process(test::tradewind_command(
            {"--pack", "titan", "--database", url, "serve", "--listen", "127.0.0.1:0"})) {
    constexpr std::string_view said = "listening on http://127.0.0.1:";
    if (!process.wait_for_err(said)) throw std::runtime_error(process.err());
    port = static_cast<std::uint16_t>(std::stoi(process.err().substr(said.size())));
  }
  double resident_megabytes() const {
    std::ifstream file("/proc/" + std::to_string(process.pid()) + "/statm");
    double size = 0;
    double resident = 0;
    file >> size >> resident;
    return resident * 4096 / 1e6;
  }
  test::Process process;
  std::uint16_t port = 0;
};

std::vector<test::Descriptor> idle_connections(std::uint16_t port, int count) {
  std::vector<test::Descriptor> all;
  for (int i = 0; i < count; ++i) {
    test::Descriptor one(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(one.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("no connection");
    constexpr std::string_view request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    std::array<char, 1024> answer{};
    if (::send(one.get(), request.data(), request.size(), 0) <= 0 ||
        ::recv(one.get(), answer.data(), answer.size(), 0) <= 0)
      throw std::runtime_error("no answer");
    all.push_back(std::move(one));
  }
  return all;
}

void print(const char* what, double rate, double floor, const std::string& p99) {
  fmt::print("| {} | {:.0f} | {:.2f} | {} |\n", what, rate, rate / floor, p99);
  std::fflush(stdout);
}

void run(int rows) {
  test::PostgresCluster cluster({.settings = {"max_wal_size=4GB"}});
  const std::string name = cluster.create_database();
  const std::string url = cluster.url(name);
  init_database(url, Source::pack("titan"));
  cluster.sql(name, fmt::format(fmt::runtime(fill), rows));
  cluster.sql(name, "VACUUM ANALYZE trades");
  const Served served(url);
  constexpr auto path = "/api/trades?limit=100";
  std::vector<double> floors;
  std::vector<double> rates;
  std::string p99;
  for (int round = 0; round < rounds; ++round) {
    floors.push_back(std::max(library_rate(url, 8), library_rate(url, 25)));
    const Load load = wrk(served.port, path);
    rates.push_back(load.rate);
    p99 = load.p99;
  }
  const double floor = median(floors);
  fmt::print("| 100 rows of {}, 64 connections | a second | ratio | p99 |\n|---|---|---|---|\n", rows);
  print("the library without HTTP", floor, floor, "");
  print("GET /api/trades", median(rates), floor, p99);
  const double before = served.resident_megabytes();
  const auto idle = idle_connections(served.port, 1000);
  const double with = served.resident_megabytes();
  const Load load = wrk(served.port, path);
  print("the same beside 1,000 idle connections", load.rate, floor, load.p99);
  const Load health = wrk(served.port, "/healthz");
  print("GET /healthz", health.rate, floor, health.p99);
  fmt::print("\n1,000 idle connections: {:.1f} MB beside {:.1f} MB\n", with - before, before);
}

}  // namespace
}  // namespace tradewind::bench

int main(int argc, char** argv) {
  try {
    tradewind::bench::run(argc > 1 ? std::stoi(argv[1]) : 1'000'000);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "http_bench: %s\n", error.what());
    return 1;
  }
}
