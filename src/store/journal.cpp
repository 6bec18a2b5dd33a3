#include "store/journal.hpp"

#include <algorithm>
#include <cstring>
#include <random>

#include <fmt/format.h>

#include "base/text.hpp"

namespace tradewind::store {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t smallest_segment = 4 * longest_frame;

JournalId new_id() {
  std::random_device device;
  JournalId id{};
  for (std::uint8_t& byte : id) byte = static_cast<std::uint8_t>(device());
  return id;
}

File locked(const fs::path& folder) {
  make_folder(folder);
  const fs::path path = folder / identity_file;
  std::error_code ignored;
  File file(path, fs::exists(path, ignored) ? File::Mode::write : File::Mode::create);
  if (!file.try_lock()) {
    throw LockTimeout(
        Code::runner_busy,
        fmt::format("another process writes the journal in {}", base::printable(folder.string())),
        "stop it, or give this one a journal folder of its own");
  }
  return file;
}

void zero(const File& file, std::uint64_t begin, std::uint64_t end) {
  static const std::vector<char> zeros(std::size_t{1} << 20);
  while (begin < end) {
    const std::size_t size = std::min<std::uint64_t>(zeros.size(), end - begin);
    file.write_at(begin, zeros.data(), size);
    begin += size;
  }
}

}  // namespace

Journal::Journal(JournalOptions options) : options_(std::move(options)), lock_(locked(options_.folder)) {
  if (lock_.size() == 0) make_identity();
  scan_ = scan_journal(options_.folder);
  cut_torn_end();
  for (const SegmentFile& segment : scan_.segments) {
    // One with nothing in it yet may lack the tables' descriptions: it is begun anew.
    const bool counts = segment.base + sizeof(SegmentHeader) < scan_.end;
    segments_.push_back({segment.path, counts ? std::optional(segment.base) : std::nullopt});
  }
  for (const fs::path& path : scan_.unused) {
    // One that was being made when the process died.
    if (fs::file_size(path) != scan_.segment_size)
      fs::remove(path);
    else
      segments_.push_back({path, std::nullopt});
  }
  tables_ = scan_.tables;
  written_ = scan_.end;
  applied_ = scan_.begin;
  base_ = written_ - written_ % scan_.segment_size;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (segments_[i].base == base_) current_ = File(segments_[i].path, File::Mode::write);
  }
  if (!current_) written_ = base_;
  durable_ = written_;
  // The same if it was cut in the middle of them.
  for (const auto& [layout, table] : tables_) {
    const std::vector<std::byte> bytes = encoded(table);
    if (current_ && fits(sizeof(Frame) + bytes.size()))
      put(Frame{.kind = FrameKind::table}, bytes.data(), bytes.size());
  }
}

void Journal::make_identity() {
  SegmentHeader identity{.size = std::max(options_.segment_size / 4096 * 4096, smallest_segment),
                         .journal = new_id()};
  identity.seal();
  lock_.write_at(0, &identity, sizeof identity);
  lock_.flush();
  flush_folder(options_.folder);
}

/// What stands behind a torn end was never told to be durable, and must not be taken for records later.
void Journal::cut_torn_end() {
  if (!scan_.torn) return;
  for (const SegmentFile& segment : scan_.segments) {
    if (segment.base + scan_.segment_size <= scan_.end) continue;
    const File file(segment.path, File::Mode::write);
    zero(file, segment.base < scan_.end ? scan_.end - segment.base : 0, scan_.segment_size);
    file.flush();
  }
}

bool Journal::append(const Frame& record) {
  if (!make_room(record.length)) return false;
  put(record, record.payload(), record.payload_size());
  return true;
}

bool Journal::append(const TableDescription& table) {
  const auto known = tables_.find(table.layout);
  if (known != tables_.end() && known->second == table) return true;
  const std::vector<std::byte> bytes = encoded(table);
  if (!make_room(sizeof(Frame) + bytes.size())) return false;
  tables_.insert_or_assign(table.layout, table);
  put(Frame{.kind = FrameKind::table}, bytes.data(), bytes.size());
  return true;
}

/// An end frame must always find room behind.
bool Journal::fits(std::size_t length) const {
  return !ended_ && end() + length + sizeof(Frame) <= base_ + scan_.segment_size;
}

bool Journal::make_room(std::size_t length) {
  return (current_ && fits(length)) || next_segment();
}

void Journal::put(Frame head, const std::byte* payload, std::size_t size) {
  head.length = static_cast<std::uint32_t>(sizeof(Frame) + size);
  head.number = end();
  head.unflushed = static_cast<std::uint32_t>(end() - durable());
  const std::size_t at = buffer_.size();
  buffer_.resize(at + head.length);
  auto* frame = reinterpret_cast<Frame*>(buffer_.data() + at);
  std::memcpy(frame, &head, sizeof head);
  if (size > 0) std::memcpy(buffer_.data() + at + sizeof(Frame), payload, size);
  frame->crc = frame_crc(frame);
}

bool Journal::next_segment() {
  const auto free = free_segment();
  if (!free) return false;
  if (current_ && !std::exchange(ended_, true)) put(Frame{.kind = FrameKind::end}, nullptr, 0);
  flush();
  const Lsn base = current_ ? base_ + scan_.segment_size : base_;
  File file(segments_[*free].path, File::Mode::write);
  {
    const std::scoped_lock lock(mutex_);
    segments_[*free].base = base;
  }
  current_ = std::move(file);
  ended_ = false;
  base_ = base;
  written_ = base;
  SegmentHeader header{.base = base, .size = scan_.segment_size, .journal = scan_.id};
  header.seal();
  buffer_.resize(sizeof header);
  std::memcpy(buffer_.data(), &header, sizeof header);
  for (const auto& [layout, table] : tables_) {
    const std::vector<std::byte> bytes = encoded(table);
    put(Frame{.kind = FrameKind::table}, bytes.data(), bytes.size());
  }
  return true;
}

/// Oldest first, so that what is left makes a row without a gap; before them what has no base yet, which is
/// less than any.
std::optional<std::size_t> Journal::free_segment() {
  const auto oldest = std::min_element(segments_.begin(), segments_.end(),
                                       [](const auto& a, const auto& b) { return a.base < b.base; });
  if (oldest != segments_.end()) {
    const std::optional<Lsn> base = oldest->base;
    const bool free = !base || (*base + scan_.segment_size <= applied() && *base < base_);
    if (free) return static_cast<std::size_t>(oldest - segments_.begin());
  }
  const std::uint64_t most = std::max<std::uint64_t>(options_.most / scan_.segment_size, 3);
  if (segments_.size() >= most) return std::nullopt;
  add_file();
  return segments_.size() - 1;
}

/// Written once from end to end: later a flush has no new blocks to put into the file system's books.
void Journal::add_file() {
  fs::path path;
  std::error_code ignored;
  for (std::size_t number = segments_.size();; ++number) {
    path = options_.folder / fmt::format("segment-{:04}", number);
    if (!fs::exists(path, ignored)) break;
  }
  try {
    const File file(path, File::Mode::create);
    file.allocate(scan_.segment_size);
    zero(file, 0, scan_.segment_size);
    file.flush();
    flush_folder(options_.folder);
  } catch (const Error&) {
    fs::remove(path, ignored);
    throw;
  }
  const std::scoped_lock lock(mutex_);
  segments_.push_back({path, std::nullopt});
}

void Journal::flush() {
  if (buffer_.empty()) return;
  current_.write_at(written_ - base_, buffer_.data(), buffer_.size());
  const auto begun = std::chrono::steady_clock::now();
  current_.flush();
  flushes_.took(begun);
  written_ += buffer_.size();
  buffer_.clear();
  durable_.store(written_, std::memory_order_release);
}

fs::path Journal::segment_of(Lsn lsn) const {
  const std::scoped_lock lock(mutex_);
  for (const Segment& segment : segments_) {
    if (segment.base && lsn >= *segment.base && lsn < *segment.base + scan_.segment_size) return segment.path;
  }
  throw Error(
      Code::journal_damaged,
      fmt::format("the database has the journal's records up to {}, and those behind are not in the "
                  "journal any more",
                  lsn),
      "the database was put back to an older state, or is another one: begin a new journal in an empty "
      "folder to go on without them");
}

std::uint64_t Journal::bytes_on_disk() const {
  const std::scoped_lock lock(mutex_);
  return segments_.size() * scan_.segment_size;
}

}  // namespace tradewind::store
