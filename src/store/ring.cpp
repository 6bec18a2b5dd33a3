#include "store/ring.hpp"

#include <sys/mman.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace tradewind::store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t header_size = 4096;
constexpr std::array<char, 8> magic = {'T', 'W', 'R', 'I', 'N', 'G', '0', '1'};

struct RingHeader {
  std::array<char, 8> magic;
  std::uint64_t capacity;
  JournalId journal;
  std::uint16_t number;
  std::array<std::uint8_t, 94> zero;
  std::uint64_t tail;  ///< the reader's only word, on a cache line of its own
};
static_assert(offsetof(RingHeader, tail) == 128);

fs::path unfinished(const fs::path& path) {
  return path.parent_path() / ("unfinished-" + path.filename().string());
}

}  // namespace

/// It gets its name when it is whole.
Ring::Ring(const fs::path& path, const Identity& identity, std::size_t capacity, std::uint64_t begin)
    : file_(unfinished(path), File::Mode::create),
      identity_(identity),
      capacity_(std::bit_ceil(std::max(capacity, 2 * longest_frame))) {
  if (!file_.try_lock()) throw Error(Code::runner_busy, fmt::format("another process has {}", path.string()));
  try {
    file_.allocate(header_size + capacity_);
    RingHeader header{.magic = magic,
                      .capacity = capacity_,
                      .journal = identity.journal,
                      .number = identity.number,
                      .zero = {},
                      .tail = begin};
    file_.write_at(0, &header, sizeof header);
    map();
    fs::rename(unfinished(path), path);
  } catch (const std::exception&) {
    std::error_code ignored;
    fs::remove(unfinished(path), ignored);
    throw;
  }
  head_ = known_tail_ = begin;
}

Ring::Ring(const fs::path& path) : file_(path, File::Mode::write) {
  if (!file_.try_lock()) {
    throw LockTimeout(Code::runner_busy,
                      fmt::format("another process records into {}", base::printable(path.string())),
                      "stop it, or give this one a ring folder of its own");
  }
  RingHeader header{};
  const bool whole = file_.read_at(0, &header, sizeof header) == sizeof header && header.magic == magic &&
                     std::has_single_bit(header.capacity) && header.capacity >= 2 * longest_frame &&
                     file_.size() == header_size + header.capacity;
  if (!whole) {
    throw Error(Code::journal_damaged,
                fmt::format("{} is no ring, or not a whole one", base::printable(path.string())),
                "move it out of the ring folder");
  }
  identity_ = {.journal = header.journal, .number = header.number};
  capacity_ = header.capacity;
  map();
  head_ = known_tail_ = freed();
}

Ring::~Ring() {
  if (mapping_ != nullptr) ::munmap(mapping_, header_size + 2 * capacity_);
}

/// The data stands in memory twice, end to end, so that no record is ever in two pieces.
void Ring::map() {
  const std::size_t whole = header_size + 2 * capacity_;
  void* room = ::mmap(nullptr, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) throw file_error("map", file_.path(), errno);
  mapping_ = static_cast<std::byte*>(room);
  constexpr int access = PROT_READ | PROT_WRITE;
  constexpr int how = MAP_SHARED | MAP_FIXED | MAP_POPULATE;
  std::byte* second = mapping_ + header_size + capacity_;
  if (::mmap(mapping_, header_size + capacity_, access, how, file_.descriptor(), 0) == MAP_FAILED ||
      ::mmap(second, capacity_, access, how, file_.descriptor(), header_size) == MAP_FAILED) {
    const int error = errno;
    ::munmap(std::exchange(mapping_, nullptr), whole);
    throw file_error("map", file_.path(), error);
  }
  data_ = mapping_ + header_size;
  tail_ = reinterpret_cast<std::uint64_t*>(mapping_ + offsetof(RingHeader, tail));
  fill();
}

/// The first store to a page must not be the trading thread's.
void Ring::fill() {
  constexpr int populate_write = 23;  // MADV_POPULATE_WRITE, Linux 5.14
  const std::size_t whole = header_size + 2 * capacity_;
  if (::madvise(mapping_, whole, populate_write) == 0) return;
  for (std::size_t offset = 0; offset < whole; offset += 4096)
    std::atomic_ref<std::uint32_t>(*reinterpret_cast<std::uint32_t*>(mapping_ + offset)).fetch_add(0);
}

void Ring::finish(std::uint32_t layout, std::uint64_t number) noexcept {
  std::byte* begin = at(head_);
  length(begin + pending_).store(0, std::memory_order_relaxed);
  auto* frame = reinterpret_cast<Frame*>(begin);
  frame->number = number;
  frame->position = head_;
  frame->layout = layout;
  frame->unflushed = 0;
  frame->ring = identity_.number;
  frame->kind = FrameKind::record;
  frame->zero = 0;
  constexpr std::size_t covered = offsetof(Frame, number);
  frame->crc = crc32c(begin + covered, pending_ - covered);
  length(begin).store(pending_, std::memory_order_release);
  head_ += pending_;
}

std::size_t Ring::recover(std::uint64_t journalled) {
  const std::uint64_t left = freed();
  std::uint64_t position = std::max(left, journalled);
  // The journal may be ahead by what was in flight, but by no more than the ring holds.
  const bool possible = journalled <= left + capacity_;
  std::size_t damaged = possible ? 0 : capacity_;
  while (damaged == 0) {
    const Frame* frame = record(position);
    if (frame == nullptr) break;
    const std::uint64_t used = position - std::max(left, journalled);
    const bool whole = is_whole(frame, capacity_ - used) && frame->position == position &&
                       frame->kind == FrameKind::record && frame->ring == identity_.number;
    if (!whole) damaged = capacity_ - used;
    if (whole) position += frame->length;
  }
  free_up_to(std::max(left, journalled));
  head_ = position;
  known_tail_ = freed();
  length(at(head_)).store(0, std::memory_order_release);
  return damaged;
}

}  // namespace tradewind::store
