#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <tradewind/error.hpp>
#include <vector>

#include "store/segment.hpp"
#include "store/tables.hpp"

namespace {

using namespace tradewind::store;
using tradewind::TableDescription;

/// Seals what the input leaves unsealed: frames whose length fits get the number and the checksum that their
/// place asks for, so that what is behind the checksum is reached too.
void seal(std::vector<std::byte>& bytes, Lsn base) {
  for (std::size_t at = sizeof(SegmentHeader); at + sizeof(Frame) <= bytes.size();) {
    auto* frame = reinterpret_cast<Frame*>(bytes.data() + at);
    const std::size_t room = bytes.size() - at;
    if (frame->length < sizeof(Frame) || frame->length > room || frame->length % 8 != 0) return;
    frame->number = base + at;
    frame->crc = frame_crc(frame);
    at += frame->length;
  }
}

/// Frames come in order, from within the segment, and none is given twice.
void read(const std::vector<std::byte>& bytes, Lsn base) {
  Tables tables;
  Lsn last = 0;
  const SegmentEnd end = walk(bytes, base, base, [&](const Frame& frame) {
    if (frame.number <= last && last != 0) std::abort();
    if (frame.number < base || frame.number + frame.length > base + bytes.size()) std::abort();
    last = frame.number;
    if (frame.kind == FrameKind::table) {
      TableDescription table = decoded_table({frame.payload(), frame.payload_size()});
      if (decoded_table(encoded(table)) != table) std::abort();
      tables.insert_or_assign(frame.layout, std::move(table));
    } else if (const auto known = tables.find(frame.layout); known != tables.end()) {
      Values values;
      if (decode(known->second, {frame.payload(), frame.payload_size()}, values)) {
        if (values.size() != known->second.columns.size()) std::abort();
        to_json(known->second, values);
      }
    }
  });
  if (end.at < base || end.at > base + bytes.size()) std::abort();
  if (end.next && *end.next <= end.at) std::abort();
  base_by_frames(bytes);
}

}  // namespace

/// A segment's bytes; the first one says whether its frames are sealed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::vector<std::byte> bytes(tradewind::detail::padded(size - 1) + sizeof(SegmentHeader));
  std::memcpy(bytes.data() + sizeof(SegmentHeader), data + 1, size - 1);
  const Lsn base = 4096;
  if ((data[0] & 1) != 0) seal(bytes, base);
  try {
    read(bytes, base);
  } catch (const tradewind::Error& error) {
    if (error.code() == tradewind::Code::internal) std::abort();
  }
  return 0;
}
