#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <fstream>

#include "faults/plan.hpp"
#include "support/spawn.hpp"

namespace tradewind::test {
namespace {

constexpr std::size_t megabyte = 1'000'000;

struct Usage {
  int exit_status = -1;
  std::size_t peak_bytes = 0;  ///< resident at most
};

/// What the child needs is its own: its parent's pages count until it executes, so this process must stay
/// small.
Usage run_measured(const std::vector<std::string>& command) {
  Spawn child;
  child.arguments = command;
  child.environment = own_environment();
  const pid_t pid = spawn(child);
  int status = 0;
  rusage usage{};
  if (wait4(pid, &status, 0, &usage) != pid) return {};
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, static_cast<std::size_t>(usage.ru_maxrss) * 1024};
}

class Memory : public OnEachEngine {
 protected:
  Usage up() const {
    return run_measured(
        tradewind_command({"up", "--quiet", "--database", database.url, "--dir", folder.path().string()}));
  }
  TempDir folder;
};
TRADEWIND_ON_EACH_ENGINE(Memory);

/// Writes an INSERT of many rows after the other until the file has the size; gives the number of rows.
std::size_t write_inserts(const std::filesystem::path& file, std::size_t size) {
  std::ofstream stream(file, std::ios::binary);
  stream << "CREATE TABLE trades (id bigint, venue text, note text);\n";
  std::size_t rows = 0;
  while (static_cast<std::size_t>(stream.tellp()) < size) {
    stream << "INSERT INTO trades VALUES";
    for (int i = 0; i < 100; ++i)
      stream << (i > 0 ? ",\n" : "\n") << '(' << ++rows
             << ", 'XLON', 'a note about this trade that says little')";
    stream << ";\n";
  }
  return rows;
}

TEST_P(Memory, of_a_migration_of_50_mb_is_under_three_times_its_size) {
  const std::size_t size = 50 * megabyte;
  const std::size_t rows = write_inserts(folder / "001_trades.up.sql", size);
  const Usage usage = up();
  EXPECT_EQ(usage.exit_status, 0);
  EXPECT_LT(usage.peak_bytes, 3 * size);
  EXPECT_EQ(database.value("SELECT count(*) FROM trades"), std::to_string(rows));
}

/// The engines' own libraries copy a statement two to three times.
TEST_P(Memory, of_one_statement_of_50_mb_is_under_six_times_its_size) {
  const std::size_t size = 50 * megabyte;
  {
    std::ofstream stream(folder / "001_note.up.sql", std::ios::binary);
    stream << "CREATE TABLE notes (note text);\nINSERT INTO notes VALUES ('";
    const std::string piece(1000, 'x');
    for (std::size_t i = 0; i < size; i += piece.size()) stream << piece;
    stream << "');\n";
  }
  const Usage usage = up();
  EXPECT_EQ(usage.exit_status, 0);
  EXPECT_LT(usage.peak_bytes, 6 * size);
  EXPECT_EQ(database.value("SELECT length(note) FROM notes"), std::to_string(size));
}

TEST_P(Memory, of_ten_thousand_migrations_is_under_150_mb) {
  for (int i = 1; i <= 10'000; ++i) {
    const std::string number = std::to_string(100'000 + i);
    folder.write(number + "_step.up.sql", i == 1 ? "CREATE TABLE log (entry int);\n"
                                                 : "INSERT INTO log VALUES (" + std::to_string(i) + ");\n");
    folder.write(number + "_step.down.sql", "DELETE FROM log WHERE entry = " + std::to_string(i) + ";\n");
  }
  const Usage usage = up();
  EXPECT_EQ(usage.exit_status, 0);
  EXPECT_LT(usage.peak_bytes, 150 * megabyte);
  EXPECT_EQ(database.value("SELECT count(*) FROM schema_migrations"), "10000");
  EXPECT_EQ(database.value("SELECT count(*) || ' ' || sum(entry) FROM log"), "9999 50004999");
}

}  // namespace
}  // namespace tradewind::test
