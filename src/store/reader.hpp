#pragma once

#include <vector>

#include <tradewind/store_rows.hpp>

#include "database/connection.hpp"

/// Titan's rows read back, each function one query on the connection given.
namespace tradewind::store {

std::vector<TradeRow> read_trades(database::Connection& connection, const TradeFilter& filter,
                                  const Page& page);
std::vector<PositionRow> read_active_positions(database::Connection& connection);
std::vector<PositionRow> read_position_history(database::Connection& connection, const Page& page);
std::vector<RegimeRow> read_regimes(database::Connection& connection, const RegimeFilter& filter,
                                    const Page& page);
std::vector<EventRow> read_events(database::Connection& connection, const EventFilter& filter,
                                  const Page& page);
std::vector<tradewind::Performance> read_performances(database::Connection& connection);
/// All zero for a symbol or phase of which there is nothing.
tradewind::Performance read_performance(database::Connection& connection, std::string_view symbol, int phase);
std::vector<tradewind::Performance> recompute_performances(database::Connection& connection);

/// Whether the database holds Titan's tables.
bool has_titan(database::Connection& connection);

}  // namespace tradewind::store
