// T9: a record is safe from the death of the process once the call that made it has returned, and the caller
// never waits.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <thread>

#include "store/journal_folder.hpp"
#include "support/eventually.hpp"

namespace tradewind::test {
namespace {

using namespace std::chrono_literals;
using store::Ring;

TEST(Crc, is_castagnolis) {
  EXPECT_EQ(store::crc32c("123456789", 9), 0xE3069283U);
  std::mt19937 random(1);
  for (std::size_t size = 0; size < 300; ++size) {
    std::string text(size, '\0');
    for (char& c : text) c = static_cast<char>(random());
    EXPECT_EQ(store::crc32c(text.data(), size), store::crc32c_by_table(text.data(), size));
  }
}

TEST(Rings, hold_so_much_and_then_refuse) {
  const JournalFolder folder;
  const auto rings = std::make_shared<store::Rings>(folder.rings(), store::JournalId{},
                                                    std::map<std::uint16_t, std::uint64_t>{});
  Ring& ring = *rings->mine();
  std::int64_t accepted = 0;
  while (record(ring, *rings, {accepted + 1, "ten letters"})) ++accepted;
  const std::size_t length = sizeof(store::Frame) + detail::encoded_size(Note{1, "ten letters"});
  EXPECT_GT(accepted * length, ring.capacity() - 2 * length);
  EXPECT_LE(accepted * length, ring.capacity());
  ring.free_up_to(length);
  EXPECT_TRUE(record(ring, *rings, {accepted + 1, "ten letters"}));
  EXPECT_FALSE(record(ring, *rings, {accepted + 2, "ten letters"}));
}

TEST(Rings, give_back_every_record_over_many_rounds) {
  const JournalFolder folder;
  const auto rings = std::make_shared<store::Rings>(folder.rings(), store::JournalId{},
                                                    std::map<std::uint16_t, std::uint64_t>{});
  Ring& ring = *rings->mine();
  std::mt19937 random(2);
  std::uint64_t position = 0;
  std::int64_t read = 0;
  store::Values values;
  const TableDescription table = describe<Note>();
  for (std::int64_t i = 1; i <= 50'000; ++i) {
    const std::string text(random() % 200, static_cast<char>('a' + i % 26));
    ASSERT_TRUE(record(ring, *rings, {i, text}));
    const store::Frame* frame = ring.record(position);
    ASSERT_NE(frame, nullptr);
    ASSERT_TRUE(store::is_whole(frame, ring.capacity()));
    values.clear();
    ASSERT_TRUE(store::decode(table, {frame->payload(), frame->payload_size()}, values));
    ASSERT_EQ(values[0].integer, ++read);
    ASSERT_EQ(values[1].text, text);
    position += frame->length;
    ASSERT_EQ(ring.record(position), nullptr);
    ring.free_up_to(position);
  }
  EXPECT_GT(position, 5 * ring.capacity());
}

TEST(Rings, belong_to_one_process_and_one_journal) {
  const JournalFolder folder;
  const auto rings = std::make_shared<store::Rings>(folder.rings(), store::JournalId{1},
                                                    std::map<std::uint16_t, std::uint64_t>{});
  ASSERT_NE(rings->mine(), nullptr);
  const auto open = [&](const store::JournalId& id) { store::Rings(folder.rings(), id, {}); };
  EXPECT_THROW(open({1}), LockTimeout);
}

TEST(Rings, of_another_journal_are_refused) {
  const JournalFolder folder;
  const auto open = [&](const store::JournalId& id) {
    return std::make_shared<store::Rings>(folder.rings(), id, std::map<std::uint16_t, std::uint64_t>{});
  };
  ASSERT_TRUE(record(*open({1}), {1, "kept"}));
  try {
    open({2});
    FAIL() << "it was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::journal_damaged);
  }
  EXPECT_EQ(open({1})->all().at(0)->record(0)->number, 1U);
}

TEST(Rings, are_used_again_by_the_next_thread) {
  const JournalFolder folder;
  Parts parts(folder);
  for (int i = 1; i <= 20; ++i)
    std::thread([&] { EXPECT_TRUE(record(*parts.rings, {i, "in turn"})); }).join();
  EXPECT_EQ(parts.rings->count(), 1U);
  parts.pump.start();
  parts.pump.stop();
  EXPECT_EQ(numbers_in(folder.disk.path()), up_to(20));
}

/// Records without a pause, telling through shared memory how far it is, until it is killed.
[[noreturn]] void record_until_killed(const JournalFolder& folder, std::atomic<std::int64_t>& accepted,
                                      bool journalling) {
  Parts parts(folder);
  if (journalling) parts.pump.start();
  for (std::int64_t i = accepted + 1;; ++i) {
    while (!record(*parts.rings, {i, "a record that must not be lost"})) std::this_thread::yield();
    accepted = i;
  }
}

TEST(Killed, processes_lose_nothing_that_was_accepted) {
  void* const memory = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  auto* accepted = static_cast<std::atomic<std::int64_t>*>(memory);
  std::mt19937 random(3);
  std::int64_t all = 0;
  for (int round = 0; round < 60; ++round) {
    const JournalFolder folder;
    *accepted = 0;
    for (int life = 0; life < 3; ++life) {
      const pid_t child = fork();
      ASSERT_GE(child, 0);
      if (child == 0) record_until_killed(folder, *accepted, round % 4 != 0);
      // Some die while they open what the one before has left.
      const std::int64_t before = *accepted;
      if (random() % 4 != 0) {
        ASSERT_TRUE(eventually([&] { return *accepted > before; }));
      }
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 12'000));
      kill(child, SIGKILL);
      waitpid(child, nullptr, 0);
      const Parts parts(folder);
      const std::vector<std::int64_t> numbers = numbers_in(folder.disk.path());
      const auto last = static_cast<std::int64_t>(numbers.size());
      // The child counts after the record is made, so the last may be one that it did not count.
      ASSERT_TRUE(last == *accepted || last == *accepted + 1) << last << " of " << *accepted;
      ASSERT_EQ(numbers, up_to(last)) << "round " << round;
      *accepted = last;
    }
    all += *accepted;
  }
  EXPECT_GT(all, 10'000);
  munmap(accepted, 4096);
}

TEST(Order, is_kept_between_threads) {
  const JournalFolder folder;
  Parts parts(folder);
  parts.pump.start();
  std::atomic<std::int64_t> turn{1};
  // Each waits for the other's call to return: so the records are ordered, whichever ring they are in.
  const auto play = [&](std::int64_t first) {
    for (std::int64_t i = first; i <= 4000; i += 2) {
      while (turn != i) std::this_thread::yield();
      while (!record(*parts.rings, {i, "after the other"})) std::this_thread::yield();
      turn = i + 1;
    }
  };
  std::thread other(play, 2);
  play(1);
  other.join();
  parts.pump.stop();
  EXPECT_EQ(numbers_in(folder.disk.path()), up_to(4000));
}

}  // namespace
}  // namespace tradewind::test
