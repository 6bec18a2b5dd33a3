#include "comparison.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace tradewind::bench {
namespace {

Measured once(const Contender& contender, const std::filesystem::path& log) {
  return measure(contender(), log);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Measured medians(const std::vector<Measured>& runs) {
  std::vector<double> seconds;
  std::vector<double> peaks;
  for (const Measured& run : runs) {
    seconds.push_back(run.seconds);
    peaks.push_back(run.peak_mb);
  }
  return {median(seconds), median(peaks)};
}

std::string duration(double seconds) {
  return seconds < 0.1 ? fmt::format("{:.1f} ms", seconds * 1000) : fmt::format("{:.2f} s", seconds);
}

std::string verdict(bool met) {
  return met ? "met" : "**missed**";
}

std::string judged(const std::optional<double>& goal, double value, const char* format) {
  return goal ? fmt::format(fmt::runtime(format), *goal) + ": " + verdict(value <= *goal)
              : std::string("none");
}

}  // namespace

Result compare(const Comparison& comparison, int rounds, const std::filesystem::path& log) {
  std::vector<Measured> subject;
  std::vector<Measured> against;
  std::vector<Measured> bare;
  if (comparison.repeat > 1) {
    once(comparison.subject, log);
    once(comparison.against, log);
  }
  for (int i = 0; i < rounds * comparison.repeat; ++i) {
    if (i % 2 == 0) subject.push_back(once(comparison.subject, log));
    against.push_back(once(comparison.against, log));
    if (i % 2 == 1) subject.push_back(once(comparison.subject, log));
    if (comparison.bare) bare.push_back(once(*comparison.bare, log));
  }
  Result result{medians(subject), medians(against)};
  if (comparison.bare) result.bare = medians(bare);
  return result;
}

std::string table_head() {
  return "| case | tradewind | floor | ratio | goal | the library alone | its ratio | peak memory |\n"
         "|---|---|---|---|---|---|---|---|\n";
}

std::string table_row(const Comparison& comparison, const Result& result) {
  std::string memory = fmt::format("{:.0f} MB", result.subject.peak_mb);
  if (comparison.memory_goal_mb) {
    memory +=
        fmt::format(" (goal {})", judged(comparison.memory_goal_mb, result.subject.peak_mb, "{:.0f} MB"));
  }
  const std::string bare = result.bare ? fmt::format("{} | {:.2f}", duration(result.bare->seconds),
                                                     result.bare->seconds / result.against.seconds)
                                       : " | ";
  return fmt::format("| {} | {} | {} | {:.2f} | {} | {} | {} |\n", comparison.name,
                     duration(result.subject.seconds), duration(result.against.seconds), result.ratio(),
                     judged(comparison.goal, result.ratio(), "{:.2f}"), bare, memory);
}

}  // namespace tradewind::bench
