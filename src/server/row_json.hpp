/// The API's objects.
#pragma once

#include <tradewind/migrator.hpp>
#include <tradewind/store_rows.hpp>

#include "server/json_writer.hpp"

namespace tradewind::server {

void write(JsonWriter& json, const TradeRow& row);
void write(JsonWriter& json, const PositionRow& row);
void write(JsonWriter& json, const RegimeRow& row);
void write(JsonWriter& json, const EventRow& row);
void write(JsonWriter& json, const Status& status);
/// The members for all, and a list for each way to divide it.
void write(JsonWriter& json, const std::vector<Performance>& performances);

inline std::int64_t id_of(const TradeRow& row) {
  return row.trade_id;
}
inline std::int64_t id_of(const PositionRow& row) {
  return row.position_id;
}
inline std::int64_t id_of(const RegimeRow& row) {
  return row.snapshot_id;
}
inline std::int64_t id_of(const EventRow& row) {
  return row.event_id;
}

}  // namespace tradewind::server
