#include "faults/plan.hpp"

#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "faults/gates.hpp"
#include "support/eventually.hpp"

namespace tradewind::test {
namespace {

struct Migration {
  std::string version;
  std::vector<std::string> statements;
};

std::string entry(const std::string& name) {
  return "INSERT INTO applied_log (entry) VALUES ('" + name + "')";
}

std::vector<Migration> postgres_migrations() {
  return {
      {"001_log",
       {"CREATE TABLE applied_log (id bigint GENERATED ALWAYS AS IDENTITY, entry text NOT NULL)",
        entry("001_log")}},
      {"002_accounts",
       {"CREATE TABLE accounts (id bigint PRIMARY KEY, owner text NOT NULL, balance numeric NOT NULL)",
        "INSERT INTO accounts SELECT g, 'owner ' || g % 7, g * 1.5 FROM generate_series(1, 200) AS g",
        entry("002_accounts")}},
      {"003_owner_index", {"CREATE INDEX CONCURRENTLY accounts_owner ON accounts (owner)"}},
      {"004_orders",
       {"CREATE TABLE orders (id bigint PRIMARY KEY, account bigint NOT NULL REFERENCES accounts)",
        "INSERT INTO orders SELECT id, id FROM accounts", entry("004_orders")}},
      {"005_vacuum", {entry("005_vacuum.1"), "VACUUM accounts", entry("005_vacuum.2")}},
      {"006_mixed",
       {entry("006_mixed.1"), "CREATE UNIQUE INDEX CONCURRENTLY accounts_pair ON accounts (id, owner)",
        "BEGIN", entry("006_mixed.2"), "UPDATE accounts SET balance = balance + 1", "COMMIT",
        "DROP INDEX CONCURRENTLY accounts_owner", "REINDEX INDEX CONCURRENTLY accounts_pair",
        entry("006_mixed.3")}},
      {"007_totals",
       {"CREATE TABLE totals AS SELECT owner, sum(balance) AS total FROM accounts GROUP BY owner",
        entry("007_totals")}},
      {"008_note",
       {"ALTER TABLE accounts ADD COLUMN note text", "UPDATE accounts SET note = owner || ' noted'",
        entry("008_note")}},
  };
}

std::vector<Migration> sqlite_migrations() {
  return {
      {"001_log",
       {"CREATE TABLE applied_log (id INTEGER PRIMARY KEY, entry TEXT NOT NULL)", entry("001_log")}},
      {"002_accounts",
       {"CREATE TABLE accounts (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, balance REAL NOT NULL)",
        "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 200) "
        "INSERT INTO accounts SELECT n, 'owner ' || n % 7, n * 1.5 FROM g",
        entry("002_accounts")}},
      {"003_children",
       {"CREATE TABLE orders (id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES accounts ON DELETE "
        "CASCADE)",
        "INSERT INTO orders SELECT id, id FROM accounts", entry("003_children")}},
      {"004_rebuild",
       {"CREATE TABLE new_accounts (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, balance NUMERIC NOT NULL)",
        "INSERT INTO new_accounts (id, owner, balance) SELECT id, owner, balance FROM accounts",
        "DROP TABLE accounts", "ALTER TABLE new_accounts RENAME TO accounts",
        "CREATE INDEX accounts_owner ON accounts (owner)", entry("004_rebuild")}},
      {"005_vacuum", {entry("005_vacuum.1"), "VACUUM", entry("005_vacuum.2")}},
      {"006_mixed",
       {entry("006_mixed.1"), "CREATE UNIQUE INDEX accounts_pair ON accounts (id, owner)", "BEGIN",
        entry("006_mixed.2"), "UPDATE accounts SET balance = balance + 1", "COMMIT", "VACUUM",
        "DROP INDEX accounts_owner", entry("006_mixed.3")}},
      {"007_totals",
       {"CREATE TABLE totals AS SELECT owner, sum(balance) AS total FROM accounts GROUP BY owner",
        entry("007_totals")}},
      {"008_note",
       {"ALTER TABLE accounts ADD COLUMN note TEXT", "UPDATE accounts SET note = owner || ' noted'",
        entry("008_note")}},
  };
}

/// Calls are killed and fail there as on a disk, whose flushes would take most of the time.
std::string fast_folder() {
  const std::string folder = "/dev/shm";
  return access(folder.c_str(), W_OK) == 0 ? folder : std::filesystem::temp_directory_path().string();
}

class FileInMemory : public TestDatabase {
 public:
  FileInMemory() : FileInMemory(TempDir("tradewind", fast_folder())) {}
  Rows sql(const std::string& text) const override { return SqliteFile(folder_ / "test.db").sql(text); }

 private:
  explicit FileInMemory(TempDir folder)
      : TestDatabase("sqlite:" + (folder / "test.db").string(), sqlite_engine), folder_(std::move(folder)) {}
  TempDir folder_;
};

bool has_history(const TestDatabase& database) {
  const char* catalogue = database.is_postgresql() ? "pg_class WHERE relname" : "sqlite_master WHERE name";
  return database.value(std::string("SELECT count(*) FROM ") + catalogue + " = 'schema_migrations'") == "1";
}

bool has_log(const TestDatabase& database) {
  const char* catalogue = database.is_postgresql() ? "pg_class WHERE relname" : "sqlite_master WHERE name";
  return database.value(std::string("SELECT count(*) FROM ") + catalogue + " = 'applied_log'") == "1";
}

std::string table(const TestDatabase& database, const std::string& query) {
  std::ostringstream text;
  text << query << '\n';
  for (const auto& row : database.sql(query)) {
    for (const auto& value : row) text << ' ' << value << " |";
    text << '\n';
  }
  return text.str();
}

std::vector<std::string> column(const Rows& rows) {
  std::vector<std::string> values;
  for (const auto& row : rows) values.push_back(row.at(0));
  return values;
}

std::string listed(const std::vector<std::string>& values) {
  std::string text;
  for (const auto& value : values) text += ' ' + value;
  return text;
}

constexpr const char* postgres_schema =
    "SELECT c.relname, c.relkind, coalesce(i.indisvalid, true), coalesce(pg_get_indexdef(i.indexrelid), ''), "
    "(SELECT string_agg(a.attname || ' ' || a.atttypid::regtype, ', ' ORDER BY a.attnum) FROM pg_attribute a "
    "WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) FROM pg_class c "
    "LEFT JOIN pg_index i ON i.indexrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1";
constexpr const char* sqlite_schema =
    "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master ORDER BY 1, 2";

/// The versions that the document's steps name.
std::vector<std::string> claimed(const std::string& document) {
  std::vector<std::string> versions;
  const std::string key = "\"version\":";
  for (auto at = document.find(key); at != std::string::npos; at = document.find(key, at + 1)) {
    const auto begin = document.find('"', at + key.size()) + 1;
    versions.push_back(document.substr(begin, document.find('"', begin) - begin));
  }
  return versions;
}

}  // namespace

void require(bool condition, const std::string& text) {
  if (!condition) throw std::runtime_error(text);
}

FaultPlan::FaultPlan(std::string_view engine, bool gated) : engine_(engine) {
  const bool postgres = engine == postgresql_engine;
  for (const auto& migration : postgres ? postgres_migrations() : sqlite_migrations()) {
    std::string text;
    const auto add = [&](const std::string& statement) { text += statement + ";\n"; };
    for (const auto& statement : migration.statements) {
      if (gated) add(Gates::statement(++gates_));
      add(statement);
    }
    if (gated) add(Gates::statement(++gates_));
    folder_.write(migration.version + ".up.sql", text);
    versions_.push_back(migration.version);
  }
}

std::vector<std::string> FaultPlan::up_command(const std::string& url,
                                               const std::vector<std::string>& more) const {
  auto command = tradewind_command({"up", "--json", "--database", url, "--dir", folder_.path().string()});
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

Outcome FaultPlan::up(const std::string& url, const std::vector<std::string>& more) const {
  return Program::run(up_command(url, more));
}

std::unique_ptr<TestDatabase> FaultPlan::make_database() const {
  if (engine_ == sqlite_engine) return std::make_unique<FileInMemory>();
  auto database = test::make_database(engine_);
  if (gates_ > 0) Gates::prepare(*database);
  return database;
}

const std::string& FaultPlan::clean_state() const {
  if (!clean_state_.empty()) return clean_state_;
  const auto database = make_database();
  const Outcome outcome = up(database->url);
  std::ostringstream text;
  text << outcome;
  require(outcome.exit_status == 0, "a run without faults failed: " + text.str());
  require_truth(*database, outcome);
  return clean_state_ = state_of(*database);
}

void FaultPlan::require_consistent(const TestDatabase& database) const {
  if (!has_log(database)) {
    require(applied(database).empty(), "there is history without the first migration's table");
    return;
  }
  const Rows twice = database.sql("SELECT entry FROM applied_log GROUP BY entry HAVING count(*) > 1");
  require(twice.empty(), "done more than once:" + listed(column(twice)));
  const auto done =
      column(database.sql("SELECT entry FROM applied_log WHERE entry NOT LIKE '%.%' ORDER BY 1"));
  const auto recorded = column(
      database.sql(std::string("SELECT version FROM schema_migrations WHERE ") +
                   (database.is_postgresql() ? "transactional" : "transactional = 1") + " ORDER BY 1"));
  require(done == recorded, "done:" + listed(done) + "; recorded:" + listed(recorded));
}

void FaultPlan::require_convergence(const TestDatabase& database) const {
  const std::string& expected = clean_state();
  const Outcome outcome = up(database.url);
  std::ostringstream text;
  text << outcome;
  require(outcome.exit_status == 0, "up again failed: " + text.str());
  const std::string state = state_of(database);
  require(state == expected, "up again leaves another state.\n" + state + "\n--- instead of\n" + expected +
                                 "\n--- up again said\n" + text.str());
}

void FaultPlan::require_truth(const TestDatabase& database, const Outcome& outcome) const {
  std::ostringstream text;
  text << outcome;
  auto said = claimed(outcome.out);
  const auto rows = applied(database);
  require(said == rows,
          "the program claims" + listed(said) + ", the history says" + listed(rows) + "\n" + text.str());
  const bool complete = rows == versions_;
  const bool confirmed = outcome.err.find("the disk did not confirm it") == std::string::npos;
  require(!complete || !confirmed || outcome.exit_status == 0,
          "all is applied, yet it failed: " + text.str());
  require(complete || outcome.exit_status != 0, "not all is applied, yet it succeeded: " + text.str());
  require(rows.empty() || complete || outcome.exit_status == 4,
          "partly applied is not exit status 4: " + text.str());
}

std::vector<std::string> FaultPlan::applied(const TestDatabase& database) {
  if (!has_history(database)) return {};
  return column(database.sql("SELECT version FROM schema_migrations ORDER BY migration_id"));
}

std::string state_of(const TestDatabase& database) {
  const bool postgres = database.is_postgresql();
  std::string text = table(database, postgres ? postgres_schema : sqlite_schema);
  for (const char* query :
       {"SELECT entry, count(*) FROM applied_log GROUP BY entry ORDER BY 1",
        "SELECT count(*), sum(balance), min(note), max(note) FROM accounts",
        "SELECT count(*), sum(account) FROM orders", "SELECT owner, total FROM totals ORDER BY 1",
        "SELECT version, name, description, checksum, down_sql, transactional FROM schema_migrations ORDER "
        "BY "
        "migration_id",
        "SELECT version, direction, position, sha, state, error FROM schema_migration_steps ORDER BY 1, 2, 3",
        "SELECT version, count(*) FROM schema_migration_events WHERE event = 'applied' GROUP BY version "
        "ORDER BY "
        "1"}) {
    text += table(database, query);
  }
  if (!postgres)
    text += table(database, "PRAGMA integrity_check") + table(database, "PRAGMA foreign_key_check");
  return text;
}

void wait_until_alone(const TestDatabase& database) {
  if (!database.is_postgresql()) return;
  const std::string others =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = "
      "'tradewind'";
  require(eventually([&] { return database.value(others) == "0"; }), "a session stays in the database");
}

}  // namespace tradewind::test
