/// A folder of migrations and the program at work on a database of each engine.
///
///     class Order : public OnBothEngines {};
///     TRADEWIND_ON_EACH_ENGINE(Order);
///     TEST_P(Order, by_number) {
///       write("10_b.up.sql", "CREATE TABLE b (id integer)");
///       ASSERT_EQ(run({"up"}).exit_status, 0);
#pragma once

#include <unistd.h>

#include "cli_folder.hpp"
#include "support/engines.hpp"
#include "support/permissions.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {

/// A command that ended with an error: what it told programs and people.
struct Refusal {
  int exit_status = -1;
  std::string code;
  Json error;
  Json document;
  std::string text;  ///< standard error
};

/// With the name of the gtest parameter, for a message.
inline std::ostream& operator<<(std::ostream& stream, const Refusal& refusal) {
  return stream << "exit status " << refusal.exit_status << ", " << refusal.code << "\n" << refusal.text;
}

inline bool is_root() {
  return ::geteuid() == 0;
}

/// The program at a place where every user may run it.
inline const std::string& public_program() {
  static const TempDir place("tradewind-program");
  static const std::string path = [] {
    std::filesystem::permissions(place.path(), permissions("rwxr-xr-x"));
    std::filesystem::copy_file(tradewind_program(), place / "tradewind");
    return (place / "tradewind").string();
  }();
  return path;
}

inline Refusal refusal_of(const Outcome& outcome) {
  Refusal refusal{outcome.exit_status, {}, {}, Json::parse(outcome.out, nullptr, false), outcome.err};
  EXPECT_FALSE(refusal.document.is_discarded()) << outcome;
  if (refusal.document.is_object() && refusal.document.contains("error")) {
    refusal.error = refusal.document["error"];
    refusal.code = refusal.error.at("code").get<std::string>();
  }
  return refusal;
}

/// The program on a database by its URL, migrations in `migrations/` of the folder.
class EngineFolder {
 public:
  explicit EngineFolder(TestDatabase& database) : target_(database) {
    std::filesystem::create_directory(folder.path("migrations"));
  }

  std::filesystem::path write(const std::string& file, std::string_view text) const {
    return folder.write("migrations/" + file, text);
  }
  /// NAME.up.sql, and NAME.down.sql if `down` is given.
  void migration(const std::string& name, std::string_view up, std::string_view down = {}) const {
    write(name + ".up.sql", up);
    if (!down.empty()) write(name + ".down.sql", down);
  }
  /// A migration that makes a table of one column, and its down.
  void table(const std::string& name, const std::string& table_name) const {
    migration(name, "CREATE TABLE " + table_name + " (id integer);\n", "DROP TABLE " + table_name + ";\n");
  }
  void remove(const std::string& file) const { std::filesystem::remove(folder.path("migrations/" + file)); }

  Outcome run(Words arguments, const RunOptions& options = {}) const {
    arguments.insert(arguments.end(), {"--database", target_.url});
    return folder.run(arguments, options);
  }
  Json json(Words arguments, int exit_status = 0) const {
    arguments.insert(arguments.end(), {"--database", target_.url});
    return folder.json(arguments, exit_status);
  }
  /// The document's one database.
  Json one(const Words& arguments, int exit_status = 0) const {
    return json(arguments, exit_status).at("databases").at(0);
  }
  Refusal refused(Words arguments, const RunOptions& options = {}) const {
    arguments.emplace_back("--json");
    return refusal_of(run(arguments, options));
  }
  /// The same as a user who is not root, whom modes bind: nobody, if the test runs as root. His folder is
  /// open to all.
  Outcome run_as_nobody(Words arguments, const RunOptions& options = {}) const;
  Refusal refused_as_nobody(Words arguments, const RunOptions& options = {}) const {
    arguments.emplace_back("--json");
    return refusal_of(run_as_nobody(arguments, options));
  }
  Words versions(const Words& arguments) const { return each(one(arguments).at("steps"), "version"); }

  /// The versions of the history in the order of application.
  Words applied() const {
    Words result;
    for (const auto& row : target_.sql("SELECT version FROM schema_migrations ORDER BY migration_id"))
      result.push_back(row.front());
    return result;
  }
  /// The names of all tables, the history's included.
  Words all_tables() const {
    Words result;
    const bool server = target_.is_postgresql();
    for (const auto& row :
         target_.sql(server ? "SELECT tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', "
                              "'information_schema') ORDER BY tablename"
                            : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE "
                              "'sqlite_%' ORDER BY name")) {
      result.push_back(row.front());
    }
    return result;
  }
  /// The names of the tables that migrations have made.
  Words tables() const {
    Words result = all_tables();
    std::erase_if(result, [](const std::string& name) { return name.starts_with("schema_migration"); });
    return result;
  }

  Folder folder;

 private:
  TestDatabase& target_;
};

inline Outcome EngineFolder::run_as_nobody(Words arguments, const RunOptions& given) const {
  Words command;
  if (is_root()) command = {"setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"};
  command.push_back(is_root() ? public_program() : tradewind_program());
  arguments.insert(arguments.end(), {"--database", target_.url});
  command.insert(command.end(), arguments.begin(), arguments.end());
  RunOptions options = given;
  options.cwd = folder.path("");
  std::filesystem::permissions(folder.path(""), permissions("rwxr-xr-x"));
  return Program::run(command, options);
}

class OnBothEngines : public OnEachEngine, public EngineFolder {
 protected:
  OnBothEngines() : EngineFolder(*database_) {}
};

class OnPostgres : public ::testing::Test {
 protected:
  std::unique_ptr<TestDatabase> database_ = make_database(postgresql_engine);
  TestDatabase& database = *database_;
  EngineFolder at{*database_};
};

class OnSqlite : public ::testing::Test {
 protected:
  /// The database's file.
  std::filesystem::path file() const { return database.url.substr(std::string_view("sqlite:").size()); }

  std::unique_ptr<TestDatabase> database_ = make_database(sqlite_engine);
  TestDatabase& database = *database_;
  EngineFolder at{*database_};
};

}  // namespace tradewind::test
