#include <tradewind/version.hpp>

#include <fmt/format.h>

#include "server/json_writer.hpp"
#include "server/routes.hpp"

namespace tradewind::server {
namespace {

void write_parameters(JsonWriter& json, const Route& route) {
  json.key("parameters").begin_array();
  for (const std::string_view name : route.parameters) {
    const ParameterInfo& info = parameter_info(name);
    json.begin_object().member("name", info.name).member("in", "query");
    json.member("description", info.description).key("schema").raw(info.schema).end_object();
  }
  json.end_array();
}

void write_error(JsonWriter& json, std::string_view status, std::string_view description) {
  json.key(status).begin_object().member("description", description);
  json.key("content").raw(R"({"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}})");
  json.end_object();
}

void write_responses(JsonWriter& json, const Route& route) {
  json.key("responses").begin_object().key("200").begin_object().member("description", route.summary);
  json.key("content").begin_object().key(route.schema.empty() ? "text/plain" : "application/json");
  json.begin_object().key("schema");
  if (route.schema.empty()) {
    json.raw(R"({"type":"string"})");
  } else {
    json.raw(fmt::format(R"({{"$ref":"#/components/schemas/{}"}})", route.schema));
  }
  json.end_object().end_object().end_object();
  json.key("304").raw(R"({"description":"If-None-Match names what it would be"})");
  write_error(json, "400", "A parameter that can't be; the message says why");
  if (!route.open) write_error(json, "401", "No valid token");
  if (route.blocks) write_error(json, "503", "The database can't be read now; Retry-After says when to ask");
  json.end_object();
}

void write_operation(JsonWriter& json, const Route& route) {
  json.key("get").begin_object().member("operationId", route.name).member("summary", route.summary);
  if (route.open) json.key("security").raw("[]");
  write_parameters(json, route);
  write_responses(json, route);
  json.end_object();
}

}  // namespace

std::string openapi_document() {
  JsonWriter json;
  json.begin_object().member("openapi", "3.1.0");
  json.key("info").begin_object().member("title", "Tradewind").member("version", version());
  json.member("description", "Reads what Titan's tables hold. Decimals are strings, times are UTC.");
  json.end_object();
  json.key("security").raw(R"([{"bearer":[]}])");
  json.key("paths").begin_object();
  for (const Route& route : routes()) {
    json.key(route.path).begin_object();
    write_operation(json, route);
    json.end_object();
  }
  json.end_object().key("components").begin_object();
  json.key("securitySchemes").raw(R"({"bearer":{"type":"http","scheme":"bearer"}})");
  json.key("schemas").raw(openapi_schemas());
  json.end_object().end_object();
  return json.take();
}

}  // namespace tradewind::server
