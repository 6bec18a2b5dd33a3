#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace tradewind::postgres {

/// How much text to send as one simple query. Of little, the server's parse trees stay in its cache
/// (measured: a fifth less time at 32 KiB than at 256); of much, a far server waits less for the next. Begins
/// with little and doubles as long as that pays.
class BatchSize {
 public:
  std::size_t bytes() const { return bytes_; }

  /// What was sent, and how long it took until it was answered.
  void took(std::size_t sent, std::chrono::duration<double> elapsed) {
    if (settled_) return;
    const double rate = static_cast<double>(sent) / std::max(elapsed.count(), 1e-9);
    settled_ = rate < worth_it * rate_ || bytes_ == most;
    bytes_ = rate < worth_it * rate_ ? bytes_ / 2 : std::min(bytes_ * 2, most);
    rate_ = rate;
  }

 private:
  static constexpr std::size_t least = std::size_t{32} << 10;
  static constexpr std::size_t most = std::size_t{1} << 20;
  static constexpr double worth_it = 1.25;

  std::size_t bytes_ = least;
  double rate_ = 0;  ///< bytes a second, of the batch before
  bool settled_ = false;
};

}  // namespace tradewind::postgres
