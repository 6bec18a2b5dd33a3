/// A database for the tests of a pack: made empty, with the pack applied by up(), and asked through a session
/// that stays open.
///
///     PackDatabase database(postgresql_engine, "titan");
///     database.up();
///     database.expect_refused("INSERT INTO trades ...", "ck_trades_side");
///     EXPECT_TRUE(database.plan_uses("SELECT * FROM trades WHERE symbol = 'BTCUSDT'", "idx_trades_symbol"));
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/engines.hpp"
#include "support/program.hpp"

namespace tradewind::test {

class PackDatabase {
 public:
  /// `part`: which database of a pack of several ("trading"); else empty.
  PackDatabase(std::string_view engine, std::string pack, std::string part = {});

  const std::string& url() const { return database_->url; }
  bool is_postgresql() const { return database_->is_postgresql(); }

  /// Everything pending, applied with the library.
  void up();
  /// Everything reverted.
  void down();
  /// The pack's files of this engine and part, with their folder: "postgres/001_init_schema".
  std::vector<std::string> versions() const;
  /// The folder of the pack's files of this engine and part: "sqlite/trading".
  std::string folder() const;

  /// In one session; foreign keys are enforced on SQLite too. Throws SqlError.
  Rows sql(const std::string& text) { return session_(text); }
  /// The first row's first value; throws SqlError if there is no row.
  std::string value(const std::string& text);

  /// One statement must be refused with a message that holds `why`, and leave all rows as they were. `why`
  /// that is a constraint's name must stand in the message as a whole word.
  void expect_refused(const std::string& statement, const std::string& why);
  /// The statements must go through and change something; they are taken back.
  void expect_accepted(const std::string& statements);

  /// Whether the plan of the query names this index.
  ::testing::AssertionResult plan_uses(const std::string& query, const std::string& index);
  std::string plan(const std::string& query);

  /// The tables but those of the history, each with the number of its rows.
  Rows counts();
  /// All rows of these tables, in an order of their own.
  Rows contents();

 private:
  std::vector<std::string> tables();

  std::unique_ptr<TestDatabase> database_;
  std::string pack_;
  std::string part_;
  std::function<Rows(const std::string&)> session_;
  std::string contents_query_;
};

/// Whether `name` stands in the text, not as a part of a longer name.
bool has_word(std::string_view text, std::string_view name);

/// The text of a file of a built-in pack ("postgres/seed/010_sample_data.sql"); throws std::out_of_range.
std::string pack_text(const std::string& pack, const std::string& path);

/// Runs a file of SQL in `psql -f` that stops at the first error, or in `sqlite3 -bail file <`.
Outcome run_plain(const PackDatabase& database, const std::string& text);

/// Dumps one database and restores it into another, empty one, which is of the same engine. Programs that
/// fail or write to standard error fail the test.
void dump_and_restore(const PackDatabase& from, const PackDatabase& to);

}  // namespace tradewind::test
