#include "server/message.hpp"

#include "server/json_writer.hpp"

namespace tradewind::server {

Response error_response(unsigned status, std::string_view code, std::string_view message) {
  JsonWriter json;
  json.begin_object().key("error").begin_object();
  json.member("code", code).member("message", message);
  json.end_object().end_object();
  return {.status = status, .body = json.take()};
}

}  // namespace tradewind::server
