// The same scripts split by the lexer and by SQLite itself.
#include <sqlite3.h>

#include "corpus.hpp"
#include "split_table.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

/// Runs the script statement by statement; the bytes that SQLite took for each, comments before it with them.
Texts taken_by_sqlite(const std::string& script) {
  Texts result;
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open(":memory:", &database), SQLITE_OK);
  const char* rest = script.c_str();
  while (*rest != '\0') {
    sqlite3_stmt* statement = nullptr;
    const char* tail = nullptr;
    if (sqlite3_prepare_v2(database, rest, -1, &statement, &tail) != SQLITE_OK) {
      ADD_FAILURE() << sqlite3_errmsg(database) << " in " << rest;
      break;
    }
    if (statement != nullptr) {
      result.emplace_back(rest, tail);
      sqlite3_step(statement);
      sqlite3_finalize(statement);
    }
    rest = tail;
  }
  sqlite3_close(database);
  return result;
}

void expect_as_taken(const std::string& script) {
  const Texts ours = texts(sql::sqlite_grammar(), script);
  const Texts theirs = taken_by_sqlite(script);
  for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i) {
    EXPECT_NE(theirs[i].find(ours[i]), std::string::npos)
        << "ours:   " << ours[i] << "\ntheirs: " << theirs[i];
    EXPECT_NE(sqlite3_complete((ours[i] + ";").c_str()), 0) << ours[i];
    EXPECT_EQ(sqlite3_complete(ours[i].c_str()), 0) << ours[i];
  }
  EXPECT_EQ(ours.size(), theirs.size());
}

TEST(SqliteDifferential, splits_as_sqlite_does) {
  for (const auto& path : corpus("sqlite")) {
    SCOPED_TRACE(path.filename());
    const std::string script = read_file(path);
    expect_as_taken(script);
    expect_as_taken(with_carriage_returns(script));
  }
}

}  // namespace
}  // namespace tradewind::test
