#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "database/connection.hpp"
#include "database/url.hpp"

namespace tradewind::database {

/// What an adapter needs to open a connection.
struct OpenSettings {
  Url url;
  bool create = true;
  bool read_only = false;
  std::chrono::milliseconds connect_timeout{10000};
  std::chrono::milliseconds busy_timeout{30000};
  const std::atomic<bool>* stop = nullptr;
  std::map<std::string, std::string> pragmas = {};  ///< where the URL's options do not say

  bool stopping() const { return stop != nullptr && stop->load(std::memory_order_relaxed); }
};

}  // namespace tradewind::database
