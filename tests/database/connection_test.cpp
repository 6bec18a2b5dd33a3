// What every adapter promises: see src/database/connection.hpp.
#include "database/connection.hpp"

#include <atomic>
#include <deque>
#include <thread>

#include <tradewind/error.hpp>

#include "database/dialect.hpp"
#include "postgres/connection.hpp"
#include "sqlite/connection.hpp"
#include "support/engines.hpp"
#include "support/eventually.hpp"
#include "support/given.hpp"

namespace tradewind::test {
namespace {

using database::Command;
using database::Failure;
using database::Role;

/// Commands that a test writes down; counts those asked for.
class List : public database::CommandStream {
 public:
  void add(Role role, std::string text) { commands_.emplace_back(role, std::move(text)); }
  void transaction(const std::vector<std::string>& statements) {
    add(Role::begin, "BEGIN");
    for (const std::string& text : statements) add(Role::statement, text);
    add(Role::commit, "COMMIT");
  }
  std::optional<Command> next() override {
    if (at_ == commands_.size()) return std::nullopt;
    Command command;
    command.text = commands_[at_].second;
    command.tag = {.unit = 0, .statement = static_cast<std::uint32_t>(at_), .role = commands_[at_].first};
    ++at_;
    return command;
  }

 private:
  std::deque<std::pair<Role, std::string>> commands_;
  std::size_t at_ = 0;
};

class Ear : public database::Listener {
 public:
  void done(const database::Tag& tag, std::string_view value) override {
    answered.push_back(tag.statement);
    values.emplace_back(value);
  }
  std::vector<std::uint32_t> answered;
  std::vector<std::string> values;
};

class Port : public OnEachEngine {
 protected:
  std::unique_ptr<database::Connection> open() const {
    database::OpenSettings settings;
    settings.url = database::Url::parse(database.url);
    return database.is_postgresql() ? postgres::open(std::move(settings)) : sqlite::open(std::move(settings));
  }
  void end_session(const std::string& pid) const {
    database.sql("SELECT pg_terminate_backend(" + pid + ")");
    ASSERT_TRUE(eventually(
        [&] { return database.value("SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid) == "0"; }));
  }
};
TRADEWIND_ON_EACH_ENGINE(Port);

TEST_P(Port, query_takes_parameters_and_gives_nulls) {
  const auto connection = open();
  const std::vector<database::Parameter> parameters = {"it's", std::nullopt};
  const database::Rows rows = connection->query("SELECT CAST($1 AS text), CAST($2 AS text), ''", parameters);
  ASSERT_EQ(rows.size(), 1U);
  ASSERT_EQ(rows.columns(), 3U);
  EXPECT_EQ(rows.at(0, 0), "it's");
  EXPECT_FALSE(rows.at(0, 1).has_value());
  EXPECT_EQ(rows.at(0, 2), "");
  EXPECT_EQ(connection->query("SELECT 1 WHERE 1 = 2").size(), 0U);
}

TEST_P(Port, query_throws_and_the_session_stays_usable) {
  const auto connection = open();
  try {
    connection->query("SELECT * FROM nowhere");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("nowhere"), std::string::npos);
    EXPECT_EQ(error.statement(), "SELECT * FROM nowhere");
  }
  EXPECT_EQ(connection->query("SELECT 1").text(0, 0), "1");
}

TEST_P(Port, query_throws_a_lock_timeout_where_another_session_has_the_lock) {
  const auto holder = open();
  const auto waiting = open();
  holder->query("CREATE TABLE held (id integer)");
  if (database.is_postgresql()) {
    holder->query("BEGIN");
    holder->query("LOCK TABLE held");
    waiting->query("SET lock_timeout = 50");
  } else {
    waiting->query("PRAGMA busy_timeout = 50");
    holder->query("BEGIN IMMEDIATE");
  }
  try {
    waiting->query("INSERT INTO held VALUES (1)");
    ADD_FAILURE() << "the lock kept nobody out";
  } catch (const LockTimeout& error) {
    EXPECT_EQ(error.code(), Code::lock_timeout);
    EXPECT_EQ(error.sqlstate(), database.is_postgresql() ? "55P03" : "5");
  }
  holder->query("ROLLBACK");
  waiting->query("INSERT INTO held VALUES (1)");
  EXPECT_EQ(waiting->query("SELECT count(*) FROM held").integer(0, 0), 1);
}

TEST_P(Port, numbers_are_read_as_such_and_nothing_else_is) {
  const auto connection = open();
  const database::Rows rows = connection->query("SELECT -42, 1.5, NULL, 'seven'");
  EXPECT_EQ(rows.integer(0, 0), -42);
  EXPECT_EQ(rows.real(0, 1), 1.5);
  EXPECT_EQ(rows.integer(0, 2), 0);
  EXPECT_THROW(rows.integer(0, 1), Error);
  EXPECT_THROW(rows.integer(0, 3), Error);
}

TEST_P(Port, run_answers_in_order) {
  const auto connection = open();
  List list;
  list.transaction({"CREATE TABLE t (id integer)", "INSERT INTO t VALUES (1)"});
  list.transaction({"SELECT id FROM t"});
  Ear ear;
  EXPECT_FALSE(connection->run(list, ear));
  EXPECT_EQ(ear.answered, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(ear.values[5], "1");
}

TEST_P(Port, run_stops_at_the_first_failure) {
  const auto connection = open();
  List list;
  list.transaction({"CREATE TABLE t (id integer)"});
  list.transaction(
      {"INSERT INTO t VALUES (1)", "INSERT INTO nowhere VALUES (1)", "INSERT INTO t VALUES (2)"});
  list.transaction({"INSERT INTO t VALUES (3)"});
  Ear ear;
  const auto failed = given(connection->run(list, ear));
  EXPECT_EQ(failed.tag.statement, 5U);
  EXPECT_EQ(failed.kind, Failure::Kind::not_there);
  EXPECT_EQ(ear.answered, (std::vector<std::uint32_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(connection->query("SELECT count(*) FROM t").text(0, 0), "0");
  List more;
  more.transaction({"INSERT INTO t VALUES (4)"});
  EXPECT_FALSE(connection->run(more, ear)) << "no transaction is left open";
}

TEST_P(Port, a_failure_has_the_place_in_its_statement) {
  const auto connection = open();
  List list;
  list.transaction({"SELECT '\xE2\x82\xAC', nothing_of_this_name FROM (SELECT 1) AS x"});
  Ear ear;
  const auto failed = given(connection->run(list, ear));
  EXPECT_EQ(failed.offset, 14U) << "in bytes";
  EXPECT_FALSE(failed.sqlstate.empty());
}

std::optional<database::SyntaxProblem> problem_of(database::Connection& connection,
                                                  const std::vector<std::string_view>& statements) {
  return connection.syntax_problem(statements);
}

TEST_P(Port, syntax_problems_are_found_without_running) {
  const auto connection = open();
  EXPECT_FALSE(problem_of(*connection, {"CREATE TABLE t (id integer)"}));
  const auto problem = given(problem_of(*connection, {"SELECT 1", "SELECT 1 FORM t"}));
  EXPECT_EQ(problem.statement, 1U);
  EXPECT_EQ(problem.offset, 14U);
  EXPECT_FALSE(problem_of(*connection, {"SELECT * FROM nowhere"})) << "the name may come to be";
  EXPECT_FALSE(problem_of(*connection, {"INSERT INTO t VALUES (1)"}));
}

/// What a statement means is another matter: the plan may change the table before it comes to it.
TEST_P(Port, syntax_is_checked_without_a_look_at_the_tables) {
  const auto connection = open();
  connection->query("CREATE TABLE t (id integer)");
  const auto holder = open();
  holder->query(database.is_postgresql() ? "BEGIN" : "BEGIN EXCLUSIVE");
  if (database.is_postgresql()) holder->query("LOCK TABLE t");
  EXPECT_FALSE(problem_of(*connection, {"INSERT INTO t VALUES (1, 2, 3)", "DROP TABLE t"}));
  holder->query("ROLLBACK");
  EXPECT_EQ(connection->query("SELECT count(*) FROM t").integer(0, 0), 0);
}

TEST_P(Port, the_version_is_a_number) {
  EXPECT_NE(open()->server_version().find('.'), std::string::npos);
  EXPECT_EQ(open()->dialect().engine(), database.engine);
}

TEST_P(Port, a_session_can_be_made_anew) {
  const auto connection = open();
  if (database.is_postgresql()) {
    const std::string pid(connection->query("SELECT pg_backend_pid()").text(0, 0));
    end_session(pid);
    EXPECT_THROW(connection->query("SELECT 1"), ConnectionError);
  }
  connection->reconnect();
  EXPECT_EQ(connection->query("SELECT 1").text(0, 0), "1");
}

// On PostgreSQL the runners' lock keeps others out.
class GuardOnSqlite : public Port {};
INSTANTIATE_TEST_SUITE_P(On, GuardOnSqlite, ::testing::Values(sqlite_engine));

TEST_P(GuardOnSqlite, that_gives_a_row_stops_the_run) {
  const auto connection = open();
  List list;
  list.add(Role::begin, "BEGIN");
  list.add(Role::statement, "CREATE TABLE t (id integer)");
  list.add(Role::guard, "SELECT 1");
  list.add(Role::commit, "COMMIT");
  Ear ear;
  const auto failed = given(connection->run(list, ear));
  EXPECT_EQ(failed.kind, Failure::Kind::moved);
  EXPECT_EQ(database.sql("SELECT name FROM sqlite_master"), Rows{});
}

class RunnerLockOnPostgres : public Port {};
INSTANTIATE_TEST_SUITE_P(On, RunnerLockOnPostgres, ::testing::Values(postgresql_engine));

TEST_P(RunnerLockOnPostgres, keeps_the_second_out_and_names_the_first) {
  const auto first = open();
  const auto second = open();
  std::string who;
  const auto listen = [&](std::string_view text) { who = text; };
  auto lock = first->lock_runners("key", std::chrono::milliseconds(0), listen);
  ASSERT_NE(lock, nullptr);
  EXPECT_EQ(who, "");
  try {
    second->lock_runners("key", std::chrono::milliseconds(0), listen);
    FAIL() << "no error";
  } catch (const LockTimeout& error) {
    EXPECT_EQ(error.code(), Code::runner_busy);
    const std::string pid(first->query("SELECT pg_backend_pid()").text(0, 0));
    EXPECT_NE(std::string(error.what()).find("pid " + pid), std::string::npos) << error.what();
  }
  EXPECT_NE(second->lock_runners("another key", std::chrono::milliseconds(0), listen), nullptr);
  lock.reset();
  EXPECT_NE(second->lock_runners("key", std::chrono::milliseconds(0), listen), nullptr);
}

TEST_P(RunnerLockOnPostgres, ends_with_its_session) {
  const auto second = open();
  {
    const auto first = open();
    const auto lock = first->lock_runners("key", std::chrono::milliseconds(0), [](auto) {});
    const std::string pid(first->query("SELECT pg_backend_pid()").text(0, 0));
    end_session(pid);
  }
  EXPECT_NE(second->lock_runners("key", std::chrono::seconds(5), [](auto) {}), nullptr);
}

/// Asks to stop a moment after its COMMIT was taken.
class StopInCommit : public List {
 public:
  explicit StopInCommit(std::atomic<bool>& stop) : stop_(stop) {}
  ~StopInCommit() override {
    if (stopper_.joinable()) stopper_.join();
  }
  std::optional<Command> next() override {
    auto command = List::next();
    if (command && command->tag.role == Role::commit) {
      stopper_ = std::thread([this] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        stop_ = true;
      });
    }
    return command;
  }

 private:
  std::atomic<bool>& stop_;
  std::thread stopper_;
};

TEST(SqliteConnection, a_commit_whose_check_for_orphans_was_interrupted_does_not_happen) {
  const auto database = make_database(sqlite_engine);
  std::atomic<bool> stop = false;
  database::OpenSettings settings;
  settings.url = database::Url::parse(database->url);
  settings.stop = &stop;
  const auto connection = sqlite::open(std::move(settings));
  connection->query("CREATE TABLE parent (id integer PRIMARY KEY)");
  connection->query("CREATE TABLE child (id integer REFERENCES parent)");
  connection->query("INSERT INTO parent VALUES (1)");
  connection->query(
      "INSERT INTO child WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) "
      "SELECT 1 FROM n");
  StopInCommit list(stop);
  list.add(Role::setting, "PRAGMA foreign_keys = OFF");
  list.transaction({"DELETE FROM parent"});
  Ear ear;
  const auto failed = given(connection->run(list, ear));
  EXPECT_EQ(failed.kind, Failure::Kind::interrupted) << failed.message;
  EXPECT_EQ(database->value("SELECT count(*) FROM parent"), "1");
}

}  // namespace
}  // namespace tradewind::test
