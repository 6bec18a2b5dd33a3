// Killed at any moment: a backup is there whole or not at all, and of a restore either the old database or
// the new one is in its place. Shows C7 and R8.
#include <random>

#include "operations/backup_place.hpp"
#include "support/eventually.hpp"

namespace tradewind::test {
namespace {

/// Kills the program at its `number`th call; true if it came so far.
bool killed_at(const Folder& folder, const std::string& call, int number, const Words& arguments) {
  Words command = {
      "strace", "-qq",           "-o", "/dev/null",
      "-e",     "trace=" + call, "-e", "inject=" + call + ":signal=SIGKILL:when=" + std::to_string(number)};
  for (const std::string& word : tradewind_command(arguments)) command.push_back(word);
  const Outcome outcome = Program::run(command, {.cwd = folder.path(".")});
  EXPECT_TRUE(outcome.signal == SIGKILL || outcome.exit_status == 0) << outcome;
  return outcome.signal == SIGKILL;
}

class Killed : public BackupPlace {
 protected:
  /// Where it changes something: system calls of the program itself.
  Words calls() const {
    return database.is_postgresql() ? Words{"sendto", "rename"}
                                    : Words{"rename", "link", "fsync", "unlink", "pwrite64"};
  }
  /// Every call if they are few, else some of all.
  static int step(const std::string& call) { return call == "sendto" ? 3 : call == "pwrite64" ? 9 : 1; }

  void expect_good_backups() {
    const Json listed = folder.json({"backups", "--check"});
    for (const Json& one : listed["backups"]) EXPECT_TRUE(one["problem"].is_null()) << one;
  }

  /// The server drops a session of a killed program a moment later.
  std::string rows_now() const {
    std::string found;
    EXPECT_TRUE(eventually([&] {
      try {
        found = rows();
        return true;
      } catch (const SqlError&) {
        return false;
      }
    }));
    return found;
  }
};
TRADEWIND_ON_EACH_ENGINE(Killed);

TEST_P(Killed, restore_leaves_the_old_or_the_new_database) {
  const std::string name = back_up();
  int kills = 0;
  for (const std::string& call : calls()) {
    for (int number = 1; number < 400; number += step(call)) {
      if (rows_now() == "2") insert(3);
      const bool killed = killed_at(folder, call, number, {"restore", name, "--yes", "--quiet"});
      const std::string found = rows_now();
      EXPECT_TRUE(found == "2" || found == "3") << found << " rows after a kill at " << call << " " << number;
      EXPECT_EQ(sum(), found == "2" ? "2000" : "2005");
      if (!killed) break;
      ++kills;
      expect_good_backups();
    }
  }
  EXPECT_GT(kills, 10);
  if (rows_now() == "2") insert(3);
  EXPECT_EQ(folder.run({"restore", name, "--yes"}).exit_status, 0);
  EXPECT_EQ(rows_now(), "2");
  EXPECT_EQ(folder.run({"verify"}).exit_status, 0);
}

TEST_P(Killed, restore_at_random_moments) {
  const std::string name = back_up();
  std::mt19937 random(7);
  for (int round = 0; round < 15; ++round) {
    if (rows_now() == "2") insert(3);
    Process restore(tradewind_command({"restore", name, "--yes"}), {.cwd = folder.path(".")});
    restore.wait(std::chrono::milliseconds(random() % (database.is_postgresql() ? 900 : 120)));
    restore.kill9();
    restore.wait();
    const std::string found = rows_now();
    EXPECT_TRUE(found == "2" || found == "3") << found;
  }
  EXPECT_EQ(folder.run({"restore", name, "--yes"}).exit_status, 0);
  EXPECT_EQ(rows_now(), "2");
}

TEST_P(Killed, backup_is_whole_or_not_there) {
  int kills = 0;
  for (const std::string& call : {std::string("fsync"), std::string("rename"), std::string("mkdir")}) {
    for (int number = 1; number < 40; ++number) {
      const std::size_t before = backups().size();
      const bool killed = killed_at(folder, call, number, {"backup", "--quiet"});
      expect_good_backups();
      if (!killed) break;
      EXPECT_LE(backups().size(), before + 1);
      ++kills;
    }
  }
  EXPECT_GT(kills, 3);
  back_up();
  EXPECT_EQ(names_in(folder.path("backups"), true), Words()) << "what died is cleared away";
}

TEST_P(Killed, clean_up_never_leaves_half_a_backup) {
  int kills = 0;
  for (const std::string& call : {std::string("rename"), std::string("unlinkat")}) {
    for (int number = 1; number < 40; number += database.is_postgresql() ? 5 : 1) {
      for (int i = 0; i < 2; ++i) back_up({"--keep", "9"});
      const bool killed = killed_at(folder, call, number, {"backup", "--quiet", "--keep", "1"});
      expect_good_backups();
      EXPECT_FALSE(backups().empty());
      if (!killed) break;
      ++kills;
    }
  }
  EXPECT_GT(kills, 3);
  back_up({"--keep", "1"});
  EXPECT_EQ(backups().size(), 1U);
  EXPECT_EQ(names_in(folder.path("backups"), true), Words());
}

}  // namespace
}  // namespace tradewind::test
