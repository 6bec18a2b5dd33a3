// A migration that loads rows: thousands of small statements, which a server is sent many at a time.
// Shows: F6
#include <fmt/format.h>

#include "engine_folder.hpp"

namespace tradewind::test {
namespace {

class ManyRows : public OnBothEngines {
 protected:
  static constexpr int count = 6000;  // beyond what travels together

  /// A table, then a row a line from line 2 on; `other` stands in the place of the row of that number.
  std::string script(int number = 0, const std::string& other = {}) const {
    std::string text = "CREATE TABLE tick (id integer PRIMARY KEY, note text NOT NULL);\n";
    for (int i = 1; i <= count; ++i) {
      text += i == number ? other + ";\n"
                          : fmt::format("insert into tick values ({}, 'naïve – {}; -- no end');\n", i, i);
    }
    return text;
  }
};
TRADEWIND_ON_EACH_ENGINE(ManyRows);

TEST_P(ManyRows, are_all_there_in_their_order) {
  write("001_load.up.sql", script() +
                               "UPDATE tick SET note = 'last' WHERE id = (SELECT max(id) FROM tick);\n"
                               "CREATE INDEX tick_note ON tick (note);\n");
  table("002_after", "after_them");
  const Outcome up = run({"up", "--json"});
  ASSERT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(database.sql("SELECT count(*), min(id), max(id) FROM tick"), (Rows{{"6000", "1", "6000"}}));
  EXPECT_EQ(database.value("SELECT note FROM tick WHERE id = 4711"), "naïve – 4711; -- no end");
  EXPECT_EQ(database.value("SELECT note FROM tick WHERE id = 6000"), "last");
  EXPECT_EQ(applied(), (Words{"001_load", "002_after"}));
}

TEST_P(ManyRows, are_refused_one_by_one) {
  write("001_load.up.sql", script(4321, "INSERT INTO tick VALUES (7, 'again')"));
  const Refusal refusal = refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.error.at("line"), 4322);
  EXPECT_EQ(refusal.error.at("statement"), "INSERT INTO tick VALUES (7, 'again')");
  EXPECT_EQ(refusal.error.at("sqlstate"), database.is_postgresql() ? "23505" : "1555");
  EXPECT_EQ(tables(), Words{});
}

TEST_P(ManyRows, have_their_own_columns_in_messages) {
  write("001_load.up.sql", script(5555, "INSERT INTO tick (id, nite) VALUES (0, 'é')"));
  const Refusal refusal = refused({"up"});
  EXPECT_EQ(refusal.error.at("line"), 5556) << refusal;
  EXPECT_EQ(refusal.error.at("column"), database.is_postgresql() ? 23 : 1) << refusal;
  EXPECT_TRUE(contains(refusal.text, "nite"));
  EXPECT_EQ(tables(), Words{});
}

TEST_P(ManyRows, may_fail_at_the_last_moment) {
  const std::string check = database.is_postgresql() ? "SELECT 1 / (count(*) - 6000) FROM tick;\n"
                                                     : "INSERT INTO tick VALUES (1, 'x');\n";
  write("001_load.up.sql", script() + check);
  const Refusal refusal = refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_EQ(refusal.error.at("line"), 6002);
  EXPECT_EQ(tables(), Words{});
}

}  // namespace
}  // namespace tradewind::test
