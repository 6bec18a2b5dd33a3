#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "server/api.hpp"

namespace tradewind::server {

struct HttpOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0: any that is free
  std::size_t threads = 8;    ///< for requests that take the database
  std::size_t connections = 4096;
  std::chrono::seconds idle_timeout{75};     ///< between requests
  std::chrono::seconds request_timeout{10};  ///< from a request's first byte to its last
  std::chrono::seconds answer_timeout{60};   ///< for an answer to be taken
  std::chrono::seconds stop_timeout{10};     ///< for what runs, when it is to stop
};

/// HTTP/1.1 in front of an Api: one thread for all connections, and some for the database.
class HttpServer {
 public:
  /// Listens. Throws Error{configuration} if it can't. The api must outlive it.
  HttpServer(Api& api, const HttpOptions& options);
  ~HttpServer();

  std::uint16_t port() const;
  /// Until SIGINT or SIGTERM; then finishes what runs. A second signal ends it at once.
  void run();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace tradewind::server
