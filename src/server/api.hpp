#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <tradewind/migrator.hpp>
#include <tradewind/project.hpp>
#include <tradewind/reader.hpp>

#include "server/journal_watch.hpp"
#include "server/message.hpp"
#include "server/metrics.hpp"

namespace tradewind::server {

struct ApiOptions {
  std::string token;                               ///< empty: whoever reaches the server may ask
  std::vector<std::string> origins;                ///< of web pages that may ask
  std::size_t connections = 8;                     ///< to the database, at most
  std::filesystem::path journal;                   ///< of a store, to tell of in /metrics; may be empty
  std::function<void(const std::string&)> log;     ///< a line of text, from any thread; may be empty
  std::function<void(const std::string&)> access;  ///< of each request; may be empty
};

/// Answers requests. Every member may be called from any thread.
class Api {
 public:
  /// Throws Error{configuration} for a database that can't be.
  Api(ProjectDatabase database, ApiOptions options);

  /// Whether the answer takes the database, or the disk.
  static bool blocks(const Request& request);
  /// Whatever happens, an answer.
  Response answer(const Request& request) noexcept;
  /// For what is no request, or can't be taken now.
  Response refuse(unsigned status, std::string_view code, std::string_view message);

  ServerGauges& gauges() { return gauges_; }

  // For the routes.

  Reader& reader() { return reader_; }
  Status schema_status() const;
  std::string metrics();

 private:
  Response answer_checked(const Request& request);
  Response answer_route(const Request& request, std::size_t route);
  std::optional<Response> forbid(const Request& request, bool open) const;
  Response failed(const Error& error);
  Response without_tables();
  void add_headers(const Request& request, Response& response) const;
  bool allows(std::string_view origin) const;
  void write_gauges(MetricsText& text) const;
  std::optional<std::vector<WrittenJournal>> written_journals();
  void note_database(bool reachable, const std::string& why);

  ProjectDatabase database_;
  ApiOptions options_;
  std::string token_hash_;
  Reader reader_;
  RequestMetrics requests_;
  ServerGauges gauges_;
  std::optional<JournalWatch> journal_;
  std::mutex reachable_mutex_;
  bool reachable_ = true;
};

}  // namespace tradewind::server
