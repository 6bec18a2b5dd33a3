/// What a store gives back: Titan's rows, and which of them to give.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tradewind/record_titan.hpp>

namespace [[gnu::visibility("default")]] tradewind {

struct TradeRow {
  std::int64_t trade_id = 0;
  std::string signal_id;
  std::string symbol;
  Side side = Side::buy;
  Decimal size;
  Decimal entry_price;
  std::optional<Decimal> stop_price;
  std::optional<Decimal> tp_price;
  Decimal fill_price;
  std::optional<Decimal> slippage_pct;
  std::optional<Decimal> execution_latency_ms;
  Regime regime_state = Regime::neutral;
  int phase = 1;
  UtcTime timestamp;
};

struct PositionRow {
  std::int64_t position_id = 0;
  std::string symbol;
  PositionSide side = PositionSide::long_position;
  Decimal size;
  Decimal avg_entry;
  std::optional<Decimal> current_stop;
  std::optional<Decimal> current_tp;
  Decimal unrealized_pnl;
  Regime regime_at_entry = Regime::neutral;
  int phase_at_entry = 1;
  UtcTime opened_at;
  UtcTime updated_at;
  std::optional<UtcTime> closed_at;  ///< none while it is open
  std::optional<Decimal> close_price;
  std::optional<Decimal> realized_pnl;
  std::optional<std::string> close_reason;
};

struct RegimeRow {
  std::int64_t snapshot_id = 0;
  UtcTime timestamp;
  std::string symbol;
  Regime regime_state = Regime::neutral;
  Trend trend_state = Trend::none;
  Volatility vol_state = Volatility::normal;
  Decimal market_structure_score;
  Recommendation model_recommendation = Recommendation::no_trade;
};

struct EventRow {
  std::int64_t event_id = 0;
  std::string event_type;
  Severity severity = Severity::info;
  std::string description;
  std::optional<std::string> context_json;
  UtcTime timestamp;
};

/// Which rows, newest first: of those below `before` (the id of the last row of the page before: a page costs
/// the same wherever it is), all but the first `offset`, at most `limit`.
struct Page {
  std::size_t limit = 100;
  std::size_t offset = 0;
  std::optional<std::int64_t> before = {};
};

/// Empty fields let everything through. Times: from `from` on, before `until`.
struct TradeFilter {
  std::optional<UtcTime> from = {};
  std::optional<UtcTime> until = {};
  std::optional<std::string> symbol = {};
  std::optional<int> phase = {};
};
struct RegimeFilter {
  std::optional<UtcTime> from = {};
  std::optional<UtcTime> until = {};
  std::optional<std::string> symbol = {};
};
struct EventFilter {
  std::optional<UtcTime> from = {};
  std::optional<UtcTime> until = {};
  std::optional<std::string> event_type = {};
  std::optional<Severity> severity = {};
};

/// What trading comes to. docs/store.md has the formulas.
struct Performance {
  std::string symbol;        ///< empty: all
  int phase = 0;             ///< 0: both
  std::int64_t trades = 0;   ///< recorded
  std::int64_t closed = 0;   ///< positions closed
  std::int64_t wins = 0;     ///< of these, with a profit
  std::int64_t losses = 0;   ///< with a loss
  Decimal total_pnl = {};    ///< realized
  Decimal average_pnl = {};  ///< of a closed position, rounded to 8 decimals; 0 if there is none
  double win_rate = 0;       ///< wins / closed; 0 if there is none
  std::optional<double> profit_factor = {};  ///< all profits / all losses; none without a loss
  Decimal max_drawdown =
      {};  ///< the largest fall of the sum of realized P&L from a peak, the beginning's 0 included
  friend bool operator==(const Performance&, const Performance&) = default;
};

}  // namespace tradewind
