#pragma once

#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

#include <tradewind/journal.hpp>
#include <tradewind/reader.hpp>

#include "server/metrics.hpp"

namespace tradewind::server {

/// A journal that another process writes, looked at from outside. Any thread.
class JournalWatch {
 public:
  explicit JournalWatch(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// `written`: what the database says of journals, if it can be asked; else what it said last counts.
  void write(MetricsText& text, const std::optional<std::vector<WrittenJournal>>& written);

 private:
  /// False if the journal can't be read.
  bool look();

  /// Looking reads all of the journal.
  static constexpr std::chrono::seconds keep{5};

  std::filesystem::path folder_;
  std::mutex mutex_;
  std::vector<WrittenJournal> written_;
  JournalBacklog seen_;
  bool readable_ = false;
  std::chrono::steady_clock::time_point look_again_;
};

}  // namespace tradewind::server
