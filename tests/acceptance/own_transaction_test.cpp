// Files that bring their own BEGIN and COMMIT.
#include "engine_folder.hpp"

namespace tradewind::test {
namespace {

class OwnTransaction : public OnPostgres {};

TEST_F(OwnTransaction, a_verify_script_may_copy_rows_in) {
  at.table("001_a", "a");
  at.write("001_a.verify.sql",
           "COPY a FROM stdin;\n7\n\\.\nSELECT 1 / (SELECT count(*) FROM a WHERE id = 7);\n");
  ASSERT_EQ(at.run({"up"}).exit_status, 0);
  EXPECT_EQ(at.run({"verify"}).exit_status, 0) << at.run({"verify"});
  EXPECT_EQ(database.value("SELECT count(*) FROM a"), "0");
}

TEST_F(OwnTransaction, a_transaction_with_options_is_refused_and_its_advice_holds) {
  for (const char* text :
       {"SELECT 1;\nBEGIN ISOLATION LEVEL SERIALIZABLE;\nCREATE TABLE a (id integer);\nCOMMIT;\n",
        "SELECT 1;\nSTART TRANSACTION READ ONLY;\nSELECT 1;\nCOMMIT;\n",
        "BEGIN; CREATE TABLE a (id integer);\nCOMMIT AND CHAIN;\nSELECT 1; COMMIT;\n"}) {
    at.migration("001_a", text);
    const Refusal refusal = at.refused({"up"});
    EXPECT_EQ(refusal.exit_status, 3) << refusal;
    EXPECT_EQ(refusal.code, "bad-file") << refusal;
    EXPECT_TRUE(contains(refusal.text, "migrations/001_a.up.sql:2:1"));
    EXPECT_EQ(at.tables(), Words{});
  }
  at.migration("001_a",
               "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\n"
               "CREATE TABLE a AS SELECT current_setting('transaction_isolation') AS level;\n");
  at.migration("002_b",
               "BEGIN /* now */ WORK;\nCREATE TABLE b (id integer);\nCOMMIT AND NO CHAIN; -- done\n");
  const Outcome up = at.run({"up"});
  ASSERT_EQ(up.exit_status, 0) << up;
  EXPECT_EQ(database.value("SELECT level FROM a"), "serializable");
}

}  // namespace
}  // namespace tradewind::test
