// I1, I2, I3: the tables of Trading Intelligence are those of its document.
#include <gtest/gtest.h>

#include "packs/row_cases.hpp"
#include "packs/schema_lines.hpp"

namespace tradewind::test {
namespace {

const char* const columns = R"(option_ideas
  reco_id uuid not null
  option_type text not null
  expiry date not null
  strike numeric(20,8) not null
  option_entry_price numeric(20,8) not null
  greeks jsonb not null default '{}'::jsonb
  iv jsonb not null default '{}'::jsonb
  notes text
option_targets
  reco_id uuid not null
  ordinal smallint not null
  name text not null
  value numeric(20,8) not null
  confidence numeric(5,4) not null
  eta_minutes integer
  notes text
reco_targets
  reco_id uuid not null
  ordinal smallint not null
  name text not null
  target_type text not null
  value numeric(20,8) not null
  confidence numeric(5,4) not null
  eta_minutes integer
  notes text
recommendations
  reco_id uuid not null default uuid_generate_v4()
  asof timestamp with time zone not null default CURRENT_TIMESTAMP
  symbol text not null
  horizon text not null
  side text not null
  entry_price numeric(20,8) not null
  confidence_overall numeric(5,4) not null
  expected_move_pct numeric(9,4)
  rationale jsonb not null default '{}'::jsonb
  quality jsonb not null default '{}'::jsonb
)";

// I3: the two of (reco_id, ordinal) are those of the primary keys.
const char* const indexes = R"(CREATE INDEX idx_option_targets_reco_id ON option_targets (reco_id)
CREATE INDEX idx_reco_targets_reco_id ON reco_targets (reco_id)
CREATE INDEX idx_recommendations_asof ON recommendations (asof DESC)
CREATE INDEX idx_recommendations_horizon_confidence ON recommendations (horizon, confidence_overall DESC)
CREATE INDEX idx_recommendations_side ON recommendations (side)
CREATE INDEX idx_recommendations_symbol_asof ON recommendations (symbol, asof DESC)
)";

class IntelligenceSchema : public ::testing::Test {
 protected:
  void SetUp() override { database.up(); }
  PackDatabase database{postgresql_engine, "intelligence"};
};

TEST_F(IntelligenceSchema, has_the_columns_of_its_document) {
  EXPECT_EQ(column_lines(database), columns);
}

TEST_F(IntelligenceSchema, has_the_indexes_of_its_document) {
  EXPECT_EQ(index_lines(database), indexes);
  EXPECT_EQ(
      database.sql("SELECT conrelid::regclass, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname IN"
                   " ('pk_reco_targets', 'pk_option_targets') ORDER BY conname"),
      Rows({{"option_targets", "PRIMARY KEY (reco_id, ordinal)"},
            {"reco_targets", "PRIMARY KEY (reco_id, ordinal)"}}));
}

const std::string first_id = "'10000000-0000-4000-8000-000000000001'";
const std::string next_id = "'10000000-0000-4000-8000-000000000002'";
const std::string bare_id = "'10000000-0000-4000-8000-000000000003'";
const std::string no_id = "'10000000-0000-4000-8000-000000000009'";

/// A recommendation without an option beside the two of the rows below.
const std::string more_recommendations =
    "INSERT INTO recommendations (reco_id, symbol, horizon, side, entry_price, confidence_overall) VALUES (" +
    next_id + ", 'TSLA', 'day', 'SELL', 250, 0.5), (" + bare_id +
    ", 'SPY', 'day', 'HOLD', 590, 0.5);"
    "INSERT INTO option_ideas (reco_id, option_type, expiry, strike, option_entry_price) VALUES (" +
    next_id + ", 'PUT', CURRENT_DATE + 1, 250, 9)";

const std::vector<RightRow> rows = {{"recommendations",
                                     {{"reco_id", "'10000000-0000-4000-8000-000000000004'"},
                                      {"asof", "CURRENT_TIMESTAMP"},
                                      {"symbol", "'AAPL'"},
                                      {"horizon", "'1-2 months'"},
                                      {"side", "'BUY'"},
                                      {"entry_price", "226.4"},
                                      {"confidence_overall", "0.86"},
                                      {"expected_move_pct", "7.5"},
                                      {"rationale", "'{\"reasoning\": \"base\"}'"},
                                      {"quality", "'{\"analyst\": \"desk\"}'"}},
                                     {{"reco_id", first_id}}},
                                    {"reco_targets",
                                     {{"reco_id", first_id},
                                      {"ordinal", "2"},
                                      {"name", "'Target 1'"},
                                      {"target_type", "'price'"},
                                      {"value", "233.2"},
                                      {"confidence", "0.8"},
                                      {"eta_minutes", "11700"},
                                      {"notes", "'above the base'"}},
                                     {{"ordinal", "1"}}},
                                    {"option_ideas",
                                     {{"reco_id", bare_id},
                                      {"option_type", "'CALL'"},
                                      {"expiry", "CURRENT_DATE + 60"},
                                      {"strike", "230"},
                                      {"option_entry_price", "6.85"},
                                      {"greeks", "'{\"delta\": 0.47}'"},
                                      {"iv", "'{\"current\": 0.254}'"},
                                      {"notes", "'past the earnings'"}},
                                     {{"reco_id", first_id}}},
                                    {"option_targets",
                                     {{"reco_id", first_id},
                                      {"ordinal", "2"},
                                      {"name", "'Target 1'"},
                                      {"value", "9.5"},
                                      {"confidence", "0.78"},
                                      {"eta_minutes", "11700"},
                                      {"notes", "'half'"}},
                                     {{"ordinal", "1"}}}};

RowCases confidence(const std::string& table, const std::string& column) {
  return {of_column(table, column, "-0.0001", "0"), of_column(table, column, "1.0001", "1"),
          of_column(table, column, "'NaN'")};
}

RowCases object(const std::string& table, const std::string& column) {
  return {of_column(table, column, "'[]'", "'{}'"), of_column(table, column, "'\"text\"'"),
          of_column(table, column, "'null'")};
}

RowCases ladder(const std::string& table, int highest) {
  return {of_column(table, "ordinal", "0", "3"),
          of_column(table, "ordinal", std::to_string(highest + 1), std::to_string(highest)),
          {table, "pk_" + table, {{"ordinal", "1"}}},
          {table, "fk_" + table + "_reco_id", {{"reco_id", no_id}}}};
}

RowCases cases_of_recommendations() {
  const std::string t = "recommendations";
  const RowCases own = {{t, "pk_recommendations", {{"reco_id", first_id}}},
                        of_column(t, "expected_move_pct", "-100.0001", "-100"),
                        of_column(t, "expected_move_pct", "'NaN'", "99999.9999")};
  return all_of({own, not_empty(t, "symbol"), not_empty(t, "horizon"),
                 one_of(t, "side", {"BUY", "SELL", "HOLD"}), positive(t, "entry_price"),
                 confidence(t, "confidence_overall"), object(t, "rationale"), object(t, "quality")});
}

RowCases cases_of_targets() {
  const std::string r = "reco_targets";
  const std::string o = "option_targets";
  const RowCases values = {of_column(r, "value", "0", "0.00000001"),
                           of_column(r, "value", "'NaN'"),
                           {r,
                            "ck_reco_targets_value",
                            {{"value", "'NaN'"}, {"target_type", "'technical'"}},
                            {{"value", "-0.5"}, {"target_type", "'technical'"}}}};
  // A target of a recommendation that has no option idea is nobody's.
  const RowCases nobodys = {{o, "fk_option_targets_reco_id", {{"reco_id", bare_id}}}};
  return all_of({ladder(r, 5), values, not_empty(r, "name"), confidence(r, "confidence"),
                 one_of(r, "target_type", {"price", "percentage", "technical"}),
                 RowCases{of_column(r, "eta_minutes", "-1", "0")}, ladder(o, 3), nobodys,
                 not_negative(o, "value"), not_empty(o, "name"), confidence(o, "confidence"),
                 RowCases{of_column(o, "eta_minutes", "-1", "0")}});
}

RowCases cases_of_options() {
  const std::string t = "option_ideas";
  const std::string expiry = "trg_option_ideas_expiry_future";
  const std::string says = "is not after the current date";
  // I2, and one option for each recommendation.
  const RowCases own = {
      {t, "pk_option_ideas", {{"reco_id", first_id}}},
      {t, "fk_option_ideas_reco_id", {{"reco_id", no_id}}},
      {t, expiry, {{"expiry", "CURRENT_DATE"}}, {{"expiry", "CURRENT_DATE + 1"}}, {}, {}, says},
      {t, expiry, {{"expiry", "CURRENT_DATE - 1"}}, {}, {}, {}, says},
      {t, expiry, {{"expiry", "'-infinity'"}}, {}, {}, {}, says}};
  return all_of({own, one_of(t, "option_type", {"CALL", "PUT"}), positive(t, "strike"),
                 positive(t, "option_entry_price"), object(t, "greeks"), object(t, "iv")});
}

TEST_F(IntelligenceSchema, refuses_each_bad_row_by_the_rule_for_it) {
  database.sql("DELETE FROM recommendations; " + more_recommendations);
  try_rows(database, rows, all_of({cases_of_recommendations(), cases_of_targets(), cases_of_options()}));
}

// I2: what was right when it was written stays right.
TEST_F(IntelligenceSchema, an_expiry_is_judged_when_it_is_written) {
  const std::string trigger = "trg_option_ideas_expiry_future";
  const std::string says = "is not after the current date";
  const std::string of_aapl = " WHERE reco_id = '5a4d1c60-0001-4000-8000-000000000001'";
  database.expect_refused("UPDATE option_ideas SET expiry = CURRENT_DATE" + of_aapl, says);
  database.expect_accepted("UPDATE option_ideas SET expiry = CURRENT_DATE + 1" + of_aapl);

  database.sql("ALTER TABLE option_ideas DISABLE TRIGGER " + trigger);
  database.sql("UPDATE option_ideas SET expiry = '2020-01-17'" + of_aapl);
  database.sql("ALTER TABLE option_ideas ENABLE TRIGGER " + trigger);
  database.expect_accepted("UPDATE option_ideas SET notes = 'expired worthless'" + of_aapl);
  database.expect_accepted("UPDATE option_ideas SET expiry = expiry, strike = strike + 1" + of_aapl);
  database.expect_refused("UPDATE option_ideas SET expiry = '2020-01-18'" + of_aapl, says);
}

TEST_F(IntelligenceSchema, deletes_go_down_to_the_targets) {
  const Rows before = {
      {"option_ideas", "3"}, {"option_targets", "6"}, {"reco_targets", "11"}, {"recommendations", "5"}};
  ASSERT_EQ(database.counts(), before);
  database.sql("DELETE FROM option_ideas WHERE reco_id = '5a4d1c60-0001-4000-8000-000000000001'");
  EXPECT_EQ(database.counts(), Rows({{"option_ideas", "2"},
                                     {"option_targets", "4"},
                                     {"reco_targets", "11"},
                                     {"recommendations", "5"}}));
  database.sql("DELETE FROM recommendations WHERE symbol = 'NVDA'");
  EXPECT_EQ(
      database.counts(),
      Rows(
          {{"option_ideas", "1"}, {"option_targets", "1"}, {"reco_targets", "8"}, {"recommendations", "4"}}));
  database.sql("DELETE FROM recommendations");
  EXPECT_EQ(database.contents(), Rows());
}

TEST_F(IntelligenceSchema, keys_are_made_by_the_database) {
  const std::string row = "('MSFT', 'day', 'BUY', 420, 0.5)";
  EXPECT_EQ(
      database.sql(
          "INSERT INTO recommendations (symbol, horizon, side, entry_price, confidence_overall) VALUES " +
          row + ", " + row +
          " RETURNING reco_id::text ~ '^[0-9a-f]{8}-[0-9a-f]{4}-4', "
          "asof = CURRENT_TIMESTAMP, rationale, quality"),
      Rows({{"t", "t", "{}", "{}"}, {"t", "t", "{}", "{}"}}));
}

}  // namespace
}  // namespace tradewind::test
