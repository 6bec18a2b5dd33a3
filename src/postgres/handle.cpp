#include "postgres/handle.hpp"

#include <array>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"

namespace tradewind::postgres {
namespace {

using database::Failure;

struct Meaning {
  std::string_view state;  ///< an SQLSTATE or the front of a class
  Failure::Kind kind;
};

constexpr std::array<Meaning, 15> meanings = {{
    {"55P03", Failure::Kind::lock},            // lock_not_available
    {"40P01", Failure::Kind::lock},            // deadlock_detected
    {"40001", Failure::Kind::lock},            // serialization_failure
    {"26000", Failure::Kind::again},           // invalid_sql_statement_name
    {"42P07", Failure::Kind::already_exists},  // duplicate_table, also of an index
    {"42710", Failure::Kind::already_exists},  // duplicate_object
    {"42P04", Failure::Kind::already_exists},  // duplicate_database
    {"42704", Failure::Kind::not_there},       // undefined_object
    {"42P01", Failure::Kind::not_there},       // undefined_table
    {"3D000", Failure::Kind::not_there},       // invalid_catalog_name
    {"42501", Failure::Kind::permission},
    {"25006", Failure::Kind::read_only},
    {"53100", Failure::Kind::disk_full},
    {"57P", Failure::Kind::disconnected},
    {"08", Failure::Kind::disconnected},
}};

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

std::size_t byte_offset(std::string_view text, std::size_t character) {
  std::size_t at = 0;
  while (at < text.size() && character > 0) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
    --character;
  }
  return at;
}

constexpr const char* password_advice =
    "in a URL's password write % as %25, @ as %40, / as %2F, : as %3A, # as %23 and a blank as %20; or leave "
    "it "
    "out and put it into DB_PASSWORD, PGPASSWORD or ~/.pgpass";

[[noreturn]] void refuse_url(const std::string& text, const std::string& url) {
  throw Error(Code::configuration, fmt::format("the database URL can't be read: {}", text),
              database::has_bare_password_signs(url)
                  ? password_advice
                  : "check the database URL: postgresql://user@host:5432/database?sslmode=require");
}

/// libpq gives no SQLSTATE for a refused connection: the server's text is all there is.
[[noreturn]] void refuse(const std::string& whole, const std::string& url) {
  const std::string text = database::conceal(whole, url);
  const auto says = [&](std::string_view part) { return text.find(part) != std::string::npos; };
  if (says("password authentication failed") || says("no password supplied") || says("pg_hba.conf") ||
      says("authentication failed") || (says("role \"") && says("does not exist"))) {
    throw ConnectionError(
        Code::authentication, text,
        "check the user and the password; DB_PASSWORD, PGPASSWORD and ~/.pgpass are read too");
  }
  if (says("database \"") && says("does not exist")) {
    throw ConnectionError(Code::no_such_database, text,
                          "create the database (`createdb NAME`), or check the name in the URL");
  }
  if (says("invalid connection option") || says(" URI") || says("unexpected character") ||
      says("invalid port number") || says("invalid integer value") || says("invalid sslmode") ||
      says("invalid percent-encoded") || says("forbidden value %00") || says("key/value separator") ||
      says("missing \"=\"") ||
      (says("could not translate host name") && database::has_bare_password_signs(url))) {
    refuse_url(text, url);
  }
  if (says("too many clients") || says("remaining connection slots")) {
    throw ConnectionError(Code::connection_failed, text,
                          "the server has no connection left: try again, or raise max_connections");
  }
  throw ConnectionError(Code::connection_failed, text,
                        "check that the server runs and that host and port are right; then try again");
}

}  // namespace

void cancel(PGconn* connection) {
  struct FreeCancel {
    void operator()(PGcancel* request) const { PQfreeCancel(request); }
  };
  const std::unique_ptr<PGcancel, FreeCancel> request(PQgetCancel(connection));
  char error[256] = "";
  if (request != nullptr) PQcancel(request.get(), error, sizeof error);
}

std::string message(PGconn* connection) {
  return database::mask_password(base::trimmed(PQerrorMessage(connection)));
}

Failure failure(const PGresult* result, std::string_view text, const database::Tag& tag) {
  Failure failed;
  failed.tag = tag;
  failed.message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  failed.detail = field(result, PG_DIAG_MESSAGE_DETAIL);
  failed.hint = field(result, PG_DIAG_MESSAGE_HINT);
  failed.sqlstate = field(result, PG_DIAG_SQLSTATE);
  if (failed.message.empty()) failed.message = std::string(base::trimmed(PQresultErrorMessage(result)));
  if (const std::string context = field(result, PG_DIAG_CONTEXT); !context.empty()) {
    failed.detail += (failed.detail.empty() ? "" : "\n") + context;
  }
  if (const std::string at = field(result, PG_DIAG_STATEMENT_POSITION); !at.empty()) {
    failed.offset = byte_offset(text, std::stoul(at) - 1);
  }
  for (const Meaning& meaning : meanings) {
    if (!failed.sqlstate.empty() && failed.sqlstate.starts_with(meaning.state)) failed.kind = meaning.kind;
  }
  const std::string severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (failed.sqlstate.empty() || severity == "FATAL" || severity == "PANIC")
    failed.kind = Failure::Kind::disconnected;
  return failed;
}

[[noreturn]] void throw_failure(const Failure& failed, std::string_view sql) {
  const auto complete = [&](Error error) {
    return std::move(error).with_sqlstate(failed.sqlstate).with_statement(std::string(sql));
  };
  switch (failed.kind) {
    case Failure::Kind::disconnected:
      throw ConnectionError(Code::connection_lost, "the connection to the server broke: " + failed.message,
                            "try again");
    case Failure::Kind::lock:
      throw LockTimeout(Code::lock_timeout, failed.message, "try again").with_sqlstate(failed.sqlstate);
    case Failure::Kind::permission:
      throw complete(Error(Code::permission, failed.message));
    case Failure::Kind::read_only:
      throw complete(Error(Code::read_only, failed.message));
    case Failure::Kind::disk_full:
      throw complete(Error(Code::disk_full, failed.message));
    default:
      throw complete(Error(Code::statement_failed, failed.message));
  }
}

Handle connect(const database::OpenSettings& settings) {
  const std::string timeout = std::to_string(std::max<long>(2, settings.connect_timeout.count() / 1000));
  // What comes before dbname are defaults that the URL may override. A dead network is noticed within a
  // minute instead of never.
  const std::array<const char*, 11> keywords = {"fallback_application_name",
                                                "connect_timeout",
                                                "keepalives_idle",
                                                "keepalives_interval",
                                                "keepalives_count",
                                                "tcp_user_timeout",
                                                "dbname",
                                                "client_encoding",
                                                nullptr};
  const std::array<const char*, 11> values = {"tradewind", timeout.c_str(),           "20",   "5",    "4",
                                              "60000",     settings.url.text.c_str(), "UTF8", nullptr};
  Handle handle(PQconnectdbParams(keywords.data(), values.data(), 1));
  if (handle == nullptr) throw std::bad_alloc();
  if (PQstatus(handle.get()) != CONNECTION_OK) refuse(message(handle.get()), settings.url.text);
  return handle;
}

}  // namespace tradewind::postgres
