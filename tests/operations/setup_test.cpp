// A database from nothing: R6.
#include "operations_folder.hpp"

namespace tradewind::test {
namespace {

std::vector<std::string> states(const Json& database) {
  std::vector<std::string> found;
  for (const Json& step : database.at("steps"))
    found.push_back(step.at("what").get<std::string>() + ": " + step.at("state").get<std::string>());
  return found;
}

Json step_of(const Json& database, const std::string& what) {
  const auto found = with(database.at("steps"), "what", what);
  EXPECT_EQ(found.size(), 1U) << what << " in " << database;
  return found.empty() ? Json::object() : found.front();
}

/// A folder, and the program's --json in it.
class Setup : public ::testing::Test {
 protected:
  Json one(Words arguments, int exit_status = 0) const {
    arguments.insert(arguments.end(), {"--yes", "--json"});
    const Outcome outcome = tradewind_in(folder.path(), arguments);
    EXPECT_EQ(outcome.exit_status, exit_status) << outcome;
    all_output += outcome.out + outcome.err;
    return Json::parse(outcome.out).at("databases").at(0);
  }

  TempDir folder;
  mutable std::string all_output;
};

TEST_F(Setup, makes_a_sqlite_database_with_its_sample_data_and_leaves_it_the_second_time) {
  const Words command = {"setup", "--pack", "titan", "--database", "sqlite:data/titan.db", "--seed"};
  EXPECT_EQ(states(one(command)), (Words{"file data/titan.db: done", "migrations: done", "seeds: done"}));
  EXPECT_NE(SqliteFile(folder / "data/titan.db").sql("SELECT count(*) FROM trades")[0][0], "0");
  EXPECT_TRUE(contains(folder.read(".env.example"), "DATABASE_URL=sqlite:data/titan.db\n"));
  EXPECT_EQ(states(one(command)),
            (Words{"file data/titan.db: already", "migrations: already", "seeds: done"}));
}

TEST_F(Setup, sets_up_every_database_of_a_project) {
  const Outcome outcome = tradewind_in(folder.path(), {"setup", "--pack", "catalyst", "--yes", "--json"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_EQ(Json::parse(outcome.out).at("databases").size(), 3U);
  EXPECT_TRUE(folder.has("data/ml_training.db"));
}

TEST_F(Setup, keeps_sample_data_from_production) {
  const Outcome outcome = tradewind_in(
      folder.path(), {"setup", "--pack", "titan", "--database", "sqlite:live.db", "--seed", "--yes"});
  EXPECT_EQ(outcome.exit_status, 3) << outcome;
  EXPECT_TRUE(contains(outcome.err, "looks like production"));
}

/// Names of one test's own, gone with it.
class SetupOfServer : public Setup {
 protected:
  ~SetupOfServer() override {
    cluster.drop_database(name);
    for (const char* role : {"analyst", "trading_bot"}) drop_role(role);
    drop_role(name);
  }
  void drop_role(const std::string& role) const {
    try {
      cluster.sql("postgres", "DROP ROLE IF EXISTS " + role);
    } catch (const SqlError& error) {
      ADD_FAILURE() << error.what();
    }
  }
  std::string value(const std::string& text) const { return cluster.sql(name, text).at(0).at(0); }
  /// Of the new owner, with a password in it that nobody must see.
  std::string url() const { return cluster.tcp_url(name, name, "s3cret-Word"); }

  PostgresCluster& cluster = PostgresCluster::shared();
  const std::string name = "setup_trial";
};

TEST_F(SetupOfServer, makes_role_database_extensions_schema_and_sample_data) {
  const Words command = {"setup", "--pack", "rtx", "--database", url(), "--admin", cluster.url(), "--seed"};
  const Json first = one(command);
  EXPECT_EQ(states(first),
            (Words{"role setup_trial: done", "database setup_trial: done", "extension pg_trgm: done",
                   "extension pgcrypto: done", "migrations: done", "seeds: done"}));
  EXPECT_EQ(value("SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'setup_trial'"),
            "t");
  EXPECT_EQ(value("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"),
            name);
  EXPECT_EQ(value("SELECT tableowner FROM pg_tables WHERE tablename = 'trades'"), name);
  EXPECT_NE(value("SELECT count(*) FROM users"), "0");
  EXPECT_EQ(first.at("details").at("database"), name);
  EXPECT_EQ(first.at("details").at("user"), name);
  EXPECT_TRUE(contains(folder.read(".env.example"), "DB_USER=setup_trial\n"));
  EXPECT_TRUE(contains(folder.read(".env.example"), "DB_PASSWORD=\n"));
  const Json second = one(command);
  for (const std::string& state : states(second))
    EXPECT_TRUE(contains(state, state == "seeds: done" ? "done" : "already"));
  EXPECT_EQ((all_output + folder.read(".env.example") + cluster.log()).find("s3cret"), std::string::npos);
}

TEST_F(SetupOfServer, as_a_plain_owner_does_what_it_may_and_says_what_it_may_not) {
  cluster.sql("postgres", "CREATE ROLE setup_trial LOGIN");
  cluster.sql("postgres", "CREATE DATABASE setup_trial OWNER setup_trial");
  const Json found =
      one({"setup", "--pack", "iftb", "--database", cluster.url(name, name), "--seed", "--roles"});
  EXPECT_EQ(step_of(found, "database setup_trial").at("state"), "already");
  EXPECT_EQ(step_of(found, "migrations").at("state"), "done");
  EXPECT_EQ(step_of(found, "seeds").at("state"), "done");
  const Json roles = step_of(found, "roles");
  EXPECT_EQ(roles.at("state"), "could-not");
  EXPECT_TRUE(contains(roles.at("detail"), "permission denied"));
  EXPECT_TRUE(contains(roles.at("advice"), "tradewind seed roles"));
  EXPECT_NE(value("SELECT count(*) FROM trades"), "0");
}

TEST_F(SetupOfServer, who_may_not_make_a_database_is_told_what_to_have_run) {
  cluster.sql("postgres", "CREATE ROLE setup_trial LOGIN");
  const Outcome outcome = tradewind_in(
      folder.path(), {"setup", "--pack", "iftb", "--database", cluster.url(name, name), "--yes"});
  EXPECT_EQ(outcome.exit_status, 3) << outcome;
  EXPECT_TRUE(contains(outcome.err, "this user may not make what is missing"));
  EXPECT_TRUE(contains(outcome.err, "CREATE DATABASE \"setup_trial\" OWNER \"setup_trial\";"));
  EXPECT_EQ(cluster.sql("postgres", "SELECT 1 FROM pg_database WHERE datname = 'setup_trial'").size(), 0U);
}

TEST_F(SetupOfServer, without_anybody_who_may_asks_for_one) {
  const Outcome outcome = tradewind_in(
      folder.path(), {"setup", "--pack", "iftb", "--database", cluster.url(name, name), "--yes"});
  EXPECT_EQ(outcome.exit_status, 2) << outcome;
  EXPECT_TRUE(contains(outcome.err, "--admin URL"));
}

TEST_F(SetupOfServer, an_admin_who_is_no_superuser_is_enough) {
  cluster.sql("postgres", "CREATE ROLE setup_admin LOGIN CREATEDB CREATEROLE");
  const Json found = one(
      {"setup", "--pack", "iftb", "--database", url(), "--admin", cluster.url("postgres", "setup_admin")});
  EXPECT_EQ(step_of(found, "database setup_trial").at("state"), "done");
  EXPECT_EQ(step_of(found, "migrations").at("state"), "done");
  cluster.drop_database(name);
  cluster.sql("postgres", "DROP ROLE setup_trial; DROP ROLE setup_admin");
}

TEST_F(SetupOfServer, asks_on_a_terminal_with_answers_that_make_sense) {
  RunOptions options;
  options.cwd = folder.path();
  options.env["TERM"] = "xterm";
  // host, port, database, user, password, admin, sample data
  options.stdin_text = "127.0.0.1\n" + std::to_string(cluster.port()) +
                       "\nsetup_trial\nsetup_trial\ntyped-Secret\n" + cluster.url() + "\ny\n";
  const Outcome outcome =
      Program::run({"script", "-qec", tradewind_program() + " --pack iftb setup", "/dev/null"}, options);
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_TRUE(contains(outcome.out, "database [iftb]: "));
  EXPECT_TRUE(contains(outcome.out, "postgresql://setup_trial:***@127.0.0.1:"));
  EXPECT_NE(value("SELECT count(*) FROM trades"), "0");
  EXPECT_FALSE(contains(folder.read(".env.example"), "typed-Secret"));
}

}  // namespace
}  // namespace tradewind::test
