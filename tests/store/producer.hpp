#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "store/store_fixture.hpp"

namespace tradewind::test {

/// A trading thread: records trades numbered from 1, so many a millisecond, until it is told to stop. One
/// that was not accepted is recorded again.
class Producer {
 public:
  Producer(Store& store, int per_millisecond)
      : thread_([this, &store, per_millisecond] { run(store, per_millisecond); }) {}
  ~Producer() { stop(); }
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  void stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  std::int64_t accepted() const { return accepted_; }
  std::int64_t refused() const { return refused_; }
  /// The longest call.
  std::chrono::nanoseconds slowest() const { return std::chrono::nanoseconds(slowest_ns_); }

 private:
  void run(Store& store, int per_millisecond) {
    store.prepare_thread();
    while (!stop_) {
      for (int i = 0; i < per_millisecond; ++i) record(store);
      std::this_thread::sleep_for(1ms);
    }
  }

  void record(Store& store) {
    const std::string signal = std::to_string(accepted_ + 1);
    const Trade one = trade(signal);
    const auto begun = std::chrono::steady_clock::now();
    const Recorded result = store.record_trade(one);
    const std::int64_t took = (std::chrono::steady_clock::now() - begun).count();
    slowest_ns_ = std::max<std::int64_t>(slowest_ns_, took);
    ++(result == Recorded::accepted ? accepted_ : refused_);
  }

  std::atomic<bool> stop_{false};
  std::atomic<std::int64_t> accepted_{0};
  std::atomic<std::int64_t> refused_{0};
  std::atomic<std::int64_t> slowest_ns_{0};
  std::thread thread_;
};

}  // namespace tradewind::test
