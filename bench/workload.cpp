#include "workload.hpp"

#include <fstream>

#include <fmt/format.h>

namespace tradewind::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* checksum = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

std::string statements(int number, const Spelling& spelling) {
  return fmt::format(
      "CREATE TABLE account_{0:05} (\n"
      "    id {1} PRIMARY KEY,\n"
      "    owner text NOT NULL,\n"
      "    balance numeric(20, 8) NOT NULL DEFAULT 0\n"
      ");\n"
      "CREATE INDEX account_{0:05}_owner ON account_{0:05} (owner);\n",
      number, spelling.key);
}

std::string version(int number) {
  return fmt::format("{0:05}_account_{0:05}", number);
}

std::string history_row(int number) {
  return fmt::format(
      "INSERT INTO schema_migrations (version, name, batch, checksum, applied_by, execution_time_ms, "
      "transactional) "
      "VALUES ('{}', 'account {:05}', 1, '{}', 'bench@localhost', 1.5, '1');\n",
      version(number), number, checksum);
}

std::string trade(std::size_t number) {
  return fmt::format(
      "INSERT INTO trade (id, symbol, side, price, quantity, executed_at, note) VALUES ({}, 'SYM{}', '{}', "
      "{}.{:04}, "
      "{}, '2026-01-14T09:{:02}:{:02}Z', 'filled');\n",
      number, number % 500, number % 2 == 0 ? "BUY" : "SELL", 100 + number % 900, number % 10000,
      1 + number % 1000, number / 60 % 60, number % 60);
}

}  // namespace

const Spelling& postgres_spelling() {
  static const Spelling spelling{"bigint",
                                 "CREATE TABLE schema_migrations (migration_id bigint GENERATED ALWAYS AS "
                                 "IDENTITY PRIMARY KEY, version text NOT "
                                 "NULL UNIQUE, name text NOT NULL, description text, batch integer NOT NULL, "
                                 "checksum text NOT NULL, applied_at "
                                 "timestamptz NOT NULL DEFAULT clock_timestamp(), applied_by text NOT NULL, "
                                 "execution_time_ms double precision "
                                 "NOT NULL, down_sql text, transactional boolean NOT NULL);\n"};
  return spelling;
}

const Spelling& sqlite_spelling() {
  static const Spelling spelling{
      "INTEGER",
      "CREATE TABLE schema_migrations (migration_id INTEGER PRIMARY KEY AUTOINCREMENT, version TEXT NOT NULL "
      "UNIQUE, "
      "name TEXT NOT NULL, description TEXT, batch INTEGER NOT NULL, checksum TEXT NOT NULL, applied_at TEXT "
      "NOT NULL "
      "DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), applied_by TEXT NOT NULL, execution_time_ms REAL NOT "
      "NULL, "
      "down_sql TEXT, transactional INTEGER NOT NULL CHECK (transactional IN (0, 1)));\n"};
  return spelling;
}

Workload many_small(const fs::path& root, int count, const Spelling& spelling) {
  const Workload workload{root / "migrations", root / "script.sql"};
  fs::create_directories(workload.folder);
  std::ofstream script(workload.script);
  script << spelling.history;
  for (int i = 1; i <= count; ++i) {
    const std::string text = statements(i, spelling);
    std::ofstream(workload.folder / (version(i) + ".up.sql")) << text;
    std::ofstream(workload.folder / (version(i) + ".down.sql"))
        << fmt::format("DROP TABLE account_{:05};\n", i);
    script << "BEGIN;\n" << text << history_row(i) << "COMMIT;\n";
  }
  return workload;
}

Workload one_large(const fs::path& root, int megabytes, const Spelling& spelling) {
  const Workload workload{root / "migrations", root / "script.sql"};
  fs::create_directories(workload.folder);
  std::ofstream file(workload.folder / "00001_trades.up.sql");
  std::ofstream script(workload.script);
  const std::string table = fmt::format(
      "CREATE TABLE trade (id {} PRIMARY KEY, symbol text, side text, price numeric, quantity integer, "
      "executed_at "
      "text, note text);\n",
      spelling.key);
  script << spelling.history << "BEGIN;\n" << table;
  file << table;
  std::size_t written = table.size();
  for (std::size_t row = 1; written < static_cast<std::size_t>(megabytes) * 1000000; ++row) {
    const std::string text = trade(row);
    file << text;
    script << text;
    written += text.size();
  }
  script << history_row(1) << "COMMIT;\n";
  return workload;
}

}  // namespace tradewind::bench
