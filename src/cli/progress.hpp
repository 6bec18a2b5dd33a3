/// A run as people see it: a line for each migration, and on a terminal a live one for the one under way.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "cli/context.hpp"

namespace tradewind::cli {

class Progress : public Observer {
 public:
  explicit Progress(Context& context);
  ~Progress() override;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void step_started(const Step& step, std::size_t index, std::size_t count, std::size_t statements) override;
  void statement_done(const Step& step, std::size_t done, std::size_t total) override;
  void step_finished(const Step& step, std::size_t index, std::size_t count) override;
  void waiting(std::string_view who) override;
  void notice(std::string_view text) override;

 private:
  using Clock = std::chrono::steady_clock;

  /// What the live line says.
  struct Now {
    bool active = false;
    std::string version;
    std::size_t done = 0;
    std::size_t statements = 0;
    std::size_t index = 0;
    std::size_t count = 0;
    Clock::time_point since;
    std::string waiting_for;
  };

  void draw_until_stopped();
  std::string live_line() const;

  Output& output_;
  bool verbose_;
  std::string last_waiting_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  Now now_;
  std::thread drawer_;  ///< only on a terminal: the time goes on while a statement runs
};

}  // namespace tradewind::cli
