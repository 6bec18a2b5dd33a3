// T8: what the OpenAPI document says is what the server does.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "server/served.hpp"

namespace tradewind::test {
namespace {

class OpenApi : public ServedTest {};
TRADEWIND_ON_EACH_ENGINE(OpenApi);

/// Checks values against the part of JSON Schema that the document uses; a keyword that it does not know is a
/// mistake too.
class SchemaCheck {
 public:
  explicit SchemaCheck(const Json& document) : document_(document) {}

  std::vector<std::string> check(const Json& value, const Json& schema) {
    visit(value, schema, "$");
    return std::move(mistakes_);
  }

 private:
  void mistake(const std::string& where, const std::string& what) {
    mistakes_.push_back(where + ": " + what);
  }

  static bool is_type(const Json& value, const std::string& type) {
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    if (type == "null") return value.is_null();
    return value.type_name() == type;
  }

  void visit(const Json& value, const Json& schema, const std::string& where) {
    for (const auto& [keyword, argument] : schema.items()) apply(keyword, argument, value, schema, where);
  }

  void apply(const std::string& keyword, const Json& argument, const Json& value, const Json& schema,
             const std::string& where) {
    static const std::set<std::string> of_others = {"properties", "description", "format"};
    if (keyword == "$ref") {
      visit(value, document_.at(Json::json_pointer(argument.get<std::string>().substr(1))), where);
    } else if (keyword == "type") {
      const Json types = argument.is_array() ? argument : Json::array({argument});
      const bool fits =
          std::any_of(types.begin(), types.end(), [&](const Json& t) { return is_type(value, t); });
      if (!fits) mistake(where, value.dump() + " is no " + argument.dump());
    } else if (keyword == "enum") {
      if (std::find(argument.begin(), argument.end(), value) == argument.end()) mistake(where, value.dump());
    } else if (keyword == "pattern") {
      if (value.is_string() &&
          !std::regex_search(value.get<std::string>(), std::regex(argument.get<std::string>())))
        mistake(where, value.dump());
    } else if (keyword == "required") {
      for (const Json& name : argument) {
        if (!value.contains(name.get<std::string>())) mistake(where, "no " + name.dump());
      }
    } else if (keyword == "items") {
      for (const Json& item : value) visit(item, argument, where + "[]");
    } else if (keyword == "allOf") {
      for (const Json& part : argument) visit(value, part, where);
    } else if (keyword == "additionalProperties") {
      for (const auto& [name, ignored] : value.items()) {
        if (!schema.at("properties").contains(name)) mistake(where, "undocumented " + name);
      }
    } else if (!of_others.contains(keyword)) {
      mistake(where, "unknown keyword " + keyword);
    }
    if (keyword == "properties") {
      for (const auto& [name, part] : argument.items()) {
        if (value.contains(name)) visit(value.at(name), part, fmt::format("{}.{}", where, name));
      }
    }
  }

  const Json& document_;
  std::vector<std::string> mistakes_;
};

void expect_as_documented(const Json& document, const Answer& answer, const Json& response,
                          const std::string& what) {
  const std::string type = answer.header("content-type");
  const std::string plain = type.substr(0, type.find(';'));
  ASSERT_TRUE(response.at("content").contains(plain)) << what << " came as " << type;
  if (plain != "application/json") return;
  const Json body = Json::parse(answer.body);
  for (const std::string& mistake : SchemaCheck(document).check(body, response["content"][plain]["schema"]))
    ADD_FAILURE() << what << " " << mistake;
}

TEST_P(OpenApi, every_documented_path_answers_as_documented) {
  const Server server = serve();
  const Json document = server.json("/openapi.json");
  EXPECT_EQ(document["openapi"], "3.1.0");
  HttpClient client(server.port());
  for (const auto& [path, operations] : document["paths"].items()) {
    const Json& responses = operations["get"]["responses"];
    const Answer answer = client.get(path);
    EXPECT_EQ(answer.status, 200) << path;
    expect_as_documented(document, answer, responses["200"], path);
    const Answer same = client.get(path, "If-None-Match: *\r\n");
    EXPECT_EQ(same.status, 304) << path;
    EXPECT_TRUE(responses.contains("304"));
    const Answer wrong = client.get(path + "?unknown=1");
    EXPECT_EQ(wrong.status, 400) << path;
    expect_as_documented(document, wrong, responses["400"], path);
  }
}

TEST_P(OpenApi, every_route_is_documented) {
  const Server server = serve();
  const Json document = server.json("/openapi.json");
  std::set<std::string> documented;
  for (const auto& [path, operations] : document["paths"].items()) documented.insert(path);
  const std::set<std::string> expected = {"/api/trades",
                                          "/api/positions/active",
                                          "/api/positions/history",
                                          "/api/events",
                                          "/api/performance/summary",
                                          "/api/regimes",
                                          "/healthz",
                                          "/readyz",
                                          "/metrics",
                                          "/openapi.json",
                                          "/api/schema/status"};
  EXPECT_EQ(documented, expected);
  // What the server counts by is the list of its routes.
  const std::string metrics = server.get("/metrics").body;
  const std::regex route(R"re(request_duration_seconds_count\{route="([^"]+)"\})re");
  std::set<std::string> served;
  for (auto at = std::sregex_iterator(metrics.begin(), metrics.end(), route); at != std::sregex_iterator();
       ++at)
    served.insert((*at)[1]);
  served.erase("other");
  EXPECT_EQ(served, documented);
}

TEST_P(OpenApi, documented_parameters_are_taken) {
  const Server server = serve();
  const std::map<std::string, std::string> values = {{"start_date", "2026-11-21"},
                                                     {"end_date", "2026-11-21T09:30:00Z"},
                                                     {"symbol", "BTCUSDT"},
                                                     {"phase", "2"},
                                                     {"event_type", "started"},
                                                     {"severity", "INFO"},
                                                     {"limit", "1000"},
                                                     {"offset", "1000000000"},
                                                     {"cursor", "9"}};
  const Json document = server.json("/openapi.json");
  std::set<std::string> seen;
  for (const auto& [path, operations] : document["paths"].items()) {
    for (const Json& parameter : operations["get"]["parameters"]) {
      const std::string name = parameter["name"];
      seen.insert(name);
      ASSERT_TRUE(values.contains(name)) << name;
      EXPECT_EQ(server.get(fmt::format("{}?{}={}", path, name, values.at(name))).status, 200)
          << path << " " << name;
    }
  }
  EXPECT_EQ(seen.size(), values.size());
}

TEST_P(OpenApi, the_token_is_asked_for_as_documented) {
  const Server open = serve();
  const Json document = open.json("/openapi.json");
  const Server server(database.url, {}, {.env = {{"TRADEWIND_TOKEN", "a-token-of-some-length"}}});
  for (const auto& [path, operations] : document["paths"].items()) {
    const bool needed = !operations["get"].contains("security");
    const Answer answer = server.get(path);
    EXPECT_EQ(answer.status, needed ? 401 : 200) << path;
    EXPECT_EQ(operations["get"]["responses"].contains("401"), needed) << path;
    if (needed) expect_as_documented(document, answer, operations["get"]["responses"]["401"], path);
  }
}

}  // namespace
}  // namespace tradewind::test
