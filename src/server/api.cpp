#include "server/api.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <tradewind/version.hpp>

#include "base/mapped.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "server/entity_tag.hpp"
#include "server/gzip.hpp"
#include "server/routes.hpp"

namespace tradewind::server {
namespace {

using namespace std::chrono_literals;

constexpr auto retry_after = "2";
constexpr auto longest_wait = 10s;
constexpr auto connect_timeout = 3s;
constexpr std::size_t worth_compressing = 1024;

/// In a time that tells nothing of how much of it is right.
bool same_text(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  return difference == 0;
}

bool is_ipv4_loopback(std::string_view name) {
  const bool numeric = name.find_first_not_of("0123456789.") == std::string_view::npos;
  return numeric && name.starts_with("127.");
}

/// A web page's name that leads here is none of ours: it must not read what is open to this machine alone.
bool is_loopback_host(std::string_view host) {
  if (host.empty()) return true;
  const std::size_t end = host.starts_with('[') ? host.find(']') + 1 : host.find(':');
  const std::string name = base::lower(host.substr(0, end));
  return name == "localhost" || name == "[::1]" || is_ipv4_loopback(name);
}

void write_journals(MetricsText& text, const std::vector<WrittenJournal>& written) {
  text.begin("tradewind_store_written_lsn", "gauge", "Up to where a journal's records are in the database.");
  for (const auto& one : written)
    text.sample({}, label("journal", one.journal), static_cast<double>(one.written));
  text.begin("tradewind_store_dead_letters", "gauge", "Records set aside in store_dead_letters.");
  for (const auto& one : written)
    text.sample({}, label("journal", one.journal), static_cast<double>(one.dead_letters));
}

Response unavailable(std::string_view code, std::string_view message) {
  Response response = error_response(503, code, message);
  response.headers.emplace_back("Retry-After", retry_after);
  return response;
}

bool worth_retrying(const Error& error) {
  return exit_status(error.code()) == 5 || dynamic_cast<const ConnectionError*>(&error) != nullptr;
}

/// The database is there, and somebody else's turn.
bool is_of_a_lock(const Error& error) {
  return error.code() == Code::lock_timeout || error.code() == Code::runner_busy ||
         dynamic_cast<const LockTimeout*>(&error) != nullptr;
}

}  // namespace

Api::Api(ProjectDatabase database, ApiOptions options)
    : database_(std::move(database)),
      options_(std::move(options)),
      token_hash_(base::sha256(options_.token)),
      // All are kept: under load, connections that come and go cost more than the queries.
      reader_(database_.url, {.most_connections = options_.connections,
                              .idle_connections = options_.connections,
                              .database = reading()}),
      requests_(base::mapped(routes(), &Route::path)) {
  if (!options_.journal.empty()) journal_.emplace(options_.journal);
}

OpenOptions Api::reading() const {
  return {.create = false,
          .read_only = true,
          .connect_timeout = connect_timeout,
          .busy_timeout = connect_timeout,
          .stop = &cancelled_,
          .pragmas = database_.pragmas};
}

bool Api::blocks(const Request& request) {
  const std::size_t route = route_of(request.path());
  return route < routes().size() && routes()[route].blocks;
}

Response Api::answer(const Request& request) noexcept {
  Response response;
  try {
    response = answer_checked(request);
  } catch (const Error& error) {
    response = failed(error);
  } catch (const std::exception& error) {
    response = failed(Error(Code::internal, error.what()));
  }
  const std::size_t route = route_of(request.path());
  const auto took = std::chrono::steady_clock::now() - request.received;
  add_headers(request, response);
  requests_.count(std::min(route, requests_.other()), response.status, took);
  if (options_.access) {
    const std::string_view path = route < routes().size() ? routes()[route].path : "(none)";
    options_.access(fmt::format("{} {} {} {:.1f} ms", base::printable(request.method, 20), path,
                                response.status, std::chrono::duration<double, std::milli>(took).count()));
  }
  return response;
}

Response Api::refuse(unsigned status, std::string_view code, std::string_view message) {
  requests_.count(requests_.other(), status, 0ns);
  return status == 503 ? unavailable(code, message) : error_response(status, code, message);
}

Response Api::answer_checked(const Request& request) {
  const std::size_t route = route_of(request.path());
  const bool known = route < routes().size();
  if (request.preflight && request.method == "OPTIONS" && allows(request.origin)) return {.status = 204};
  if (auto response = forbid(request, known && routes()[route].open)) return std::move(*response);
  if (!known) return error_response(404, "not-found", "there is no such path; /openapi.json lists them");
  if (request.method != "GET" && request.method != "HEAD") {
    Response response = error_response(405, "method-not-allowed", "the API only reads: GET and HEAD");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  if (std::chrono::steady_clock::now() - request.received > longest_wait)
    return unavailable("busy", "the request has waited too long for the database");
  if (cancelled_) throw Error(Code::interrupted, "the server stops");
  return answer_route(request, route);
}

Response Api::answer_route(const Request& request, std::size_t index) {
  const Route& route = routes()[index];
  Response response;
  try {
    response = route.answer(*this, Parameters(request.query(), route.parameters));
    if (route.blocks && route.path != "/metrics") note_database(true, {});
  } catch (const Error& error) {
    const bool of_sql = error.code() == Code::statement_failed || error.code() == Code::pending;
    if (!of_sql || !route.blocks || reader_.has_tables()) throw;
    return without_tables();
  }
  response.headers.emplace_back("Cache-Control", "no-cache");
  encode(request, response);
  return response;
}

/// What the client has already is neither sent nor compressed.
void Api::encode(const Request& request, Response& response) {
  const bool compressed = response.body.size() >= worth_compressing && accepts_gzip(request.accept_encoding);
  const std::string tag = entity_tag(response.body, compressed ? "gzip" : "");
  response.headers.emplace_back("ETag", tag);
  if (matches(request.if_none_match, tag)) {
    response.status = 304;
    response.body.clear();
  } else if (compressed) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = gzip(response.body);
  }
}

std::optional<Response> Api::forbid(const Request& request, bool open) const {
  if (options_.token.empty()) {
    if (is_loopback_host(request.host)) return std::nullopt;
    return error_response(403, "wrong-host", "without a token only names of this machine are answered");
  }
  constexpr std::string_view scheme = "bearer ";
  const std::string_view given = request.authorization;
  const bool bearer = base::lower(given.substr(0, scheme.size())) == scheme;
  const std::string hash = base::sha256(bearer ? base::trimmed(given.substr(scheme.size())) : "");
  if (open || same_text(hash, token_hash_)) return std::nullopt;
  Response response = error_response(401, "unauthorized", "a valid bearer token is needed");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

Response Api::failed(const Error& error) {
  if (error.code() == Code::usage) return error_response(400, "bad-parameter", error.message());
  if (error.code() == Code::interrupted) return unavailable("busy", "the server stops");
  const std::string why = masked(error.message());
  if (is_of_a_lock(error)) return unavailable("busy", "the database is locked or in use; try again");
  if (worth_retrying(error)) {
    note_database(false, why);
    return unavailable("database-unavailable", "the database can't be reached; try again");
  }
  if (options_.log) options_.log(fmt::format("a request failed: {}", why));
  return error_response(500, "internal", "the request failed; the server's log says why");
}

Response Api::without_tables() {
  note_database(true, {});
  return unavailable("schema-missing", "the database does not hold Titan's tables: run `tradewind up` first");
}

bool Api::allows(std::string_view origin) const {
  return !origin.empty() &&
         std::find(options_.origins.begin(), options_.origins.end(), origin) != options_.origins.end();
}

void Api::add_headers(const Request& request, Response& response) const {
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Vary",
                                options_.origins.empty() ? "Accept-Encoding" : "Accept-Encoding, Origin");
  if (options_.origins.empty()) return;
  if (!allows(request.origin)) return;
  response.headers.emplace_back("Access-Control-Allow-Origin", request.origin);
  if (response.status != 204) return;
  response.headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD");
  response.headers.emplace_back("Access-Control-Allow-Headers", "Authorization, If-None-Match");
  response.headers.emplace_back("Access-Control-Max-Age", "600");
}

/// Says so once, not with every request.
void Api::note_database(bool reachable, const std::string& why) {
  const std::scoped_lock lock(reachable_mutex_);
  if (reachable == reachable_) return;
  reachable_ = reachable;
  if (!options_.log) return;
  options_.log(reachable ? "the database is back" : fmt::format("the database can't be reached: {}", why));
}

Status Api::schema_status() const {
  Database database = Database::open(database_.url, reading());
  return Migrator(database, database_.source, {.history_table = database_.history_table}).status();
}

std::string Api::metrics() {
  MetricsText text;
  text.begin("tradewind_build_info", "gauge", "The version.");
  text.sample({}, label("version", version()), 1);
  requests_.write(text);
  write_gauges(text);
  const auto written = written_journals();
  text.gauge("tradewind_database_up", "Whether the database answers.", written ? 1 : 0);
  if (written) write_journals(text, *written);
  if (journal_) journal_->write(text, written);
  return text.take();
}

void Api::write_gauges(MetricsText& text) const {
  const auto value = [](const auto& atomic) { return static_cast<double>(atomic.load()); };
  text.gauge("tradewind_http_connections", "Open now.", value(gauges_.connections));
  text.counter("tradewind_http_connections_total", "Accepted.", value(gauges_.connections_accepted));
  text.gauge("tradewind_database_requests_waiting", "For a database thread.", value(gauges_.waiting));
  text.gauge("tradewind_database_requests_running", "On a database thread.", value(gauges_.running));
  text.gauge("tradewind_database_connections", "In use and kept.",
             static_cast<double>(reader_.open_connections()));
  text.gauge("tradewind_database_connections_limit", "At most.", static_cast<double>(options_.connections));
}

std::optional<std::vector<WrittenJournal>> Api::written_journals() {
  try {
    auto written = reader_.journals();
    note_database(true, {});
    return written;
  } catch (const Error& error) {
    note_database(false, masked(error.message()));
    return std::nullopt;
  }
}

}  // namespace tradewind::server
