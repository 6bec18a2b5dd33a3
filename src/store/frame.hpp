/// The frame around a record, in rings and in the journal: docs/formats/journal.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "store/crc32c.hpp"

namespace tradewind::store {

using Lsn = std::uint64_t;
/// Says which journal something belongs to.
using JournalId = std::array<std::uint8_t, 16>;

enum class FrameKind : std::uint16_t {
  record = 0,
  end = 1,    ///< the journal goes on in the next segment
  table = 2,  ///< describes the records of a layout
  hole = 3,   ///< damaged bytes, cut out by a salvage: only the frame itself is checked
};

struct Frame {
  std::uint32_t length = 0;     ///< with what it holds; a multiple of 8; in a ring 0 until it is complete
  std::uint32_t crc = 0;        ///< CRC-32C of everything behind it
  std::uint64_t number = 0;     ///< in the journal the LSN; in a ring the number in the order of all rings
  std::uint64_t position = 0;   ///< of the record in its ring
  std::uint32_t layout = 0;     ///< of a record: its table's layout
  std::uint32_t unflushed = 0;  ///< in the journal: bytes before it that may not have been on disk yet
  std::uint16_t ring = 0;
  FrameKind kind = FrameKind::record;
  std::uint32_t zero = 0;

  const std::byte* payload() const { return reinterpret_cast<const std::byte*>(this + 1); }
  std::size_t payload_size() const { return length - sizeof(Frame); }
};
static_assert(sizeof(Frame) == 40 && std::is_trivially_copyable_v<Frame>);

/// The largest frame: a record has to fit into a segment and into a ring many times.
constexpr std::size_t longest_frame = std::size_t{1} << 18;

inline std::uint32_t frame_crc(const Frame* frame) noexcept {
  constexpr std::size_t covered = offsetof(Frame, number);
  const std::size_t length = frame->kind == FrameKind::hole ? sizeof(Frame) : frame->length;
  return crc32c(reinterpret_cast<const std::byte*>(frame) + covered, length - covered);
}

/// Whether a frame at this place, with so much room, is whole. `number` must be what the place asks for.
inline bool is_whole(const Frame* frame, std::size_t room) noexcept {
  if (room < sizeof(Frame) || frame->length < sizeof(Frame) || frame->length > room || frame->length % 8 != 0)
    return false;
  if (frame->kind > FrameKind::hole || (frame->kind != FrameKind::hole && frame->length > longest_frame))
    return false;
  return frame->crc == frame_crc(frame);
}

}  // namespace tradewind::store
