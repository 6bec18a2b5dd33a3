#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "store/journal.hpp"
#include "store/rings.hpp"

namespace tradewind::store {

/// A place in a ring: everything that a thread has recorded up to now.
struct Mark {
  const Ring* ring = nullptr;
  std::uint64_t position = 0;
};

/// The journal thread: moves records from the rings into the journal, in the order in which they were made,
/// and flushes them together.
class Pump {
 public:
  Pump(Journal& journal, Rings& rings, std::chrono::microseconds interval);
  ~Pump();
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;

  /// Moves what is in the rings, before start(). False if the journal has no room for all of it. Throws
  /// Error.
  bool drain();
  void start();
  /// Moves what is there, if it can be, and ends the thread.
  void stop();

  /// From now on records of this layout may come.
  void add_table(const TableDescription& table);

  /// Until a ring is journalled up to there; false when the time is over.
  bool wait_journalled(const Mark& mark, std::chrono::steady_clock::time_point deadline);
  /// Until everything that is in the rings now is journalled; false when the time is over.
  bool wait_everything(std::chrono::steady_clock::time_point deadline);
  /// Until the journal is durable beyond an LSN, or `until` holds, or the time is over. Gives the durable
  /// end.
  Lsn wait_beyond(Lsn lsn, std::chrono::steady_clock::time_point deadline);
  /// Wakes all that wait.
  void wake();

  /// Why records can't be journalled now; empty if they can.
  std::string trouble() const;

 private:
  struct Source {
    Ring* ring;
    std::uint64_t position;
    const Frame* next;
  };

  void run();
  /// True if there may be more to do at once.
  bool pass(std::uint64_t below);
  void find_sources();
  bool add_new_tables();
  bool move_records(std::uint64_t below);
  Source* first_source(std::uint64_t below);
  void flush();
  void answer(std::uint64_t asked);
  void set_trouble(std::string text);

  Journal& journal_;
  Rings& rings_;
  std::chrono::microseconds interval_;
  std::vector<Source> sources_;
  std::uint64_t known_rings_ = 0;
  bool limit_reached_ = false;

  mutable std::mutex mutex_;
  std::condition_variable progress_;
  std::condition_variable asleep_;
  std::vector<TableDescription> new_tables_;
  std::string trouble_;
  bool stopping_ = false;
  unsigned wakes_ = 0;
  std::uint64_t asked_ = 0;     ///< calls of wait_everything()
  std::uint64_t answered_ = 0;  ///< those that a pass has come after
  std::thread thread_;
};

}  // namespace tradewind::store
