/// The records of Titan's tables. A text is borrowed for the length of the recording call; an optional that
/// is empty becomes NULL.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <tradewind/record.hpp>

namespace [[gnu::visibility("default")]] tradewind {

enum class Side : std::uint8_t { buy, sell };
enum class PositionSide : std::uint8_t { long_position, short_position };
enum class Regime : std::int8_t { bearish = -1, neutral = 0, bullish = 1 };
enum class Trend : std::int8_t { down = -1, none = 0, up = 1 };
enum class Volatility : std::int8_t { low = 0, normal = 1, high = 2 };
enum class Recommendation : std::uint8_t { trend_follow, mean_revert, no_trade };
enum class Severity : std::uint8_t { error, warning, info };

/// As the database has them: "BUY", "LONG", "TREND_FOLLOW", "ERROR".
constexpr std::string_view column_text(Side side) noexcept {
  return side == Side::buy ? "BUY" : "SELL";
}
constexpr std::string_view column_text(PositionSide side) noexcept {
  return side == PositionSide::long_position ? "LONG" : "SHORT";
}
constexpr std::string_view column_text(Recommendation value) noexcept {
  if (value == Recommendation::no_trade) return "NO_TRADE";
  return value == Recommendation::trend_follow ? "TREND_FOLLOW" : "MEAN_REVERT";
}
constexpr std::string_view column_text(Severity value) noexcept {
  if (value == Severity::info) return "INFO";
  return value == Severity::error ? "ERROR" : "WARNING";
}

/// An execution. A signal is executed at most once: recording one again does nothing if all is the same, and
/// is set aside as a dead letter otherwise.
struct Trade {
  std::string_view signal_id;
  std::string_view symbol;
  Side side = Side::buy;
  Decimal size;         ///< in units of the base asset
  Decimal entry_price;  ///< intended
  std::optional<Decimal> stop_price = {};
  std::optional<Decimal> tp_price = {};
  Decimal fill_price;
  std::optional<Decimal> slippage_pct = {};
  std::optional<Decimal> execution_latency_ms = {};
  Regime regime_state = Regime::neutral;
  int phase = 1;  ///< 1 or 2
  UtcTime timestamp = utc_now();
};

/// A position that begins. Its id is given by Store::open_position.
struct Position {
  std::string_view symbol;
  PositionSide side = PositionSide::long_position;
  Decimal size;
  Decimal avg_entry;
  std::optional<Decimal> current_stop = {};
  std::optional<Decimal> current_tp = {};
  Decimal unrealized_pnl = {};
  Regime regime_at_entry = Regime::neutral;
  int phase_at_entry = 1;
  UtcTime opened_at = utc_now();
};

/// What an open position is from now on: all of it, so that of many updates the last is enough.
struct PositionUpdate {
  std::int64_t position_id = 0;
  Decimal size;
  Decimal avg_entry;
  std::optional<Decimal> current_stop = {};
  std::optional<Decimal> current_tp = {};
  Decimal unrealized_pnl = {};
  std::optional<Decimal> realized_pnl = {};  ///< of partial closes
  UtcTime updated_at = utc_now();
};

/// The end of a position: nothing can be changed afterwards.
struct PositionClose {
  std::int64_t position_id = 0;
  Decimal close_price;
  Decimal realized_pnl;
  std::optional<std::string_view> close_reason = {};  ///< regime_kill, stop_hit, ...
  UtcTime closed_at = utc_now();
  Decimal unrealized_pnl = {};  ///< what is left of it
};

struct RegimeSnapshot {
  UtcTime timestamp = utc_now();
  std::string_view symbol;
  Regime regime_state = Regime::neutral;
  Trend trend_state = Trend::none;
  Volatility vol_state = Volatility::normal;
  Decimal market_structure_score;  ///< 0 to 100
  Recommendation model_recommendation = Recommendation::no_trade;
};

struct SystemEvent {
  std::string_view event_type;  ///< emergency_flatten, heartbeat_timeout, ...
  Severity severity = Severity::info;
  std::string_view description;
  std::optional<Json> context_json = {};
  UtcTime timestamp = utc_now();
};

namespace detail {

/// A position together with its id, flat, as a layout wants it.
struct PositionRecord {
  std::int64_t position_id;
  std::string_view symbol;
  PositionSide side;
  Decimal size;
  Decimal avg_entry;
  std::optional<Decimal> current_stop = {};
  std::optional<Decimal> current_tp = {};
  Decimal unrealized_pnl = {};
  Regime regime_at_entry;
  int phase_at_entry;
  UtcTime opened_at;
};

}  // namespace detail

template <>
struct TableFor<Trade> {
  static constexpr auto layout =
      insert_into("trades", column("signal_id", &Trade::signal_id), column("symbol", &Trade::symbol),
                  column("side", &Trade::side), column("size", &Trade::size),
                  column("entry_price", &Trade::entry_price), column("stop_price", &Trade::stop_price),
                  column("tp_price", &Trade::tp_price), column("fill_price", &Trade::fill_price),
                  column("slippage_pct", &Trade::slippage_pct),
                  column("execution_latency_ms", &Trade::execution_latency_ms),
                  column("regime_state", &Trade::regime_state), column("phase", &Trade::phase),
                  column("timestamp", &Trade::timestamp))
          .with_key("signal_id");
};

template <>
struct TableFor<detail::PositionRecord> {
  using P = detail::PositionRecord;
  static constexpr auto layout =
      insert_into("positions", column("position_id", &P::position_id), column("symbol", &P::symbol),
                  column("side", &P::side), column("size", &P::size), column("avg_entry", &P::avg_entry),
                  column("current_stop", &P::current_stop), column("current_tp", &P::current_tp),
                  column("unrealized_pnl", &P::unrealized_pnl),
                  column("regime_at_entry", &P::regime_at_entry),
                  column("phase_at_entry", &P::phase_at_entry), column("opened_at", &P::opened_at),
                  column("updated_at", &P::opened_at))
          .with_key("position_id");
};

template <>
struct TableFor<PositionUpdate> {
  using P = PositionUpdate;
  static constexpr auto layout =
      update_of("positions", column("position_id", &P::position_id), column("size", &P::size),
                column("avg_entry", &P::avg_entry), column("current_stop", &P::current_stop),
                column("current_tp", &P::current_tp), column("unrealized_pnl", &P::unrealized_pnl),
                column("realized_pnl", &P::realized_pnl), column("updated_at", &P::updated_at))
          .only_while_null("closed_at");
};

template <>
struct TableFor<PositionClose> {
  using P = PositionClose;
  static constexpr auto layout =
      update_of("positions", column("position_id", &P::position_id), column("close_price", &P::close_price),
                column("realized_pnl", &P::realized_pnl), column("close_reason", &P::close_reason),
                column("closed_at", &P::closed_at), column("updated_at", &P::closed_at),
                column("unrealized_pnl", &P::unrealized_pnl))
          .only_while_null("closed_at");
};

template <>
struct TableFor<RegimeSnapshot> {
  using S = RegimeSnapshot;
  static constexpr auto layout = insert_into(
      "regime_snapshots", column("timestamp", &S::timestamp), column("symbol", &S::symbol),
      column("regime_state", &S::regime_state), column("trend_state", &S::trend_state),
      column("vol_state", &S::vol_state), column("market_structure_score", &S::market_structure_score),
      column("model_recommendation", &S::model_recommendation));
};

template <>
struct TableFor<SystemEvent> {
  using E = SystemEvent;
  static constexpr auto layout =
      insert_into("system_events", column("event_type", &E::event_type), column("severity", &E::severity),
                  column("description", &E::description), column("context_json", &E::context_json),
                  column("timestamp", &E::timestamp));
};

}  // namespace tradewind
