#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "database/command.hpp"
#include "database/open.hpp"
#include "postgres/handle.hpp"

namespace tradewind::postgres {

/// Statements that a session has prepared, by text.
struct PreparedStatements {
  std::unordered_map<std::string, std::string> names;
  unsigned next = 0;
};

/// Sends commands ahead of their answers through libpq's pipeline mode, without intermediate syncs: after an
/// error the server skips everything up to the next one. Protocol: PostgreSQL documentation, "Pipelining" and
/// "Pipeline Mode".
class Pipeline {
 public:
  /// `idle` is called when the server has been silent for a while, with how long.
  Pipeline(PGconn* connection, const database::OpenSettings& settings, PreparedStatements& prepared,
           database::Listener& listener, std::function<void(std::chrono::milliseconds)> idle);

  /// Runs the stream to its end or the first failure. The session may be left in a transaction.
  std::optional<database::Failure> run(database::CommandStream& commands);

 private:
  struct Sent {
    database::Tag tag;
    std::uint32_t bytes = 0;
    bool internal = false;  ///< a Parse of our own, not a command of the stream
    std::string text;       ///< kept of short commands, to map an error's position
  };

  void send(const database::Command& command);
  void send_prepared(const database::Command& command);
  void send_once(const database::Command& command);
  void sent(const database::Command& command, bool internal);
  void ask_for_answers();
  void synchronise();
  std::optional<database::Failure> copy(const database::Command& command);
  bool window_is_full() const { return pending_.size() >= 4096 || pending_bytes_ >= (std::size_t{4} << 20); }
  /// Sends and receives what can be without waiting.
  void exchange();
  void exchange_or_wait();
  void drain();
  void take_results();
  void take(const PGresult* result);
  void finish_front();
  void fail_disconnected();
  void cancel_if_stopping();
  void stop_here();
  const char* terminated(std::string_view text);
  void collect_parameters(const database::Command& command);

  PGconn* connection_;
  const database::OpenSettings& settings_;
  PreparedStatements& prepared_;
  database::Listener& listener_;
  std::function<void(std::chrono::milliseconds)> idle_;
  std::deque<Sent> pending_;
  std::size_t pending_bytes_ = 0;
  std::size_t bytes_since_flush_ = 0;
  std::size_t commands_since_flush_ = 0;
  bool sync_pending_ = false;
  bool front_answered_ = false;  ///< a result of the oldest pending command has come
  bool front_failed_ = false;
  database::Tag last_sent_;
  std::optional<database::Failure> failure_;
  std::string current_value_;
  std::string buffer_;
  std::vector<const char*> parameters_;
  std::chrono::steady_clock::time_point heard_;
  std::chrono::steady_clock::time_point cancelled_{};
};

}  // namespace tradewind::postgres
