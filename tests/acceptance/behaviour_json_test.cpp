// The documents that --json prints, key for key.
#include <algorithm>

#include "engine_folder.hpp"

namespace tradewind::test {
namespace {

Words keys(const Json& object) {
  Words result;
  for (const auto& item : object.items()) result.push_back(item.key());
  return result;
}

class Documents : public OnBothEngines {
 protected:
  Documents() {
    table("001_a", "a");
    table("002_b", "b");
  }
  const Words head = {"name", "url", "engine"};
  Words with(const Words& more) const {
    Words all = head;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
};
TRADEWIND_ON_EACH_ENGINE(Documents);

TEST_P(Documents, status) {
  const Words expected = with({"applied", "pending", "changed", "missing", "failed"});
  const Json before = json({"status"});
  EXPECT_EQ(keys(before), Words{"databases"});
  EXPECT_EQ(keys(before.at("databases").at(0)), expected);
  EXPECT_EQ(before.at("databases").at(0).at("engine"), database.engine);
  EXPECT_EQ(keys(before.at("databases").at(0).at("pending").at(0)), (Words{"version", "name"}));
  ASSERT_EQ(run({"up"}).exit_status, 0);
  write("001_a.up.sql", "CREATE TABLE a (id integer, x integer);\n");
  remove("002_b.up.sql");
  remove("002_b.down.sql");
  const Json after = one({"status"});
  const Words row = {"version", "name", "batch", "checksum", "applied_at", "execution_time_ms"};
  for (const char* list : {"applied", "changed", "missing"})
    EXPECT_EQ(keys(after.at(list).at(0)), row) << list;
  EXPECT_TRUE(after.at("applied").at(0).at("execution_time_ms").is_number());
  const auto time = after.at("applied").at(0).at("applied_at").get<std::string>();
  EXPECT_TRUE(time.ends_with('Z') && time.at(10) == 'T') << time;
}

TEST_P(Documents, a_failed_migration_in_the_status) {
  write("003_c.up.sql", "INSERT INTO nowhere VALUES (1);\n");
  EXPECT_EQ(run({"up"}).exit_status, 4);
  EXPECT_EQ(keys(one({"status"}).at("failed").at(0)), (Words{"version", "error"}));
}

TEST_P(Documents, up_and_down) {
  const Words step = {"version", "name", "direction", "execution_time_ms"};
  const Json up = one({"up"});
  EXPECT_EQ(keys(up), with({"steps", "elapsed_ms", "notes"}));
  EXPECT_EQ(keys(up.at("steps").at(0)), step);
  EXPECT_EQ(up.at("steps").at(0).at("direction"), "up");
  const Json down = one({"down"});
  EXPECT_EQ(keys(down), with({"steps", "elapsed_ms", "notes"}));
  EXPECT_EQ(keys(down.at("steps").at(0)), step);
  EXPECT_EQ(down.at("steps").at(0).at("direction"), "down");
}

TEST_P(Documents, plan) {
  const Json plan = one({"plan"});
  EXPECT_EQ(keys(plan), with({"steps", "notes"}));
  EXPECT_EQ(keys(plan.at("steps").at(0)),
            (Words{"version", "name", "direction", "transactional", "statements"}));
  EXPECT_EQ(plan.at("steps").at(0).at("statements"), Words{"CREATE TABLE a (id integer)"});
  EXPECT_EQ(keys(one({"up", "--dry-run"})), with({"steps"}));
}

/// What people are told on standard error.
TEST_P(Documents, notes) {
  EXPECT_TRUE(one({"plan"}).at("notes").empty());
  write("004_d.up.sql", "-- Dependss: 002_b\nSELECT 1;\n");
  for (const char* command : {"plan", "up"}) {
    const std::string notes = one({command}).at("notes").dump();
    EXPECT_TRUE(contains(notes, "the numbers have a gap between")) << command;
    EXPECT_TRUE(contains(notes, "Dependss")) << command;
  }
}

TEST_P(Documents, error_beside_what_was_done) {
  write("003_c.up.sql", "SELECT 1;\n  INSERT INTO nowhere VALUES (1);\n");
  const Refusal refusal = refused({"up"});
  EXPECT_EQ(keys(refusal.document), (Words{"databases", "error"}));
  EXPECT_EQ(keys(refusal.error),
            (Words{"code", "message", "hint", "file", "line", "column", "sqlstate", "statement"}));
  EXPECT_EQ(refusal.error.at("line"), 2);
  EXPECT_TRUE(refusal.error.at("column").is_number());
  const Json& entry = refusal.document.at("databases").at(0);
  EXPECT_EQ(keys(entry), with({"steps", "elapsed_ms", "error"}));
  EXPECT_EQ(each(entry.at("steps"), "version"), (Words{"001_a", "002_b"}));
}

TEST_P(Documents, nothing_but_the_document_is_on_standard_output) {
  for (const Words& command : std::vector<Words>{
           {"up"}, {"status"}, {"plan"}, {"redo"}, {"verify"}, {"repair"}, {"down"}, {"baseline", "1"}}) {
    const Outcome outcome = run([&] {
      Words all = command;
      all.emplace_back("--json");
      return all;
    }());
    EXPECT_EQ(outcome.exit_status, 0) << outcome;
    EXPECT_FALSE(Json::parse(outcome.out, nullptr, false).is_discarded()) << outcome;
  }
  const Outcome wrong = folder.run({"up", "--json", "--no-such-option"});
  EXPECT_EQ(wrong.exit_status, 2) << wrong;
  EXPECT_EQ(Json::parse(wrong.out).at("error").at("code"), "usage");
}

}  // namespace
}  // namespace tradewind::test
