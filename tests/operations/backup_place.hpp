/// A project with a database of each engine, for tests that copy it and put it back.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "acceptance/cli_folder.hpp"
#include "support/engines.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {

/// What is in a folder but for hidden things, in order.
inline Words names_in(const std::filesystem::path& path, bool hidden = false) {
  Words names;
  if (!std::filesystem::exists(path)) return names;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with('.') == hidden) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// A folder with a project for one database: accounts and transfers, whose sums a backup must not tear apart.
class BackupPlace : public OnEachEngine {
 protected:
  BackupPlace() {
    folder.write("tradewind.toml", "url = \"" + database.url + "\"\n");
    folder.write("migrations/001_accounts.up.sql",
                 "CREATE TABLE accounts (id integer PRIMARY KEY, balance integer NOT NULL, note text);\n"
                 "CREATE TABLE transfers (id integer PRIMARY KEY, amount integer NOT NULL);\n"
                 "CREATE INDEX accounts_by_balance ON accounts (balance);\n"
                 "CREATE VIEW rich AS SELECT * FROM accounts WHERE balance > 100;\n"
                 "INSERT INTO accounts VALUES (1, 1000, 'it''s\nthe first; one'), (2, 1000, NULL);\n");
    folder.write("migrations/001_accounts.down.sql",
                 "DROP VIEW rich;\nDROP TABLE transfers;\nDROP TABLE accounts;\n");
    EXPECT_EQ(folder.run({"up", "--quiet"}).exit_status, 0);
  }

  std::string sum() const { return database.value("SELECT sum(balance) FROM accounts"); }
  std::string rows(const std::string& table = "accounts") const {
    return database.value("SELECT count(*) FROM " + table);
  }
  void insert(int id) const {
    database.sql("INSERT INTO accounts VALUES (" + std::to_string(id) + ", 5, 'more')");
  }
  /// The name of the one made.
  std::string back_up(Words more = {}) const {
    more.insert(more.begin(), "backup");
    const Json made = folder.json(more);
    return made.contains("backup") ? made["backup"]["name"].get<std::string>() : std::string();
  }
  Words backups() const { return names_in(folder.path("backups")); }

  std::filesystem::path database_file() const { return database.url.substr(std::string("sqlite:").size()); }
  std::string database_name() const { return database.value("SELECT current_database()"); }

  Folder folder;
};

}  // namespace tradewind::test
