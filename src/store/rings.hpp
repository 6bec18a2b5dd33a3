#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "store/ring.hpp"

namespace tradewind::store {

struct RingOptions {
  std::filesystem::path folder;
  std::size_t capacity = std::size_t{16} << 20;
  /// More threads than this at a time find no ring.
  std::uint16_t most = 1024;
};

/// The rings of one store. A thread gets one at its first record and gives it back when it ends.
class Rings : public std::enable_shared_from_this<Rings> {
 public:
  /// Takes over the rings that an earlier process left. `journalled`: what the journal has of each.
  Rings(RingOptions options, const JournalId& journal, std::map<std::uint16_t, std::uint64_t> journalled);
  ~Rings();
  Rings(const Rings&) = delete;
  Rings& operator=(const Rings&) = delete;

  /// The calling thread's; null if it has none and none can be made. Only a thread's first call takes a lock.
  Ring* mine() noexcept {
    if (current.rings == number_) [[likely]]
      return current.ring;
    return find_or_lease();
  }

  /// Numbers records in the order in which they are made, over all threads.
  std::uint64_t next_number() noexcept { return next_.fetch_add(1, std::memory_order_acq_rel); }
  /// Every number below was taken.
  std::uint64_t numbers_taken() const noexcept { return next_.load(std::memory_order_acquire); }

  /// Every ring there is, for the journal thread. Rings are never taken away.
  std::vector<Ring*> all() const;
  /// Changes when all() does.
  std::uint64_t count() const noexcept { return count_.load(std::memory_order_acquire); }

  void give_back(Ring* ring) noexcept;

  void count_refused() noexcept { refused_.fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t refused() const noexcept { return refused_.load(std::memory_order_relaxed); }

 private:
  struct Current {
    std::uint64_t rings;
    Ring* ring;
  };

  Ring* find_or_lease() noexcept;
  Ring* lease();
  void take_over(const std::filesystem::path& path);

  static thread_local constinit Current current;

  const std::uint64_t number_;  ///< of this object in the process
  alignas(64) std::atomic<std::uint64_t> next_{1};
  alignas(64) std::atomic<std::uint64_t> count_{0};
  alignas(64) std::atomic<std::uint64_t> refused_{0};
  RingOptions options_;
  JournalId journal_;
  std::map<std::uint16_t, std::uint64_t> journalled_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Ring>> rings_;
  std::vector<Ring*> free_;
};

}  // namespace tradewind::store
