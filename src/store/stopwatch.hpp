#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>

#include <tradewind/store.hpp>

namespace tradewind::store {

/// Keeps how long something takes. One thread measures, any thread may look.
class Stopwatch {
 public:
  void took(std::chrono::steady_clock::time_point begun) noexcept {
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begun;
    const auto& bounds = Latencies::bounds;
    const auto* const bound = std::lower_bound(bounds.begin(), bounds.end(), time.count());
    counts_[static_cast<std::size_t>(bound - bounds.begin())].fetch_add(1, std::memory_order_relaxed);
    seconds_.store(seconds_.load(std::memory_order_relaxed) + time.count(), std::memory_order_relaxed);
  }

  Latencies latencies() const noexcept {
    Latencies result;
    std::transform(counts_.begin(), counts_.end(), result.counts.begin(),
                   [](const auto& count) { return count.load(std::memory_order_relaxed); });
    result.seconds = seconds_.load(std::memory_order_relaxed);
    return result;
  }

 private:
  std::array<std::atomic<std::uint64_t>, Latencies::bounds.size() + 1> counts_{};
  std::atomic<double> seconds_{0};
};

}  // namespace tradewind::store
