/// A request and its answer, whatever carries them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradewind::server {

struct Request {
  std::string method;
  std::string target;  ///< path and query, as sent
  std::string host = {};
  std::string authorization = {};
  std::string origin = {};
  std::string if_none_match = {};
  bool preflight = false;  ///< it has Access-Control-Request-Method
  std::chrono::steady_clock::time_point received = std::chrono::steady_clock::now();

  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
  std::string_view query() const {
    const std::size_t mark = target.find('?');
    return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
  }
};

struct Response {
  unsigned status = 200;
  std::string body = {};
  std::string_view content_type = "application/json";
  std::vector<std::pair<std::string_view, std::string>> headers = {};
};

/// {"error":{"code":...,"message":...}}
Response error_response(unsigned status, std::string_view code, std::string_view message);

}  // namespace tradewind::server
