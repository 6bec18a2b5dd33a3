#pragma once

#include <sys/types.h>

#include <filesystem>

#include "support/spawn.hpp"

namespace tradewind::test {

/// A small process that outlives this one if it crashes or is killed: then it stops the server and removes
/// the folder.
class ServerWatchdog {
 public:
  explicit ServerWatchdog(const std::filesystem::path& folder);
  /// Ends it without a trace; the server and the folder are left alone.
  ~ServerWatchdog();
  ServerWatchdog(const ServerWatchdog&) = delete;
  ServerWatchdog& operator=(const ServerWatchdog&) = delete;

  /// The server to stop from now on; -1: none.
  void watch(pid_t server);
  /// False in a child forked off.
  bool is_own() const;

 private:
  Descriptor line_;
  pid_t process_ = -1;
  pid_t owner_ = -1;
};

}  // namespace tradewind::test
