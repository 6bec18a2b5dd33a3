#include "support/sql_session.hpp"

#include <libpq-fe.h>
#include <sqlite3.h>

#include <utility>

namespace tradewind::test {
namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

std::string sqlstate(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state != nullptr ? state : "";
}

void check(PGconn* connection, const PGresult* result) {
  const auto status = PQresultStatus(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) return;
  throw SqlError(PQerrorMessage(connection), sqlstate(result));
}

Rows rows_of(const PGresult* result) {
  Rows rows;
  for (int row = 0; row < PQntuples(result); ++row) {
    auto& values = rows.emplace_back();
    for (int column = 0; column < PQnfields(result); ++column) {
      values.emplace_back(PQgetisnull(result, row, column) != 0 ? "NULL" : PQgetvalue(result, row, column));
    }
  }
  return rows;
}

std::vector<std::string> row_of(sqlite3_stmt* statement) {
  std::vector<std::string> values;
  for (int column = 0; column < sqlite3_column_count(statement); ++column) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    values.emplace_back(text != nullptr ? std::string(text, size) : std::string("NULL"));
  }
  return values;
}

void check(sqlite3* file, int code) {
  if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
  throw SqlError(sqlite3_errmsg(file), std::to_string(sqlite3_extended_errcode(file)));
}

}  // namespace

struct PostgresSession::Connection {
  explicit Connection(const std::string& url) : link(PQconnectdb(url.c_str()), &PQfinish) {}
  std::unique_ptr<PGconn, decltype(&PQfinish)> link;
};

PostgresSession::PostgresSession(const std::string& url) : connection_(std::make_unique<Connection>(url)) {
  PGconn* link = connection_->link.get();
  if (PQstatus(link) != CONNECTION_OK) throw SqlError(PQerrorMessage(link), "08001");
  PQsetNoticeProcessor(
      link, [](void*, const char*) {}, nullptr);
}

PostgresSession::~PostgresSession() = default;
PostgresSession::PostgresSession(PostgresSession&&) noexcept = default;
PostgresSession& PostgresSession::operator=(PostgresSession&&) noexcept = default;

Rows PostgresSession::sql(const std::string& text) {
  PGconn* link = connection_->link.get();
  const Result result(PQexec(link, text.c_str()), &PQclear);
  check(link, result.get());
  return rows_of(result.get());
}

void PostgresSession::send(const std::string& text) {
  PGconn* link = connection_->link.get();
  if (PQsendQuery(link, text.c_str()) == 0) throw SqlError(PQerrorMessage(link), "08006");
}

Rows PostgresSession::finish() {
  PGconn* link = connection_->link.get();
  Result last(nullptr, &PQclear);
  while (PGresult* next = PQgetResult(link)) last.reset(next);
  check(link, last.get());
  return rows_of(last.get());
}

int PostgresSession::backend() const {
  return PQbackendPID(connection_->link.get());
}
int PostgresSession::server_version() const {
  return PQserverVersion(connection_->link.get());
}

struct SqliteSession::Connection {
  ~Connection() { sqlite3_close(file); }
  sqlite3* file = nullptr;
};

SqliteSession::SqliteSession(const std::filesystem::path& path)
    : connection_(std::make_unique<Connection>()) {
  check(connection_->file, sqlite3_open(path.c_str(), &connection_->file));
  sqlite3_extended_result_codes(connection_->file, 1);
  sqlite3_busy_timeout(connection_->file, 10'000);
}

SqliteSession::~SqliteSession() = default;
SqliteSession::SqliteSession(SqliteSession&&) noexcept = default;
SqliteSession& SqliteSession::operator=(SqliteSession&&) noexcept = default;

Rows SqliteSession::sql(const std::string& text) {
  sqlite3* file = connection_->file;
  Rows rows;
  for (const char* rest = text.c_str(); *rest != '\0';) {
    sqlite3_stmt* prepared = nullptr;
    check(file, sqlite3_prepare_v2(file, rest, -1, &prepared, &rest));
    const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(prepared, &sqlite3_finalize);
    if (prepared == nullptr) continue;
    rows.clear();
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(prepared)) == SQLITE_ROW) rows.push_back(row_of(prepared));
    check(file, code);
  }
  return rows;
}

}  // namespace tradewind::test
