#include "postgres/bulk.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/mapped.hpp"
#include "base/text.hpp"
#include "postgres/copy_row.hpp"
#include "postgres/handle.hpp"

namespace tradewind::postgres {
namespace {

using database::Refusal;
using database::RowBlock;
using database::Value;

std::string quoted_table(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return base::quoted(name);
  return base::quoted(name.substr(0, dot)) + "." + base::quoted(name.substr(dot + 1));
}

std::string listed_columns(std::span<const std::string_view> columns, std::string_view prefix = {}) {
  std::string list;
  for (const std::string_view column : columns)
    list += fmt::format("{}{}{}", list.empty() ? "" : ", ", prefix, base::quoted(column));
  return list;
}

std::string text_of(const Value& value) {
  switch (value.type) {
    case ColumnType::integer:
    case ColumnType::boolean:
      return std::to_string(value.integer);
    case ColumnType::seconds:
      return std::to_string(value.integer / 1'000'000);
    case ColumnType::time:
      return to_string(UtcTime(std::chrono::microseconds(value.integer)));
    case ColumnType::decimal:
    case ColumnType::real:
      return value.decimal.to_string();
    case ColumnType::uuid: {
      Uuid uuid;
      std::copy_n(value.text.begin(), uuid.bytes.size(), uuid.bytes.begin());
      return uuid.to_string();
    }
    default:
      return std::string(value.text);
  }
}

constexpr const char* columns_query =
    "SELECT a.attname, CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END, t.typtype = 'e' "
    "FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid "
    "WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped";

constexpr const char* staging = "tradewind_staging";

class PostgresBulk : public database::BulkWriter {
 public:
  explicit PostgresBulk(PGconn* connection) : connection_(connection) {}

  std::size_t best_batch() const override { return 10'000; }
  void begin() override;
  void commit() override;
  void rollback() noexcept override;
  void insert(const RowBlock& rows) override;
  std::vector<Repeat> insert_new(const RowBlock& rows, std::string_view key) override;
  void execute(std::string_view sql, std::span<const Value> parameters, std::size_t per_row,
               const Answer& answer) override;
  Refusal judge(const Error& error) const override;
  void raise_identity(std::string_view table, std::string_view column, std::int64_t value) override;

 private:
  Result run(const std::string& sql, const std::vector<std::string>& parameters = {});
  void check(const PGresult* result, std::string_view sql);
  [[noreturn]] void throw_last(std::string_view sql);
  std::vector<ServerColumn> columns_of(std::string_view table, std::span<const std::string_view> wanted);
  void copy(const std::string& target, const RowBlock& rows, const std::vector<ServerColumn>& columns,
            bool numbered);
  void send_rows(const RowBlock& rows, const std::vector<ServerColumn>& columns, bool numbered);
  void send_bytes(const std::string& bytes, std::string_view sql);
  std::vector<Repeat> repeats(const RowBlock& rows, const std::string& table, const std::string& key,
                              const Result& left_out);
  const std::string& prepared(std::string_view sql);
  void execute_some(const std::string& name, std::string_view sql, std::span<const Value> parameters,
                    std::size_t per_row, std::size_t first, const Answer& answer);
  void take_answers(std::string_view sql, std::size_t first, std::size_t count, const Answer& answer);

  PGconn* connection_;
  bool flushes_ = true;  ///< the server's own setting makes commits durable
  bool asked_ = false;
  std::map<std::string, std::vector<ServerColumn>, std::less<>> columns_;
  std::map<std::string, std::string, std::less<>> statements_;
};

void PostgresBulk::throw_last(std::string_view sql) {
  database::Failure failed;
  failed.kind = database::Failure::Kind::disconnected;
  failed.message = message(connection_);
  throw_failure(failed, sql);
}

void PostgresBulk::check(const PGresult* result, std::string_view sql) {
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN) return;
  if (result == nullptr) throw_last(sql);
  database::Failure failed = failure(result, sql, {});
  if (failed.message.empty()) failed.message = message(connection_);
  throw_failure(failed, sql);
}

Result PostgresBulk::run(const std::string& sql, const std::vector<std::string>& parameters) {
  const std::vector<const char*> values =
      base::mapped(parameters, [](const std::string& value) { return value.c_str(); });
  Result result(PQexecParams(connection_, sql.c_str(), static_cast<int>(values.size()), nullptr,
                             values.data(), nullptr, nullptr, 0));
  check(result.get(), sql);
  return result;
}

void PostgresBulk::begin() {
  if (!std::exchange(asked_, true)) {
    const Result setting = run("SHOW synchronous_commit");
    flushes_ = std::string_view(PQgetvalue(setting.get(), 0, 0)) != "off";
  }
  run("BEGIN");
  // A server crash must not leave the journal ahead of the database.
  if (!flushes_) run("SET LOCAL synchronous_commit = on");
}

void PostgresBulk::commit() {
  const Result result = run("COMMIT");
  if (std::string_view(PQcmdStatus(result.get())) != "COMMIT")
    throw Error(Code::statement_failed, "the transaction had failed and was rolled back");
}

void PostgresBulk::rollback() noexcept {
  if (PQstatus(connection_) != CONNECTION_OK) return;
  if (PQpipelineStatus(connection_) != PQ_PIPELINE_OFF) {
    while (PQpipelineStatus(connection_) != PQ_PIPELINE_OFF && PQexitPipelineMode(connection_) == 0) {
      const Result left(PQgetResult(connection_));
      if (left == nullptr && PQstatus(connection_) != CONNECTION_OK) return;
    }
  }
  if (PQtransactionStatus(connection_) != PQTRANS_IDLE) const Result ended(PQexec(connection_, "ROLLBACK"));
}

std::vector<ServerColumn> PostgresBulk::columns_of(std::string_view table,
                                                   std::span<const std::string_view> wanted) {
  auto known = columns_.find(table);
  if (known == columns_.end()) {
    const Result rows = run(columns_query, {quoted_table(table)});
    const int count = PQntuples(rows.get());
    std::vector<ServerColumn> columns;
    columns.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      columns.push_back({PQgetvalue(rows.get(), i, 0),
                         static_cast<Oid>(std::stoul(PQgetvalue(rows.get(), i, 1))),
                         *PQgetvalue(rows.get(), i, 2) == 't'});
    }
    known = columns_.emplace(std::string(table), std::move(columns)).first;
  }
  std::vector<ServerColumn> result;
  result.reserve(wanted.size());
  for (const std::string_view name : wanted) {
    const auto is_it = [&](const ServerColumn& column) { return column.name == name; };
    const auto found = std::find_if(known->second.begin(), known->second.end(), is_it);
    if (found == known->second.end()) {
      columns_.erase(known);
      throw Error(Code::statement_failed, fmt::format("table {} has no column {}", table, name))
          .with_sqlstate("42703");
    }
    result.push_back(*found);
  }
  return result;
}

void PostgresBulk::send_bytes(const std::string& bytes, std::string_view sql) {
  if (PQputCopyData(connection_, bytes.data(), static_cast<int>(bytes.size())) != 1) throw_last(sql);
}

void PostgresBulk::send_rows(const RowBlock& rows, const std::vector<ServerColumn>& columns, bool numbered) {
  constexpr std::size_t chunk = std::size_t{64} << 10;
  static const ServerColumn number{.name = "tradewind_row", .type = 20};
  CopyRows out;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    out.begin_row(columns.size() + (numbered ? 1 : 0));
    if (numbered)
      out.add({.type = ColumnType::integer, .null = false, .integer = static_cast<std::int64_t>(row)},
              number);
    const auto values = rows.row(row);
    for (std::size_t i = 0; i < columns.size(); ++i) out.add(values[i], columns[i]);
    if (out.bytes().size() < chunk) continue;
    send_bytes(out.bytes(), "COPY");
    out.bytes().clear();
  }
  out.finish();
  send_bytes(out.bytes(), "COPY");
}

void PostgresBulk::copy(const std::string& target, const RowBlock& rows,
                        const std::vector<ServerColumn>& columns, bool numbered) {
  const std::string sql = fmt::format("COPY {} ({}{}) FROM STDIN (FORMAT binary)", target,
                                      numbered ? "tradewind_row, " : "", listed_columns(rows.columns));
  run(sql);
  try {
    send_rows(rows, columns, numbered);
  } catch (const Error&) {
    PQputCopyEnd(connection_, "given up");
    while (const Result left{PQgetResult(connection_)}) {
    }
    throw;
  }
  if (PQputCopyEnd(connection_, nullptr) != 1) throw_last(sql);
  const Result result(PQgetResult(connection_));
  while (const Result left{PQgetResult(connection_)}) {
  }
  check(result.get(), sql);
}

void PostgresBulk::insert(const RowBlock& rows) {
  if (rows.rows() == 0) return;
  copy(quoted_table(rows.table), rows, columns_of(rows.table, rows.columns), false);
}

std::vector<database::BulkWriter::Repeat> PostgresBulk::insert_new(const RowBlock& rows,
                                                                   std::string_view key) {
  if (rows.rows() == 0) return {};
  const std::vector<ServerColumn> columns = columns_of(rows.table, rows.columns);
  const std::string table = quoted_table(rows.table);
  const std::string list = listed_columns(rows.columns);
  const std::string quoted_key = base::quoted(key);
  run(
      fmt::format("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT NULL::bigint AS tradewind_row, {} FROM {} "
                  "WITH NO DATA",
                  staging, list, table));
  copy(staging, rows, columns, true);
  const Result left_out = run(fmt::format(
      "WITH added AS (INSERT INTO {0} ({1}) OVERRIDING SYSTEM VALUE SELECT {1} FROM {2} ORDER BY "
      "tradewind_row "
      "ON CONFLICT ({3}) DO NOTHING RETURNING {3}), "
      "numbered AS (SELECT tradewind_row, {3}, min(tradewind_row) OVER (PARTITION BY {3}) AS first FROM {2}) "
      "SELECT n.tradewind_row FROM numbered n LEFT JOIN added a ON a.{3} = n.{3} "
      "WHERE a.{3} IS NULL OR n.tradewind_row <> n.first",
      table, list, staging, quoted_key));
  std::vector<Repeat> result = repeats(rows, table, quoted_key, left_out);
  run(fmt::format("DROP TABLE {}", staging));
  return result;
}

std::vector<database::BulkWriter::Repeat> PostgresBulk::repeats(const RowBlock& rows,
                                                                const std::string& table,
                                                                const std::string& key,
                                                                const Result& left_out) {
  std::string numbers;
  for (int i = 0; i < PQntuples(left_out.get()); ++i)
    numbers += fmt::format("{}{}", numbers.empty() ? "" : ",", PQgetvalue(left_out.get(), i, 0));
  if (numbers.empty()) return {};
  // json has no equality, its text has.
  std::string same;
  for (const ServerColumn& column : columns_of(rows.table, rows.columns)) {
    const char* cast = column.type == 114 ? "::text" : "";
    same += fmt::format("{0}s.{1}{2} IS NOT DISTINCT FROM t.{1}{2}", same.empty() ? "" : " AND ",
                        base::quoted(column.name), cast);
  }
  const Result found = run(fmt::format("SELECT s.tradewind_row, {} FROM {} s JOIN {} t ON t.{} = s.{} WHERE "
                                       "s.tradewind_row = ANY ($1::bigint[])",
                                       same, staging, table, key, key),
                           {"{" + numbers + "}"});
  const int count = PQntuples(found.get());
  std::vector<Repeat> result;
  result.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i)
    result.push_back({std::stoul(PQgetvalue(found.get(), i, 0)), *PQgetvalue(found.get(), i, 1) == 't'});
  return result;
}

const std::string& PostgresBulk::prepared(std::string_view sql) {
  auto known = statements_.find(sql);
  if (known == statements_.end()) {
    const std::string name = fmt::format("tradewind_bulk_{}", statements_.size());
    const std::string text(sql);
    const Result result(PQprepare(connection_, name.c_str(), text.c_str(), 0, nullptr));
    check(result.get(), sql);
    known = statements_.emplace(text, name).first;
  }
  return known->second;
}

void PostgresBulk::execute(std::string_view sql, std::span<const Value> parameters, std::size_t per_row,
                           const Answer& answer) {
  // What the server answers to so many fits into the socket, so that neither side waits for the other.
  constexpr std::size_t at_once = 256;
  const std::string& name = prepared(sql);
  const std::size_t rows = parameters.size() / per_row;
  for (std::size_t first = 0; first < rows; first += at_once) {
    const std::size_t count = std::min(at_once, rows - first);
    execute_some(name, sql, parameters.subspan(first * per_row, count * per_row), per_row, first, answer);
  }
}

void PostgresBulk::execute_some(const std::string& name, std::string_view sql,
                                std::span<const Value> parameters, std::size_t per_row, std::size_t first,
                                const Answer& answer) {
  if (PQenterPipelineMode(connection_) != 1) throw_last(sql);
  const std::size_t rows = parameters.size() / per_row;
  std::vector<std::string> texts(per_row);
  std::vector<const char*> values(per_row);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < per_row; ++i) {
      const Value& value = parameters[row * per_row + i];
      if (!value.null) texts[i] = text_of(value);
      values[i] = value.null ? nullptr : texts[i].c_str();
    }
    if (PQsendQueryPrepared(connection_, name.c_str(), static_cast<int>(per_row), values.data(), nullptr,
                            nullptr, 0) != 1)
      throw_last(sql);
  }
  if (PQpipelineSync(connection_) != 1) throw_last(sql);
  take_answers(sql, first, rows, answer);
  if (PQexitPipelineMode(connection_) != 1) throw_last(sql);
}

void PostgresBulk::take_answers(std::string_view sql, std::size_t first, std::size_t count,
                                const Answer& answer) {
  std::vector<std::optional<std::string_view>> cells;
  for (std::size_t row = 0; row < count; ++row) {
    const Result result(PQgetResult(connection_));
    check(result.get(), sql);
    while (const Result left{PQgetResult(connection_)}) {
    }
    cells.clear();
    for (int i = 0; PQntuples(result.get()) > 0 && i < PQnfields(result.get()); ++i) {
      const bool null = PQgetisnull(result.get(), 0, i) != 0;
      cells.push_back(null ? std::nullopt : std::optional<std::string_view>(PQgetvalue(result.get(), 0, i)));
    }
    if (answer) answer(first + row, cells);
  }
  const Result sync(PQgetResult(connection_));
  if (PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC) check(sync.get(), sql);
}

Refusal PostgresBulk::judge(const Error& error) const {
  if (PQstatus(connection_) != CONNECTION_OK || dynamic_cast<const ConnectionError*>(&error) != nullptr)
    return Refusal::lost;
  const std::string& state = error.sqlstate();
  // A standby after a failover: a new session may find the primary.
  if (state == "25006") return Refusal::lost;
  if (state == "23505") return Refusal::repeated_key;
  const bool of_the_row =
      state.starts_with("22") || state.starts_with("23") || state == "44000" || state == "P0001";
  return of_the_row ? Refusal::row : Refusal::passing;
}

void PostgresBulk::raise_identity(std::string_view table, std::string_view column, std::int64_t value) {
  run("SELECT setval(s.name::regclass, $3::bigint) FROM (SELECT pg_get_serial_sequence($1, $2) AS name) s "
      "WHERE s.name IS NOT NULL AND coalesce(pg_sequence_last_value(s.name::regclass), 0) < $3::bigint",
      {quoted_table(table), std::string(column), std::to_string(value)});
}

}  // namespace

std::unique_ptr<database::BulkWriter> bulk_writer(PGconn* connection) {
  return std::make_unique<PostgresBulk>(connection);
}

}  // namespace tradewind::postgres
