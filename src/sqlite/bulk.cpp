#include "sqlite/bulk.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sqlite/handle.hpp"

namespace tradewind::sqlite {
namespace {

using database::Refusal;
using database::RowBlock;
using database::Value;

std::string listed_columns(std::span<const std::string_view> columns) {
  std::string list;
  for (const std::string_view column : columns) list += (list.empty() ? "" : ", ") + base::quoted(column);
  return list;
}

std::string listed_parameters(std::size_t count) {
  std::string list;
  for (std::size_t i = 1; i <= count; ++i) list += fmt::format("{}?{}", i == 1 ? "" : ", ", i);
  return list;
}

/// The nearest double to a decimal, exactly as SQLite's own reading of its text would give it.
double nearest(Decimal value) {
  constexpr Decimal::Units exact = Decimal::Units{1} << 53;
  if (value.units() > -exact && value.units() < exact) return value.to_double();
  return base::number<double>(value.to_string()).value_or(value.to_double());
}

class SqliteBulk : public database::BulkWriter {
 public:
  explicit SqliteBulk(sqlite3* handle) : handle_(handle) {}

  std::size_t best_batch() const override { return 10'000; }
  void begin() override;
  void commit() override { run("COMMIT"); }
  void rollback() noexcept override;
  void insert(const RowBlock& rows) override;
  std::vector<Repeat> insert_new(const RowBlock& rows, std::string_view key) override;
  void execute(std::string_view sql, std::span<const Value> parameters, std::size_t per_row,
               const Answer& answer) override;
  Refusal judge(const Error& error) const override;
  void raise_identity(std::string_view table, std::string_view column, std::int64_t value) override;

 private:
  void run(std::string_view sql);
  sqlite3_stmt* prepared(const std::string& sql);
  void bind(sqlite3_stmt* statement, int index, const Value& value) const;
  /// The first step's code; the statement is to be reset.
  int step(sqlite3_stmt* statement, std::string_view sql);
  [[noreturn]] void fail(std::string_view sql) const;

  sqlite3* handle_;
  bool flushing_ = false;
  std::map<std::string, Prepared> statements_;
};

void SqliteBulk::fail(std::string_view sql) const {
  const database::Failure failed = failure(handle_, {});
  const Code code = failed.kind == database::Failure::Kind::disk_full   ? Code::disk_full
                    : failed.kind == database::Failure::Kind::read_only ? Code::read_only
                                                                        : Code::statement_failed;
  if (failed.kind == database::Failure::Kind::lock) throw LockTimeout(Code::lock_timeout, failed.message);
  throw Error(code, failed.message).with_sqlstate(failed.sqlstate).with_statement(std::string(sql));
}

void SqliteBulk::run(std::string_view sql) {
  const std::string text(sql);
  if (sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
}

void SqliteBulk::begin() {
  if (!std::exchange(flushing_, true)) run("PRAGMA synchronous = FULL");
  run("BEGIN IMMEDIATE");
}

void SqliteBulk::rollback() noexcept {
  if (sqlite3_get_autocommit(handle_) == 0) sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

sqlite3_stmt* SqliteBulk::prepared(const std::string& sql) {
  auto known = statements_.find(sql);
  if (known == statements_.end()) {
    Prepared statement = prepare(handle_, sql);
    if (statement == nullptr) fail(sql);
    known = statements_.emplace(sql, std::move(statement)).first;
  }
  return known->second.get();
}

void SqliteBulk::bind(sqlite3_stmt* statement, int index, const Value& value) const {
  const auto bind_text = [&](std::string_view text, sqlite3_destructor_type kept) {
    sqlite3_bind_text64(statement, index, text.data(), text.size(), kept, SQLITE_UTF8);
  };
  if (value.null) {
    sqlite3_bind_null(statement, index);
    return;
  }
  switch (value.type) {
    case ColumnType::integer:
    case ColumnType::boolean:
      sqlite3_bind_int64(statement, index, value.integer);
      break;
    case ColumnType::seconds:
      sqlite3_bind_int64(statement, index, value.integer / 1'000'000);
      break;
    case ColumnType::time:
      bind_text(to_string(UtcTime(std::chrono::microseconds(value.integer))), SQLITE_TRANSIENT);
      break;
    case ColumnType::decimal:
    case ColumnType::real: {
      const Decimal::Units whole = value.decimal.units() / Decimal(1).units();
      const bool fits = whole > std::numeric_limits<std::int64_t>::min() &&
                        whole < std::numeric_limits<std::int64_t>::max();
      if (value.type == ColumnType::decimal && fits &&
          Decimal(static_cast<std::int64_t>(whole)) == value.decimal) {
        sqlite3_bind_int64(statement, index, static_cast<std::int64_t>(whole));
      } else {
        sqlite3_bind_double(statement, index, nearest(value.decimal));
      }
      break;
    }
    case ColumnType::uuid: {
      Uuid uuid;
      std::copy_n(value.text.begin(), uuid.bytes.size(), uuid.bytes.begin());
      bind_text(uuid.to_string(), SQLITE_TRANSIENT);
      break;
    }
    case ColumnType::text:
    case ColumnType::json:
      bind_text(value.text, SQLITE_STATIC);
      break;
  }
}

int SqliteBulk::step(sqlite3_stmt* statement, std::string_view sql) {
  const int code = sqlite3_step(statement);
  if (code == SQLITE_DONE || code == SQLITE_ROW) return code;
  try {
    fail(sql);
  } catch (const Error&) {
    sqlite3_reset(statement);
    throw;
  }
}

void SqliteBulk::insert(const RowBlock& rows) {
  if (rows.rows() == 0) return;
  const std::string sql = fmt::format("INSERT INTO {} ({}) VALUES ({})", base::quoted(rows.table),
                                      listed_columns(rows.columns), listed_parameters(rows.columns.size()));
  sqlite3_stmt* statement = prepared(sql);
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    int index = 0;
    for (const Value& value : rows.row(row)) bind(statement, ++index, value);
    step(statement, sql);
    sqlite3_reset(statement);
  }
}

std::vector<database::BulkWriter::Repeat> SqliteBulk::insert_new(const RowBlock& rows, std::string_view key) {
  const std::string table = base::quoted(rows.table);
  const std::string sql =
      fmt::format("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO NOTHING", table,
                  listed_columns(rows.columns), listed_parameters(rows.columns.size()), base::quoted(key));
  std::string same;
  for (std::size_t i = 0; i < rows.columns.size(); ++i)
    same += fmt::format("{}{} IS ?{}", i == 0 ? "" : " AND ", base::quoted(rows.columns[i]), i + 1);
  const std::string look = fmt::format("SELECT 1 FROM {} WHERE {}", table, same);
  std::vector<Repeat> repeats;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const auto put = [&](const std::string& text) {
      sqlite3_stmt* statement = prepared(text);
      int index = 0;
      for (const Value& value : rows.row(row)) bind(statement, ++index, value);
      const int code = step(statement, text);
      sqlite3_reset(statement);
      return code;
    };
    put(sql);
    if (sqlite3_changes(handle_) == 0) repeats.push_back({row, put(look) == SQLITE_ROW});
  }
  return repeats;
}

void SqliteBulk::execute(std::string_view sql, std::span<const Value> parameters, std::size_t per_row,
                         const Answer& answer) {
  const std::string text(sql);
  sqlite3_stmt* statement = prepared(text);
  std::vector<int> places;
  for (std::size_t i = 1; i <= per_row; ++i)
    places.push_back(sqlite3_bind_parameter_index(statement, fmt::format("${}", i).c_str()));
  std::vector<std::optional<std::string_view>> cells;
  for (std::size_t row = 0; row * per_row < parameters.size(); ++row) {
    for (std::size_t i = 0; i < per_row; ++i) {
      if (places[i] > 0) bind(statement, places[i], parameters[row * per_row + i]);
    }
    cells.clear();
    const int code = step(statement, sql);
    for (int i = 0; code == SQLITE_ROW && i < sqlite3_column_count(statement); ++i) {
      const auto* cell = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
      cells.push_back(cell == nullptr ? std::nullopt : std::optional<std::string_view>(cell));
    }
    if (answer) answer(row, cells);
    sqlite3_reset(statement);
  }
}

Refusal SqliteBulk::judge(const Error& error) const {
  const int code = base::number<int>(error.sqlstate()).value_or(0);
  if (code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_UNIQUE) return Refusal::repeated_key;
  switch (code & 0xFF) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
      return Refusal::row;
    case SQLITE_IOERR:
      return Refusal::lost;
    default:
      return Refusal::passing;
  }
}

void SqliteBulk::raise_identity(std::string_view table, std::string_view, std::int64_t value) {
  const std::string name = base::literal(std::string(table));
  const Prepared known = prepare(handle_, "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'");
  if (sqlite3_step(known.get()) != SQLITE_ROW) return;
  run(
      fmt::format("INSERT INTO sqlite_sequence (name, seq) SELECT {0}, 0 WHERE NOT EXISTS (SELECT 1 FROM "
                  "sqlite_sequence WHERE name = {0})",
                  name));
  run(fmt::format("UPDATE sqlite_sequence SET seq = {1} WHERE name = {0} AND seq < {1}", name, value));
}

}  // namespace

std::unique_ptr<database::BulkWriter> bulk_writer(sqlite3* handle) {
  return std::make_unique<SqliteBulk>(handle);
}

}  // namespace tradewind::sqlite
