#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "support/spawn.hpp"

namespace tradewind::test {

/// An answer as it came.
struct Answer {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

/// One connection to a server on 127.0.0.1, of plain sockets: what it sends is what the test says.
class HttpClient {
 public:
  /// Throws std::runtime_error if the server takes no connection.
  explicit HttpClient(std::uint16_t port);

  void send(std::string_view bytes);
  /// The next answer; nothing if the server closes first. Throws std::runtime_error after `patience`.
  std::optional<Answer> receive(bool has_body = true,
                                std::chrono::milliseconds patience = std::chrono::seconds(60));
  /// `headers`: lines, each with \r\n.
  Answer request(std::string_view method, std::string_view target, std::string_view headers = {});
  Answer get(std::string_view target, std::string_view headers = {}) {
    return request("GET", target, headers);
  }
  /// Whether the server has closed, waiting for it so long.
  bool closed(std::chrono::milliseconds patience);

 private:
  bool read_more(std::chrono::milliseconds patience);

  Descriptor socket_;
  std::string received_;
};

/// On a connection of its own.
Answer http_get(std::uint16_t port, std::string_view target, std::string_view headers = {});

}  // namespace tradewind::test
