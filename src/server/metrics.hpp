#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::server {

/// Appends the Prometheus text format, version 0.0.4.
class MetricsText {
 public:
  /// What the samples that follow are. `type`: counter, gauge or histogram.
  void begin(std::string_view name, std::string_view type, std::string_view help);
  /// `suffix` goes to the name; `labels` as they stand between braces.
  void sample(std::string_view suffix, std::string_view labels, double value);
  void gauge(std::string_view name, std::string_view help, double value);
  void counter(std::string_view name, std::string_view help, double value);
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::string_view name_;
};

/// A label's value, quoted and escaped.
std::string label(std::string_view name, std::string_view value);

/// Requests by route and status, and how long they took. Any thread, without a lock.
class RequestMetrics {
 public:
  /// `routes` live as long as this object; what belongs to none of them counts as "other".
  explicit RequestMetrics(std::vector<std::string_view> routes);

  std::size_t other() const { return routes_.size() - 1; }
  void count(std::size_t route, unsigned status, std::chrono::nanoseconds took);
  void write(MetricsText& text) const;

 private:
  static constexpr std::array<unsigned, 14> statuses = {200, 204, 304, 400, 401, 403, 404,
                                                        405, 413, 414, 431, 500, 503, 0};
  static constexpr std::array<double, 13> bounds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                    0.1,    0.25,  0.5,    1,     2.5,  5};
  using Counter = std::atomic<std::uint64_t>;
  struct Route {
    std::array<Counter, statuses.size()> by_status{};
    std::array<Counter, bounds.size() + 1> buckets{};
    Counter nanoseconds{0};
  };

  static std::size_t status_index(unsigned status);
  void write_counts(MetricsText& text) const;
  void write_latencies(MetricsText& text, std::size_t route) const;

  std::vector<std::string_view> routes_;
  std::vector<Route> counts_;
};

/// What the carrier of requests knows.
struct ServerGauges {
  std::atomic<std::int64_t> connections{0};
  std::atomic<std::uint64_t> connections_accepted{0};
  std::atomic<std::int64_t> waiting{0};  ///< for a database thread
  std::atomic<std::int64_t> running{0};  ///< on one
};

}  // namespace tradewind::server
