// A database from nothing: R6.
#include <fstream>

#include "operations_folder.hpp"

namespace tradewind::test {
namespace {

namespace fs = std::filesystem;

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
  // It could name but one of them.
  EXPECT_FALSE(folder.has(".env.example"));
}

TEST_F(Setup, an_example_that_cannot_be_written_is_no_failure) {
  const Outcome outcome = tradewind_in(
      "/proc", {"setup", "--pack", "titan", "--database", "sqlite:" + (folder / "t.db").string(), "--yes"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_TRUE(contains(outcome.err, "note: can't write "));
  EXPECT_NE(SqliteFile(folder / "t.db").sql("SELECT count(*) FROM schema_migrations")[0][0], "0");
}

TEST_F(Setup, is_in_the_help_and_in_the_completion) {
  const std::string help = tradewind("setup", "--help").out;
  for (const char* word :
       {"--admin URL", "TRADEWIND_ADMIN_URL", "--seed", "--roles", "--force", "Safe to run again"})
    EXPECT_TRUE(contains(help, word));
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = tradewind("completion", shell).out;
    EXPECT_TRUE(contains(script, "setup")) << shell;
    EXPECT_TRUE(contains(script, "admin")) << shell;
  }
}

TEST_F(Setup, with_nobody_to_ask_says_what_to_name) {
  const Outcome outcome = tradewind_in(folder.path(), {"setup", "--pack", "iftb"});
  EXPECT_EQ(outcome.exit_status, 2) << outcome;
  EXPECT_TRUE(contains(outcome.err, "no database is named"));
  EXPECT_TRUE(contains(outcome.err, "--database URL"));
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

TEST_F(SetupOfServer, a_role_that_is_there_keeps_what_it_has) {
  cluster.sql("postgres", "CREATE ROLE setup_trial LOGIN PASSWORD 'another' CONNECTION LIMIT 7");
  const auto of_role = [&](const std::string& column) {
    return cluster.sql("postgres", "SELECT " + column + " FROM pg_authid WHERE rolname = 'setup_trial'");
  };
  const std::string password = of_role("rolpassword").at(0).at(0);
  const Json found = one({"setup", "--pack", "iftb", "--database", url(), "--admin", cluster.url()});
  EXPECT_EQ(step_of(found, "role setup_trial").at("state"), "already");
  EXPECT_EQ(step_of(found, "database setup_trial").at("state"), "done");
  EXPECT_EQ(of_role("rolpassword").at(0).at(0), password);
  EXPECT_EQ(of_role("rolconnlimit").at(0).at(0), "7");
}

TEST_F(SetupOfServer, says_whether_the_user_or_the_admin_was_not_let_in) {
  const std::string wrong = cluster.tcp_url("postgres", PostgresCluster::password_user, "wr0ng");
  const Outcome admin = tradewind_in(folder.path(), {"setup", "--pack", "iftb", "--database", url(),
                                                     "--admin", wrong, "--yes", "--verbose"});
  EXPECT_EQ(admin.exit_status, 2) << admin;
  EXPECT_TRUE(contains(admin.err, "as the admin: "));
  EXPECT_TRUE(contains(admin.err, "password authentication failed for user \"trader\""));
  EXPECT_EQ(cluster.sql("postgres", "SELECT 1 FROM pg_roles WHERE rolname = 'setup_trial'").size(), 0U);

  const Outcome user = tradewind_in(folder.path(), {"setup", "--pack", "iftb", "--database", wrong, "--admin",
                                                    cluster.url(), "--yes", "--verbose"});
  EXPECT_EQ(user.exit_status, 2) << user;
  EXPECT_TRUE(contains(user.err, "the role trader is there, and was not let in"));
  EXPECT_EQ((admin.err + admin.out + user.err + user.out).find("wr0ng"), std::string::npos);
  EXPECT_FALSE(folder.has(".env.example"));
}

TEST_F(SetupOfServer, without_a_server_changes_nothing_and_may_be_tried_again) {
  const Outcome outcome =
      tradewind_in(folder.path(), {"setup", "--pack", "iftb", "--database",
                                   PostgresCluster::tcp_url_at(1, name, name, "s3cret-Word"), "--admin",
                                   cluster.url(), "--yes"});
  EXPECT_EQ(outcome.exit_status, 5) << outcome;
  EXPECT_TRUE(contains(outcome.err, "check that the server runs"));
  EXPECT_EQ(cluster.sql("postgres", "SELECT 1 FROM pg_roles WHERE rolname = 'setup_trial'").size(), 0U);
  EXPECT_EQ(outcome.err.find("s3cret"), std::string::npos);
}

TEST_F(SetupOfServer, the_admin_may_stand_in_the_environment) {
  folder.write(
      ".env",
      "DATABASE_TYPE=postgresql\nDB_HOST=127.0.0.1\nDB_PORT=" + std::to_string(cluster.port()) +
          "\nDB_NAME=setup_trial\nDB_USER=setup_trial\nDB_PASSWORD=s3cret-Word\n" + "TRADEWIND_ADMIN_URL=" +
          cluster.tcp_url("postgres", PostgresCluster::password_user, PostgresCluster::password) + "\n");
  EXPECT_EQ(step_of(one({"setup", "--pack", "iftb"}), "role setup_trial").at("state"), "done");
  for (const char* secret : {"s3cret", "correct-Horse"})
    EXPECT_EQ((all_output + folder.read(".env.example") + cluster.log()).find(secret), std::string::npos);
}

TEST_F(SetupOfServer, an_extension_is_made_by_the_admin_or_told_to_whom_may) {
  folder.write("migrations/001_pages.up.sql",
               "CREATE EXTENSION IF NOT EXISTS pageinspect;\nCREATE TABLE t ();\n");
  cluster.sql("postgres", "CREATE ROLE setup_trial LOGIN");
  cluster.sql("postgres", "CREATE DATABASE setup_trial OWNER setup_trial");
  const Json without = one({"setup", "--database", cluster.url(name, name)}, 3);
  EXPECT_EQ(step_of(without, "extension pageinspect").at("state"), "could-not");
  EXPECT_EQ(step_of(without, "extension pageinspect").at("advice"),
            "have a superuser run in setup_trial: CREATE EXTENSION IF NOT EXISTS \"pageinspect\";");
  EXPECT_TRUE(contains(without.at("error").at("message"), "permission denied"));

  const Json with_admin = one({"setup", "--database", cluster.url(name, name), "--admin", cluster.url()});
  EXPECT_EQ(step_of(with_admin, "extension pageinspect").at("state"), "done");
  EXPECT_EQ(step_of(with_admin, "migrations").at("state"), "done");
}

TEST_F(SetupOfServer, an_extension_that_the_server_lacks_is_to_be_installed) {
  folder.write("migrations/001_none.up.sql", "CREATE EXTENSION no_such_thing;\n");
  const Json found = one({"setup", "--database", url(), "--admin", cluster.url()}, 3);
  // What was made before it failed is told all the same.
  EXPECT_EQ(states(found), (Words{"role setup_trial: done", "database setup_trial: done",
                                  "extension no_such_thing: could-not"}));
  EXPECT_TRUE(contains(step_of(found, "extension no_such_thing").at("advice"), "install it on the server"));
}

TEST_F(SetupOfServer, what_somebody_else_owns_is_an_error_that_says_what_is_lacking) {
  cluster.sql("postgres", "CREATE ROLE setup_trial LOGIN");
  cluster.sql("postgres", "CREATE DATABASE setup_trial");
  cluster.sql(name, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
  const Outcome outcome = tradewind_in(
      folder.path(), {"setup", "--pack", "iftb", "--database", cluster.url(name, name), "--yes"});
  EXPECT_EQ(outcome.exit_status, 3) << outcome;
  EXPECT_TRUE(contains(outcome.err, "permission denied for schema public"));
  EXPECT_TRUE(contains(outcome.err, "hint: "));
}

TEST(SetupPassword, of_odd_characters_is_the_one_that_lets_in) {
  PostgresCluster cluster;
  cluster.stop();
  const fs::path rules = cluster.data() / "pg_hba.conf";
  std::ofstream(rules, std::ios::app).flush();
  const std::string before = read_file(rules);
  std::ofstream(rules) << "host all odd_one 127.0.0.1/32 scram-sha-256\n" << before;
  cluster.start();
  const std::string password = R"( p@ss:w/rd%41 '"\$?#&=)"
                               "\xC3\xBC ";
  TempDir folder;
  RunOptions options;
  options.cwd = folder.path();
  options.env = {{"DATABASE_TYPE", "postgresql"},
                 {"DB_HOST", "127.0.0.1"},
                 {"DB_PORT", std::to_string(cluster.port())},
                 {"DB_NAME", "odd one's \"db\" #$1"},
                 {"DB_USER", "odd_one"},
                 {"DB_PASSWORD", password},
                 {"TRADEWIND_ADMIN_URL", cluster.url()}};
  const Outcome made = run_tradewind({"setup", "--pack", "iftb", "--yes", "--verbose"}, options);
  EXPECT_EQ(made.exit_status, 0) << made;
  const Outcome there = run_tradewind({"status", "--pack", "iftb", "--check"}, options);
  EXPECT_EQ(there.exit_status, 0) << there;
  for (const std::string& text : {made.out, made.err, folder.read(".env.example"), cluster.log()})
    EXPECT_EQ(text.find("p@ss"), std::string::npos) << text;
  options.env["DB_PASSWORD"] = "p@ss";
  EXPECT_EQ(run_tradewind({"status", "--pack", "iftb"}, options).exit_status, 2);

  // What it wrote is read again as it was meant.
  fs::rename(folder / ".env.example", folder / ".env");
  options.env = {{"PGPASSWORD", password}};
  const Outcome by_file = run_tradewind({"status", "--pack", "iftb", "--check"}, options);
  EXPECT_EQ(by_file.exit_status, 0) << by_file;
}

}  // namespace
}  // namespace tradewind::test
