// Planning is pure: a catalogue and a history in, steps out.
#include "migration/planner.hpp"

#include <gtest/gtest.h>
#include <tradewind/error.hpp>

#include "files_in_memory.hpp"

namespace tradewind::migration {
namespace {

using Words = std::vector<std::string>;

/// The history after these were applied, each in a batch of its own unless several stand in a row of
/// `batches`.
std::vector<Applied> history(const Catalogue& catalogue, const std::vector<Words>& batches) {
  std::vector<Applied> rows;
  for (std::size_t batch = 0; batch < batches.size(); ++batch) {
    for (const std::string& version : batches[batch]) {
      Applied& row = rows.emplace_back();
      row.id = static_cast<std::int64_t>(rows.size());
      row.version = version;
      row.batch = static_cast<int>(batch) + 1;
      if (const Migration* migration = catalogue.find(version)) row.checksum = migration->checksum;
    }
  }
  return rows;
}

Words steps(const Draft& draft) {
  Words result;
  for (const PlannedStep& step : draft.steps)
    result.push_back((step.direction == Direction::up ? "+" : "-") + step.version);
  return result;
}

template <typename Plan>
Code code_of(Plan plan) {
  try {
    plan();
  } catch (const Error& error) {
    return error.code();
  }
  return Code::internal;
}

class Planner : public ::testing::Test {
 protected:
  const Catalogue files = catalogue_of({"1_a", "2_b", "3_c", "4_d"});
  const std::vector<Applied> none;
  const std::vector<Applied> all = history(files, {{"1_a"}, {"2_b", "3_c"}, {"4_d"}});
};

TEST_F(Planner, up) {
  EXPECT_EQ(steps(plan_up(files, none, {})), (Words{"+1_a", "+2_b", "+3_c", "+4_d"}));
  EXPECT_EQ(steps(plan_up(files, all, {})), Words{});
  EXPECT_EQ(steps(plan_up(files, none, {.count = 2})), (Words{"+1_a", "+2_b"}));
  EXPECT_EQ(steps(plan_up(files, none, {.count = 99})).size(), 4U);
  EXPECT_EQ(steps(plan_up(files, none, {.to = "0002"})), (Words{"+1_a", "+2_b"}));
  EXPECT_EQ(steps(plan_up(files, none, {.to = "2_b"})), (Words{"+1_a", "+2_b"}));
  EXPECT_EQ(steps(plan_up(files, none, {.only = "3"})), Words{"+3_c"});
  const Draft nothing = plan_up(files, all, {.only = "3"});
  EXPECT_TRUE(nothing.steps.empty());
  EXPECT_EQ(nothing.notes, Words{"3_c is applied already"});
}

TEST_F(Planner, down) {
  EXPECT_EQ(steps(plan_down(files, all, {})), Words{"-4_d"});
  EXPECT_EQ(steps(plan_down(files, all, {.count = 2})), (Words{"-4_d", "-3_c"}));
  EXPECT_EQ(steps(plan_down(files, all, {.to = "1"})), (Words{"-4_d", "-3_c", "-2_b"}));
  EXPECT_EQ(steps(plan_down(files, all, {.to = "0"})).size(), 4U);
  EXPECT_EQ(steps(plan_down(files, all, {.only = "2_b"})), Words{"-2_b"});
  EXPECT_EQ(steps(plan_down(files, all, {.all = true})).size(), 4U);
  EXPECT_EQ(steps(plan_down(files, history(files, {{"1_a"}, {"2_b", "3_c"}}), {.batch = true})),
            (Words{"-3_c", "-2_b"}));
  EXPECT_EQ(steps(plan_down(files, none, {})), Words{});
  EXPECT_EQ(steps(plan_down(files, none, {.batch = true})), Words{});
}

TEST_F(Planner, down_is_in_the_reverse_order_of_application) {
  const auto late = history(files, {{"1_a", "3_c", "4_d"}, {"2_b"}});
  EXPECT_EQ(steps(plan_down(files, late, {.count = 2})), (Words{"-2_b", "-4_d"}));
}

TEST_F(Planner, redo_and_baseline) {
  EXPECT_EQ(steps(plan_redo(files, all, 2)), (Words{"-4_d", "-3_c", "+3_c", "+4_d"}));
  EXPECT_EQ(steps(plan_redo(files, none, 1)), Words{});
  EXPECT_EQ(steps(plan_baseline(files, history(files, {{"1_a"}}), "3")), (Words{"+2_b", "+3_c"}));
}

TEST_F(Planner, refuses) {
  const auto out_of_order = history(files, {{"1_a"}, {"3_c"}});
  EXPECT_EQ(code_of([&] { plan_up(files, out_of_order, {}); }), Code::out_of_order);
  EXPECT_EQ(steps(plan_up(files, out_of_order, {.allow_out_of_order = true})), (Words{"+2_b", "+4_d"}));
  EXPECT_EQ(code_of([&] { plan_up(files, none, {.to = "7"}); }), Code::unknown_version);
  EXPECT_EQ(code_of([&] { plan_down(files, out_of_order, {.to = "2"}); }), Code::unknown_version);
  auto changed = all;
  changed.front().checksum = "other";
  EXPECT_EQ(code_of([&] { plan_up(files, changed, {}); }), Code::checksum_mismatch);
  EXPECT_EQ(steps(plan_down(files, changed, {})), Words{"-4_d"}) << "down goes by the history";
  EXPECT_EQ(code_of([&] { plan_up(catalogue({}), none, {}); }), Code::source_empty);
}

TEST_F(Planner, goes_by_the_history_where_a_file_is_gone) {
  const Catalogue fewer = catalogue_of({"1_a"});
  auto rows = history(fewer, {{"1_a"}, {"2_gone"}});
  EXPECT_EQ(code_of([&] { plan_down(fewer, rows, {}); }), Code::no_down);
  rows.back().has_down = true;
  const Draft down = plan_down(fewer, rows, {});
  EXPECT_EQ(steps(down), Words{"-2_gone"});
  EXPECT_EQ(down.steps.front().migration, nullptr);
  EXPECT_EQ(code_of([&] { plan_redo(fewer, rows, 1); }), Code::source_missing);
  const Draft up = plan_up(fewer, rows, {});
  EXPECT_TRUE(up.steps.empty());
  ASSERT_EQ(up.notes.size(), 1U);
  EXPECT_NE(up.notes.front().find("2_gone"), std::string::npos);
}

TEST(PlannerDependencies, hold_both_ways) {
  const Catalogue files = catalogue({{"1_a.up.sql", "SELECT 1"},
                                     {"1_a.down.sql", "SELECT 1"},
                                     {"2_b.up.sql", "-- Depends: 1\nSELECT 1"},
                                     {"2_b.down.sql", "SELECT 1"}});
  EXPECT_EQ(code_of([&] { plan_up(files, {}, {.only = "2"}); }), Code::unknown_dependency);
  const auto both = history(files, {{"1_a", "2_b"}});
  EXPECT_EQ(code_of([&] { plan_down(files, both, {.only = "1"}); }), Code::out_of_order);
  EXPECT_EQ(steps(plan_down(files, both, {.count = 2})), (Words{"-2_b", "-1_a"}));
}

/// The catalogue's order is 1, 4, 2, 3.
TEST(PlannerDependencies, say_what_is_late) {
  const Catalogue files = catalogue({{"1_a.up.sql", "SELECT 1"},
                                     {"2_b.up.sql", "-- Depends: 4\nSELECT 1"},
                                     {"3_c.up.sql", "SELECT 1"},
                                     {"4_d.up.sql", "SELECT 1"}});
  EXPECT_EQ(steps(plan_up(files, history(files, {{"1_a", "4_d"}}), {})), (Words{"+2_b", "+3_c"}));
  EXPECT_EQ(steps(plan_up(files, {}, {.to = "4"})), (Words{"+1_a", "+4_d"}));
  EXPECT_EQ(steps(plan_baseline(files, {}, "2")), (Words{"+1_a", "+4_d", "+2_b"}));
  EXPECT_EQ(code_of([&] { plan_up(files, history(files, {{"4_d"}}), {}); }), Code::out_of_order);
  EXPECT_EQ(code_of([&] {
              plan_up(files, history(files, {{"1_a", "4_d", "3_c"}}), {});
            }),
            Code::out_of_order);
  // Applied, and the file is gone: its number says where it stood.
  const auto gone = [&](const std::string& version) { return history(files, {{"1_a", "4_d", version}}); };
  EXPECT_EQ(steps(plan_up(files, gone("3_gone"), {})), (Words{"+2_b", "+3_c"}));
  EXPECT_EQ(code_of([&] { plan_up(files, gone("5_gone"), {}); }), Code::out_of_order);
}

}  // namespace
}  // namespace tradewind::migration
