#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "store/file.hpp"
#include "store/frame.hpp"

namespace tradewind::store {

/// One thread's way into the journal: a file in memory, mapped, that outlives the process. One thread writes,
/// the journal thread reads; neither waits for the other. A record is there for good once its length is.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): the writing thread's own cache line
class Ring {
 public:
  struct Identity {
    JournalId journal{};
    std::uint16_t number = 0;
  };

  /// A new file, its memory taken at once. `begin` is the position of its first record: behind whatever the
  /// journal knows of a ring of this number.
  Ring(const std::filesystem::path& path, const Identity& identity, std::size_t capacity,
       std::uint64_t begin);
  /// One that an earlier process left. Throws Error{journal_damaged} if it is no ring, Error{runner_busy} if
  /// another process has it.
  explicit Ring(const std::filesystem::path& path);
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring();

  const Identity& identity() const noexcept { return identity_; }

  // The writing thread.

  /// Room for a record of so many bytes, a multiple of 8; null if there is none now.
  std::byte* begin(std::size_t payload) noexcept {
    const std::uint64_t length = sizeof(Frame) + payload;
    if (length + end_mark > capacity_ - (head_ - known_tail_)) [[unlikely]] {
      known_tail_ = tail().load(std::memory_order_acquire);
      if (length + end_mark > capacity_ - (head_ - known_tail_)) return nullptr;
    }
    pending_ = static_cast<std::uint32_t>(length);
    return at(head_) + sizeof(Frame);
  }
  /// Publishes what was written to the room that begin() gave.
  void finish(std::uint32_t layout, std::uint64_t number) noexcept;
  /// The position behind the last record written. The writing thread's.
  std::uint64_t head() const noexcept { return head_; }

  // The reading thread.

  /// The record at a position, if it is there.
  const Frame* record(std::uint64_t position) const noexcept {
    const auto* frame = reinterpret_cast<const Frame*>(at(position));
    return length(at(position)).load(std::memory_order_acquire) == 0 ? nullptr : frame;
  }
  /// The room up to here may be used again.
  void free_up_to(std::uint64_t position) noexcept { tail().store(position, std::memory_order_release); }

  // Any thread.

  std::uint64_t freed() const noexcept { return tail().load(std::memory_order_acquire); }
  std::size_t capacity() const noexcept { return capacity_; }

  /// After a crash: drops what the journal has already, then finds the end of what it does not have. Gives
  /// the number of bytes that are no records, 0 if all is well.
  std::size_t recover(std::uint64_t journalled);

 private:
  /// Behind every record stands a length of 0.
  static constexpr std::size_t end_mark = 8;

  void map();
  void fill();
  std::byte* at(std::uint64_t position) const noexcept { return data_ + (position & (capacity_ - 1)); }
  static std::atomic_ref<std::uint32_t> length(std::byte* frame) noexcept {
    return std::atomic_ref<std::uint32_t>(*reinterpret_cast<std::uint32_t*>(frame));
  }
  std::atomic_ref<std::uint64_t> tail() const noexcept { return std::atomic_ref<std::uint64_t>(*tail_); }

  File file_;
  Identity identity_;
  std::size_t capacity_ = 0;
  std::byte* mapping_ = nullptr;
  std::byte* data_ = nullptr;
  std::uint64_t* tail_ = nullptr;
  alignas(64) std::uint64_t head_ = 0;
  std::uint64_t known_tail_ = 0;
  std::uint32_t pending_ = 0;
};

}  // namespace tradewind::store
