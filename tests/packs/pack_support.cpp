#include "packs/pack_support.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <tradewind/tradewind.hpp>

#include "support/postgres_cluster.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

std::function<Rows(const std::string&)> open_session(const TestDatabase& database) {
  if (database.is_postgresql()) {
    const auto session = std::make_shared<PostgresSession>(database.url);
    return [session](const std::string& text) { return session->sql(text); };
  }
  const auto session = std::make_shared<SqliteSession>(database.url.substr(std::string("sqlite:").size()));
  session->sql("PRAGMA foreign_keys = ON");
  return [session](const std::string& text) { return session->sql(text); };
}

std::string sqlite_path(const PackDatabase& database) {
  return database.url().substr(std::string("sqlite:").size());
}

bool is_part_of_a_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string join(const Rows& rows) {
  std::string text;
  for (const auto& row : rows) text += fmt::format("{}\n", fmt::join(row, " | "));
  return text;
}

void expect_silent(const Outcome& outcome) {
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_EQ(outcome.err, "") << outcome;
}

}  // namespace

PackDatabase::PackDatabase(std::string_view engine, std::string pack, std::string part)
    : database_(make_database(engine)),
      pack_(std::move(pack)),
      part_(std::move(part)),
      session_(open_session(*database_)) {}

void PackDatabase::up() {
  contents_query_.clear();
  Database opened = Database::open(url());
  Migrator(opened, Source::pack(pack_, part_)).up();
}

void PackDatabase::down() {
  contents_query_.clear();
  Database opened = Database::open(url());
  Target target;
  target.all = true;
  Migrator(opened, Source::pack(pack_, part_)).down(target);
}

std::string PackDatabase::folder() const {
  return (is_postgresql() ? "postgres" : "sqlite") + (part_.empty() ? "" : "/" + part_);
}

std::vector<std::string> PackDatabase::versions() const {
  static const std::string up = ".up.sql";
  std::vector<std::string> found;
  for (const PackFile& file : pack_files(pack_)) {
    if (!file.path.starts_with(folder() + "/") || !file.path.ends_with(up)) continue;
    found.push_back(file.path.substr(0, file.path.size() - up.size()));
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string PackDatabase::value(const std::string& text) {
  const Rows rows = sql(text);
  if (rows.empty() || rows[0].empty()) throw SqlError("no row from: " + text, "");
  return rows[0][0];
}

void PackDatabase::expect_refused(const std::string& statement, const std::string& why) {
  const Rows before = contents();
  std::string message;
  try {
    sql(statement);
    ADD_FAILURE() << why << " lets it through: " << statement;
  } catch (const SqlError& error) {
    message = error.what();
    EXPECT_TRUE(has_word(message, why)) << "not refused by " << why << " but: " << message << statement;
  }
  EXPECT_EQ(before, contents()) << "refused, and yet changed by: " << statement;
}

void PackDatabase::expect_accepted(const std::string& statements) {
  sql("BEGIN");
  try {
    const Rows before = contents();
    sql(statements);
    EXPECT_NE(before, contents()) << "changes nothing: " << statements;
  } catch (const SqlError& error) {
    ADD_FAILURE() << "refused: " << error.what() << statements;
  }
  sql("ROLLBACK");
}

std::string PackDatabase::plan(const std::string& query) {
  return join(sql((is_postgresql() ? "EXPLAIN " : "EXPLAIN QUERY PLAN ") + query));
}

::testing::AssertionResult PackDatabase::plan_uses(const std::string& query, const std::string& index) {
  const std::string text = plan(query);
  if (has_word(text, index)) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << query << "\ndoes without " << index << ":\n" << text;
}

std::vector<std::string> PackDatabase::tables() {
  const Rows rows = sql(
      is_postgresql() ? "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'"
                        " AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')"
                        " AND relname NOT LIKE 'schema\\_migration%' ORDER BY 1"
                      : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'"
                        " ESCAPE '\\' AND name NOT LIKE 'schema\\_migration%' ESCAPE '\\' ORDER BY 1");
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row[0]);
  return names;
}

Rows PackDatabase::counts() {
  Rows result;
  for (const std::string& table : tables()) {
    result.push_back({table, value("SELECT count(*) FROM " + table)});
  }
  return result;
}

Rows PackDatabase::contents() {
  if (contents_query_.empty()) {
    std::vector<std::string> parts;
    for (const std::string& table : tables()) {
      const std::string row = is_postgresql()
                                  ? "t::text"
                                  : value(
                                        "SELECT group_concat('quote(\"' || name || '\")', ' || '','' || ')"
                                        " FROM pragma_table_info('" +
                                        table + "')");
      parts.push_back(fmt::format("SELECT '{}' AS name, {} AS row FROM {} AS t", table, row, table));
    }
    contents_query_ = fmt::format("{} ORDER BY 1, 2", fmt::join(parts, " UNION ALL "));
  }
  return sql(contents_query_);
}

bool has_word(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || !is_part_of_a_name(text[at - 1]);
    if (begins && (end == text.size() || !is_part_of_a_name(text[end]))) return true;
  }
  return false;
}

std::string pack_text(const std::string& pack, const std::string& path) {
  for (const PackFile& file : pack_files(pack)) {
    if (file.path == path) return std::string(file.text);
  }
  throw std::out_of_range("no file " + path + " in pack " + pack);
}

Outcome run_plain(const PackDatabase& database, const std::string& text) {
  const TempDir folder;
  const std::string file = folder.write("plain.sql", text).string();
  if (!database.is_postgresql()) {
    return Program::run({"sqlite3", "-batch", "-bail", sqlite_path(database)}, {.stdin_text = text});
  }
  return Program::run({"psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=" + file,
                       "--dbname=" + database.url()});
}

void dump_and_restore(const PackDatabase& from, const PackDatabase& to) {
  if (!from.is_postgresql()) {
    const Outcome dumped = Program::run({"sqlite3", "-batch", "-bail", sqlite_path(from), ".dump"});
    expect_silent(dumped);
    expect_silent(run_plain(to, dumped.out));
    return;
  }
  const TempDir folder;
  const std::string file = (folder / "dump").string();
  expect_silent(Program::run({"pg_dump", "--format=custom", "--file=" + file, "--dbname=" + from.url()}));
  expect_silent(Program::run({"pg_restore", "--exit-on-error", "--dbname=" + to.url(), file}));
}

}  // namespace tradewind::test
