#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace tradewind::test {

/// Bytes on their way in one direction, each part to be sent at its time, and how the direction ends.
class DelayLine {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Mark { none, end, cut };
  enum class State {
    waiting,  ///< nothing is due
    blocked,  ///< the receiver takes no more now
    ended,    ///< everything is sent and the sender has ended
    cut,      ///< the cut is due
    broken,   ///< the receiver is gone
  };

  void push(std::string text, Clock::time_point due);
  /// After the last bytes; nothing can follow.
  void close(Mark mark, Clock::time_point due);
  /// Sends what is due; adds the number of bytes sent to `sent`.
  State send(int socket, Clock::time_point now, std::uint64_t& sent);

  bool closed() const noexcept { return closed_; }
  bool empty() const noexcept { return parts_.empty(); }
  bool full() const noexcept { return size_ > capacity; }
  std::optional<Clock::time_point> next_due() const;

 private:
  static constexpr std::size_t capacity = 32U << 20;

  struct Part {
    Clock::time_point due;
    std::string text;
    std::size_t sent = 0;
    Mark mark = Mark::none;
  };

  std::deque<Part> parts_;
  std::size_t size_ = 0;
  bool closed_ = false;
};

}  // namespace tradewind::test
