#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "database/connection.hpp"
#include "store/batch.hpp"
#include "store/companions.hpp"
#include "store/journal_reader.hpp"
#include "store/performance.hpp"
#include "store/pump.hpp"

namespace tradewind::store {

struct WriterCounts {
  std::uint64_t records = 0;
  std::uint64_t batches = 0;
  std::uint64_t retries = 0;  ///< after failures that pass
  std::uint64_t repeats = 0;  ///< records that were there already, the same in all columns
  std::uint64_t dead_letters = 0;
};

/// The database thread: moves the journal into the database, every record exactly once. The journal's LSN
/// moves in the same transaction as the rows, and only from where it was.
class Writer {
 public:
  struct Options {
    bool performance = true;  ///< Titan's summary is kept
    std::chrono::milliseconds longest_pause{5000};
  };

  /// The connection becomes the writer's. `from`: what the database has.
  Writer(std::unique_ptr<database::Connection> connection, Journal& journal, Pump& pump, Cursor cursor,
         Lsn from, Options options);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Applies everything that is in the journal now, before start(). Throws the first failure that is not a
  /// row's.
  void catch_up();
  void start();
  /// Ends the thread when everything durable is applied, or at once if the database can't be written now.
  void stop();

  Lsn applied() const { return applied_.load(std::memory_order_acquire); }
  /// False when the time is over.
  bool wait_applied(Lsn lsn, std::chrono::steady_clock::time_point deadline);
  WriterCounts counts() const;
  /// Why nothing can be written now; empty if it can.
  std::string trouble() const;

  database::Connection& connection() { return *connection_; }

 private:
  void run();
  /// One batch; false if there is nothing to do.
  bool work();
  bool fill(Batch& batch, Lsn& end, const Frame*& only);
  void apply(const Batch& batch, Lsn end);
  void insert(const InsertGroup& group, std::vector<DeadLetter>& letters);
  void update(const std::vector<const ChangedRow*>& rows, std::vector<DeadLetter>& letters);
  void update_all(const std::vector<ChangedRow>& changes, std::vector<DeadLetter>& letters);
  void note_inserted(const InsertGroup& group, const std::vector<bool>& left_out);
  void set_aside(const Batch& batch, const Frame& only, Lsn end, const Error& error);
  void in_transaction(Lsn end, const std::function<void(database::BulkWriter&)>& write);
  void pass_over(Lsn end);
  void advance_to(Lsn end);
  /// True if the batch is to be tried again at once.
  bool recover_from(const Error& error, const Batch& batch, const Frame* only, Lsn end);
  void make_session();
  void pause();
  void set_trouble(std::string text);

  std::unique_ptr<database::Connection> connection_;
  Journal& journal_;
  Pump& pump_;
  Cursor cursor_;
  Options options_;
  JournalReader reader_;
  Lsn in_database_;  ///< the cursor's LSN as the database has it
  std::atomic<Lsn> applied_;
  std::size_t limit_;
  std::size_t expected_ = 0;  ///< as many records as the last batch had
  unsigned merging_ = 0;      ///< so many batches more may hold keys that are there already
  bool session_lost_ = false;
  std::chrono::milliseconds next_pause_{10};
  Performance performance_;
  WriterCounts pending_;  ///< of the transaction that is open

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  WriterCounts counts_;
  std::string trouble_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tradewind::store
