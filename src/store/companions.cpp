#include "store/companions.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "store/journal_scan.hpp"
#include "store/performance.hpp"

namespace tradewind::store {
namespace {

using database::Value;

/// So many ids a journal has.
constexpr std::int64_t block = 1'000'000'000;

constexpr const char* cursor_table =
    "CREATE TABLE IF NOT EXISTS store_cursor (\n"
    "    journal       TEXT PRIMARY KEY,\n"
    "    lsn           BIGINT NOT NULL,\n"
    "    position_from BIGINT UNIQUE,\n"
    "    position_to   BIGINT,\n"
    "    updated_at    TIMESTAMPTZ NOT NULL\n)";

constexpr const char* dead_letters_table =
    "CREATE TABLE IF NOT EXISTS store_dead_letters (\n"
    "    journal      TEXT NOT NULL,\n"
    "    lsn          BIGINT NOT NULL,\n"
    "    table_name   TEXT NOT NULL,\n"
    "    reason       TEXT NOT NULL,\n"
    "    sqlstate     TEXT NOT NULL,\n"
    "    record       TEXT NOT NULL,\n"
    "    set_aside_at TIMESTAMPTZ NOT NULL,\n"
    "    PRIMARY KEY (journal, lsn)\n)";

/// IF NOT EXISTS does not help two that make the table at the same time.
void create(database::Connection& connection, const std::string& sql) {
  for (int attempt = 1;; ++attempt) {
    try {
      connection.query(sql);
      return;
    } catch (const ConnectionError&) {
      throw;
    } catch (const Error&) {
      if (attempt == 3) throw;
    }
  }
}

Value text(std::string_view value) {
  return {.type = ColumnType::text, .null = false, .text = value};
}
Value number(Lsn value) {
  return {.type = ColumnType::integer, .null = false, .integer = static_cast<std::int64_t>(value)};
}
Value now() {
  return {.type = ColumnType::time, .null = false, .integer = utc_now().time_since_epoch().count()};
}

std::optional<IdBlock> block_of(database::Connection& connection, const std::string& journal) {
  const std::vector<database::Parameter> name = {journal};
  const database::Rows rows = connection.query(
      "SELECT c.position_from, c.position_to, (SELECT max(p.position_id) FROM positions p "
      "WHERE p.position_id >= c.position_from AND p.position_id < c.position_to) "
      "FROM store_cursor c WHERE c.journal = $1 AND c.position_from IS NOT NULL",
      name);
  if (rows.empty()) return std::nullopt;
  const std::int64_t from = rows.integer(0, 0);
  return IdBlock{.next = rows.at(0, 2) ? rows.integer(0, 2) + 1 : from, .end = rows.integer(0, 1)};
}

}  // namespace

void make_companions(database::Connection& connection, bool performance) {
  create(connection, cursor_table);
  create(connection, dead_letters_table);
  if (!performance) return;
  create(connection, Performance::create_table());
  Performance::begin(connection);
}

Cursor::Cursor(const JournalId& journal) : journal_(uuid_text(journal)) {}

Lsn Cursor::begin(database::Connection& connection) const {
  const std::vector<database::Parameter> parameters = {journal_, to_string(utc_now())};
  connection.query(
      "INSERT INTO store_cursor (journal, lsn, updated_at) VALUES ($1, 0, $2) "
      "ON CONFLICT (journal) DO NOTHING",
      parameters);
  return read(connection);
}

Lsn Cursor::read(database::Connection& connection) const {
  const std::vector<database::Parameter> name = {journal_};
  const database::Rows rows = connection.query("SELECT lsn FROM store_cursor WHERE journal = $1", name);
  if (rows.empty()) {
    throw Error(Code::journal_damaged, "the database's row for this journal, in store_cursor, is gone",
                "restore the row, or begin a new journal");
  }
  return static_cast<Lsn>(rows.integer(0, 0));
}

bool Cursor::advance(database::BulkWriter& bulk, Lsn from, Lsn to) const {
  const std::vector<Value> parameters = {text(journal_), number(from), number(to), now()};
  bool moved = false;
  bulk.execute(
      "UPDATE store_cursor SET lsn = $3, updated_at = $4 WHERE journal = $1 AND lsn = $2 RETURNING lsn",
      parameters, 4, [&](std::size_t, const auto& row) { moved = !row.empty(); });
  return moved;
}

void write_dead_letters(database::BulkWriter& bulk, const std::string& journal,
                        const std::vector<DeadLetter>& letters) {
  std::vector<Value> parameters;
  std::vector<std::string> reasons;
  reasons.reserve(letters.size());
  for (const DeadLetter& letter : letters) {
    reasons.push_back(base::printable(letter.reason, 1000));
    for (const Value& value : {text(journal), number(letter.lsn), text(letter.table), text(reasons.back()),
                               text(letter.sqlstate), text(letter.record), now()})
      parameters.push_back(value);
  }
  if (letters.empty()) return;
  bulk.execute(
      "INSERT INTO store_dead_letters (journal, lsn, table_name, reason, sqlstate, record, set_aside_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      parameters, 7, {});
}

IdBlock position_ids(database::Connection& connection, const std::string& journal) {
  for (int attempt = 1;; ++attempt) {
    if (const auto known = block_of(connection, journal)) return *known;
    const database::Rows rows = connection.query(
        "SELECT coalesce((SELECT max(position_id) FROM positions), 0), "
        "coalesce((SELECT max(position_to) FROM store_cursor), 1)");
    const std::int64_t from = std::max(rows.integer(0, 0) + 1, rows.integer(0, 1));
    const std::int64_t end = (from / block + 1) * block;
    const std::vector<database::Parameter> parameters = {journal, std::to_string(from), std::to_string(end)};
    try {
      connection.query("UPDATE store_cursor SET position_from = $2, position_to = $3 WHERE journal = $1",
                       parameters);
      connection.bulk()->raise_identity("positions", "position_id", end);
    } catch (const Error& error) {
      // Another journal took the same block.
      if (connection.bulk()->judge(error) != database::Refusal::repeated_key || attempt == 100) throw;
    }
  }
}

}  // namespace tradewind::store
