#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/journal.hpp"
#include "store/pump.hpp"
#include "store/rings.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {

/// Something to record.
struct Note {
  std::int64_t number = 0;
  std::string_view text;
};

}  // namespace tradewind::test

template <>
struct tradewind::TableFor<tradewind::test::Note> {
  static constexpr auto layout =
      insert_into("notes", column("number", &test::Note::number), column("text", &test::Note::text));
};

namespace tradewind::test {

/// A folder for a journal on disk and one for its rings in memory.
struct JournalFolder {
  TempDir disk{"tradewind-journal"};
  TempDir memory{"tradewind-rings", "/dev/shm"};

  store::JournalOptions journal(std::uint64_t most = std::uint64_t{64} << 20) const {
    return {.folder = disk.path(), .segment_size = std::uint64_t{1} << 20, .most = most};
  }
  store::RingOptions rings() const { return {.folder = memory.path(), .capacity = std::size_t{1} << 20}; }
};

/// What is between a record and the disk.
struct Parts {
  explicit Parts(const JournalFolder& folder, std::uint64_t most = std::uint64_t{64} << 20)
      : journal(folder.journal(most)),
        rings(std::make_shared<store::Rings>(folder.rings(), journal.id(), journal.scan().rings)),
        pump(journal, *rings, std::chrono::microseconds(500)) {
    pump.add_table(describe<Note>());
    pump.drain();
  }

  store::Journal journal;
  std::shared_ptr<store::Rings> rings;
  store::Pump pump;
};

inline bool record(store::Ring& ring, store::Rings& rings, const Note& note) {
  std::byte* room = ring.begin(detail::encoded_size(note));
  if (room == nullptr) return false;
  detail::encode(note, room);
  ring.finish(detail::layout_number<Note>(), rings.next_number());
  return true;
}
inline bool record(store::Rings& rings, const Note& note) {
  return record(*rings.mine(), rings, note);
}

/// The numbers of the notes in a journal, in its order.
inline std::vector<std::int64_t> numbers_in(const std::filesystem::path& folder) {
  std::vector<std::int64_t> numbers;
  const TableDescription table = describe<Note>();
  store::scan_journal(folder, [&](const store::Frame& frame) {
    if (frame.kind != store::FrameKind::record) return;
    store::Values values;
    if (store::decode(table, {frame.payload(), frame.payload_size()}, values))
      numbers.push_back(values[0].integer);
  });
  return numbers;
}

inline std::vector<std::int64_t> up_to(std::int64_t last) {
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 1; i <= last; ++i) numbers.push_back(i);
  return numbers;
}

}  // namespace tradewind::test
