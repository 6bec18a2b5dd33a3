#include "server/routes.hpp"

#include <algorithm>

#include "server/api.hpp"
#include "server/row_json.hpp"

namespace tradewind::server {
namespace {

constexpr std::size_t bytes_of_a_row = 400;

/// One row more than the page tells whether there is a next one.
template <typename Read>
Response page_response(std::string_view name, const Page& page, Read read) {
  Page asked = page;
  ++asked.limit;
  auto rows = read(asked);
  const bool more = rows.size() > page.limit;
  if (more) rows.resize(page.limit);
  JsonWriter json;
  json.reserve(64 + rows.size() * bytes_of_a_row);
  json.begin_object().key(name).begin_array();
  for (const auto& row : rows) write(json, row);
  json.end_array().key("next_cursor");
  more ? json.value(std::to_string(id_of(rows.back()))) : json.raw("null");
  json.end_object();
  return {.body = json.take()};
}

Response trades(Api& api, const Parameters& parameters) {
  const TradeFilter filter{parameters.start_date(), parameters.end_date(), parameters.symbol(),
                           parameters.phase()};
  return page_response("trades", parameters.page(),
                       [&](const Page& page) { return api.reader().trades(filter, page); });
}

Response active_positions(Api& api, const Parameters&) {
  JsonWriter json;
  json.begin_object().key("positions").begin_array();
  for (const PositionRow& row : api.reader().active_positions()) write(json, row);
  json.end_array().end_object();
  return {.body = json.take()};
}

Response position_history(Api& api, const Parameters& parameters) {
  return page_response("positions", parameters.page(),
                       [&](const Page& page) { return api.reader().position_history(page); });
}

Response performance(Api& api, const Parameters&) {
  JsonWriter json;
  write(json, api.reader().performances());
  return {.body = json.take()};
}

Response regimes(Api& api, const Parameters& parameters) {
  const RegimeFilter filter{parameters.start_date(), parameters.end_date(), parameters.symbol()};
  return page_response("regimes", parameters.page(),
                       [&](const Page& page) { return api.reader().regimes(filter, page); });
}

Response events(Api& api, const Parameters& parameters) {
  const EventFilter filter{parameters.start_date(), parameters.end_date(), parameters.event_type(),
                           parameters.severity()};
  return page_response("events", parameters.page(),
                       [&](const Page& page) { return api.reader().events(filter, page); });
}

Response schema_status(Api& api, const Parameters&) {
  JsonWriter json;
  write(json, api.schema_status());
  return {.body = json.take()};
}

Response healthz(Api&, const Parameters&) {
  return {.body = R"({"status":"ok"})"};
}

Response readyz(Api& api, const Parameters&) {
  if (!api.reader().has_tables()) throw Error(Code::pending, "the database does not hold Titan's tables");
  return {.body = R"({"status":"ready"})"};
}

Response metrics(Api& api, const Parameters&) {
  return {.body = api.metrics(), .content_type = "text/plain; version=0.0.4; charset=utf-8"};
}

Response openapi(Api&, const Parameters&) {
  static const std::string document = openapi_document();
  return {.body = document};
}

constexpr std::string_view of_trades[] = {"start_date", "end_date", "symbol", "phase",
                                          "limit",      "offset",   "cursor"};
constexpr std::string_view of_history[] = {"limit", "offset", "cursor"};
constexpr std::string_view of_regimes[] = {"start_date", "end_date", "symbol", "limit", "offset", "cursor"};
constexpr std::string_view of_events[] = {"start_date", "end_date", "event_type", "severity",
                                          "limit",      "offset",   "cursor"};

constexpr Route all[] = {
    {"/api/trades", "trades", "Trades, newest first", of_trades, "Trades", false, true, trades},
    {"/api/positions/active",
     "activePositions",
     "Open positions, oldest first",
     {},
     "ActivePositions",
     false,
     true,
     active_positions},
    {"/api/positions/history", "positionHistory", "Closed positions, newest first", of_history, "Positions",
     false, true, position_history},
    {"/api/performance/summary",
     "performanceSummary",
     "What trading has come to",
     {},
     "PerformanceSummary",
     false,
     true,
     performance},
    {"/api/regimes", "regimes", "Regime snapshots, newest first", of_regimes, "Regimes", false, true,
     regimes},
    {"/api/events", "events", "System events, newest first", of_events, "Events", false, true, events},
    {"/api/schema/status",
     "schemaStatus",
     "Migrations: applied, pending, changed, missing, failed",
     {},
     "SchemaStatus",
     false,
     true,
     schema_status},
    {"/healthz", "healthz", "Whether the server runs", {}, "State", true, false, healthz},
    {"/readyz", "readyz", "Whether the database can be read", {}, "State", true, true, readyz},
    {"/metrics", "metrics", "Prometheus metrics", {}, "", false, true, metrics},
    {"/openapi.json", "openapi", "This document", {}, "OpenApi", false, false, openapi},
};

}  // namespace

std::span<const Route> routes() {
  return all;
}

std::size_t route_of(std::string_view path) {
  const auto* const found =
      std::find_if(std::begin(all), std::end(all), [&](const Route& route) { return route.path == path; });
  return static_cast<std::size_t>(found - std::begin(all));
}

}  // namespace tradewind::server
