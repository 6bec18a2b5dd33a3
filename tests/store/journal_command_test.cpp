// `tradewind journal`: what a journal holds, and how damage is cut out of it. T9.
#include <gtest/gtest.h>

#include <algorithm>

#include "store/journal_folder.hpp"
#include "support/program.hpp"

namespace tradewind::test {
namespace {

class JournalCommand : public ::testing::Test {
 protected:
  JournalCommand() {
    for (int part = 0; part < 4; ++part) {
      Parts parts(folder);
      for (int i = 1; i <= 10; ++i) EXPECT_TRUE(record(*parts.rings, {part * 10 + i, "a \"note\""}));
      parts.pump.drain();
    }
  }
  Outcome run(const std::vector<std::string>& options) const {
    std::vector<std::string> arguments = {"journal", folder.disk.path().string()};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return run_tradewind(arguments);
  }
  static bool says(const Outcome& outcome, std::string_view text) {
    return outcome.out.find(text) != std::string::npos;
  }
  void damage() const {
    const store::JournalScan scan = store::scan_journal(folder.disk.path());
    store::Lsn place = 0;
    int count = 0;
    store::scan_journal(folder.disk.path(), [&](const store::Frame& frame) {
      if (frame.kind == store::FrameKind::record && ++count == 15) place = frame.number;
    });
    const store::File file(scan.segments.at(0).path, store::File::Mode::write);
    file.write_at(place + 48, "XXXX", 4);
  }

  JournalFolder folder;
};

TEST_F(JournalCommand, shows_what_is_there) {
  const Outcome outcome = run({});
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_TRUE(says(outcome, "40 records")) << outcome;
  EXPECT_TRUE(says(outcome, "insert notes")) << outcome;
  EXPECT_TRUE(says(run({"--json"}), "\"records\":")) << outcome;
}

TEST_F(JournalCommand, prints_records_as_lines_of_json) {
  const Outcome outcome = run({"--records"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 40);
  EXPECT_TRUE(
      says(outcome, R"("table":"notes","operation":"insert","record":{"number":40,"text":"a \"note\""}})"))
      << outcome;
}

TEST_F(JournalCommand, finds_damage_and_cuts_it_out) {
  damage();
  const Outcome found = run({});
  EXPECT_EQ(found.exit_status, 1) << found;
  EXPECT_TRUE(says(found, "damaged: ")) << found;
  const Outcome salvaged = run({"--salvage"});
  EXPECT_EQ(salvaged.exit_status, 0) << salvaged;
  EXPECT_TRUE(says(salvaged, "kept in ")) << salvaged;
  const Outcome after = run({});
  EXPECT_EQ(after.exit_status, 0) << after;
  EXPECT_TRUE(says(after, "39 records")) << after;
}

TEST_F(JournalCommand, leaves_a_journal_alone_that_is_being_written) {
  const Parts parts(folder);
  const Outcome outcome = run({"--salvage"});
  EXPECT_EQ(outcome.exit_status, 5) << outcome;
}

TEST_F(JournalCommand, says_when_there_is_no_journal) {
  const TempDir empty;
  const Outcome outcome = run_tradewind({"journal", empty.path().string()});
  EXPECT_EQ(outcome.exit_status, 2) << outcome;
}

}  // namespace
}  // namespace tradewind::test
