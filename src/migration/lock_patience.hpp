#pragma once

#include <atomic>
#include <chrono>
#include <string_view>

#include "database/command.hpp"

namespace tradewind::migration {

/// How a migration asks for its locks: with a short timeout, so that nobody queues behind it for long, again
/// and again with pauses, until the patience is over. Counts from when it is made.
class LockPatience {
 public:
  LockPatience(std::chrono::milliseconds patience, const std::atomic<bool>* stop);

  /// Of a transaction in this attempt.
  int timeout_ms() const;
  /// Of a statement outside of one: CREATE INDEX CONCURRENTLY waits for all older transactions.
  int outside_ms() const;
  bool is_over() const { return std::chrono::steady_clock::now() >= deadline_; }
  /// Lets others pass, then it is the next attempt. Ends early at the deadline and on a request to stop.
  void pause();
  /// Starts anew, for another statement.
  void renew();

  /// Whom it waits for, in words.
  static std::string_view who(const database::Failure& failure);

 private:
  std::chrono::milliseconds patience_;
  const std::atomic<bool>* stop_;
  std::chrono::steady_clock::time_point deadline_;
  int attempt_ = 0;
};

}  // namespace tradewind::migration
