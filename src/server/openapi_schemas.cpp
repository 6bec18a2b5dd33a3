#include "server/routes.hpp"

namespace tradewind::server {

std::string_view openapi_schemas() {
  return R"json({
"Error":{"type":"object","required":["error"],"additionalProperties":false,"properties":{
  "error":{"type":"object","required":["code","message"],"additionalProperties":false,"properties":{
    "code":{"type":"string"},"message":{"type":"string"}}}}},
"Decimal":{"type":"string","pattern":"^-?[0-9]+(\\.[0-9]+)?$"},
"DecimalOrNull":{"type":["string","null"],"pattern":"^-?[0-9]+(\\.[0-9]+)?$"},
"Time":{"type":"string","format":"date-time","pattern":"Z$"},
"TimeOrNull":{"type":["string","null"],"format":"date-time","pattern":"Z$"},
"Cursor":{"type":["string","null"],"description":"null on the last page"},
"State":{"type":"object","required":["status"],"additionalProperties":false,"properties":{"status":{"type":"string"}}},
"OpenApi":{"type":"object","required":["openapi","info","paths"]},
"Trade":{"type":"object","additionalProperties":false,
  "required":["trade_id","signal_id","symbol","side","size","entry_price","stop_price","tp_price","fill_price",
    "slippage_pct","execution_latency_ms","regime_state","phase","timestamp"],
  "properties":{"trade_id":{"type":"integer"},"signal_id":{"type":"string"},"symbol":{"type":"string"},
    "side":{"type":"string","enum":["BUY","SELL"]},"size":{"$ref":"#/components/schemas/Decimal"},
    "entry_price":{"$ref":"#/components/schemas/Decimal"},"stop_price":{"$ref":"#/components/schemas/DecimalOrNull"},
    "tp_price":{"$ref":"#/components/schemas/DecimalOrNull"},"fill_price":{"$ref":"#/components/schemas/Decimal"},
    "slippage_pct":{"$ref":"#/components/schemas/DecimalOrNull"},
    "execution_latency_ms":{"$ref":"#/components/schemas/DecimalOrNull"},
    "regime_state":{"type":"integer","enum":[-1,0,1]},"phase":{"type":"integer","enum":[1,2]},
    "timestamp":{"$ref":"#/components/schemas/Time"}}},
"Trades":{"type":"object","required":["trades","next_cursor"],"additionalProperties":false,"properties":{
  "trades":{"type":"array","items":{"$ref":"#/components/schemas/Trade"}},
  "next_cursor":{"$ref":"#/components/schemas/Cursor"}}},
"Position":{"type":"object","additionalProperties":false,
  "required":["position_id","symbol","side","size","avg_entry","current_stop","current_tp","unrealized_pnl",
    "regime_at_entry","phase_at_entry","opened_at","updated_at","closed_at","close_price","realized_pnl","close_reason"],
  "properties":{"position_id":{"type":"integer"},"symbol":{"type":"string"},
    "side":{"type":"string","enum":["LONG","SHORT"]},"size":{"$ref":"#/components/schemas/Decimal"},
    "avg_entry":{"$ref":"#/components/schemas/Decimal"},"current_stop":{"$ref":"#/components/schemas/DecimalOrNull"},
    "current_tp":{"$ref":"#/components/schemas/DecimalOrNull"},"unrealized_pnl":{"$ref":"#/components/schemas/Decimal"},
    "regime_at_entry":{"type":"integer","enum":[-1,0,1]},"phase_at_entry":{"type":"integer","enum":[1,2]},
    "opened_at":{"$ref":"#/components/schemas/Time"},"updated_at":{"$ref":"#/components/schemas/Time"},
    "closed_at":{"$ref":"#/components/schemas/TimeOrNull"},"close_price":{"$ref":"#/components/schemas/DecimalOrNull"},
    "realized_pnl":{"$ref":"#/components/schemas/DecimalOrNull"},"close_reason":{"type":["string","null"]}}},
"ActivePositions":{"type":"object","required":["positions"],"additionalProperties":false,"properties":{
  "positions":{"type":"array","items":{"$ref":"#/components/schemas/Position"}}}},
"Positions":{"type":"object","required":["positions","next_cursor"],"additionalProperties":false,"properties":{
  "positions":{"type":"array","items":{"$ref":"#/components/schemas/Position"}},
  "next_cursor":{"$ref":"#/components/schemas/Cursor"}}},
"Performance":{"type":"object",
  "required":["trades","closed","wins","losses","win_rate","total_pnl","average_pnl","profit_factor","max_drawdown"],
  "properties":{"symbol":{"type":"string"},"phase":{"type":"integer","enum":[1,2]},
    "trades":{"type":"integer"},"closed":{"type":"integer"},"wins":{"type":"integer"},"losses":{"type":"integer"},
    "win_rate":{"type":"number"},"total_pnl":{"$ref":"#/components/schemas/Decimal"},
    "average_pnl":{"$ref":"#/components/schemas/Decimal"},
    "profit_factor":{"type":["number","null"],"description":"null without a loss"},
    "max_drawdown":{"$ref":"#/components/schemas/Decimal"}}},
"PerformanceSummary":{"allOf":[{"$ref":"#/components/schemas/Performance"}],"type":"object",
  "required":["by_symbol","by_phase","by_symbol_and_phase"],"properties":{
    "by_symbol":{"type":"array","items":{"$ref":"#/components/schemas/Performance"}},
    "by_phase":{"type":"array","items":{"$ref":"#/components/schemas/Performance"}},
    "by_symbol_and_phase":{"type":"array","items":{"$ref":"#/components/schemas/Performance"}}}},
"Regime":{"type":"object","additionalProperties":false,
  "required":["snapshot_id","timestamp","symbol","regime_state","trend_state","vol_state","market_structure_score",
    "model_recommendation"],
  "properties":{"snapshot_id":{"type":"integer"},"timestamp":{"$ref":"#/components/schemas/Time"},
    "symbol":{"type":"string"},"regime_state":{"type":"integer","enum":[-1,0,1]},
    "trend_state":{"type":"integer","enum":[-1,0,1]},"vol_state":{"type":"integer","enum":[0,1,2]},
    "market_structure_score":{"$ref":"#/components/schemas/Decimal"},
    "model_recommendation":{"type":"string","enum":["TREND_FOLLOW","MEAN_REVERT","NO_TRADE"]}}},
"Regimes":{"type":"object","required":["regimes","next_cursor"],"additionalProperties":false,"properties":{
  "regimes":{"type":"array","items":{"$ref":"#/components/schemas/Regime"}},
  "next_cursor":{"$ref":"#/components/schemas/Cursor"}}},
"Event":{"type":"object","additionalProperties":false,
  "required":["event_id","event_type","severity","description","context","timestamp"],
  "properties":{"event_id":{"type":"integer"},"event_type":{"type":"string"},
    "severity":{"type":"string","enum":["ERROR","WARNING","INFO"]},"description":{"type":"string"},
    "context":{"description":"whatever JSON the event was recorded with"},
    "timestamp":{"$ref":"#/components/schemas/Time"}}},
"Events":{"type":"object","required":["events","next_cursor"],"additionalProperties":false,"properties":{
  "events":{"type":"array","items":{"$ref":"#/components/schemas/Event"}},
  "next_cursor":{"$ref":"#/components/schemas/Cursor"}}},
"AppliedMigration":{"type":"object","additionalProperties":false,
  "required":["version","name","batch","checksum","applied_at","execution_time_ms"],
  "properties":{"version":{"type":"string"},"name":{"type":"string"},"batch":{"type":"integer"},
    "checksum":{"type":"string"},"applied_at":{"type":"string"},"execution_time_ms":{"type":"number"}}},
"SchemaStatus":{"type":"object","required":["clean","applied","pending","changed","missing","failed"],
  "additionalProperties":false,"properties":{"clean":{"type":"boolean"},
    "applied":{"type":"array","items":{"$ref":"#/components/schemas/AppliedMigration"}},
    "pending":{"type":"array","items":{"type":"object","required":["version","name"],"additionalProperties":false,
      "properties":{"version":{"type":"string"},"name":{"type":"string"}}}},
    "changed":{"type":"array","items":{"$ref":"#/components/schemas/AppliedMigration"}},
    "missing":{"type":"array","items":{"$ref":"#/components/schemas/AppliedMigration"}},
    "failed":{"type":"array","items":{"type":"object","required":["version","error"],"additionalProperties":false,
      "properties":{"version":{"type":"string"},"error":{"type":"string"}}}}}}
})json";
}

}  // namespace tradewind::server
