#include <cstdlib>

#include <fmt/format.h>

#include "cases.hpp"
#include "support/program.hpp"
#include "support/sql_session.hpp"

namespace tradewind::bench {
namespace {

/// Of the database that is backed up.
int megabytes() {
  const char* text = std::getenv("TRADEWIND_BENCH_MB");
  const int number = text == nullptr ? 0 : std::atoi(text);
  return number > 0 ? number : 1000;
}

Invocation backup_of(Place& place, const std::string& url) {
  const auto folder = place.folder() / "backups";
  std::filesystem::remove_all(folder);
  return {test::tradewind_command(
      {"--database", url, "backup", "--quiet", "--jobs", "2", "--folder", folder.string()})};
}

Comparison sqlite_backup(Place& place) {
  const std::string file = place.fresh_file("filled");
  test::SqliteSession(file).sql(fmt::format(
      "PRAGMA journal_mode = wal; CREATE TABLE trades (id INTEGER PRIMARY KEY, symbol TEXT, price REAL, "
      "note BLOB); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) INSERT INTO "
      "trades SELECT i, 'SYM' || (i % 500), i * 1.1, randomblob(960) FROM n; CREATE INDEX by_symbol ON "
      "trades (symbol)",
      megabytes() * 1000));
  return {.name = "sqlite-backup",
          .floor = "sqlite3 FILE '.backup COPY', which counts no rows and has no checksum",
          .subject = {[&place, file] { return backup_of(place, "sqlite:" + file); }},
          .against = {[&place, file] {
            return Invocation{{"sqlite3", file, ".backup " + place.fresh_file("copy")}};
          }},
          .goal = 1.3};
}

Comparison postgres_backup(Place& place) {
  const std::string name = place.fresh_database();
  place.cluster().sql(
      name, fmt::format("CREATE TABLE trades AS SELECT i AS id, 'SYM' || (i % 500) AS symbol, i * 1.1 AS "
                        "price, repeat(md5(i::text), 28) AS note FROM generate_series(1, {}) AS i",
                        megabytes() * 1000));
  const std::string url = place.cluster().url(name);
  return {
      .name = "pg-backup",
      .floor = "pg_dump --format=directory --jobs=2 --compress=3, which counts no rows and has no checksum",
      .subject = {[&place, url] { return backup_of(place, url); }},
      .against = {[&place, url] {
        const auto folder = place.folder() / "dump";
        std::filesystem::remove_all(folder);
        return Invocation{{(place.cluster().bin() / "pg_dump").string(), "--format=directory", "--jobs=2",
                           "--compress=3", "--dbname=" + url, "--file=" + folder.string()}};
      }},
      .goal = 1.1};
}

}  // namespace

std::vector<Case> backup_cases() {
  return {
      {"sqlite-backup", fmt::format("a backup of {} MB, SQLite", megabytes()), sqlite_backup},
      {"pg-backup", fmt::format("a backup of {} MB, PostgreSQL", megabytes()), postgres_backup},
  };
}

}  // namespace tradewind::bench
