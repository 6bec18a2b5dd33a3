#include "store/pool.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tradewind::store {

Pool::Pool(Open open, std::size_t most, std::size_t idle, std::chrono::milliseconds patience)
    : open_(std::move(open)),
      most_(std::max<std::size_t>(most, 1)),
      idle_(std::min(idle, most_)),
      patience_(patience) {
  kept_.reserve(most_);
}

Pool::Connection Pool::take() {
  std::unique_lock lock(mutex_);
  const auto free = [&] { return !kept_.empty() || count_ < most_; };
  if (!freed_.wait_for(lock, patience_, free)) {
    throw LockTimeout(Code::connection_failed, fmt::format("all {} connections are in use", most_),
                      "try again, or allow the store more of them");
  }
  if (!kept_.empty()) {
    Connection connection = std::move(kept_.back());
    kept_.pop_back();
    return connection;
  }
  ++count_;
  lock.unlock();
  return open_new();
}

Pool::Connection Pool::open_new() {
  try {
    return open_();
  } catch (...) {
    give_back(nullptr);
    throw;
  }
}

Pool::Connection Pool::renew() {
  {
    const std::scoped_lock lock(mutex_);
    count_ -= kept_.size();
    kept_.clear();
  }
  return take();
}

void Pool::give_back(Connection connection) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    if (connection != nullptr && kept_.size() < idle_) {
      kept_.push_back(std::move(connection));
    } else {
      --count_;
    }
  }
  freed_.notify_one();
}

std::size_t Pool::open_connections() const {
  const std::scoped_lock lock(mutex_);
  return count_;
}

}  // namespace tradewind::store
