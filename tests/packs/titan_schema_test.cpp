// T1, T2, T5: Titan's tables on both engines are those of its document.
#include <gtest/gtest.h>

#include <tradewind/tradewind.hpp>

#include "packs/row_cases.hpp"
#include "packs/schema_lines.hpp"

namespace tradewind::test {
namespace {

// T1, T5: context_json is JSONB here and TEXT on SQLite.
const char* const columns_on_postgresql = R"(positions
  position_id bigint numbered
  symbol text not null
  side text not null
  size numeric(20,8) not null
  avg_entry numeric(20,8) not null
  current_stop numeric(20,8)
  current_tp numeric(20,8)
  unrealized_pnl numeric(20,8) not null default 0
  regime_at_entry smallint not null
  phase_at_entry smallint not null
  opened_at timestamp with time zone not null default CURRENT_TIMESTAMP
  updated_at timestamp with time zone not null default CURRENT_TIMESTAMP
  closed_at timestamp with time zone
  close_price numeric(20,8)
  realized_pnl numeric(20,8)
  close_reason text
regime_snapshots
  snapshot_id bigint numbered
  timestamp timestamp with time zone not null default CURRENT_TIMESTAMP
  symbol text not null
  regime_state smallint not null
  trend_state smallint not null
  vol_state smallint not null
  market_structure_score numeric(5,2) not null
  model_recommendation text not null
system_events
  event_id bigint numbered
  event_type text not null
  severity text not null
  description text not null
  context_json jsonb
  timestamp timestamp with time zone not null default CURRENT_TIMESTAMP
trades
  trade_id bigint numbered
  signal_id text not null
  symbol text not null
  side text not null
  size numeric(20,8) not null
  entry_price numeric(20,8) not null
  stop_price numeric(20,8)
  tp_price numeric(20,8)
  fill_price numeric(20,8) not null
  slippage_pct numeric(10,6)
  execution_latency_ms numeric(12,3)
  regime_state smallint not null
  phase smallint not null
  timestamp timestamp with time zone not null default CURRENT_TIMESTAMP
)";

std::string columns_on_sqlite() {
  std::string text = replaced(columns_on_postgresql, " bigint", " INTEGER");
  text = replaced(text, " smallint", " INTEGER");
  text = replaced(text, " numeric", " NUMERIC");
  text = replaced(text, " text", " TEXT");
  text = replaced(text, " jsonb", " TEXT");
  text = replaced(text, " timestamp with time zone", " TEXT");
  return replaced(text, "CURRENT_TIMESTAMP", "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')");
}

const char* const index_statements = R"(CREATE INDEX idx_positions_opened_at ON positions (opened_at)
CREATE INDEX idx_positions_symbol ON positions (symbol)
CREATE INDEX idx_regime_snapshots_timestamp ON regime_snapshots (timestamp)
CREATE INDEX idx_system_events_event_type ON system_events (event_type)
CREATE INDEX idx_system_events_timestamp ON system_events (timestamp)
CREATE INDEX idx_trades_signal_id ON trades (signal_id)
CREATE INDEX idx_trades_symbol ON trades (symbol)
CREATE INDEX idx_trades_timestamp ON trades (timestamp)
)";

class TitanSchema : public ::testing::TestWithParam<const char*> {
 protected:
  PackDatabase database{GetParam(), "titan"};
};
TRADEWIND_ON_EACH_ENGINE(TitanSchema);

TEST_P(TitanSchema, has_the_columns_of_its_document) {
  database.up();
  EXPECT_EQ(column_lines(database), database.is_postgresql() ? columns_on_postgresql : columns_on_sqlite());
}

// T2
TEST_P(TitanSchema, has_its_indexes_from_a_migration_of_their_own) {
  Database opened = Database::open(database.url());
  Migrator migrator(opened, Source::pack("titan"));
  Target first;
  first.count = 1;
  migrator.up(first);
  EXPECT_EQ(index_lines(database), "");

  migrator.up();
  EXPECT_EQ(replaced(index_lines(database), "\"timestamp\"", "timestamp"), index_statements);
}

TEST(Titan, has_the_same_versions_on_both_engines) {
  std::vector<std::string> versions = PackDatabase(postgresql_engine, "titan").versions();
  EXPECT_EQ(versions, std::vector<std::string>(
                          {"postgres/20250101000001_initial_schema", "postgres/20250101000002_add_indexes"}));
  for (std::string& version : versions) version = replaced(version, "postgres/", "sqlite/");
  EXPECT_EQ(versions, PackDatabase(sqlite_engine, "titan").versions());
}

const std::string at_ten = "'2026-01-05T10:00:00.000Z'";

const std::vector<RightRow> rows = {{"trades",
                                     {{"signal_id", "'sig-2'"},
                                      {"symbol", "'BTCUSDT'"},
                                      {"side", "'BUY'"},
                                      {"size", "0.05"},
                                      {"entry_price", "98250"},
                                      {"stop_price", "97200"},
                                      {"tp_price", "100350"},
                                      {"fill_price", "98262.5"},
                                      {"slippage_pct", "0.012723"},
                                      {"execution_latency_ms", "42.18"},
                                      {"regime_state", "1"},
                                      {"phase", "1"},
                                      {"timestamp", at_ten}},
                                     {{"signal_id", "'sig-1'"}, {"trade_id", "1000"}}},
                                    {"positions",
                                     {{"symbol", "'BTCUSDT'"},
                                      {"side", "'LONG'"},
                                      {"size", "0.05"},
                                      {"avg_entry", "98262.5"},
                                      {"current_stop", "97200"},
                                      {"current_tp", "100350"},
                                      {"unrealized_pnl", "0"},
                                      {"regime_at_entry", "1"},
                                      {"phase_at_entry", "1"},
                                      {"opened_at", at_ten},
                                      {"updated_at", at_ten},
                                      {"closed_at", "'2026-01-05T11:00:00.000Z'"},
                                      {"close_price", "98000"},
                                      {"realized_pnl", "-13.125"},
                                      {"close_reason", "'stop_hit'"}},
                                     {{"position_id", "1000"}}},
                                    {"regime_snapshots",
                                     {{"timestamp", at_ten},
                                      {"symbol", "'BTCUSDT'"},
                                      {"regime_state", "0"},
                                      {"trend_state", "0"},
                                      {"vol_state", "1"},
                                      {"market_structure_score", "78.5"},
                                      {"model_recommendation", "'TREND_FOLLOW'"}},
                                     {{"snapshot_id", "1000"}}},
                                    {"system_events",
                                     {{"event_type", "'startup'"},
                                      {"severity", "'INFO'"},
                                      {"description", "'started'"},
                                      {"context_json", "'{\"positions\": 0}'"},
                                      {"timestamp", at_ten}},
                                     {{"event_id", "1000"}}}};

RowCases whole_numbers(const std::string& table, const std::string& column, int from, int to) {
  RowCases cases = {of_column(table, column, std::to_string(from - 1), std::to_string(from)),
                    of_column(table, column, std::to_string(to + 1), std::to_string(to)),
                    of_column(table, column, "0.5", {}, sqlite_engine),
                    of_column(table, column, "'text'", {}, sqlite_engine)};
  return cases;
}

/// SQLite's timestamps are texts: UTC, of one form, so that they sort as the times do.
RowCases utc(const std::string& table, const std::string& column, const std::string& rule,
             const std::string& year = "2026") {
  RowCases cases;
  for (const char* bad :
       {"-01-05 10:00:00.000Z", "-01-05T10:00:00Z", "-01-05T10:00:00.000", "-01-05T10:00:00.000+02:00",
        "-01-05T10:00:00.000+02:00Z", "-02-30T10:00:00.000Z", "-01-05T25:00:00.000Z", "-01-05"}) {
    cases.push_back({table, rule, {{column, "'" + year + bad + "'"}}, {}, sqlite_engine});
  }
  cases.back().good = {{column, "'" + year + "-01-05T10:00:00.000250Z'"}};
  return cases;
}

RowCases key(const std::string& table, const std::string& column) {
  return {{table,
           "pk_" + table,
           {{column, "1000"}},
           {{column, "1001"}},
           {},
           "UNIQUE constraint failed: " + table + "." + column}};
}

RowCases cases_of_trades() {
  const std::string t = "trades";
  RowCases signal = {{t,
                      "uq_trades_signal_id",
                      {{"signal_id", "'sig-1'"}},
                      {},
                      {},
                      "UNIQUE constraint failed: trades.signal_id"}};
  return all_of({key(t, "trade_id"), signal, not_empty(t, "signal_id"), not_empty(t, "symbol"),
                 one_of(t, "side", {"BUY", "SELL"}), positive(t, "size"), positive(t, "entry_price"),
                 positive(t, "stop_price"), positive(t, "tp_price"), positive(t, "fill_price"),
                 number(t, "slippage_pct"), not_negative(t, "execution_latency_ms"),
                 whole_numbers(t, "regime_state", -1, 1), whole_numbers(t, "phase", 1, 2),
                 utc(t, "timestamp", "ck_trades_timestamp")});
}

RowCases cases_of_positions() {
  const std::string t = "positions";
  const std::string whole = "ck_positions_open_or_closed";
  const Values open = {
      {"closed_at", "NULL"}, {"close_price", "NULL"}, {"realized_pnl", "NULL"}, {"close_reason", "NULL"}};
  const RowCases together = {{t, whole, {{"closed_at", "NULL"}}, open, {}, {}},
                             {t, whole, {{"close_price", "NULL"}}, {{"close_reason", "NULL"}}, {}, {}},
                             {t, whole, {{"realized_pnl", "NULL"}}, {}, {}, {}}};
  const RowCases order = {of_column(t, "closed_at", "'2026-01-05T09:59:59.999Z'", at_ten)};
  return all_of({key(t, "position_id"), not_empty(t, "symbol"), one_of(t, "side", {"LONG", "SHORT"}),
                 positive(t, "size"), positive(t, "avg_entry"), positive(t, "current_stop"),
                 positive(t, "current_tp"), number(t, "unrealized_pnl"), positive(t, "close_price"),
                 number(t, "realized_pnl"), not_empty(t, "close_reason"),
                 whole_numbers(t, "regime_at_entry", -1, 1), whole_numbers(t, "phase_at_entry", 1, 2),
                 together, order, utc(t, "opened_at", "ck_positions_opened_at_format", "2025"),
                 utc(t, "updated_at", "ck_positions_updated_at_format"),
                 utc(t, "closed_at", "ck_positions_closed_at_format", "2027")});
}

RowCases cases_of_the_others() {
  const std::string r = "regime_snapshots";
  const std::string e = "system_events";
  const RowCases score = {of_column(r, "market_structure_score", "-0.01", "0"),
                          of_column(r, "market_structure_score", "100.01", "100")};
  const RowCases json = {of_column(e, "context_json", "'{'", "NULL", sqlite_engine)};
  return all_of({key(r, "snapshot_id"), not_empty(r, "symbol"), whole_numbers(r, "regime_state", -1, 1),
                 whole_numbers(r, "trend_state", -1, 1), whole_numbers(r, "vol_state", 0, 2), score,
                 one_of(r, "model_recommendation", {"TREND_FOLLOW", "MEAN_REVERT", "NO_TRADE"}),
                 utc(r, "timestamp", "ck_regime_snapshots_timestamp"), key(e, "event_id"),
                 not_empty(e, "event_type"), one_of(e, "severity", {"ERROR", "WARNING", "INFO"}), json,
                 utc(e, "timestamp", "ck_system_events_timestamp")});
}

// T1: the value sets, and signal_id is unique.
TEST_P(TitanSchema, refuses_each_bad_row_by_the_rule_for_it) {
  database.up();
  try_rows(database, rows, all_of({cases_of_trades(), cases_of_positions(), cases_of_the_others()}));
}

}  // namespace
}  // namespace tradewind::test
