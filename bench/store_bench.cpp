/// Measures the store against floors in the same run: the hand-over of a record, and the way into the
/// databases.
///
///     store_bench [handover|postgres|sqlite]...
#include <libpq-fe.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <tradewind/store.hpp>
#include <vector>

#include <fmt/format.h>

#include "postgres/copy_row.hpp"
#include "store/tables.hpp"
#include "support/postgres_cluster.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::bench {
namespace {

using namespace tradewind::literals;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int rounds = 3;

Trade trade(std::string_view signal) {
  return {.signal_id = signal,
          .symbol = "BTCUSDT",
          .side = Side::buy,
          .size = 0.25_dec,
          .entry_price = 61000.5_dec,
          .stop_price = 60000_dec,
          .tp_price = 65000_dec,
          .fill_price = 61001.12345678_dec,
          .slippage_pct = 0.001023_dec,
          .execution_latency_ms = 12.5_dec,
          .regime_state = Regime::bullish,
          .phase = 1,
          .timestamp = UtcTime(std::chrono::microseconds(1'795'219'200'000'000))};
}

struct Folders {
  test::TempDir disk{"tradewind_bench"};
  test::TempDir memory{"tradewind_bench", "/dev/shm"};
  StoreOptions options() const { return {.journal = disk.path(), .rings = memory.path(), .migrate = true}; }
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double seconds_of(const std::function<void()>& work) {
  const auto begun = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

// The hand-over.

struct Latency {
  std::int64_t p50;
  std::int64_t p99;
  std::int64_t p999;
};

Latency percentiles(std::vector<std::int64_t>& samples) {
  std::sort(samples.begin(), samples.end());
  const auto at = [&](double part) {
    return samples[static_cast<std::size_t>(part * static_cast<double>(samples.size()))];
  };
  return {at(0.5), at(0.99), at(0.999)};
}

/// Calls the work at a steady pace and notes how long each call took, the clock included.
std::vector<std::int64_t> paced(int count, const std::function<bool(int)>& work) {
  constexpr auto pause = 2us;
  std::vector<std::int64_t> samples;
  samples.reserve(static_cast<std::size_t>(count));
  auto next = Clock::now();
  for (int i = 0; i < count; ++i) {
    while (Clock::now() < next) {
    }
    const auto begun = Clock::now();
    if (!work(i)) throw std::runtime_error("a record was refused");
    const auto ended = Clock::now();
    samples.push_back((ended - begun).count());
    next = ended + pause;
  }
  return samples;
}

Latency on_threads(int threads, int count, const std::function<std::function<bool(int)>()>& make_work) {
  std::vector<std::vector<std::int64_t>> samples(static_cast<std::size_t>(threads));
  std::vector<std::thread> running;
  for (auto& mine : samples) {
    running.emplace_back([&] {
      const auto work = make_work();
      work(0);
      mine = paced(count, work);
    });
  }
  for (std::thread& thread : running) thread.join();
  std::vector<std::int64_t> all;
  for (const auto& mine : samples) all.insert(all.end(), mine.begin(), mine.end());
  return percentiles(all);
}

/// The floor: a copy of as many bytes into memory of the process, and nothing else.
std::function<bool(int)> plain_copy() {
  auto room = std::make_shared<std::vector<std::byte>>(std::size_t{16} << 20);
  auto at = std::make_shared<std::size_t>(0);
  return [room, at](int) {
    static const std::array<std::byte, 240> record{};
    std::memcpy(room->data() + *at, record.data(), record.size());
    std::atomic_signal_fence(std::memory_order_seq_cst);
    *at = (*at + 256) % (room->size() - 512);
    return true;
  };
}

void print(const char* what, int threads, const Latency& latency) {
  fmt::print("| {} | {} | {} | {} | {} |\n", what, threads, latency.p50, latency.p99, latency.p999);
}

void handover() {
  constexpr int count = 500'000;
  fmt::print(
      "| hand-over, ns, the clock's own included | threads | p50 | p99 | p99.9 |\n|---|---|---|---|---|\n");
  for (const int threads : {1, 2}) {
    print("nothing", threads, on_threads(threads, count, [] { return [](int) { return true; }; }));
    print("a copy in memory", threads, on_threads(threads, count, plain_copy));
    const test::TempDir folder("tradewind_bench", "/dev/shm");
    const Folders folders;
    Store store = Store::open("sqlite:" + (folder / "a.db").string(), folders.options());
    print("record_event of a store", threads, on_threads(threads, count, [&store] {
            return [&store](int) {
              return store.record_event({.event_type = "tick",
                                         .severity = Severity::info,
                                         .description =
                                             "as long as most of them are, about a hundred bytes of text "
                                             "that says what has happened and where",
                                         .timestamp = UtcTime()}) == Recorded::accepted;
            };
          }));
  }
}

// Into the databases.

/// Records so many trades as fast as they are taken and waits until they are in the database.
void record_all(Store& store, int first, int count) {
  std::array<char, 32> text{};
  for (int i = first; i < first + count; ++i) {
    const auto end = fmt::format_to(text.data(), "signal-{:010}", i);
    const std::string_view signal(text.data(), static_cast<std::size_t>(end - text.data()));
    while (store.record_trade(trade(signal)) != Recorded::accepted) std::this_thread::sleep_for(1ms);
  }
  if (!store.flush(600s)) throw std::runtime_error("not written: " + store.status().database_trouble);
}

void print_rates(const char* what, int count, std::vector<double> floor, std::vector<double> ours) {
  const double floor_rate = count / median(std::move(floor));
  const double our_rate = count / median(std::move(ours));
  fmt::print("| {} | {:.0f} | {:.0f} | {:.2f} |\n", what, floor_rate, our_rate, our_rate / floor_rate);
}

struct PqFinish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Pq = std::unique_ptr<PGconn, PqFinish>;

void must(PGconn* connection, const char* sql) {
  PGresult* result = PQexec(connection, sql);
  const auto status = PQresultStatus(result);
  PQclear(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN)
    throw std::runtime_error(PQerrorMessage(connection));
}

/// The bytes of one COPY of so many trades, made before the clock runs.
std::string copy_bytes(int first, int count) {
  static const std::vector<postgres::ServerColumn> columns = {
      {"signal_id", 25},      {"symbol", 25},
      {"side", 25},           {"size", 1700},
      {"entry_price", 1700},  {"stop_price", 1700},
      {"tp_price", 1700},     {"fill_price", 1700},
      {"slippage_pct", 1700}, {"execution_latency_ms", 1700},
      {"regime_state", 21},   {"phase", 21},
      {"timestamp", 1184}};
  const TableDescription table = describe<Trade>();
  postgres::CopyRows rows;
  for (int i = first; i < first + count; ++i) {
    const std::string signal = fmt::format("signal-{:010}", i);
    const Trade one = trade(signal);
    std::vector<std::byte> payload(detail::encoded_size(one));
    detail::encode(one, payload.data());
    store::Values values;
    store::decode(table, payload, values);
    rows.begin_row(columns.size());
    for (std::size_t c = 0; c < columns.size(); ++c) rows.add(values[c], columns[c]);
  }
  rows.finish();
  return std::move(rows.bytes());
}

void raw_copy(PGconn* connection, const std::vector<std::string>& batches) {
  for (const std::string& bytes : batches) {
    must(connection, "BEGIN");
    must(connection,
         "COPY trades (signal_id, symbol, side, size, entry_price, stop_price, tp_price, fill_price, "
         "slippage_pct, "
         "execution_latency_ms, regime_state, phase, timestamp) FROM STDIN (FORMAT binary)");
    for (std::size_t at = 0; at < bytes.size(); at += 65536)
      PQputCopyData(connection, bytes.data() + at,
                    static_cast<int>(std::min<std::size_t>(65536, bytes.size() - at)));
    PQputCopyEnd(connection, nullptr);
    while (PGresult* result = PQgetResult(connection)) {
      if (PQresultStatus(result) != PGRES_COMMAND_OK) throw std::runtime_error(PQerrorMessage(connection));
      PQclear(result);
    }
    must(connection, "COMMIT");
  }
}

void into_postgres() {
  constexpr int batch = 10'000;
  constexpr int count = 20 * batch;
  test::PostgresCluster cluster({.fsync = true, .settings = {"max_wal_size=4GB"}});
  // Both begin with so many rows, and the store with a journal that has grown to its size.
  std::vector<std::string> first;
  std::vector<std::string> batches;
  for (int i = 0; i < count; i += batch) first.push_back(copy_bytes(i, batch));
  for (int i = count; i < 2 * count; i += batch) batches.push_back(copy_bytes(i, batch));
  std::vector<double> floor;
  std::vector<double> ours;
  for (int round = 0; round < rounds; ++round) {
    const std::string raw = cluster.create_database();
    {
      const Folders folders;
      Store::open(cluster.url(raw), folders.options()).close();
    }
    const Pq connection(PQconnectdb(cluster.url(raw).c_str()));
    raw_copy(connection.get(), first);
    cluster.sql("postgres", "CHECKPOINT");
    floor.push_back(seconds_of([&] { raw_copy(connection.get(), batches); }));
    cluster.drop_database(raw);
    const std::string name = cluster.create_database();
    {
      const Folders folders;
      Store store = Store::open(cluster.url(name), folders.options());
      record_all(store, 0, count);
      cluster.sql("postgres", "CHECKPOINT");
      ours.push_back(seconds_of([&] { record_all(store, count, count); }));
    }
    cluster.drop_database(name);
  }
  print_rates("PostgreSQL, COPY BINARY of 10,000 a transaction", count, floor, ours);
}

void prepared_inserts(const std::string& path, int first, int count) {
  sqlite3* handle = nullptr;
  sqlite3_open(path.c_str(), &handle);
  sqlite3_exec(handle, "PRAGMA synchronous = FULL", nullptr, nullptr, nullptr);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(handle,
                     "INSERT INTO trades (signal_id, symbol, side, size, entry_price, stop_price, tp_price, "
                     "fill_price, slippage_pct, execution_latency_ms, regime_state, phase, timestamp) "
                     "VALUES (?, 'BTCUSDT', 'BUY', ?, ?, ?, ?, ?, ?, ?, 1, 1, ?)",
                     -1, &insert, nullptr);
  const double numbers[] = {0.25, 61000.5, 60000, 65000, 61001.12345678, 0.001023, 12.5};
  for (int i = first; i < first + count; ++i) {
    if (i % 10'000 == 0) sqlite3_exec(handle, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    const std::string signal = fmt::format("signal-{:010}", i);
    sqlite3_bind_text(insert, 1, signal.c_str(), -1, SQLITE_STATIC);
    for (int n = 0; n < 7; ++n) sqlite3_bind_double(insert, n + 2, numbers[n]);
    sqlite3_bind_text(insert, 9, "2026-11-21T00:00:00.000000Z", -1, SQLITE_STATIC);
    if (sqlite3_step(insert) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(handle));
    sqlite3_reset(insert);
    if (i % 10'000 == 9'999) sqlite3_exec(handle, "COMMIT", nullptr, nullptr, nullptr);
  }
  sqlite3_finalize(insert);
  sqlite3_close(handle);
}

void into_sqlite() {
  constexpr int count = 100'000;
  std::vector<double> floor;
  std::vector<double> ours;
  for (int round = 0; round < rounds; ++round) {
    const test::TempDir folder("tradewind_bench");
    const std::string raw = (folder / "raw.db").string();
    {
      const Folders folders;
      Store::open("sqlite:" + raw, folders.options()).close();
    }
    prepared_inserts(raw, 0, count);
    floor.push_back(seconds_of([&] { prepared_inserts(raw, count, count); }));
    const Folders folders;
    Store store = Store::open("sqlite:" + (folder / "ours.db").string(), folders.options());
    record_all(store, 0, count);
    ours.push_back(seconds_of([&] { record_all(store, count, count); }));
  }
  print_rates("SQLite, prepared inserts of 10,000 a transaction", count, floor, ours);
}

void run(const std::vector<std::string>& cases) {
  const auto wanted = [&](const char* name) {
    return cases.empty() || std::find(cases.begin(), cases.end(), name) != cases.end();
  };
  if (wanted("handover")) handover();
  if (wanted("postgres") || wanted("sqlite"))
    fmt::print(
        "\n| sustained, rows/s, all indexes | floor | store, exactly once | ratio |\n|---|---|---|---|\n");
  if (wanted("postgres")) into_postgres();
  if (wanted("sqlite")) into_sqlite();
}

}  // namespace
}  // namespace tradewind::bench

int main(int argc, char** argv) {
  try {
    tradewind::bench::run({argv + 1, argv + argc});
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "store_bench: {}\n", error.what());
    return 1;
  }
}
