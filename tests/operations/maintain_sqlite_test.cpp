// What maintain does on SQLite only: times as text, tables without row numbers, the write-ahead log. F7 and
// F10.
#include "operations_folder.hpp"

namespace tradewind::test {
namespace {

TEST(MaintainSqlite, keeps_times_of_every_form_apart) {
  const auto database = make_database(sqlite_engine);
  const OperationsFolder at(*database);
  database->sql(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT); INSERT INTO t VALUES "
      "(1, strftime('%Y-%m-%d %H:%M:%S', 'now', '-49 hours')), (2, strftime('%Y-%m-%dT%H:%M:%SZ', 'now', "
      "'-49 hours')), (3, strftime('%Y-%m-%d %H:%M:%S', 'now', '-47 hours')), (4, "
      "strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now', '-47 hours')), (5, 'soon'), (6, '')");
  at.configure("[maintain.retention]\nt = { column = \"at\", keep = \"2 days\" }\n");
  at.one({"maintain", "retention"});
  EXPECT_EQ(database->value("SELECT group_concat(id) FROM t"), "3,4,5,6");
}

TEST(MaintainSqlite, takes_a_time_of_day_for_no_time) {
  const auto database = make_database(sqlite_engine);
  const OperationsFolder at(*database);
  database->sql(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT); INSERT INTO t VALUES (1, '2001-02-03'), (2, "
      "'09:30'), (3, "
      "'2451545'), (4, '0930-01')");
  at.configure("[maintain.retention]\nt = { column = \"at\", keep = \"2 days\" }\n");
  at.one({"maintain", "retention"});
  EXPECT_EQ(database->value("SELECT group_concat(id) FROM t"), "2,3,4");
}

TEST(MaintainSqlite, is_not_misled_by_columns_that_are_called_as_the_row_number_is) {
  const auto database = make_database(sqlite_engine);
  const OperationsFolder at(*database);
  for (const char* key : {"", ", PRIMARY KEY (oid, at)"}) {
    database->sql(
        std::string("DROP TABLE IF EXISTS t; CREATE TABLE t (rowid INTEGER, \"_ROWID_\" INTEGER, ") +
        (*key == '\0' ? "" : "oid INTEGER, ") + "at TEXT" + key + ")");
    for (const char* time : {"'2001-02-03'", "date('now')"})
      database->sql(std::string("INSERT INTO t (rowid, _rowid_, at) SELECT 7, value, ") + time +
                    " FROM json_each('[1, 2, 3]')");
    if (*key != '\0') database->sql("UPDATE t SET oid = _rowid_");
    at.configure("[maintain.retention]\nt = { column = \"at\", keep = \"2 days\" }\n");
    EXPECT_EQ(with(at.one({"maintain", "retention"}).at("steps"), "table", "t").at(0).at("rows"), 3);
    EXPECT_EQ(database->value("SELECT count(*) || ' ' || min(at = date('now')) FROM t"), "3 1");
  }
  database->sql(
      "DROP TABLE t; CREATE TABLE t (rowid, _rowid_, oid, at TEXT); INSERT INTO t VALUES (1, 1, 1, "
      "'2001-02-03')");
  const Json refused = with(at.one({"maintain", "retention"}, 3).at("steps"), "table", "t").at(0);
  EXPECT_TRUE(contains(refused.at("error").at("message"), "t has no key"));
}

TEST(MaintainSqlite, works_without_rowids) {
  const auto database = make_database(sqlite_engine);
  const OperationsFolder at(*database);
  database->sql(
      "CREATE TABLE t (a INTEGER, b TEXT, at INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO t "
      "VALUES "
      "(1, 'x', 1000000000), (1, 'y', 1000000000), (2, 'x', strftime('%s', 'now'))");
  at.configure(
      "[maintain]\nbatch = 1\npause = \"0ms\"\n[maintain.retention]\nt = { column = \"at\", keep = \"2 "
      "days\" }\n");
  EXPECT_EQ(with(at.one({"maintain", "retention"}).at("steps"), "table", "t").at(0).at("rows"), 2);
  EXPECT_EQ(database->value("SELECT count(*) || ' ' || max(a) FROM t"), "1 2");
}

TEST(MaintainSqlite, says_that_a_reader_keeps_the_log) {
  const auto database = make_database(sqlite_engine);
  const OperationsFolder at(*database);
  database->sql("PRAGMA journal_mode = wal; CREATE TABLE t (x)");
  at.configure("");
  Process reader({"sh", "-c",
                  "(echo 'BEGIN; SELECT count(*) FROM t;'; echo '.print ready'; while [ ! -e " +
                      (at.folder / "done").string() + " ]; do sleep 0.05; done) | sqlite3 -bail " +
                      database->url.substr(7)});
  ASSERT_TRUE(reader.wait_for_out("ready")) << reader.err();
  database->sql("INSERT INTO t VALUES (1)");
  const auto step =
      with(at.one({"maintain", "vacuum"}).at("steps"), "action", "write the log back into the file");
  ASSERT_EQ(step.size(), 1U);
  EXPECT_TRUE(contains(step[0].at("note").dump(), "it was not emptied"));
  at.folder.write("done", "");
  reader.wait();
  const auto again =
      with(at.one({"maintain", "vacuum"}).at("steps"), "action", "write the log back into the file");
  EXPECT_TRUE(again.at(0).at("note").is_null());
}

TEST(MaintainSqlite, gives_space_back_and_empties_the_log) {
  const auto database = make_database(sqlite_engine);
  const OperationsFolder at(*database);
  database->sql(
      "PRAGMA auto_vacuum = incremental; PRAGMA journal_mode = wal; CREATE TABLE t (x); WITH RECURSIVE s(i) "
      "AS "
      "(SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < 20000) INSERT INTO t SELECT zeroblob(200) FROM s; "
      "DELETE FROM t");
  at.configure("");
  ASSERT_GT(std::stoi(database->value("PRAGMA freelist_count")), 500);
  at.one({"maintain"});
  EXPECT_LT(std::stoi(database->value("PRAGMA freelist_count")), 10);
  const std::string log = database->url.substr(7) + "-wal";
  EXPECT_TRUE(!std::filesystem::exists(log) || std::filesystem::file_size(log) == 0);
}

}  // namespace
}  // namespace tradewind::test
