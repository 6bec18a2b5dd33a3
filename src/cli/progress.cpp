#include "cli/progress.hpp"

#include <csignal>

#include <fmt/format.h>

#include "cli/signals.hpp"

namespace tradewind::cli {

Progress::Progress(Context& context) : output_(context.output), verbose_(context.globals.verbose) {
  if (!output_.live()) return;
  // Signals go to the thread that waits for the database.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  drawer_ = std::thread([this] { draw_until_stopped(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Progress::~Progress() {
  if (!drawer_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  drawer_.join();
  output_.erase();
}

void Progress::step_started(const Step& step, std::size_t index, std::size_t count, std::size_t statements) {
  {
    const std::lock_guard lock(mutex_);
    now_ = {true, clean(step.version), 0, statements, index, count, Clock::now(), {}};
  }
  if (!verbose_) return;
  output_.say(fmt::format("  {} {}: {} statement{}{}\n", name(step.direction), clean(step.version),
                          statements, statements == 1 ? "" : "s",
                          step.transactional ? "" : ", outside a transaction"));
}

void Progress::statement_done(const Step& /*step*/, std::size_t done, std::size_t total) {
  const std::lock_guard lock(mutex_);
  now_.done = done;
  now_.statements = total;
  now_.waiting_for.clear();
}

void Progress::step_finished(const Step& step, std::size_t /*index*/, std::size_t /*count*/) {
  {
    const std::lock_guard lock(mutex_);
    now_.active = false;
  }
  const bool up = step.direction == Direction::up;
  output_.say(fmt::format(
      "  {}  {}  {}\n", output_.err_style()(up ? Paint::green : Paint::yellow, up ? "applied " : "reverted"),
      clean(step.version),
      output_.err_style()(Paint::dim, fmt::format("({})", duration(step.execution_time_ms)))));
}

void Progress::waiting(std::string_view who) {
  {
    const std::lock_guard lock(mutex_);
    if (!now_.active) now_ = {true, {}, 0, 0, 0, 0, Clock::now(), {}};
    now_.waiting_for = clean(who);
  }
  if (last_waiting_ == who) return;
  last_waiting_ = who;
  output_.say(fmt::format("  waiting for {}\n", clean(who)));
}

void Progress::notice(std::string_view text) {
  output_.say(fmt::format("  {}\n", output_.err_style()(Paint::dim, clean(text))));
}

void Progress::draw_until_stopped() {
  std::unique_lock lock(mutex_);
  const auto is_over = [this] { return stopping_; };
  while (!wake_.wait_for(lock, std::chrono::milliseconds(100), is_over)) {
    if (now_.active) output_.draw(live_line());
  }
}

std::string Progress::live_line() const {
  const double elapsed = std::chrono::duration<double>(Clock::now() - now_.since).count();
  std::string line = now_.version.empty() ? "  " : fmt::format("  {}  ", now_.version);
  if (!now_.waiting_for.empty()) {
    line += fmt::format("waiting for {}  ", now_.waiting_for);
  } else if (now_.statements > 0) {
    line += fmt::format("statement {}/{}  ", std::min(now_.done + 1, now_.statements), now_.statements);
  }
  line += fmt::format("{:.1f}s", elapsed);
  if (now_.count > 0) line += fmt::format("  [{}/{}]", now_.index + 1, now_.count);
  if (stop_requested().load()) line += "  stopping (once more kills)";
  return line;
}

}  // namespace tradewind::cli
