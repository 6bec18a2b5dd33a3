// The exchange of a SQLite file: who has it open, what a kill leaves, what can't be opened. Shows C7 and R8.
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <thread>

#include "operations/backup_place.hpp"
#include "support/eventually.hpp"

namespace tradewind::test {
namespace {

namespace fs = std::filesystem;

class Exchange : public ::testing::TestWithParam<const char*> {
 protected:
  Exchange() {
    folder.sql("a.db", std::string("PRAGMA journal_mode = ") + GetParam() +
                           "; CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1)");
    EXPECT_EQ(run({"backup"}).exit_status, 0);
    folder.sql("a.db", "INSERT INTO t VALUES (2)");
  }
  Outcome run(Words arguments) const {
    arguments.insert(arguments.begin(), {"--database", "a.db"});
    return folder.run(arguments);
  }
  std::string rows(const std::string& file = "a.db") const {
    return folder.sql(file, "SELECT count(*) FROM t")[0][0];
  }
  std::string mode() const { return folder.sql("a.db", "PRAGMA journal_mode")[0][0]; }
  /// With strace doing this to it.
  Outcome traced(const Words& how, Words arguments) const {
    Words command = {"strace", "-qq", "-f", "-o", "/dev/null"};
    command.insert(command.end(), how.begin(), how.end());
    arguments.insert(arguments.begin(), {"--database", "a.db"});
    for (const std::string& word : tradewind_command(arguments)) command.push_back(word);
    return Program::run(command, {.cwd = folder.path(".")});
  }
  Words second_names() const {
    Words found;
    for (const std::string& name : names_in(folder.path("."))) {
      if (name != "a.db" && fs::is_regular_file(folder.path(name)) &&
          fs::equivalent(folder.path(name), folder.path("a.db")))
        found.push_back(name);
    }
    return found;
  }

  Folder folder;
};
INSTANTIATE_TEST_SUITE_P(In, Exchange, ::testing::Values("wal", "delete"),
                         [](const auto& mode) { return std::string(mode.param); });

TEST_P(Exchange, is_refused_while_a_reader_is_in_a_transaction) {
  Process reader({"bash", "-c",
                  "(echo 'BEGIN; SELECT count(*) AS seen FROM t;'; sleep 60) | sqlite3 -header " +
                      folder.path("a.db").string()});
  ASSERT_TRUE(reader.wait_for_out("seen"));
  const Outcome refused = run({"restore", "--yes", "--no-backup"});
  EXPECT_EQ(refused.exit_status, 5) << refused;
  EXPECT_TRUE(contains(refused.err, "(sqlite3)"));
  EXPECT_EQ(rows(), "2");
  EXPECT_EQ(mode(), GetParam());
  Program::run({"pkill", "-P", std::to_string(reader.pid())});
  reader.kill9();
  reader.wait();
  EXPECT_TRUE(eventually([&] { return run({"restore", "--yes"}).exit_status == 0; }));
  EXPECT_EQ(rows(), "1");
  EXPECT_EQ(mode(), GetParam());
}

TEST_P(Exchange, leaves_the_journal_mode_though_it_is_killed) {
  int kills = 0;
  for (const std::string call : {"fcntl", "pwrite64", "ftruncate", "link", "unlink", "rename"}) {
    for (int number = 1; number < 300; number += call == "fcntl" ? 7 : 1) {
      const Outcome outcome = traced(
          {"-e", "trace=" + call, "-e", "inject=" + call + ":signal=SIGKILL:when=" + std::to_string(number)},
          {"restore", "--yes", "--no-backup", "--quiet"});
      EXPECT_EQ(mode(), GetParam()) << "after a kill at " << call << " " << number;
      if (outcome.signal != SIGKILL) break;
      ++kills;
    }
  }
  EXPECT_GT(kills, 5);
}

TEST_P(Exchange, clears_away_a_second_name_of_the_file_in_use) {
  const auto killed = [&] {
    for (int number = 1; number < 20 && second_names().empty(); ++number)
      traced({"-e", "trace=rename", "-e", "inject=rename:signal=SIGKILL:when=" + std::to_string(number)},
             {"restore", "--yes", "--no-backup", "--quiet"});
  };
  killed();
  ASSERT_EQ(second_names().size(), 1U);
  const std::string name = second_names()[0];
  EXPECT_TRUE(contains(run({"backup"}).err, name)) << "it is told";
  EXPECT_EQ(run({"restore", "--yes", "--no-backup"}).exit_status, 0);
  EXPECT_EQ(second_names(), Words());
}

TEST_P(Exchange, works_where_a_file_has_one_name) {
  const Outcome restored = traced({"-e", "trace=link", "-e", "inject=link:error=EPERM"},
                                  {"restore", "--yes", "--no-backup", "--json"});
  ASSERT_EQ(restored.exit_status, 0) << restored;
  const std::string kept = Json::parse(restored.out)["databases"][0]["kept"];
  EXPECT_EQ(rows(), "1");
  EXPECT_EQ(rows(kept), "2");
  EXPECT_EQ(folder.sql(kept, "PRAGMA integrity_check")[0][0], "ok");
}

TEST_P(Exchange, names_who_opened_the_old_file_in_the_last_moment) {
  std::unique_ptr<Process> late;
  std::thread opener([&] {
    const auto is_kept = [&] {
      const Words names = names_in(folder.path("."));
      return std::any_of(names.begin(), names.end(),
                         [](const auto& name) { return name.starts_with("a.db.before-"); });
    };
    while (!is_kept()) std::this_thread::yield();
    late = std::make_unique<Process>(
        Words{"bash", "-c", "exec 7<>" + folder.path("a.db").string() + "; echo open; sleep 60"});
  });
  const Outcome restored = traced({"-e", "trace=rename", "-e", "inject=rename:delay_enter=900000"},
                                  {"restore", "--yes", "--no-backup"});
  opener.join();
  EXPECT_EQ(restored.exit_status, 0) << restored;
  ASSERT_TRUE(late);
  EXPECT_TRUE(contains(restored.err, "pid " + std::to_string(late->pid()) + " ("));
  EXPECT_TRUE(contains(restored.err, "has the old file open"));
}

/// What is written between the copy and the exchange must be in one of the two.
TEST_P(Exchange, keeps_writers_out_where_a_file_has_one_name) {
  std::atomic<bool> over{false};
  std::atomic<int> written{0};
  std::thread writer([&] {
    const auto is_copied = [&] {
      const Words names = names_in(folder.path("."));
      return std::any_of(names.begin(), names.end(),
                         [](const auto& name) { return name.starts_with("a.db.before-"); });
    };
    while (!over && !is_copied()) std::this_thread::yield();
    while (!over) {
      try {
        SqliteSession(folder.path("a.db")).sql("PRAGMA busy_timeout = 0; INSERT INTO t VALUES (9)");
        ++written;
      } catch (const SqlError&) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
    }
  });
  const Outcome restored = traced(
      {"-e", "trace=link,rename", "-e", "inject=link:error=EPERM", "-e", "inject=rename:delay_enter=700000"},
      {"restore", "--yes", "--no-backup", "--json"});
  over = true;
  writer.join();
  ASSERT_EQ(restored.exit_status, 0) << restored;
  const std::string kept = Json::parse(restored.out)["databases"][0]["kept"];
  const auto nines = [&](const std::string& file) {
    return std::stoi(folder.sql(file, "SELECT count(*) FROM t WHERE id = 9")[0][0]);
  };
  EXPECT_EQ(nines("a.db") + nines(kept), written);
}

TEST_P(Exchange, is_refused_if_the_old_file_can_not_be_read) {
  const Outcome refused =
      traced({"-P", folder.path("a.db").string(), "-e", "trace=pread64", "-e", "inject=pread64:error=EIO"},
             {"restore", "--yes", "--no-backup"});
  EXPECT_NE(refused.exit_status, 0) << refused;
  EXPECT_TRUE(contains(refused.err, "nothing was put into place"));
  EXPECT_EQ(rows(), "2");
}

TEST_P(Exchange, backs_up_one_moment_while_somebody_writes) {
  folder.sql("a.db", "CREATE TABLE u (id INTEGER); DELETE FROM t");
  std::atomic<bool> over{false};
  std::atomic<int> written{0};
  std::thread writer([&] {
    SqliteSession session(folder.path("a.db"));
    session.sql("PRAGMA busy_timeout = 30000");
    for (int id = 1; !over; ++id) {
      session.sql(
          fmt::format("BEGIN IMMEDIATE; INSERT INTO t VALUES ({0}); INSERT INTO u VALUES ({0}); COMMIT", id));
      ++written;
    }
  });
  while (written < 3) std::this_thread::yield();
  const int before = written;
  const Outcome made = run({"backup", "--verify"});
  const int after = written;
  over = true;
  writer.join();
  ASSERT_EQ(made.exit_status, 0) << made;
  EXPECT_GT(after, before);
  ASSERT_EQ(run({"restore", "--yes"}).exit_status, 0);
  EXPECT_EQ(rows(), folder.sql("a.db", "SELECT count(*) FROM u")[0][0]);
  EXPECT_GE(std::stoi(rows()), before);
}

TEST(RestoreOfSeveralKilled, leaves_each_database_old_or_new) {
  const Folder folder;
  folder.write_two_databases();
  ASSERT_EQ(folder.run({"up"}).exit_status, 0);
  ASSERT_EQ(folder.run({"backup"}).exit_status, 0);
  const auto count = [&](const std::string& file, const std::string& table) {
    return folder.sql(file, "SELECT count(*) FROM " + table)[0][0];
  };
  int mixed = 0;
  for (int number = 1; number < 30; ++number) {
    if (count("a.db", "x") == "0") folder.sql("a.db", "INSERT INTO x VALUES (1)");
    if (count("b.db", "y") == "0") folder.sql("b.db", "INSERT INTO y VALUES (1)");
    Words command = {
        "strace",       "-qq",       "-f",
        "-o",           "/dev/null", "-e",
        "trace=rename", "-e",        "inject=rename:signal=SIGKILL:when=" + std::to_string(number)};
    for (const std::string& word : tradewind_command({"restore", "--yes", "--no-backup", "--quiet"}))
      command.push_back(word);
    const Outcome outcome = Program::run(command, {.cwd = folder.path(".")});
    for (const char* file : {"a.db", "b.db"})
      EXPECT_EQ(folder.sql(file, "PRAGMA integrity_check")[0][0], "ok");
    if (count("a.db", "x") != count("b.db", "y")) ++mixed;
    if (outcome.signal != SIGKILL) break;
  }
  EXPECT_EQ(mixed, 1) << "between the two exchanges, as the documentation says";
  EXPECT_EQ(folder.run({"restore", "--yes"}).exit_status, 0) << "the same command goes on";
  EXPECT_EQ(count("a.db", "x") + count("b.db", "y"), "00");
}

}  // namespace
}  // namespace tradewind::test
