#include "server/row_json.hpp"

namespace tradewind::server {
namespace {

/// States are numbers in the database: -1, 0, 1; 0, 1, 2.
template <typename State>
int number(State state) {
  return static_cast<int>(state);
}

void write_applied(JsonWriter& json, const std::vector<AppliedMigration>& migrations) {
  json.begin_array();
  for (const AppliedMigration& migration : migrations) {
    json.begin_object().member("version", migration.version).member("name", migration.name);
    json.member("batch", migration.batch).member("checksum", migration.checksum);
    json.member("applied_at", migration.applied_at);
    json.member("execution_time_ms", migration.execution_time_ms).end_object();
  }
  json.end_array();
}

void write_values(JsonWriter& json, const Performance& performance) {
  json.member("trades", performance.trades).member("closed", performance.closed);
  json.member("wins", performance.wins).member("losses", performance.losses);
  json.member("win_rate", performance.win_rate);
  json.member("total_pnl", performance.total_pnl).member("average_pnl", performance.average_pnl);
  json.member("profit_factor", performance.profit_factor);
  json.member("max_drawdown", performance.max_drawdown);
}

void write_part(JsonWriter& json, const std::vector<Performance>& performances, std::string_view name,
                bool by_symbol, bool by_phase) {
  json.key(name).begin_array();
  for (const Performance& performance : performances) {
    if (performance.symbol.empty() == by_symbol || (performance.phase == 0) == by_phase) continue;
    json.begin_object();
    if (by_symbol) json.member("symbol", performance.symbol);
    if (by_phase) json.member("phase", performance.phase);
    write_values(json, performance);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

void write(JsonWriter& json, const TradeRow& row) {
  json.begin_object().member("trade_id", row.trade_id).member("signal_id", row.signal_id);
  json.member("symbol", row.symbol).member("side", column_text(row.side)).member("size", row.size);
  json.member("entry_price", row.entry_price).member("stop_price", row.stop_price);
  json.member("tp_price", row.tp_price).member("fill_price", row.fill_price);
  json.member("slippage_pct", row.slippage_pct).member("execution_latency_ms", row.execution_latency_ms);
  json.member("regime_state", number(row.regime_state)).member("phase", row.phase);
  json.member("timestamp", row.timestamp).end_object();
}

void write(JsonWriter& json, const PositionRow& row) {
  json.begin_object().member("position_id", row.position_id).member("symbol", row.symbol);
  json.member("side", column_text(row.side)).member("size", row.size).member("avg_entry", row.avg_entry);
  json.member("current_stop", row.current_stop).member("current_tp", row.current_tp);
  json.member("unrealized_pnl", row.unrealized_pnl);
  json.member("regime_at_entry", number(row.regime_at_entry)).member("phase_at_entry", row.phase_at_entry);
  json.member("opened_at", row.opened_at).member("updated_at", row.updated_at);
  json.member("closed_at", row.closed_at).member("close_price", row.close_price);
  json.member("realized_pnl", row.realized_pnl).member("close_reason", row.close_reason).end_object();
}

void write(JsonWriter& json, const RegimeRow& row) {
  json.begin_object().member("snapshot_id", row.snapshot_id).member("timestamp", row.timestamp);
  json.member("symbol", row.symbol).member("regime_state", number(row.regime_state));
  json.member("trend_state", number(row.trend_state)).member("vol_state", number(row.vol_state));
  json.member("market_structure_score", row.market_structure_score);
  json.member("model_recommendation", column_text(row.model_recommendation)).end_object();
}

void write(JsonWriter& json, const EventRow& row) {
  json.begin_object().member("event_id", row.event_id).member("event_type", row.event_type);
  json.member("severity", column_text(row.severity)).member("description", row.description);
  // The tables let nothing but JSON into the column.
  json.key("context").raw(row.context_json.value_or("null"));
  json.member("timestamp", row.timestamp).end_object();
}

void write(JsonWriter& json, const Status& status) {
  json.begin_object().member("clean", status.clean()).key("applied");
  write_applied(json, status.applied);
  json.key("pending").begin_array();
  for (const PendingMigration& pending : status.pending) {
    json.begin_object().member("version", pending.version).member("name", pending.name).end_object();
  }
  json.end_array().key("changed");
  write_applied(json, status.changed);
  json.key("missing");
  write_applied(json, status.missing);
  json.key("failed").begin_array();
  for (const FailedMigration& failed : status.failed) {
    json.begin_object().member("version", failed.version).member("error", failed.error).end_object();
  }
  json.end_array().end_object();
}

void write(JsonWriter& json, const std::vector<Performance>& performances) {
  json.begin_object();
  Performance all;
  for (const Performance& performance : performances) {
    if (performance.symbol.empty() && performance.phase == 0) all = performance;
  }
  write_values(json, all);
  write_part(json, performances, "by_symbol", true, false);
  write_part(json, performances, "by_phase", false, true);
  write_part(json, performances, "by_symbol_and_phase", true, true);
  json.end_object();
}

}  // namespace tradewind::server
