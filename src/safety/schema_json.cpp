#include <nlohmann/json.hpp>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "safety/schema.hpp"

namespace tradewind {
namespace {

using Json = nlohmann::ordered_json;

constexpr int format = 1;

Json json_of(const SchemaObject& object) {
  Json json = {{"kind", object.kind}, {"name", object.name}};
  if (!object.of.empty()) json["of"] = object.of;
  Json& properties = json["properties"] = Json::object();
  for (const SchemaProperty& property : object.properties) properties[property.name] = property.value;
  return json;
}

Json json_of(const PropertyDifference& property) {
  const auto value = [](const std::optional<std::string>& text) { return text ? Json(*text) : Json(); };
  return {{"name", property.name}, {"a", value(property.a)}, {"b", value(property.b)}};
}

std::string written(const Json& json) {
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

[[noreturn]] void refuse(const std::string& what) {
  throw Error(Code::bad_file, fmt::format("this is no snapshot of a schema: {}", what),
              "a snapshot is what `tradewind snapshot FILE` writes");
}

const Json& member(const Json& json, const char* name, Json::value_t type, const char* type_name) {
  if (!json.is_object()) refuse("an object is something else");
  const auto found = json.find(name);
  if (found == json.end()) refuse(fmt::format("\"{}\" is missing", name));
  if (found->type() != type) refuse(fmt::format("\"{}\" is no {}", name, type_name));
  return *found;
}

std::string text_member(const Json& json, const char* name) {
  return member(json, name, Json::value_t::string, "text").get<std::string>();
}

SchemaObject object_of(const Json& json) {
  SchemaObject object{text_member(json, "kind"), text_member(json, "name"), {}, {}};
  if (json.contains("of")) object.of = text_member(json, "of");
  for (const auto& [name, value] : member(json, "properties", Json::value_t::object, "object").items()) {
    if (!value.is_string())
      refuse(fmt::format("property \"{}\" of {} {} is no text", name, object.kind, object.name));
    object.properties.push_back({name, value.get<std::string>()});
  }
  return object;
}

void check_format(const Json& json) {
  const Json& number = member(json, "format", Json::value_t::number_unsigned, "number");
  if (number.get<unsigned>() == format) return;
  throw Error(Code::bad_file,
              fmt::format("the snapshot has format {}, and this version reads format {}",
                          number.get<unsigned>(), format),
              "take a new snapshot, or use the version of Tradewind that wrote it");
}

}  // namespace

std::string to_json(const Schema& schema) {
  Json json = {{"format", format}, {"engine", schema.engine}, {"objects", Json::array()}};
  for (const SchemaObject& object : schema.objects) json["objects"].push_back(json_of(object));
  return written(json);
}

std::string to_json(const std::vector<Difference>& differences) {
  Json json = {{"differences", Json::array()}};
  for (const Difference& difference : differences) {
    Json entry = {{"kind", difference.kind},
                  {"name", difference.name},
                  {"change", name(difference.change)},
                  {"properties", Json::array()}};
    for (const PropertyDifference& property : difference.properties)
      entry["properties"].push_back(json_of(property));
    json["differences"].push_back(std::move(entry));
  }
  return written(json);
}

Schema schema_from_json(std::string_view text) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::exception& error) {
    refuse(error.what());
  }
  check_format(json);
  Schema schema;
  schema.engine = text_member(json, "engine");
  for (const Json& object : member(json, "objects", Json::value_t::array, "list"))
    schema.objects.push_back(object_of(object));
  return schema;
}

}  // namespace tradewind
