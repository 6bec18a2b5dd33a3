// T9: a journal that can't be written stops nobody and loses nothing.
#include <gtest/gtest.h>

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <system_error>

#include "store/store_fixture.hpp"
#include "support/eventually.hpp"
#include "support/permissions.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {
namespace {

namespace fs = std::filesystem;

constexpr int can_not_be_shown_here = 77;

/// Runs it in a child process, which may give away rights; gives its exit status. An exception is 1.
int in_a_child(const std::function<int()>& work) {
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    try {
      _exit(work());
    } catch (const std::exception& error) {
      fprintf(stderr, "%s\n", error.what());
      _exit(1);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

/// Records until there is no more room, then goes on when there is again: all the while no call waits.
class Bot {
 public:
  explicit Bot(Store& store) : store_(store) {}

  void record() {
    const std::string signal = std::to_string(accepted_ + 1);
    const Trade one = trade(signal);
    const auto begun = std::chrono::steady_clock::now();
    const Recorded result = store_.record_trade(one);
    slowest_ = std::max<std::chrono::nanoseconds>(slowest_, std::chrono::steady_clock::now() - begun);
    full_ = result == Recorded::full;
    accepted_ += result == Recorded::accepted ? 1 : 0;
  }
  /// As fast as it can until a call says that there is no room, and the store why.
  void fill() {
    const auto refused = [&] {
      for (int i = 0; i < 1000; ++i) record();
      return full_ && !store_.status().journal_trouble.empty();
    };
    require(eventually(refused, std::chrono::seconds(120)), "the rings did not fill");
    require(store_.status().refused > 0, "nothing was counted");
  }
  /// Until a call is accepted again, and all of it is in the database.
  void finish() {
    const std::int64_t before = accepted_;
    const auto goes_on = [&] {
      record();
      return accepted_ >= before + 1000 && store_.status().journal_trouble.empty();
    };
    require(eventually(goes_on, std::chrono::seconds(120)),
            "it does not go on: " + store_.status().journal_trouble);
    require(store_.flush(std::chrono::seconds(120)), "not flushed: " + store_.status().database_trouble);
    require(slowest_ < std::chrono::seconds(2), "a call took " + std::to_string(slowest_.count()) + " ns");
  }
  void require_all(const TestDatabase& database) const {
    for (const char* count : {"count(*)", "count(DISTINCT signal_id)", "max(CAST(signal_id AS INTEGER))"}) {
      const std::string found = database.value(std::string("SELECT ") + count + " FROM trades");
      require(found == std::to_string(accepted_), found + " of " + std::to_string(accepted_) + " are there");
    }
  }

 private:
  Store& store_;
  std::int64_t accepted_ = 0;
  bool full_ = false;
  std::chrono::nanoseconds slowest_{0};
};

void write_text(const char* path, const std::string& text) {
  std::ofstream(path) << text;
}

/// Mounts that only this process sees. A process with several threads must be root for that.
bool have_own_mounts() {
  const uid_t user = getuid();
  const gid_t group = getgid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
    return unshare(CLONE_NEWNS) == 0 && mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  write_text("/proc/self/setgroups", "deny");
  write_text("/proc/self/uid_map", std::to_string(user) + " " + std::to_string(user) + " 1");
  write_text("/proc/self/gid_map", std::to_string(group) + " " + std::to_string(group) + " 1");
  return true;
}

/// A file system of a few megabytes. False where the system does not allow that.
bool mount_small_disk(const fs::path& folder) {
  return have_own_mounts() && mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=5m") == 0;
}

class JournalTrouble : public StoreTest {};
TRADEWIND_ON_EACH_ENGINE(JournalTrouble);

TEST_P(JournalTrouble, of_a_full_disk_passes_when_there_is_room) {
  const int outcome = in_a_child([&] {
    if (!mount_small_disk(folders.disk.path())) return can_not_be_shown_here;
    Store store = open();
    database.sql("ALTER TABLE trades RENAME TO trades_away");  // so that nothing leaves the journal
    Bot bot(store);
    bot.fill();
    const std::string why = store.status().journal_trouble;
    require(why.find("No space left") != std::string::npos, "it says " + why);
    database.sql("ALTER TABLE trades_away RENAME TO trades");
    bot.finish();
    bot.require_all(database);
    return 0;
  });
  if (outcome == can_not_be_shown_here) GTEST_SKIP() << "this system lets no user mount a file system";
  EXPECT_EQ(outcome, 0);
}

TEST(JournalTroubles, of_a_folder_that_became_read_only_pass_with_it) {
  const auto database = make_database(postgresql_engine);
  const StoreFolders folders;
  constexpr uid_t nobody = 65534;
  if (geteuid() == 0) {  // who may write anywhere
    for (const fs::path& path : {folders.disk.path(), folders.memory.path()})
      ASSERT_EQ(chown(path.c_str(), nobody, nobody), 0);
  }
  const int outcome = in_a_child([&] {
    if (geteuid() == 0) require(setgid(nobody) == 0 && setuid(nobody) == 0, "can't become nobody");
    const auto allow = [&](fs::perms of_files, fs::perms of_folder) {
      for (const auto& entry : fs::directory_iterator(folders.disk.path()))
        fs::permissions(entry.path(), of_files);
      fs::permissions(folders.disk.path(), of_folder);
    };
    Store store = Store::open(database->url, folders.options());
    Bot bot(store);
    bot.record();
    require(store.flush(std::chrono::seconds(30)), "not flushed");
    allow(permissions("r--------"), permissions("r-x------"));
    bot.fill();
    const std::string why = store.status().journal_trouble;
    require(why.find("Permission denied") != std::string::npos, "it says " + why);
    allow(permissions("rw-------"), permissions("rwx------"));
    bot.finish();
    bot.require_all(*database);
    return 0;
  });
  EXPECT_EQ(outcome, 0);
}

}  // namespace
}  // namespace tradewind::test
