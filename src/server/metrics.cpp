#include "server/metrics.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace tradewind::server {

void MetricsText::begin(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  fmt::format_to(std::back_inserter(text_), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void MetricsText::sample(std::string_view suffix, std::string_view labels, double value) {
  const auto out = std::back_inserter(text_);
  if (labels.empty()) {
    fmt::format_to(out, "{}{} {}\n", name_, suffix, value);
  } else {
    fmt::format_to(out, "{}{}{{{}}} {}\n", name_, suffix, labels, value);
  }
}

void MetricsText::gauge(std::string_view name, std::string_view help, double value) {
  begin(name, "gauge", help);
  sample({}, {}, value);
}

void MetricsText::counter(std::string_view name, std::string_view help, double value) {
  begin(name, "counter", help);
  sample({}, {}, value);
}

void MetricsText::histogram(const std::string& labels, std::span<const double> bounds,
                            std::span<const std::uint64_t> counts, double sum) {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    total += counts[i];
    const std::string bound = label("le", i == bounds.size() ? "+Inf" : fmt::format("{}", bounds[i]));
    sample("_bucket", labels.empty() ? bound : fmt::format("{},{}", labels, bound),
           static_cast<double>(total));
  }
  sample("_sum", labels, sum);
  sample("_count", labels, static_cast<double>(total));
}

std::string label(std::string_view name, std::string_view value) {
  std::string result = fmt::format("{}=\"", name);
  for (const char c : value) {
    if (c == '\n') {
      result += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result += '"';
}

RequestMetrics::RequestMetrics(std::vector<std::string_view> routes) : routes_(std::move(routes)) {
  routes_.emplace_back("other");
  counts_ = std::vector<Route>(routes_.size());
}

std::size_t RequestMetrics::status_index(unsigned status) {
  const auto* const found = std::find(statuses.begin(), statuses.end() - 1, status);
  return static_cast<std::size_t>(found - statuses.begin());
}

void RequestMetrics::count(std::size_t route, unsigned status, std::chrono::nanoseconds took) {
  Route& counts = counts_[route];
  const double seconds = std::chrono::duration<double>(took).count();
  const auto* const bound = std::lower_bound(bounds.begin(), bounds.end(), seconds);
  counts.by_status[status_index(status)].fetch_add(1, std::memory_order_relaxed);
  counts.buckets[static_cast<std::size_t>(bound - bounds.begin())].fetch_add(1, std::memory_order_relaxed);
  counts.nanoseconds.fetch_add(static_cast<std::uint64_t>(took.count()), std::memory_order_relaxed);
}

void RequestMetrics::write(MetricsText& text) const {
  write_counts(text);
  text.begin("tradewind_http_request_duration_seconds", "histogram",
             "From the request's arrival to its answer, waiting for a database thread included.");
  for (std::size_t i = 0; i < routes_.size(); ++i) write_latencies(text, i);
}

void RequestMetrics::write_counts(MetricsText& text) const {
  text.begin("tradewind_http_requests_total", "counter", "Requests answered.");
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    for (std::size_t s = 0; s < statuses.size(); ++s) {
      const auto count = counts_[i].by_status[s].load(std::memory_order_relaxed);
      if (count == 0) continue;
      const std::string status = statuses[s] == 0 ? "other" : std::to_string(statuses[s]);
      text.sample({}, label("route", routes_[i]) + "," + label("status", status), static_cast<double>(count));
    }
  }
}

void RequestMetrics::write_latencies(MetricsText& text, std::size_t route) const {
  std::array<std::uint64_t, bounds.size() + 1> counts{};
  std::transform(counts_[route].buckets.begin(), counts_[route].buckets.end(), counts.begin(),
                 [](const Counter& count) { return count.load(std::memory_order_relaxed); });
  const auto nanoseconds = counts_[route].nanoseconds.load(std::memory_order_relaxed);
  text.histogram(label("route", routes_[route]), bounds, counts, static_cast<double>(nanoseconds) / 1e9);
}

}  // namespace tradewind::server
