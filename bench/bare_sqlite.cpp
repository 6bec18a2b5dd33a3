/// What SQLite alone needs for a workload's script, without reading, checking or recording a migration, with
/// a write-ahead log that is flushed in the end, as `tradewind up` has it:
///
///     bare_sqlite FILE SCRIPT
#include <sqlite3.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace {

void run(sqlite3* database, const char* text) {
  if (sqlite3_exec(database, text, nullptr, nullptr, nullptr) != SQLITE_OK)
    throw std::runtime_error(sqlite3_errmsg(database));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw std::invalid_argument("bare_sqlite FILE SCRIPT");
    sqlite3* database = nullptr;
    if (sqlite3_open(argv[1], &database) != SQLITE_OK) throw std::runtime_error("can't open the file");
    std::ifstream file(argv[2], std::ios::binary);
    std::ostringstream script;
    script << file.rdbuf();
    run(database,
        "PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA wal_autocheckpoint = 10000");
    run(database, script.str().c_str());
    run(database, "PRAGMA synchronous = full; PRAGMA wal_checkpoint");
    return sqlite3_close(database) == SQLITE_OK ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bare_sqlite: %s\n", error.what());
    return 1;
  }
}
