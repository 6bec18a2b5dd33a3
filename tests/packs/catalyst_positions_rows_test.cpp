// C1: positions.db takes right rows and refuses each bad one by the rule for it.
#include <gtest/gtest.h>

#include "packs/row_cases.hpp"

namespace tradewind::test {
namespace {

const std::string open_table = "positions";
const std::string closed_table = "closed_positions";

/// What both tables hold.
Values position() {
  return {{"position_id", "'pos-2'"},   {"ticker", "'NVDA'"},
          {"side", "'long'"},           {"quantity", "40"},
          {"entry_price", "136.2"},     {"current_price", "142.85"},
          {"unrealized_pnl", "266"},    {"stop_loss_price", "132"},
          {"take_profit_price", "143"}, {"opened_at", "1767605400"},
          {"updated_at", "1767612600"}, {"strategy", "'momentum'"},
          {"signal_score", "0.82"},     {"metadata", "'{\"source\": \"test\"}'"}};
}

Values closed_position() {
  Values row = position();
  row.merge(Values{{"closed_at", "1767612600"},
                   {"exit_price", "142.85"},
                   {"realized_pnl", "265.6"},
                   {"holding_period_hours", "2"},
                   {"exit_reason", "'take_profit'"},
                   {"commission", "0.4"},
                   {"slippage", "0.8"},
                   {"max_favorable_excursion", "290"},
                   {"max_adverse_excursion", "-35"}});
  return row;
}

RowCases cases_of_both(const std::string& t) {
  const RowCases own = {
      taken(t, "pk_" + t, {{"position_id", "'pos-1'"}}, t + ".position_id"),
      of_column(t, "metadata", "'{'", "'[1]'"),
      of_column(t, "updated_at", "1767605399", "1767605400"),
  };
  return all_of({own, not_empty(t, "position_id"), not_empty(t, "ticker"),
                 one_of(t, "side", {"long", "short"}), positive(t, "quantity"), positive(t, "entry_price"),
                 positive(t, "current_price"), number(t, "unrealized_pnl"), positive(t, "stop_loss_price"),
                 positive(t, "take_profit_price"), number(t, "signal_score"), seconds(t, "opened_at"),
                 seconds(t, "updated_at")});
}

RowCases cases_of_closed() {
  const std::string& t = closed_table;
  const RowCases own = {
      of_column(t, "closed_at", "1767605399", "1767605400"),
      {t,
       "ck_closed_positions_excursions",
       {{"max_adverse_excursion", "290.5"}},
       {{"max_adverse_excursion", "290"}}},
  };
  return all_of({own, not_negative(t, "exit_price"), number(t, "realized_pnl"),
                 not_negative(t, "holding_period_hours"), not_empty(t, "exit_reason"),
                 not_negative(t, "commission"), number(t, "slippage"), number(t, "max_favorable_excursion"),
                 number(t, "max_adverse_excursion"), seconds(t, "closed_at")});
}

TEST(CatalystPositions, refuses_each_bad_row_by_the_rule_for_it) {
  PackDatabase database(sqlite_engine, "catalyst", "positions");
  database.up();
  const Values first = {{"position_id", "'pos-1'"}};
  try_rows(database, {{open_table, position(), first}, {closed_table, closed_position(), first}},
           all_of({cases_of_both(open_table), cases_of_both(closed_table), cases_of_closed()}));
}

}  // namespace
}  // namespace tradewind::test
