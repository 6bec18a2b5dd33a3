// SQLite's foreign keys, which a migration runs without: what is wrong afterwards is found before COMMIT.

#include "engine_folder.hpp"

namespace tradewind::test {
namespace {

class SqliteKeys : public OnSqlite {
 protected:
  SqliteKeys() {
    at.migration("001_a",
                 "CREATE TABLE account (id integer PRIMARY KEY, code text UNIQUE);\n"
                 "CREATE TABLE trade (account integer REFERENCES account (id), code text);\n"
                 "INSERT INTO account VALUES (1, 'a');\nINSERT INTO trade VALUES (1, 'a');\n");
  }
  void expect_unchanged() const {
    EXPECT_EQ(at.applied(), Words{"001_a"});
    EXPECT_EQ(database.value("SELECT count(*) FROM account"), "1");
  }
};

TEST_F(SqliteKeys, an_orphan_is_found_in_a_database_with_a_key_that_cannot_be_checked) {
  database.sql("CREATE TABLE odd (code text REFERENCES other (code)); CREATE TABLE other (code text)");
  ASSERT_EQ(at.run({"up"}).exit_status, 0) << "that key was there before";
  at.migration("002_b", "DELETE FROM account;\n");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_TRUE(contains(refusal.text, "1 row in trade would refer to rows of account that are not there"));
  expect_unchanged();
}

TEST_F(SqliteKeys, a_rebuild_that_loses_the_unique_of_a_parent_fails) {
  at.migration("001_a",
               "CREATE TABLE account (id integer PRIMARY KEY, code text UNIQUE);\n"
               "CREATE TABLE trade (code text REFERENCES account (code));\n"
               "INSERT INTO account VALUES (1, 'a');\n");
  ASSERT_EQ(at.run({"up"}).exit_status, 0);
  at.migration("002_b",
               "CREATE TABLE account_new (id integer PRIMARY KEY, code text);\n"
               "INSERT INTO account_new SELECT * FROM account;\nDROP TABLE account;\n"
               "ALTER TABLE account_new RENAME TO account;\n");
  const Refusal refusal = at.refused({"up"});
  EXPECT_EQ(refusal.exit_status, 3) << refusal;
  EXPECT_TRUE(contains(refusal.text, "a foreign key of trade would refer to columns that are no key"));
  EXPECT_TRUE(contains(refusal.text, "UNIQUE index"));
  expect_unchanged();
}

TEST_F(SqliteKeys, verify_and_doctor_tell_of_a_key_that_cannot_be_checked_and_go_on) {
  ASSERT_EQ(at.run({"up"}).exit_status, 0);
  database.sql(
      "CREATE TABLE odd (code text REFERENCES other (code)); CREATE TABLE other (code text);"
      "CREATE TABLE pair (a integer, b integer, PRIMARY KEY (a, b));"
      "CREATE TABLE fit (b integer, a integer, FOREIGN KEY (b, a) REFERENCES PAIR (B, A));"
      "CREATE TABLE implied (a integer, b integer, FOREIGN KEY (a, b) REFERENCES pair);"
      "CREATE TABLE half (a integer REFERENCES pair (a)); CREATE TABLE gone (a integer REFERENCES nowhere "
      "(a));"
      "CREATE UNIQUE INDEX part ON other (code) WHERE code > 'x';"
      "INSERT INTO trade VALUES (7, 'x'); INSERT INTO fit VALUES (1, 2); INSERT INTO implied VALUES (3, 4)");
  const Json findings = at.one({"verify"}, 1).at("findings");
  const Words said = each(findings, "message");
  const auto about = [&](const std::string& front) {
    return std::count_if(said.begin(), said.end(), [&](const auto& text) { return text.starts_with(front); });
  };
  EXPECT_EQ(about("a foreign key of odd refers to columns of other that are no key"), 1) << findings;
  EXPECT_EQ(about("a foreign key of half refers to columns of pair that are no key"), 1) << findings;
  for (const char* child : {"trade", "fit", "implied"})
    EXPECT_EQ(about(std::string("a row of ") + child + " refers to a row of"), 1) << findings;
  EXPECT_EQ(said.size(), 5U) << findings;
  const Outcome doctor = at.run({"doctor"});
  EXPECT_EQ(doctor.exit_status, 1) << doctor;
  EXPECT_TRUE(contains(doctor.out, "1 of its rows refer to rows of account"));
  EXPECT_TRUE(contains(doctor.out, "foreign key mismatch"));
}

}  // namespace
}  // namespace tradewind::test
