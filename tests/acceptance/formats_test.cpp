// Directories of goose and dbmate, run as they are.
#include "engine_folder.hpp"

namespace tradewind::test {
namespace {

class Formats : public OnBothEngines {
 protected:
  /// Statements with semicolons in them.
  std::string compound() const {
    return database.is_postgresql()
               ? "CREATE FUNCTION two() RETURNS integer LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN "
                 "2;\nEND;\n$$;\n"
               : "CREATE TRIGGER two AFTER INSERT ON a BEGIN\n  SELECT 1;\n  SELECT 2;\nEND;\n";
  }
  std::string drop_compound() const {
    return database.is_postgresql() ? "DROP FUNCTION two;\n" : "DROP TRIGGER two;\n";
  }
  std::string compounds() const {
    return database.value(database.is_postgresql() ? "SELECT count(*) FROM pg_proc WHERE proname = 'two'"
                                                   : "SELECT count(*) FROM sqlite_master WHERE name = 'two'");
  }
  void expect_up_and_down(const Words& versions_up) {
    EXPECT_EQ(versions({"up"}), versions_up);
    EXPECT_EQ(tables(), (Words{"a", "b"}));
    EXPECT_EQ(compounds(), "1");
    EXPECT_EQ(one({"status", "--check"}).at("pending").size(), 0U);
    EXPECT_EQ(versions({"down", "--all", "--yes"}), Words(versions_up.rbegin(), versions_up.rend()));
    EXPECT_EQ(tables(), Words{});
    EXPECT_EQ(compounds(), "0");
    EXPECT_EQ(versions({"up"}), versions_up);
  }
  /// The first statement stays, and the next run goes on after it.
  void expect_resumed(const std::string& file) {
    EXPECT_EQ(one({"plan"}).at("steps").at(0).at("transactional"), false);
    const Refusal refusal = refused({"up"});
    EXPECT_EQ(refusal.exit_status, 4) << refusal;
    EXPECT_TRUE(contains(refusal.text, "migrations/" + file + ":4:"));
    EXPECT_EQ(tables(), Words{"a"});
    database.sql("CREATE TABLE b (id integer)");
    EXPECT_EQ(run({"up"}).exit_status, 0);
  }
};
TRADEWIND_ON_EACH_ENGINE(Formats);

TEST_P(Formats, goose) {
  write("00001_a.sql",
        "-- what it does\n\n-- +goose Up\nCREATE TABLE a (id integer);\nCREATE TABLE b (id integer);\n\n"
        "-- +goose Down\nDROP TABLE b;\nDROP TABLE a;\n");
  write("20260101120000_two.sql",
        "-- +GOOSE UP\r\n-- +goose StatementBegin\r\n" + compound() + "-- +goose StatementEnd\n" +
            "-- +goose Down\n-- +goose StatementBegin\n" + drop_compound() + "-- +goose StatementEnd\n");
  expect_up_and_down({"00001_a", "20260101120000_two"});
}

TEST_P(Formats, dbmate) {
  write("20260101000000_a.sql",
        "-- migrate:up\nCREATE TABLE a (id integer);\nCREATE TABLE b (id integer);\n\n"
        "-- migrate:down\nDROP TABLE b;\nDROP TABLE a;\n");
  write("20260102000000_two.sql", "-- migrate:up\n" + compound() + "\n-- migrate:down\n" + drop_compound());
  expect_up_and_down({"20260101000000_a", "20260102000000_two"});
}

TEST_P(Formats, goose_without_a_transaction) {
  write("00001_a.sql",
        "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE TABLE a (id integer);\nINSERT INTO b VALUES (1);\n"
        "-- +goose Down\nDROP TABLE b;\nDROP TABLE nowhere;\n");
  expect_resumed("00001_a.sql");
  EXPECT_EQ(run({"down"}).exit_status, 4) << "of the down too";
  EXPECT_EQ(tables(), Words{"a"});
}

TEST_P(Formats, dbmate_without_a_transaction) {
  write("1_a.sql",
        "-- a comment\n-- migrate:up transaction:false\nCREATE TABLE a (id integer);\nINSERT INTO b VALUES "
        "(1);\n"
        "-- migrate:down\nDROP TABLE b;\nDROP TABLE nowhere;\n");
  expect_resumed("1_a.sql");
  EXPECT_EQ(run({"down"}).exit_status, 3) << "of the up alone";
  EXPECT_EQ(tables(), (Words{"a", "b"}));
}

TEST_P(Formats, stand_beside_native_files) {
  table("001_a", "a");
  write("002_b.sql", "-- +goose Up\nCREATE TABLE b (id integer);\n-- +goose Down\nDROP TABLE b;\n");
  write("003_c.sql", "-- migrate:up\nCREATE TABLE c (id integer);\n");
  write("004_d.sql", "-- Description: native\nCREATE TABLE d (id integer);\n");
  write("002_b.verify.sql", "SELECT id FROM b;\n");
  EXPECT_EQ(versions({"up"}), (Words{"001_a", "002_b", "003_c", "004_d"}));
  EXPECT_EQ(run({"verify"}).exit_status, 0);
  const Refusal refusal = refused({"down"});
  EXPECT_EQ(refusal.code, "no-down") << refusal;
  EXPECT_EQ(tables(), (Words{"a", "b", "c", "d"}));
}

TEST_P(Formats, errors_have_the_place_in_the_file) {
  write("1_a.sql",
        "-- migrate:up\nCREATE TABLE a (id integer);\n-- migrate:down\nDROP TABLE a;\nDROP TABLE nowhere;\n");
  ASSERT_EQ(run({"up"}).exit_status, 0);
  const Refusal refusal = refused({"down"});
  EXPECT_EQ(refusal.error.at("file"), "migrations/1_a.sql");
  EXPECT_EQ(refusal.error.at("line"), 5);
}

struct Unfit {
  const char* file;
  const char* text;
  const char* code;
  std::vector<const char*> said;
};

TEST_P(Formats, what_cannot_be_run_is_refused) {
  table("001_a", "a");
  const Unfit cases[] = {
      {"002_b.sql",
       "-- +goose Up\n-- +goose ENVSUB ON\nCREATE TABLE ${NAME} (id integer);\n",
       "unsupported",
       {"migrations/002_b.sql:2:1", "ENVSUB"}},
      {"00002_b.go",
       "package migrations\n\nimport \"github.com/pressly/goose/v3\"\n",
       "unsupported",
       {"00002_b.go is a migration of goose in Go, which can't be run", "baseline"}},
      {"002_b.sql",
       "CREATE TABLE x (id integer);\n-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n",
       "bad-file",
       {"migrations/002_b.sql:2:1", "SQL stands before the file's first section"}},
      {"002_b.sql",
       "-- +goose Down\nDROP TABLE a;\n-- +goose Up\nSELECT 1;\n",
       "bad-file",
       {"migrations/002_b.sql:1:1", "the file's first section is its down"}},
      {"002_b.sql",
       "-- +goose Up\n-- +goose Down\nDROP TABLE a;\n",
       "bad-file",
       {"migrations/002_b.sql", "holds no statement"}},
  };
  for (const Unfit& unfit : cases) {
    write(unfit.file, unfit.text);
    const Refusal refusal = refused({"up"});
    EXPECT_EQ(refusal.code, unfit.code) << refusal;
    for (const char* part : unfit.said) EXPECT_TRUE(contains(refusal.text, part));
    EXPECT_EQ(all_tables(), Words{});
    remove(unfit.file);
  }
  write("00002_b_test.go", "package migrations // goose");
  write("helpers.go", "package migrations // goose");
  EXPECT_EQ(versions({"up"}), Words{"001_a"});
}

}  // namespace
}  // namespace tradewind::test
