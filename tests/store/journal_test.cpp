// T9: what was accepted is never lost: the journal on disk, its limits and its damages.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <random>

#include "store/journal_folder.hpp"
#include "store/journal_reader.hpp"
#include "support/eventually.hpp"
#include "support/spawn.hpp"

namespace tradewind::test {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// Records the numbers from `first` to `last` and brings them into the journal.
void fill(const JournalFolder& folder, std::int64_t first, std::int64_t last,
          const std::string& text = "a note") {
  Parts parts(folder);
  for (std::int64_t i = first; i <= last; ++i) {
    while (!record(*parts.rings, {i, text})) parts.pump.drain();
  }
  parts.pump.drain();
}

fs::path first_segment(const JournalFolder& folder) {
  return store::scan_journal(folder.disk.path()).segments.at(0).path;
}

void overwrite(const fs::path& path, std::uint64_t offset, std::size_t size, char with = 'X') {
  const store::File file(path, store::File::Mode::write);
  const std::string bytes(size, with);
  file.write_at(offset, bytes.data(), bytes.size());
}

/// The LSN of a note's frame.
store::Lsn place_of(const JournalFolder& folder, std::int64_t number) {
  store::Lsn found = 0;
  store::scan_journal(folder.disk.path(), [&](const store::Frame& frame) {
    store::Values values;
    if (frame.kind == store::FrameKind::record &&
        store::decode(describe<Note>(), {frame.payload(), frame.payload_size()}, values) &&
        values[0].integer == number)
      found = frame.number;
  });
  return found;
}

TEST(Journals, keep_their_order_over_segments_and_openings) {
  const JournalFolder folder;
  for (std::int64_t i = 0; i < 10; ++i) fill(folder, i * 3000 + 1, (i + 1) * 3000, std::string(100, 'x'));
  EXPECT_EQ(numbers_in(folder.disk.path()), up_to(30'000));
  const store::JournalScan scan = store::scan_journal(folder.disk.path());
  EXPECT_GT(scan.segments.size(), 4U);
  EXPECT_TRUE(scan.damages.empty());
  EXPECT_FALSE(scan.torn);
  EXPECT_EQ(scan.tables.at(detail::layout_number<Note>()), describe<Note>());
}

TEST(Journals, use_their_segments_again) {
  const JournalFolder folder;
  Parts parts(folder, std::uint64_t{4} << 20);
  store::JournalReader reader(parts.journal, 0);
  std::int64_t read = 0;
  for (std::int64_t i = 1; i <= 200'000; ++i) {
    while (!record(*parts.rings, {i, "round and round it goes"})) {
      parts.pump.drain();
      while (reader.next() != nullptr) ++read;
      reader.forget();
      parts.journal.release(reader.position());
    }
  }
  parts.pump.drain();
  while (reader.next() != nullptr) ++read;
  EXPECT_EQ(read, 200'000);
  EXPECT_LE(parts.journal.bytes_on_disk(), std::uint64_t{4} << 20);
  EXPECT_GT(parts.journal.durable(), std::uint64_t{16} << 20);
}

TEST(Journals, that_are_full_refuse_and_go_on_when_there_is_room) {
  const JournalFolder folder;
  Parts parts(folder, std::uint64_t{3} << 20);
  parts.pump.start();
  std::int64_t accepted = 0;
  const auto refused = [&] {
    while (record(*parts.rings, {accepted + 1, std::string(1000, 'x')})) ++accepted;
    return parts.pump.trouble() == "the journal has reached its size limit";
  };
  ASSERT_TRUE(eventually(refused));
  EXPECT_FALSE(record(*parts.rings, {accepted + 1, std::string(1000, 'x')}));
  store::JournalReader reader(parts.journal, 0);
  std::int64_t read = 0;
  const auto all_read = [&] {
    while (reader.next() != nullptr) ++read;
    parts.journal.release(reader.position());
    return read == accepted;
  };
  EXPECT_TRUE(eventually(all_read)) << read << " of " << accepted;
  EXPECT_TRUE(eventually([&] { return parts.pump.trouble().empty(); }));
  EXPECT_TRUE(record(*parts.rings, {accepted + 1, "again"}));
}

TEST(Journals, on_a_full_disk_hold_what_was_accepted) {
  const JournalFolder folder;
  Parts parts(folder);
  parts.pump.start();
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_IGN);
  // Segments that are there can be written, new ones can't be made: as on a disk without room.
  const rlimit small{4096, before.rlim_max};
  std::int64_t accepted = 0;
  ASSERT_TRUE(record(*parts.rings, {++accepted, "the first makes the ring"}));
  ASSERT_TRUE(eventually([&] { return parts.rings->mine()->freed() == parts.rings->mine()->head(); }));
  setrlimit(RLIMIT_FSIZE, &small);
  const auto refused = [&] {
    while (record(*parts.rings, {accepted + 1, std::string(1000, 'x')})) ++accepted;
    return !parts.pump.trouble().empty();
  };
  EXPECT_TRUE(eventually(refused));
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_GT(accepted, 0);
  EXPECT_TRUE(eventually([&] { return parts.pump.trouble().empty(); }));
  parts.pump.stop();
  EXPECT_EQ(numbers_in(folder.disk.path()), up_to(accepted));
}

TEST(Journals, of_a_running_process_are_not_opened_again) {
  const JournalFolder folder;
  const Parts parts(folder);
  EXPECT_THROW(store::Journal(folder.journal()), LockTimeout);
}

TEST(Journals, in_a_folder_that_cannot_be_written_say_so) {
  const auto open = [](const fs::path& path) {
    try {
      store::Journal({.folder = path});
    } catch (const Error& error) {
      return std::string(name(error.code()));
    }
    return std::string("opened");
  };
  EXPECT_NE(open("/proc/tradewind"), "opened");
  EXPECT_NE(open("/dev/null/journal"), "opened");
}

TEST(TornEnds, are_cut) {
  std::mt19937 random(4);
  for (int round = 0; round < 30; ++round) {
    const JournalFolder folder;
    fill(folder, 1, 100);
    const store::Lsn at = place_of(folder, 60);
    // As if the power had gone before note 60 and what follows were told to be durable: everything up to the
    // end of the segment is whatever it is.
    const std::size_t size = std::size_t{1} << 20;
    std::string noise(size - at, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    store::File(first_segment(folder), store::File::Mode::write).write_at(at, noise.data(), noise.size());
    EXPECT_EQ(numbers_in(folder.disk.path()), up_to(59));
    fs::remove_all(folder.memory.path());
    fill(folder, 60, 120);
    EXPECT_EQ(numbers_in(folder.disk.path()), up_to(120));
  }
}

TEST(TornEnds, with_later_pages_on_disk_are_cut_too) {
  const JournalFolder folder;
  {
    Parts parts(folder);
    for (std::int64_t i = 1; i <= 50; ++i) ASSERT_TRUE(record(*parts.rings, {i, "flushed"}));
    parts.pump.drain();
    for (std::int64_t i = 51; i <= 100; ++i) ASSERT_TRUE(record(*parts.rings, {i, "in one write"}));
    parts.pump.drain();
  }
  // Note 70 was written together with its neighbours: that it is missing while 71 is there is no damage.
  overwrite(first_segment(folder), place_of(folder, 70), 16);
  const store::JournalScan scan = store::scan_journal(folder.disk.path());
  EXPECT_TRUE(scan.torn);
  EXPECT_TRUE(scan.damages.empty());
  EXPECT_EQ(numbers_in(folder.disk.path()), up_to(69));
  fs::remove_all(folder.memory.path());
  fill(folder, 70, 71);
  EXPECT_EQ(numbers_in(folder.disk.path()), up_to(71));
}

TEST(Damage, in_the_middle_is_told_and_can_be_cut_out) {
  const JournalFolder folder;
  for (std::int64_t i = 0; i < 10; ++i) fill(folder, i * 10 + 1, (i + 1) * 10);
  const store::Lsn at = place_of(folder, 42);
  overwrite(first_segment(folder), at + 50, 3);
  const store::JournalScan scan = store::scan_journal(folder.disk.path());
  ASSERT_EQ(scan.damages.size(), 1U);
  EXPECT_EQ(scan.damages[0].begin, at);
  EXPECT_EQ(scan.damages[0].end, place_of(folder, 43));
  EXPECT_EQ(scan.records, 99U);
  EXPECT_THROW(store::refuse_damage(scan, 0), Error);
  EXPECT_NO_THROW(store::refuse_damage(scan, scan.damages[0].end));

  const auto kept = store::salvage(folder.disk.path(), scan);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(fs::file_size(kept[0]), scan.damages[0].end - scan.damages[0].begin);
  EXPECT_TRUE(store::scan_journal(folder.disk.path()).damages.empty());
  std::vector<std::int64_t> expected = up_to(100);
  expected.erase(expected.begin() + 41);
  EXPECT_EQ(numbers_in(folder.disk.path()), expected);
  const store::Journal journal(folder.journal());
  store::JournalReader reader(journal, 0);
  int read = 0;
  while (reader.next() != nullptr) ++read;
  EXPECT_EQ(read, 99);
}

TEST(Damage, of_a_segments_header_or_its_end_is_told_and_can_be_cut_out) {
  const JournalFolder folder;
  for (std::int64_t i = 0; i < 6; ++i) fill(folder, i * 3000 + 1, (i + 1) * 3000, std::string(100, 'x'));
  const std::vector<store::SegmentFile> segments = store::scan_journal(folder.disk.path()).segments;
  ASSERT_GE(segments.size(), 3U);
  const std::size_t all = numbers_in(folder.disk.path()).size();
  overwrite(segments[1].path, 0, 48);
  overwrite(segments[0].path, (std::uint64_t{1} << 20) - 500, 500);
  const store::JournalScan scan = store::scan_journal(folder.disk.path());
  EXPECT_EQ(scan.damages.size(), 2U);
  EXPECT_THROW(store::refuse_damage(scan, 0), Error);
  EXPECT_EQ(scan.segments.size(), segments.size());
  store::salvage(folder.disk.path(), scan);
  EXPECT_TRUE(store::scan_journal(folder.disk.path()).damages.empty());
  EXPECT_GE(numbers_in(folder.disk.path()).size() + 4, all);
  fill(folder, 20'000, 20'001);
  EXPECT_EQ(numbers_in(folder.disk.path()).back(), 20'001);
}

TEST(Damage, is_never_taken_for_records) {
  const JournalFolder folder;
  fill(folder, 1, 200);
  const fs::path path = first_segment(folder);
  const std::string whole = read_file(path);
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    std::string bytes = whole;
    for (int i = 0; i < 5; ++i) bytes[random() % 30'000] = static_cast<char>(random());
    store::File(path, store::File::Mode::write).write_at(0, bytes.data(), bytes.size());
    std::int64_t last = 0;
    for (const std::int64_t number : numbers_in(folder.disk.path())) {
      ASSERT_GT(number, last) << "round " << round;
      ASSERT_LE(number, 200);
      last = number;
    }
  }
}

TEST(Journals, tell_when_a_record_is_durable) {
  const JournalFolder folder;
  Parts parts(folder);
  ASSERT_TRUE(record(*parts.rings, {1, "soon"}));
  store::Ring* ring = parts.rings->mine();
  const store::Mark mark{ring, ring->head()};
  EXPECT_FALSE(parts.pump.wait_journalled(mark, std::chrono::steady_clock::now() + 20ms));
  parts.pump.start();
  EXPECT_TRUE(parts.pump.wait_journalled(mark, std::chrono::steady_clock::now() + 30s));
  EXPECT_EQ(numbers_in(folder.disk.path()), up_to(1));
}

}  // namespace
}  // namespace tradewind::test
