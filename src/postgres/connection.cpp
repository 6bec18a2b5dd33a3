#include "postgres/connection.hpp"

#include <poll.h>

#include <algorithm>
#include <random>
#include <thread>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/mapped.hpp"
#include "base/text.hpp"
#include "postgres/bulk.hpp"
#include "postgres/dialect.hpp"
#include "postgres/handle.hpp"
#include "postgres/libpq.hpp"
#include "postgres/pipeline.hpp"
#include "postgres/shielded_listener.hpp"

namespace tradewind::postgres {
namespace {

using database::Failure;
using database::OpenSettings;
using database::Rows;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr const char* blockers_query =
    "SELECT string_agg(format('pid %s (%s%s) since %s: %s', a.pid, a.usename, "
    "CASE WHEN a.application_name <> '' THEN ', ' || a.application_name ELSE '' END, "
    "date_trunc('second', clock_timestamp() - a.xact_start), "
    "left(regexp_replace(a.query, '\\s+', ' ', 'g'), 120)), '; ') "
    "FROM unnest(pg_blocking_pids($1::int)) AS b(pid) JOIN pg_stat_activity a ON a.pid = b.pid";

constexpr const char* lock_holder =
    "pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND ((l.classid::bigint << 32) | l.objid::bigint) = $1::bigint";

constexpr const char* holder_words =
    "format('pid %s (%s from %s) since %s', a.pid, a.usename, coalesce(host(a.client_addr), 'this machine'), "
    "date_trunc('second', clock_timestamp() - a.backend_start))";

class PostgresConnection final : public database::Connection {
 public:
  explicit PostgresConnection(OpenSettings settings) : settings_(std::move(settings)) { open_session(); }

  const database::Dialect& dialect() const override { return *dialect_; }
  std::string server_version() const override;
  std::string place() const override;
  Rows query(std::string_view sql, std::span<const database::Parameter> parameters) override;
  std::optional<Failure> run(database::CommandStream& commands, database::Listener& listener) override;
  std::optional<database::SyntaxProblem> syntax_problem(
      std::span<const std::string_view> statements) override;
  std::unique_ptr<database::RunnerLock> lock_runners(
      std::string_view key, milliseconds patience,
      const std::function<void(std::string_view)>& waiting) override;
  void reconnect() override;
  database::BulkWriter* bulk() override;
  void* native_handle() noexcept override { return handle_.get(); }

  void unlock(std::int64_t key) noexcept;

 private:
  void open_session();
  void refuse_pooling_proxy(std::string_view backend);
  void end_lost_session(const database::Parameter& lock);
  std::optional<Failure> run_shielded(database::CommandStream& commands, ShieldedListener& listener);
  Result answer(const std::string& text, const std::vector<const char*>& values);
  std::string look_for_blockers();
  void watch(milliseconds silent, database::Listener& listener);
  static void on_notice(void* self, const PGresult* result);

  OpenSettings settings_;
  Handle handle_;
  Handle observer_;  ///< looks for blockers while the session waits; made when it is needed
  std::unique_ptr<PostgresDialect> dialect_;
  PreparedStatements prepared_;
  std::unique_ptr<database::BulkWriter> bulk_;
  database::Listener* listener_ = nullptr;
  std::string blockers_;
  milliseconds next_look_{0};
  int lost_backend_ = 0;  ///< the server process of a session that was lost
};

class AdvisoryLock : public database::RunnerLock {
 public:
  AdvisoryLock(PostgresConnection& connection, std::int64_t key) : connection_(connection), key_(key) {}
  ~AdvisoryLock() override { connection_.unlock(key_); }

 private:
  PostgresConnection& connection_;
  std::int64_t key_;
};

void PostgresConnection::open_session() {
  observer_.reset();
  bulk_.reset();
  prepared_ = {};
  handle_.reset();
  handle_ = connect(settings_);
  PQsetNoticeReceiver(handle_.get(), on_notice, this);
  // Otherwise libpq marks the place in every error's statement, which takes nine times its size.
  PQsetErrorVerbosity(handle_.get(), PQERRORS_TERSE);
  const Rows facts = query("SELECT pg_backend_pid(), current_setting('synchronous_commit')", {});
  dialect_ = std::make_unique<PostgresDialect>(facts.text(0, 1) != "off");
  refuse_pooling_proxy(facts.text(0, 0));
}

database::BulkWriter* PostgresConnection::bulk() {
  if (bulk_ == nullptr) bulk_ = bulk_writer(handle_.get());
  return bulk_.get();
}

void PostgresConnection::reconnect() {
  if (handle_ != nullptr) lost_backend_ = PQbackendPID(handle_.get());
  open_session();
}

/// A server that has not noticed the loss goes on with what the session was sent, or waits for more.
void PostgresConnection::end_lost_session(const database::Parameter& lock) {
  if (lost_backend_ == 0) return;
  const std::vector<database::Parameter> parameters = {lock, std::to_string(std::exchange(lost_backend_, 0))};
  query(fmt::format("SELECT pg_terminate_backend(l.pid) FROM {} AND l.pid = $2::int", lock_holder),
        parameters);
}

/// A proxy hands out cancel keys of its own, so the backend's pid is not the one that the session was told.
/// One that pools by transaction then gives our idle backend to the next session that asks. That it gives
/// none is no proof of anything: the pool may be full.
void PostgresConnection::refuse_pooling_proxy(std::string_view backend) {
  if (std::to_string(PQbackendPID(handle_.get())) == backend) return;
  const Handle second = connect(settings_);
  const auto gives_ours = [&] {
    const Result answer(PQexec(second.get(), "SELECT pg_backend_pid()"));
    if (PQresultStatus(answer.get()) == PGRES_TUPLES_OK) return PQgetvalue(answer.get(), 0, 0) == backend;
    throw ConnectionError(Code::connection_failed,
                          "whether the proxy in between pools by session could not be seen, for it gave no "
                          "second connection: " +
                              message(second.get()),
                          "try again when its pool is not full, let it have two connections for this user "
                          "and database, or give "
                          "the URL of the PostgreSQL server itself");
  };
  bool shared = gives_ours();
  if (!shared) {
    const Result begun(PQexec(second.get(), "BEGIN"));
    shared = gives_ours() || query("SELECT pg_backend_pid()", {}).text(0, 0) != backend;
  }
  if (!shared) return;
  throw Error(Code::pooling_proxy,
              "the connection goes through a proxy that pools by transaction (pgbouncer's pool_mode = "
              "transaction or statement)",
              "locks and settings of a session get lost behind it: give the URL of the PostgreSQL server "
              "itself, or of a pool with pool_mode = session");
}

std::string PostgresConnection::place() const {
  const auto text = [](const char* value) { return std::string(value == nullptr ? "" : value); };
  return text(PQhost(handle_.get())) + " " + text(PQdb(handle_.get()));
}

std::string PostgresConnection::server_version() const {
  const char* text = PQparameterStatus(handle_.get(), "server_version");
  const std::string_view version = text == nullptr ? "" : text;
  return std::string(version.substr(0, version.find(' ')));
}

void PostgresConnection::on_notice(void* self, const PGresult* result) {
  auto* connection = static_cast<PostgresConnection*>(self);
  const char* severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  const char* text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (connection->listener_ == nullptr || severity == nullptr || text == nullptr) return;
  connection->listener_->notice(fmt::format("{}: {}", base::lower(severity), text));
}

/// On a request to stop, what is of our own and takes long waits for somebody: it is cancelled. The rest is
/// let through, so that the stop can be recorded.
Result PostgresConnection::answer(const std::string& text, const std::vector<const char*>& values) {
  PGconn* connection = handle_.get();
  auto cancel_at = steady_clock::now() + milliseconds(500);
  if (PQsendQueryParams(connection, text.c_str(), static_cast<int>(values.size()), nullptr, values.data(),
                        nullptr, nullptr, 0) == 0) {
    return nullptr;
  }
  while (PQisBusy(connection) != 0) {
    pollfd socket{.fd = PQsocket(connection), .events = POLLIN, .revents = 0};
    ::poll(&socket, 1, 50);
    if (PQconsumeInput(connection) == 0) break;
    if (!settings_.stopping() || steady_clock::now() < cancel_at) continue;
    cancel(connection);
    cancel_at = steady_clock::now() + milliseconds(500);
  }
  Result last(PQgetResult(connection));
  while (Result next{PQgetResult(connection)}) last = std::move(next);
  return last;
}

Rows PostgresConnection::query(std::string_view sql, std::span<const database::Parameter> parameters) {
  const std::vector<const char*> values = base::mapped(
      parameters, [](const database::Parameter& value) { return value ? value->c_str() : nullptr; });
  const std::string text(sql);
  const Result result = answer(text, values);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    Failure failed = failure(result.get(), sql, {});
    if (failed.message.empty()) failed.message = message(handle_.get());
    if (settings_.stopping() && failed.sqlstate == "57014") throw Error(Code::interrupted, "interrupted");
    throw_failure(failed, sql);
  }
  const int columns = PQnfields(result.get());
  const int count = PQntuples(result.get());
  Rows rows(static_cast<std::size_t>(columns));
  rows.reserve(static_cast<std::size_t>(count));
  for (int row = 0; row < count; ++row) {
    for (int column = 0; column < columns; ++column) {
      const auto length = static_cast<std::size_t>(PQgetlength(result.get(), row, column));
      if (length == 0 && PQgetisnull(result.get(), row, column) != 0) {
        rows.add_null();
      } else {
        rows.add({PQgetvalue(result.get(), row, column), length});
      }
    }
  }
  return rows;
}

std::string PostgresConnection::look_for_blockers() {
  try {
    if (observer_ == nullptr) observer_ = connect(settings_);
  } catch (const Error&) {
    return {};
  }
  const std::string pid = std::to_string(PQbackendPID(handle_.get()));
  const char* values[] = {pid.c_str()};
  const Result result(PQexecParams(observer_.get(), blockers_query, 1, nullptr, values, nullptr, nullptr, 0));
  return PQresultStatus(result.get()) == PGRES_TUPLES_OK ? PQgetvalue(result.get(), 0, 0) : "";
}

void PostgresConnection::watch(milliseconds silent, database::Listener& listener) {
  if (silent < next_look_) return;
  next_look_ = silent + milliseconds(500);
  if (std::string who = look_for_blockers(); !who.empty()) {
    blockers_ = std::move(who);
    listener.waiting(blockers_);
  }
}

std::optional<Failure> PostgresConnection::run(database::CommandStream& commands,
                                               database::Listener& listener) {
  ShieldedListener shielded(listener);
  listener_ = &shielded;
  std::optional<Failure> failed;
  try {
    failed = run_shielded(commands, shielded);
  } catch (...) {
    // In the middle of a pipeline: whatever comes next would get its answers.
    listener_ = nullptr;
    open_session();
    throw;
  }
  listener_ = nullptr;
  if (PQstatus(handle_.get()) == CONNECTION_OK) {
    // What was prepared outlives a ROLLBACK, and would be in the way of the next attempt.
    if (PQtransactionStatus(handle_.get()) != PQTRANS_IDLE) {
      const Result ended(PQexec(handle_.get(), "ROLLBACK; DEALLOCATE ALL"));
      prepared_.names.clear();
    }
    const std::string reset = fmt::format("{}", fmt::join(dialect_->reset_session(), "; "));
    Result(PQexec(handle_.get(), reset.c_str()));
  }
  shielded.rethrow();
  return failed;
}

std::optional<Failure> PostgresConnection::run_shielded(database::CommandStream& commands,
                                                        ShieldedListener& listener) {
  blockers_.clear();
  next_look_ = milliseconds(50);
  Pipeline pipeline(handle_.get(), settings_, prepared_, listener, [&](milliseconds silent) {
    if (silent < milliseconds(100)) next_look_ = std::min(next_look_, milliseconds(50));
    watch(silent, listener);
  });
  std::optional<Failure> failed = pipeline.run(commands);
  if (failed && failed->kind == Failure::Kind::lock) failed->blockers = blockers_;
  return failed;
}

/// The server parses a whole message before it runs any of it, and the first of these fails: the others are
/// parsed and no more. It would analyse a single one, which waits for locks and knows nothing of what the
/// plan will make.
std::optional<database::SyntaxProblem> PostgresConnection::syntax_problem(
    std::span<const std::string_view> statements) {
  std::string text =
      "SELECT 'Tradewind has the syntax of what follows checked; nothing of it is run'::integer;\n";
  std::vector<std::size_t> begins;
  begins.reserve(statements.size());
  for (const std::string_view statement : statements) {
    begins.push_back(text.size());
    text.append(statement).append(";\n");
  }
  const Result result(PQexec(handle_.get(), text.c_str()));
  const Failure failed = failure(result.get(), text, {});
  if (failed.kind == Failure::Kind::disconnected) throw_failure(failed, text.substr(0, begins.front()));
  if (failed.sqlstate != "42601") return std::nullopt;
  const std::size_t at = std::max(failed.offset.value_or(0), begins.front());
  const auto after = std::upper_bound(begins.begin(), begins.end(), at);
  return database::SyntaxProblem{.statement = static_cast<std::size_t>(after - begins.begin()) - 1,
                                 .offset = at - *std::prev(after),
                                 .message = failed.message,
                                 .sqlstate = failed.sqlstate};
}

std::unique_ptr<database::RunnerLock> PostgresConnection::lock_runners(
    std::string_view key, milliseconds patience, const std::function<void(std::string_view)>& waiting) {
  const std::int64_t number = lock_number(key);
  const std::vector<database::Parameter> parameters = {std::to_string(number)};
  const auto begun = steady_clock::now();
  auto next_word = begun;
  std::minstd_rand random(std::random_device{}());
  for (unsigned longest = 20;; longest = std::min(500U, longest * 2)) {
    // Waiting inside pg_advisory_lock() would hold a snapshot that the holder's CREATE INDEX CONCURRENTLY
    // waits for.
    if (query("SELECT pg_try_advisory_lock($1::bigint)", parameters).is_true(0, 0))
      return std::make_unique<AdvisoryLock>(*this, number);
    if (settings_.stopping()) throw Error(Code::interrupted, "interrupted while waiting for another runner");
    end_lost_session(parameters[0]);
    const auto now = steady_clock::now();
    const bool give_up = now - begun >= patience;
    if (give_up || now >= next_word) {
      const Rows holder =
          query(fmt::format("SELECT {} FROM {} LIMIT 1", holder_words, lock_holder), parameters);
      const std::string who = holder.empty() ? "another runner" : std::string(holder.text(0, 0));
      if (give_up) {
        throw LockTimeout(Code::runner_busy,
                          fmt::format("another runner is migrating this database: {}", who),
                          "wait until it is done and try again; nothing was applied by this run");
      }
      waiting(who);
      next_word = now + std::chrono::seconds(2);
    }
    std::this_thread::sleep_for(milliseconds(5 + random() % longest));
  }
}

void PostgresConnection::unlock(std::int64_t key) noexcept {
  if (PQstatus(handle_.get()) != CONNECTION_OK) return;
  const std::string text = fmt::format("SELECT pg_advisory_unlock({})", key);
  Result(PQexec(handle_.get(), text.c_str()));
}

}  // namespace

std::unique_ptr<database::Connection> open(OpenSettings settings) {
  return std::make_unique<PostgresConnection>(std::move(settings));
}

}  // namespace tradewind::postgres
