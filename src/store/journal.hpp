#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

#include "store/journal_scan.hpp"

namespace tradewind::store {

struct JournalOptions {
  std::filesystem::path folder;
  std::uint64_t segment_size = std::uint64_t{16} << 20;
  /// The segments together never take more.
  std::uint64_t most = std::uint64_t{1} << 30;
};

/// The durable queue on disk. One thread appends; any thread may ask how far it is.
class Journal {
 public:
  /// Opens or makes it: cuts a torn end, finds what is there. Damage is in scan(), for the caller to judge
  /// once it knows what the database has. Throws Error, Error{runner_busy} if another process has it open.
  explicit Journal(JournalOptions options);

  const JournalId& id() const { return scan_.id; }
  const std::filesystem::path& folder() const { return options_.folder; }
  const JournalScan& scan() const { return scan_; }
  std::uint64_t segment_size() const { return scan_.segment_size; }

  // The appending thread.

  /// Takes a ring's record. False if there is no room: then nothing has changed. Throws Error when a new
  /// segment can't be made.
  bool append(const Frame& record);
  bool append(const TableDescription& table);
  /// Writes what was appended and waits until it is on disk. After an Error it may be called again, and
  /// nothing appended before it has worked.
  void flush();
  bool has_unflushed() const { return !buffer_.empty(); }

  // Any thread.

  /// Everything before is on disk.
  Lsn durable() const { return durable_.load(std::memory_order_acquire); }
  /// Everything before is in the database: its segments may be used again.
  void release(Lsn applied) { applied_.store(applied, std::memory_order_release); }
  Lsn applied() const { return applied_.load(std::memory_order_acquire); }
  /// The file of the segment that holds an LSN that is not released.
  std::filesystem::path segment_of(Lsn lsn) const;
  std::uint64_t bytes_on_disk() const;

 private:
  struct Segment {
    std::filesystem::path path;
    std::optional<Lsn> base;
  };

  void make_identity();
  void cut_torn_end();
  Lsn end() const { return written_ + buffer_.size(); }
  bool fits(std::size_t length) const;
  bool make_room(std::size_t length);
  bool next_segment();
  std::optional<std::size_t> free_segment();
  void add_file();
  void put(Frame head, const std::byte* payload, std::size_t size);

  JournalOptions options_;
  File lock_;
  JournalScan scan_;
  mutable std::mutex mutex_;  ///< over segments_
  std::vector<Segment> segments_;
  File current_;
  bool ended_ = false;  ///< an end frame is in the buffer or behind it
  Lsn base_ = 0;        ///< of the current segment
  Lsn written_ = 0;     ///< where the buffer begins
  std::vector<std::byte> buffer_;
  Tables tables_;
  std::atomic<Lsn> durable_{0};
  std::atomic<Lsn> applied_{0};
};

}  // namespace tradewind::store
