#include "support/delay_line.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace tradewind::test {

void DelayLine::push(std::string text, Clock::time_point due) {
  if (closed_ || text.empty()) return;
  size_ += text.size();
  parts_.push_back({due, std::move(text)});
}

void DelayLine::close(Mark mark, Clock::time_point due) {
  if (closed_) return;
  closed_ = true;
  parts_.push_back({due, {}, 0, mark});
}

DelayLine::State DelayLine::send(int socket, Clock::time_point now, std::uint64_t& sent) {
  while (!parts_.empty() && parts_.front().due <= now) {
    Part& part = parts_.front();
    if (part.mark != Mark::none) {
      const auto state = part.mark == Mark::cut ? State::cut : State::ended;
      parts_.pop_front();
      return state;
    }
    const auto count =
        ::send(socket, part.text.data() + part.sent, part.text.size() - part.sent, MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN ? State::blocked : State::broken;
    part.sent += static_cast<std::size_t>(count);
    sent += static_cast<std::uint64_t>(count);
    if (part.sent < part.text.size()) return State::blocked;
    size_ -= part.text.size();
    parts_.pop_front();
  }
  return State::waiting;
}

std::optional<DelayLine::Clock::time_point> DelayLine::next_due() const {
  if (parts_.empty()) return std::nullopt;
  return parts_.front().due;
}

}  // namespace tradewind::test
