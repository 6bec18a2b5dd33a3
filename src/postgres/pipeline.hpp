#pragma once

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
#include "postgres/batch_size.hpp"
#include "postgres/handle.hpp"
#include "postgres/libpq.hpp"
#include "postgres/shielded_listener.hpp"

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
           ShieldedListener& listener, std::function<void(std::chrono::milliseconds)> idle);

  /// Runs the stream to its end or the first failure; a listener that throws is a request to stop. The
  /// session may be left in a transaction.
  std::optional<database::Failure> run(database::CommandStream& commands);

 private:
  static constexpr std::size_t window = 8192;
  static constexpr std::size_t window_bytes = std::size_t{4} << 20;

  struct Sent {
    database::Tag tag;
    std::uint32_t bytes = 0;
    bool internal = false;  ///< a Parse of our own, not a command of the stream
    std::string text;       ///< kept of short commands, to map an error's position
  };

  /// Statements on their way in one simple query, which costs the server half of what a message each does.
  struct Batch {
    std::string text;
    std::vector<database::Tag> tags;
    std::vector<std::size_t> begins;  ///< of each statement in the text
  };

  void collect(const database::Command& command);
  void run_batch();
  /// Answers come for each statement until one fails.
  void take_batch_answer(const PGresult* result, std::size_t statement);
  void await_answer();
  PGresult* next_result();
  void send_rows(std::string_view rows);
  void leave_pipeline();
  void enter_pipeline();
  void send(const database::Command& command);
  void send_prepared(const database::Command& command);
  void send_once(const database::Command& command);
  void sent(const database::Command& command, bool internal);
  void ask_for_answers();
  void synchronise();
  std::optional<database::Failure> copy(const database::Command& command, std::string_view rows);
  bool window_is_full() const { return pending_.size() >= window || pending_bytes_ >= window_bytes; }
  bool has_room() const { return pending_.size() < window / 2 && pending_bytes_ < window_bytes / 2; }
  void make_room();
  void keep_pace(const database::Command& command);
  /// Sends and receives until reached(whether all is sent), or the connection is lost.
  template <typename Reached>
  void exchange_until(Reached reached);
  void wait(bool to_send);
  void drain();
  void take_results();
  void take(const PGresult* result);
  void finish_front();
  void fail_disconnected();
  bool stopping() const { return settings_.stopping() || listener_.has_thrown(); }
  void cancel_if_stopping();
  void stop_here();
  const char* terminated(std::string_view text);
  void collect_parameters(const database::Command& command);

  PGconn* connection_;
  const database::OpenSettings& settings_;
  PreparedStatements& prepared_;
  ShieldedListener& listener_;
  std::function<void(std::chrono::milliseconds)> idle_;
  std::deque<Sent> pending_;
  Batch batch_;
  std::size_t pending_bytes_ = 0;
  std::size_t commands_since_flush_ = 0;
  std::size_t unsent_ = 0;
  bool sync_pending_ = false;
  bool synchronised_ = true;  ///< nothing was sent since the last sync
  BatchSize batch_size_;
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
