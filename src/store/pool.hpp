#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include <tradewind/error.hpp>

#include "database/connection.hpp"

namespace tradewind::store {

/// Connections for many callers: as many as are needed at a time, up to a limit; a few are kept.
class Pool {
 public:
  using Open = std::function<std::unique_ptr<database::Connection>()>;

  Pool(Open open, std::size_t most, std::size_t idle, std::chrono::milliseconds patience);

  /// Runs the work with a connection of its own; once more with a new one if that was lost. Waits for a
  /// connection if all are in use. Throws LockTimeout if none comes free, and what the work throws.
  template <typename Work>
  auto with(Work work) {
    try {
      return run(work, take());
    } catch (const ConnectionError&) {
      return run(work, renew());
    }
  }

  std::size_t open_connections() const;

 private:
  using Connection = std::unique_ptr<database::Connection>;

  template <typename Work>
  auto run(Work& work, Connection connection) {
    struct Return {
      Pool& pool;
      Connection connection;
      bool whole = false;
      ~Return() { pool.give_back(whole ? std::move(connection) : nullptr); }
    } held{*this, std::move(connection)};
    auto result = work(*held.connection);
    held.whole = true;
    return result;
  }

  Connection take();
  /// A new connection in place of those that may be as dead as the one that was lost.
  Connection renew();
  Connection open_new();
  void give_back(Connection connection) noexcept;

  Open open_;
  std::size_t most_;
  std::size_t idle_;
  std::chrono::milliseconds patience_;
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<Connection> kept_;
  std::size_t count_ = 0;  ///< in use and kept
};

}  // namespace tradewind::store
