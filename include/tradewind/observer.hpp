/// Progress of a run, as it happens.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tradewind/plan.hpp>

namespace [[gnu::visibility("default")]] tradewind {

/// Derive and override what you need; every call comes from the thread that runs the migration, in order.
/// An exception thrown from here ends the run as a failure would, and is what up() or down() throws: the
/// statement at work is cancelled, its migration rolled back, and the Database can be used again. Migrations
/// that were already on their way to the server may still be committed; status() tells.
class Observer {
 public:
  virtual ~Observer() = default;

  /// A step begins: number `index` (from 0) of `count`, with so many statements.
  virtual void step_started(const Step& step, std::size_t index, std::size_t count, std::size_t statements);
  /// Statement `done` (from 1) of `total` of the current step was answered by the database.
  virtual void statement_done(const Step& step, std::size_t done, std::size_t total);
  /// A step is committed together with its history row; its execution_time_ms is set.
  virtual void step_finished(const Step& step, std::size_t index, std::size_t count);
  /// The run waits for a lock or for another runner; `who` says for whom. Repeated while it lasts.
  virtual void waiting(std::string_view who);
  /// A notice or warning of the database, or of Tradewind itself.
  virtual void notice(std::string_view text);
};

}  // namespace tradewind
