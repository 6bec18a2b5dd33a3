#pragma once

#include <atomic>

namespace tradewind::cli {

/// Becomes true with the first SIGINT or SIGTERM: the running statement is cancelled. The second one kills.
const std::atomic<bool>& stop_requested() noexcept;

/// Installs the handlers; a reader of our output that goes away must not kill us in the middle of a
/// migration.
void install_signal_handlers();

}  // namespace tradewind::cli
