#include "store/reader.hpp"

#include <fmt/format.h>

#include "base/mapped.hpp"
#include "base/text.hpp"
#include "database/dialect.hpp"
#include "store/nearest_decimal.hpp"
#include "store/performance.hpp"

namespace tradewind::store {
namespace {

using database::Connection;
using database::Rows;

/// A query's conditions and its parameters, grown together.
class Query {
 public:
  explicit Query(std::string select) : text_(std::move(select)) {}

  void where(std::string_view condition, std::string value) {
    also(condition);
    parameters_.emplace_back(std::move(value));
    text_ += fmt::format(" ${}", parameters_.size());
  }
  void also(std::string_view condition) {
    text_ += fmt::format("{}{}", has_conditions_ ? " AND " : " WHERE ", condition);
    has_conditions_ = true;
  }
  template <typename Filter>
  void between(const Filter& filter) {
    if (filter.from) where("timestamp >=", to_string(*filter.from));
    if (filter.until) where("timestamp <", to_string(*filter.until));
  }
  Rows page(Connection& connection, std::string_view id, const Page& page) {
    if (page.before) where(fmt::format("{} <", id), std::to_string(*page.before));
    text_ += fmt::format(" ORDER BY {} DESC LIMIT {} OFFSET {}", id, page.limit, page.offset);
    return connection.query(text_, parameters_);
  }
  Rows all(Connection& connection, std::string_view id) {
    return connection.query(fmt::format("{} ORDER BY {}", text_, id), parameters_);
  }

 private:
  std::string text_;
  std::vector<database::Parameter> parameters_;
  bool has_conditions_ = false;
};

/// Takes a row's cells one after the other. What a cell can't be is an error of the database's contents.
class Cells {
 public:
  Cells(const Rows& rows, std::size_t row) : rows_(rows), row_(row) {}

  std::string text() { return std::string(rows_.text(row_, column_++)); }
  std::optional<std::string> maybe_text() {
    const auto cell = rows_.at(row_, column_++);
    return cell ? std::optional<std::string>(*cell) : std::nullopt;
  }
  std::int64_t integer() {
    const std::string_view cell = rows_.text(row_, column_++);
    const auto value = base::number<std::int64_t>(cell);
    if (!value) wrong(cell);
    return *value;
  }
  template <typename Enum>
  Enum number() {
    return static_cast<Enum>(integer());
  }
  Decimal decimal() { return maybe_decimal().value_or(0); }
  std::optional<Decimal> maybe_decimal() {
    const auto cell = rows_.at(row_, column_++);
    if (!cell) return std::nullopt;
    const auto value = nearest_decimal(*cell);
    if (!value) wrong(*cell);
    return value;
  }
  UtcTime time() { return maybe_time().value_or(UtcTime()); }
  std::optional<UtcTime> maybe_time() {
    const auto cell = rows_.at(row_, column_++);
    if (!cell) return std::nullopt;
    const auto value = parse_utc(*cell);
    if (!value) wrong(*cell);
    return value;
  }
  template <typename Enum>
  Enum named(std::initializer_list<Enum> values) {
    const std::string_view cell = rows_.text(row_, column_++);
    for (const Enum value : values) {
      if (column_text(value) == cell) return value;
    }
    wrong(cell);
  }

 private:
  [[noreturn]] static void wrong(std::string_view cell) {
    throw Error(Code::statement_failed,
                fmt::format("the database holds a value that can't be: {}", base::printable(cell)));
  }
  const Rows& rows_;
  std::size_t row_;
  std::size_t column_ = 0;
};

std::string utc(Connection& connection, std::string_view column) {
  return connection.dialect().utc(column);
}

std::string select_positions(Connection& connection) {
  return fmt::format(
      "SELECT position_id, symbol, side, size, avg_entry, current_stop, current_tp, unrealized_pnl, "
      "regime_at_entry, "
      "phase_at_entry, {}, {}, {}, close_price, realized_pnl, close_reason FROM positions",
      utc(connection, "opened_at"), utc(connection, "updated_at"), utc(connection, "closed_at"));
}

std::vector<PositionRow> positions(const Rows& rows) {
  std::vector<PositionRow> result(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Cells cells(rows, i);
    PositionRow& row = result[i];
    row.position_id = cells.integer();
    row.symbol = cells.text();
    row.side = cells.named({PositionSide::long_position, PositionSide::short_position});
    row.size = cells.decimal();
    row.avg_entry = cells.decimal();
    row.current_stop = cells.maybe_decimal();
    row.current_tp = cells.maybe_decimal();
    row.unrealized_pnl = cells.decimal();
    row.regime_at_entry = cells.number<Regime>();
    row.phase_at_entry = cells.number<int>();
    row.opened_at = cells.time();
    row.updated_at = cells.time();
    row.closed_at = cells.maybe_time();
    row.close_price = cells.maybe_decimal();
    row.realized_pnl = cells.maybe_decimal();
    row.close_reason = cells.maybe_text();
  }
  return result;
}

Decimal quotient(Decimal sum, std::int64_t count) {
  return count == 0 ? Decimal() : Decimal::of_units(sum.units() / count).rounded(8);
}

tradewind::Performance summary(const Performance::Key& key, const Tally& tally) {
  tradewind::Performance result{.symbol = key.first,
                                .phase = static_cast<int>(key.second),
                                .trades = tally.trades,
                                .closed = tally.closed,
                                .wins = tally.wins,
                                .losses = tally.losses,
                                .total_pnl = tally.equity,
                                .average_pnl = quotient(tally.equity, tally.closed),
                                .max_drawdown = tally.drawdown};
  if (tally.closed > 0) result.win_rate = static_cast<double>(tally.wins) / static_cast<double>(tally.closed);
  if (tally.loss > 0) result.profit_factor = tally.profit.to_double() / tally.loss.to_double();
  return result;
}

/// The column holds multiples of 10^-8.
Decimal money(Cells& cells) {
  const std::string text = cells.text();
  Decimal::Units units = 0;
  for (const char c : text) {
    if (detail::is_digit(c)) units = units * 10 + (c - '0');
  }
  return Decimal::of_units((text.starts_with('-') ? -units : units) * 100);
}

constexpr std::string_view summary_columns =
    "symbol, phase, trades, closed, wins, losses, profit, loss, equity, peak, drawdown";

std::vector<tradewind::Performance> summaries(const Rows& rows) {
  std::vector<tradewind::Performance> result;
  result.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Cells cells(rows, i);
    Performance::Key key;
    key.first = cells.text();
    key.second = cells.integer();
    Tally tally;
    tally.trades = cells.integer();
    tally.closed = cells.integer();
    tally.wins = cells.integer();
    tally.losses = cells.integer();
    tally.profit = money(cells);
    tally.loss = money(cells);
    tally.equity = money(cells);
    tally.peak = money(cells);
    tally.drawdown = money(cells);
    result.push_back(summary(key, tally));
  }
  return result;
}

/// Anything else, such as a lock or a missing right, says nothing of the tables.
bool is_of_another_schema(const Error& error) {
  const std::string_view message = error.message();
  const auto says = [&](std::string_view text) { return message.find(text) != std::string_view::npos; };
  return error.sqlstate() == "42P01" || error.sqlstate() == "42703" || says("no such table") ||
         says("no such column");
}

}  // namespace

std::vector<TradeRow> read_trades(Connection& connection, const TradeFilter& filter, const Page& page) {
  Query query(
      fmt::format("SELECT trade_id, signal_id, symbol, side, size, entry_price, stop_price, tp_price, "
                  "fill_price, slippage_pct, execution_latency_ms, regime_state, phase, {} FROM trades",
                  utc(connection, "timestamp")));
  query.between(filter);
  if (filter.symbol) query.where("symbol =", *filter.symbol);
  if (filter.phase) query.where("phase =", std::to_string(*filter.phase));
  const Rows rows = query.page(connection, "trade_id", page);
  std::vector<TradeRow> result(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Cells cells(rows, i);
    TradeRow& row = result[i];
    row.trade_id = cells.integer();
    row.signal_id = cells.text();
    row.symbol = cells.text();
    row.side = cells.named({Side::buy, Side::sell});
    row.size = cells.decimal();
    row.entry_price = cells.decimal();
    row.stop_price = cells.maybe_decimal();
    row.tp_price = cells.maybe_decimal();
    row.fill_price = cells.decimal();
    row.slippage_pct = cells.maybe_decimal();
    row.execution_latency_ms = cells.maybe_decimal();
    row.regime_state = cells.number<Regime>();
    row.phase = cells.number<int>();
    row.timestamp = cells.time();
  }
  return result;
}

std::vector<PositionRow> read_active_positions(Connection& connection) {
  Query query(select_positions(connection));
  query.also("closed_at IS NULL");
  return positions(query.all(connection, "position_id"));
}

std::vector<PositionRow> read_position_history(Connection& connection, const Page& page) {
  Query query(select_positions(connection));
  query.also("closed_at IS NOT NULL");
  return positions(query.page(connection, "position_id", page));
}

std::vector<RegimeRow> read_regimes(Connection& connection, const RegimeFilter& filter, const Page& page) {
  Query query(
      fmt::format("SELECT snapshot_id, {}, symbol, regime_state, trend_state, vol_state, "
                  "market_structure_score, model_recommendation FROM regime_snapshots",
                  utc(connection, "timestamp")));
  query.between(filter);
  if (filter.symbol) query.where("symbol =", *filter.symbol);
  const Rows rows = query.page(connection, "snapshot_id", page);
  std::vector<RegimeRow> result(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Cells cells(rows, i);
    RegimeRow& row = result[i];
    row.snapshot_id = cells.integer();
    row.timestamp = cells.time();
    row.symbol = cells.text();
    row.regime_state = cells.number<Regime>();
    row.trend_state = cells.number<Trend>();
    row.vol_state = cells.number<Volatility>();
    row.market_structure_score = cells.decimal();
    row.model_recommendation =
        cells.named({Recommendation::trend_follow, Recommendation::mean_revert, Recommendation::no_trade});
  }
  return result;
}

std::vector<EventRow> read_events(Connection& connection, const EventFilter& filter, const Page& page) {
  Query query(
      fmt::format("SELECT event_id, event_type, severity, description, context_json, {} FROM system_events",
                  utc(connection, "timestamp")));
  query.between(filter);
  if (filter.event_type) query.where("event_type =", *filter.event_type);
  if (filter.severity) query.where("severity =", std::string(column_text(*filter.severity)));
  const Rows rows = query.page(connection, "event_id", page);
  std::vector<EventRow> result(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Cells cells(rows, i);
    EventRow& row = result[i];
    row.event_id = cells.integer();
    row.event_type = cells.text();
    row.severity = cells.named({Severity::error, Severity::warning, Severity::info});
    row.description = cells.text();
    row.context_json = cells.maybe_text();
    row.timestamp = cells.time();
  }
  return result;
}

std::vector<tradewind::Performance> read_performances(Connection& connection) {
  return summaries(connection.query(
      fmt::format("SELECT {} FROM store_performance ORDER BY symbol, phase", summary_columns)));
}

tradewind::Performance read_performance(Connection& connection, std::string_view symbol, int phase) {
  const std::vector<database::Parameter> parameters = {std::string(symbol), std::to_string(phase)};
  const auto found = summaries(connection.query(
      fmt::format("SELECT {} FROM store_performance WHERE symbol = $1 AND phase = $2", summary_columns),
      parameters));
  return found.empty() ? summary({std::string(symbol), phase}, {}) : found.front();
}

std::vector<tradewind::Performance> recompute_performances(Connection& connection) {
  Performance::Tallies tallies = Performance::recomputed(connection);
  tallies.try_emplace({"", 0});
  return base::mapped(tallies, [](const auto& entry) { return summary(entry.first, entry.second); });
}

bool has_titan(Connection& connection) {
  try {
    connection.query("SELECT signal_id, regime_state, phase FROM trades WHERE 1 = 0");
    connection.query("SELECT position_id, regime_at_entry, phase_at_entry FROM positions WHERE 1 = 0");
    connection.query("SELECT model_recommendation FROM regime_snapshots WHERE 1 = 0");
    connection.query("SELECT severity, context_json FROM system_events WHERE 1 = 0");
    return true;
  } catch (const Error& error) {
    if (is_of_another_schema(error)) return false;
    throw;
  }
}

}  // namespace tradewind::store
