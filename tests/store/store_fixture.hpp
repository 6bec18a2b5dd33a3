#pragma once

#include <tradewind/store.hpp>

#include <string>

#include "support/engines.hpp"
#include "support/given.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {

using namespace tradewind::literals;
using namespace std::chrono_literals;

inline UtcTime at(std::string_view text) {
  return given(parse_utc(text));
}
/// The second `count` of a day.
inline UtcTime second(std::int64_t count) {
  return at("2026-11-21T00:00:00Z") + std::chrono::seconds(count);
}

inline Trade trade(std::string_view signal, std::string_view symbol = "BTCUSDT", int phase = 1) {
  return {.signal_id = signal,
          .symbol = symbol,
          .side = Side::buy,
          .size = 0.25_dec,
          .entry_price = 61000.5_dec,
          .stop_price = 60000_dec,
          .tp_price = {},
          .fill_price = 61001.12345678_dec,
          .slippage_pct = 0.001023_dec,
          .execution_latency_ms = 12.5_dec,
          .regime_state = Regime::bullish,
          .phase = phase,
          .timestamp = at("2026-11-21T09:30:00.123456Z")};
}

inline Position position(std::string_view symbol = "BTCUSDT", int phase = 1) {
  return {.symbol = symbol,
          .side = PositionSide::short_position,
          .size = 2_dec,
          .avg_entry = 61000.5_dec,
          .current_stop = 62000_dec,
          .regime_at_entry = Regime::bearish,
          .phase_at_entry = phase,
          .opened_at = second(0)};
}

/// Where a store's journal and rings are.
struct StoreFolders {
  TempDir disk{"tradewind-journal"};
  TempDir memory{"tradewind-rings", "/dev/shm"};

  StoreOptions options() const {
    return {.journal = disk.path(),
            .rings = memory.path(),
            .ring_bytes = std::size_t{8} << 20,
            .segment_bytes = std::uint64_t{1} << 20,
            .migrate = true};
  }
};

class StoreTest : public OnEachEngine {
 protected:
  Store open() const { return Store::open(database.url, folders.options()); }
  std::string count(const std::string& table) const {
    return database.value("SELECT count(*) FROM " + table);
  }

  StoreFolders folders;
};

}  // namespace tradewind::test
