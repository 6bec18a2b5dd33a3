#include "migration/lock_patience.hpp"

#include <algorithm>
#include <random>
#include <thread>

namespace tradewind::migration {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

LockPatience::LockPatience(milliseconds patience, const std::atomic<bool>* stop)
    : patience_(patience), stop_(stop), deadline_(steady_clock::now() + patience) {}

/// Grows from 100 ms to 2 s: long enough against autovacuum (deadlock_timeout + 0.5 s), short enough to queue
/// nobody.
int LockPatience::timeout_ms() const {
  return std::min(2000, 100 << std::min(attempt_, 5));
}

int LockPatience::outside_ms() const {
  return static_cast<int>(patience_.count()) + 600000;
}

void LockPatience::pause() {
  static thread_local std::minstd_rand random(std::random_device{}());
  const auto length = milliseconds(timeout_ms()) * (10 + static_cast<int>(random() % 5));
  const auto until = std::min(steady_clock::now() + length, deadline_);
  while (steady_clock::now() < until && (stop_ == nullptr || !stop_->load()))
    std::this_thread::sleep_for(milliseconds(20));
  ++attempt_;
}

void LockPatience::renew() {
  deadline_ = steady_clock::now() + patience_;
  attempt_ = 0;
}

std::string_view LockPatience::who(const database::Failure& failure) {
  return failure.blockers.empty() ? "a lock; trying again" : std::string_view(failure.blockers);
}

}  // namespace tradewind::migration
