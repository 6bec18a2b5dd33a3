#include "store/kill_rounds.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "store/store_fixture.hpp"
#include "support/eventually.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {
namespace {

/// What the bot has been told, shared with the process that outlives it.
struct Told {
  std::atomic<std::int64_t> trades;
  std::atomic<std::int64_t> position;  ///< the one that is open; 0: none
  std::atomic<std::int64_t> size;      ///< of it
  std::atomic<std::int64_t> closed;
};

class SharedTold {
 public:
  SharedTold()
      : memory_(mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (memory_ == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  }
  ~SharedTold() { munmap(memory_, sizeof(Told)); }
  SharedTold(const SharedTold&) = delete;
  SharedTold& operator=(const SharedTold&) = delete;
  Told& operator*() const { return *static_cast<Told*>(memory_); }
  Told* operator->() const { return static_cast<Told*>(memory_); }

 private:
  void* memory_;
};

void retry(const std::function<Recorded()>& record) {
  while (record() != Recorded::accepted) std::this_thread::sleep_for(std::chrono::microseconds(100));
}

/// One position after the other, each with ten changes and a trade beside each change.
[[noreturn]] void trade_until_killed(const std::string& url, const StoreOptions& options, Told& told) {
  Store store = Store::open(url, options);
  for (const auto& left : store.active_positions()) {
    retry([&] {
      return store.close_position(
          {.position_id = left.position_id, .close_price = 1, .realized_pnl = 1, .close_reason = {}});
    });
  }
  for (;;) {
    OpenedPosition opened;
    retry([&] { return (opened = store.open_position(position())).result; });
    for (int i = 1; i <= 10; ++i) {
      const std::string signal = std::to_string(told.trades + 1);
      retry([&] { return store.record_trade(trade(signal)); });
      ++told.trades;
      retry([&] {
        return store.update_position({.position_id = opened.position_id, .size = i, .avg_entry = 1});
      });
      told.size = i;
      told.position = opened.position_id;
    }
    told.position = 0;
    retry([&] {
      return store.close_position(
          {.position_id = opened.position_id, .close_price = 1, .realized_pnl = 1, .close_reason = {}});
    });
    ++told.closed;
  }
}

class Rounds {
 public:
  Rounds(std::string_view engine, std::uint32_t seed) : engine_(engine), random_(seed), seed_(seed) {
    if (engine == postgresql_engine) cluster_ = std::make_unique<PostgresCluster>();
    if (cluster_ != nullptr) name_ = cluster_->create_database();
    { const Store store = Store::open(url(), folders_.options()); }
  }

  void run(int rounds) {
    for (int round = 1; round <= rounds; ++round) {
      one_life();
      if (round % 10 == 0 || round == rounds) check(round);
    }
    if (told_->trades < rounds) fail(rounds, "the bot did next to nothing");
  }

 private:
  std::string url() const { return cluster_ != nullptr ? cluster_->url(name_) : file_.url(); }
  std::string value(const std::string& text) const {
    return (cluster_ != nullptr ? cluster_->sql(name_, text) : file_.sql(text)).at(0).at(0);
  }

  void one_life() {
    const pid_t child = fork();
    if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (child == 0) {
      try {
        trade_until_killed(url(), folders_.options(), *told_);
      } catch (const std::exception& error) {
        fprintf(stderr, "%s\n", error.what());
        _exit(8);
      }
    }
    // Some die while they open what the one before has left.
    const std::int64_t before = told_->trades;
    if (random_() % 4 != 0) eventually([&] { return told_->trades > before; }, std::chrono::seconds(10));
    std::this_thread::sleep_for(std::chrono::milliseconds(random_() % 40));
    const bool crash = cluster_ != nullptr && random_() % 10 == 0;
    if (crash) cluster_->stop_immediate();
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (crash) cluster_->start();
    // A child may find the server gone; it must not fail for another reason.
    if (WIFEXITED(status) && !crash) fail(0, "the bot ended by itself");
  }

  void check(int round) {
    Store store = Store::open(url(), folders_.options());
    const std::int64_t trades = std::stoll(value("SELECT count(*) FROM trades"));
    if (trades != told_->trades && trades != told_->trades + 1)
      fail(round, std::to_string(trades) + " trades of " + std::to_string(told_->trades));
    if (value("SELECT count(DISTINCT signal_id) FROM trades") != std::to_string(trades))
      fail(round, "doubled trades");
    if (value("SELECT coalesce(max(CAST(signal_id AS INTEGER)), 0) FROM trades") != std::to_string(trades))
      fail(round, "a gap");
    if (value("SELECT count(*) FROM store_dead_letters") != "0") fail(round, "dead letters");
    if (store.performances() != store.recomputed_performances()) fail(round, "the summary is wrong");
    const auto active = store.active_positions();
    if (active.size() > 1) fail(round, "more than one position is open");
    const std::int64_t size = told_->size;
    const std::int64_t open = told_->position;
    if (open != 0 && (active.empty() || active[0].position_id != open || active[0].size < size ||
                      active[0].size > size + 1))
      fail(round, "the open position is not as it was last told");
    told_->trades = trades;
    told_->position = 0;
  }

  [[noreturn]] void fail(int round, const std::string& what) const {
    throw std::runtime_error(engine_ + ", seed " + std::to_string(seed_) + ", round " +
                             std::to_string(round) + ": " + what);
  }

  std::string engine_;
  std::mt19937 random_;
  std::uint32_t seed_;
  std::unique_ptr<PostgresCluster> cluster_;
  std::string name_;
  TempDir folder_{"tradewind", "/dev/shm"};
  SqliteFile file_{folder_ / "store.db"};
  StoreFolders folders_;
  SharedTold told_;
};

}  // namespace

void store_kill_rounds(std::string_view engine, int rounds, std::uint32_t seed) {
  // A bot writes tens of thousands of records a second, and a check reads them all: now and then it begins
  // with an empty database.
  constexpr int of_one_database = 50;
  for (int done = 0; done < rounds; done += of_one_database, ++seed)
    Rounds(engine, seed).run(std::min(of_one_database, rounds - done));
}

}  // namespace tradewind::test
