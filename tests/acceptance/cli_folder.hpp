/// A project's folder with the program at work in it.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/program.hpp"
#include "support/sql_session.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {

using Json = nlohmann::ordered_json;
using Words = std::vector<std::string>;

class Folder {
 public:
  std::filesystem::path write(std::string_view name, std::string_view text) const {
    return dir_.write(name, text);
  }
  std::string read(std::string_view name) const { return dir_.read(name); }
  bool has(std::string_view name) const { return dir_.has(name); }
  std::filesystem::path path(std::string_view name) const { return dir_ / name; }

  Outcome run(const Words& arguments, RunOptions options = {}) const {
    options.cwd = dir_.path();
    return run_tradewind(arguments, options);
  }
  /// On a terminal of its own, whose output is `out`; `stdin_text` is typed.
  Outcome run_on_terminal(const std::string& arguments, RunOptions options = {}) const {
    options.cwd = dir_.path();
    options.env.try_emplace("TERM", "xterm");
    return Program::run({"script", "-qec", tradewind_program() + " " + arguments, "/dev/null"}, options);
  }
  /// What --json prints: it must be one document, and the exit status as expected.
  Json json(Words arguments, int exit_status = 0, const RunOptions& options = {}) const {
    arguments.push_back("--json");
    const Outcome outcome = run(arguments, options);
    EXPECT_EQ(outcome.exit_status, exit_status) << outcome;
    const Json document = Json::parse(outcome.out, nullptr, false);
    EXPECT_FALSE(document.is_discarded()) << outcome;
    return document;
  }

  /// Two migrations with downs, 001_accounts and 002_trades, and a project file for app.db.
  void write_project() const {
    write("tradewind.toml", "url = \"sqlite:app.db\"\n");
    write("migrations/001_accounts.up.sql", "CREATE TABLE accounts (id INTEGER PRIMARY KEY);\n");
    write("migrations/001_accounts.down.sql", "DROP TABLE accounts;\n");
    write("migrations/002_trades.up.sql",
          "-- Description: Trades\nCREATE TABLE trades (id INTEGER PRIMARY KEY);\nINSERT INTO trades VALUES "
          "(1); -- the first\n");
    write("migrations/002_trades.down.sql", "DROP TABLE trades;\n");
  }
  /// Databases a and b, with 001_x for a and 002_y for b.
  void write_two_databases() const {
    write("tradewind.toml",
          "[database.b]\nurl = \"sqlite:b.db\"\ndir = \"of_b\"\n\n[database.a]\nurl = \"sqlite:a.db\"\ndir = "
          "\"of_a\"\n");
    write("of_a/001_x.up.sql", "CREATE TABLE x (id INTEGER);\n");
    write("of_a/001_x.down.sql", "DROP TABLE x;\n");
    write("of_b/002_y.up.sql", "CREATE TABLE y (id INTEGER);\n");
    write("of_b/002_y.down.sql", "DROP TABLE y;\n");
  }
  Rows sql(std::string_view file, const std::string& text) const { return SqliteFile(path(file)).sql(text); }
  /// The names of a database's tables but the history's.
  Words tables(std::string_view file) const {
    Words names;
    for (const auto& row : sql(file,
                               "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE "
                               "'schema_%' AND name NOT LIKE 'sqlite_%' ORDER BY name")) {
      names.push_back(row.front());
    }
    return names;
  }

 private:
  TempDir dir_;
};

/// The member `key` of each element.
inline Words each(const Json& list, const char* key) {
  Words values;
  for (const Json& element : list) values.push_back(element.at(key).get<std::string>());
  return values;
}

inline ::testing::AssertionResult contains(const std::string& text, std::string_view part) {
  if (text.find(part) != std::string::npos) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "no \"" << part << "\" in: " << text;
}

inline ::testing::AssertionResult lacks(const std::string& text, std::string_view part) {
  if (text.find(part) == std::string::npos) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "\"" << part << "\" in: " << text;
}

}  // namespace tradewind::test
