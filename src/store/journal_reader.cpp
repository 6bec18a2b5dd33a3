#include "store/journal_reader.hpp"

#include <fmt/format.h>

namespace tradewind::store {

JournalReader::JournalReader(const Journal& journal, Lsn from)
    : journal_(journal), tables_(journal.scan().tables), position_(from) {}

std::span<const std::byte> JournalReader::segment() {
  const Lsn base = position_ - position_ % journal_.segment_size();
  if (mapped_.empty() || base != base_) {
    mapped_.emplace_back(journal_.segment_of(position_));
    base_ = base;
  }
  return mapped_.back().bytes();
}

const Frame* JournalReader::next() {
  while (position_ < journal_.durable()) {
    const std::span<const std::byte> bytes = segment();
    position_ = std::max(position_, base_ + sizeof(SegmentHeader));
    if (position_ >= journal_.durable()) break;
    const Frame* frame = frame_at(bytes, base_, position_);
    const Lsn next_base = base_ + journal_.segment_size();
    if (frame == nullptr && next_base - position_ < sizeof(Frame)) {
      position_ = next_base;
      continue;
    }
    if (frame == nullptr) {
      throw Error(Code::journal_damaged, fmt::format("the journal holds no record at {}", position_),
                  "stop the program and look at the journal with `tradewind journal`");
    }
    position_ = frame->kind == FrameKind::end ? next_base : position_ + frame->length;
    if (frame->kind == FrameKind::record) return frame;
    if (frame->kind == FrameKind::table) {
      TableDescription table = decoded_table({frame->payload(), frame->payload_size()});
      // One that is known stays where it is: batches point to it.
      tables_.try_emplace(table.layout, std::move(table));
    }
  }
  return nullptr;
}

void JournalReader::seek(Lsn position) {
  mapped_.clear();
  position_ = position;
}

void JournalReader::forget() {
  while (mapped_.size() > 1) mapped_.pop_front();
}

}  // namespace tradewind::store
