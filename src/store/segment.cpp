#include "store/segment.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace tradewind::store {

MappedFile::MappedFile(const std::filesystem::path& path) {
  const File file(path, File::Mode::read);
  const std::size_t size = file.size();
  if (size == 0) return;
  void* mapping = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.descriptor(), 0);
  if (mapping == MAP_FAILED) throw file_error("map", path, errno);
  bytes_ = {static_cast<const std::byte*>(mapping), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

const Frame* frame_at(std::span<const std::byte> bytes, Lsn base, Lsn lsn) {
  const std::uint64_t offset = lsn - base;
  if (lsn < base || offset % 8 != 0 || offset + sizeof(Frame) > bytes.size()) return nullptr;
  const auto* frame = reinterpret_cast<const Frame*>(bytes.data() + offset);
  if (frame->number != lsn || !is_whole(frame, bytes.size() - offset)) return nullptr;
  return frame;
}

namespace {

/// The next whole frame behind a place where there is none. A segment that is used again is full of old
/// frames, but their LSNs are not those of their places.
const Frame* whole_behind(std::span<const std::byte> bytes, Lsn base, Lsn lsn) {
  for (Lsn at = lsn + 8; at + sizeof(Frame) <= base + bytes.size(); at += 8) {
    if (const Frame* frame = frame_at(bytes, base, at)) return frame;
  }
  return nullptr;
}

}  // namespace

SegmentEnd walk(std::span<const std::byte> bytes, Lsn base, Lsn from,
                const std::function<void(const Frame&)>& visit) {
  Lsn at = std::max(from, base + sizeof(SegmentHeader));
  while (const Frame* frame = frame_at(bytes, base, at)) {
    visit(*frame);
    at += frame->length;
    if (frame->kind == FrameKind::end) return {.kind = SegmentEnd::Kind::end, .at = at};
  }
  SegmentEnd result{.kind = SegmentEnd::Kind::blank, .at = at};
  for (const Frame* frame = whole_behind(bytes, base, at); frame != nullptr;) {
    if (!result.next) result.next = frame->number;
    result.flushed = std::max(result.flushed, flushed_before(*frame));
    const Lsn behind = frame->number + frame->length;
    frame = frame_at(bytes, base, behind);
    if (frame == nullptr) frame = whole_behind(bytes, base, behind);
  }
  if (result.next) result.kind = SegmentEnd::Kind::broken;
  return result;
}

std::optional<Lsn> base_by_frames(std::span<const std::byte> bytes) {
  for (std::size_t offset = sizeof(SegmentHeader); offset + sizeof(Frame) <= bytes.size(); offset += 8) {
    const auto* frame = reinterpret_cast<const Frame*>(bytes.data() + offset);
    if (frame->number < offset || frame->number % 8 != 0) continue;
    if (is_whole(frame, bytes.size() - offset)) return frame->number - offset;
  }
  return std::nullopt;
}

}  // namespace tradewind::store
