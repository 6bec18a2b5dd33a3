// Seeds: the packs' own, and a project's. Shows R7.
#include <fmt/format.h>

#include <functional>
#include <memory>
#include <thread>

#include <tradewind/tradewind.hpp>

#include "acceptance/cli_folder.hpp"
#include "support/engines.hpp"
#include "support/given.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {
namespace {

/// A pack's database that has seeds, on one engine.
struct Seeded {
  const char* pack;
  const char* database;
  const char* engine;
};
std::ostream& operator<<(std::ostream& stream, const Seeded& seeded) {
  return stream << seeded.pack << '_' << seeded.database << seeded.engine;
}

class PackSeed : public ::testing::TestWithParam<Seeded> {
 protected:
  PackSeed() : opened_(init_database(database_->url, Source::pack(GetParam().pack, GetParam().database))) {}

  std::vector<SeedResult> load() {
    return seed(opened_, Source::pack_seeds(GetParam().pack, GetParam().database));
  }
  /// "table 12" for every table and view.
  Words counts() {
    Words lines;
    for (const SchemaObject& object : read_schema(opened_).objects) {
      if (object.kind != "table" && object.kind != "view" && object.kind != "materialized view") continue;
      lines.push_back(object.name + " " + given(opened_.query("SELECT count(*) FROM " + object.name)[0][0]));
    }
    return lines;
  }
  Words empty_views() {
    Words empty;
    for (const SchemaObject& object : read_schema(opened_).objects) {
      const bool view = object.kind == "view" || object.kind == "materialized view";
      if (view && opened_.query("SELECT 1 FROM " + object.name + " LIMIT 1").empty())
        empty.push_back(object.name);
    }
    return empty;
  }

  std::unique_ptr<TestDatabase> database_ = make_database(GetParam().engine);
  Database opened_;
};

INSTANTIATE_TEST_SUITE_P(
    Of, PackSeed,
    ::testing::Values(Seeded{"titan", "", postgresql_engine}, Seeded{"titan", "", sqlite_engine},
                      Seeded{"intelligence", "", postgresql_engine}, Seeded{"iftb", "", postgresql_engine},
                      Seeded{"rtx", "", postgresql_engine}, Seeded{"catalyst", "positions", sqlite_engine},
                      Seeded{"catalyst", "trading", sqlite_engine},
                      Seeded{"catalyst", "ml_training", sqlite_engine}),
    [](const auto& seeded) {
      const std::string database = seeded.param.database;
      return std::string(seeded.param.pack) + "_" + database + (database.empty() ? "" : "_") +
             seeded.param.engine;
    });

TEST_P(PackSeed, loads_twice_with_the_same_counts) {
  for (const SeedResult& first : load()) {
    EXPECT_FALSE(first.tables.empty());
    for (const SeedTable& table : first.tables) EXPECT_GT(table.added, 0) << table.name;
  }
  const Words once = counts();
  for (const SeedResult& second : load()) {
    for (const SeedTable& table : second.tables) EXPECT_EQ(table.added, 0) << table.name;
  }
  EXPECT_EQ(counts(), once);
}

TEST_P(PackSeed, makes_every_view_show_something) {
  load();
  EXPECT_EQ(empty_views(), Words());
}

TEST_P(PackSeed, leaves_nothing_for_verify_to_find) {
  load();
  for (const Finding& finding :
       Migrator(opened_, Source::pack(GetParam().pack, GetParam().database)).verify())
    ADD_FAILURE() << finding.message;
}

class Rtx : public ::testing::Test {
 protected:
  Rtx() { folder.run({"up", "--pack", "rtx", "--database", database->url, "--quiet"}); }
  Outcome seed(Words more = {}) {
    more.insert(more.begin(), {"seed", "--pack", "rtx", "--database", database->url});
    return folder.run(more);
  }

  Folder folder;
  std::unique_ptr<TestDatabase> database = make_database(postgresql_engine);
};

TEST_F(Rtx, seed_makes_what_the_document_lists) {
  const Outcome loaded = seed();
  ASSERT_EQ(loaded.exit_status, 0) << loaded;
  const std::map<std::string, std::string> wanted = {
      {"SELECT count(*) FROM users", "4"},
      {"SELECT count(DISTINCT user_id) FROM user_roles", "4"},
      {"SELECT count(*) FROM instruments", "15"},
      {"SELECT string_agg(DISTINCT asset_class, ',' ORDER BY asset_class) FROM instruments",
       "commodity,crypto,forex,index"},
      {"SELECT count(*) FROM accounts", "4"},
      {"SELECT string_agg(DISTINCT account_type, ',' ORDER BY account_type) FROM accounts",
       "demo,live,margin"},
      {"SELECT count(*) FROM liquidity_providers", "4"},
      {"SELECT count(*) FROM sor_rules", "4"},
      {"SELECT count(*) FROM risk_limits", "5"},
      {"SELECT count(*) FROM circuit_breakers", "3"}};
  for (const auto& [query, answer] : wanted) EXPECT_EQ(database->value(query), answer) << query;
}

TEST_F(Rtx, seed_prints_credentials_that_work) {
  const Outcome loaded = seed({"--json"});
  ASSERT_EQ(loaded.exit_status, 0) << loaded;
  const Json credentials = Json::parse(loaded.out)["databases"][0]["seeds"][0]["credentials"];
  ASSERT_EQ(credentials.size(), 4U);
  for (const Json& credential : credentials) {
    const std::string user = credential["user"];
    const std::string password = credential["password"];
    EXPECT_EQ(database->value(fmt::format(
                  "SELECT password_hash = crypt('{}', password_hash) FROM users WHERE username = '{}'",
                  password, user)),
              "t")
        << user;
    EXPECT_EQ(database->value(
                  "SELECT count(*) FROM user_roles r JOIN users u ON u.id = r.user_id WHERE u.username = '" +
                  user + "' AND r.role = '" + credential["role"].get<std::string>() + "'"),
              "1");
    EXPECT_TRUE(contains(seed().out, password));
  }
}

/// A project of its own: two seeds, on both engines.
class Seeds : public OnEachEngine {
 protected:
  Seeds() {
    folder.write("tradewind.toml", "url = \"" + database.url + "\"\n");
    folder.write("migrations/001_a.up.sql", "CREATE TABLE a (id integer PRIMARY KEY, name text);\n");
    folder.write("migrations/001_a.down.sql", "DROP TABLE a;\n");
    folder.write("seeds/010_first.sql",
                 "-- Description: the first\n-- credential: ann secret-1 admin\nINSERT INTO a VALUES (1, "
                 "'into a'), (2, "
                 "NULL) ON CONFLICT DO NOTHING;\n");
    folder.write("seeds/020_second.sql", "INSERT INTO a VALUES (3, 'x') ON CONFLICT DO NOTHING;\n");
  }
  std::string rows() { return database.value("SELECT count(*) FROM a"); }
  Folder folder;
};
TRADEWIND_ON_EACH_ENGINE(Seeds);

TEST_P(Seeds, of_a_project_are_loaded_in_order_and_counted) {
  folder.run({"up"});
  const Json seeds = folder.json({"seed"})["databases"][0]["seeds"];
  EXPECT_EQ(each(seeds, "name"), (Words{"010_first", "020_second"}));
  EXPECT_EQ(seeds[0]["description"], "the first");
  EXPECT_EQ(seeds[0]["tables"].dump(), R"([{"name":"a","rows":2,"added":2}])");
  EXPECT_EQ(seeds[1]["tables"].dump(), R"([{"name":"a","rows":3,"added":1}])");
  EXPECT_EQ(seeds[0]["credentials"].dump(), R"([{"user":"ann","password":"secret-1","role":"admin"}])");
  EXPECT_EQ(folder.run({"seed"}).exit_status, 0);
  EXPECT_EQ(rows(), "3");
}

TEST_P(Seeds, are_chosen_by_number_and_name) {
  folder.run({"up"});
  EXPECT_EQ(folder.run({"seed", "20"}).exit_status, 0);
  EXPECT_EQ(rows(), "1");
  EXPECT_EQ(folder.run({"seed", "first"}).exit_status, 0);
  EXPECT_EQ(rows(), "3");
  const Outcome unknown = folder.run({"seed", "third"});
  EXPECT_EQ(unknown.exit_status, 2);
  EXPECT_TRUE(contains(unknown.err, "010_first and 020_second"));
}

TEST_P(Seeds, need_the_schema) {
  folder.run({"init", "--history"});
  const Outcome refused = folder.run({"seed"});
  EXPECT_EQ(refused.exit_status, 3) << refused;
  EXPECT_TRUE(contains(refused.err, "a migration is pending: 001_a"));
  EXPECT_TRUE(contains(refused.err, "tradewind up"));
}

TEST_P(Seeds, are_loaded_whole_or_not_at_all) {
  folder.run({"up"});
  folder.write("seeds/020_second.sql", "INSERT INTO a VALUES (7, 'x');\n\nINSERT INTO nope VALUES (1);\n");
  const Outcome failed = folder.run({"seed"});
  EXPECT_EQ(failed.exit_status, 4) << failed;
  EXPECT_TRUE(contains(failed.err, "seeds/020_second.sql:3:"));
  EXPECT_TRUE(contains(failed.err, "1 script was loaded, and that stays: 010_first"));
  EXPECT_EQ(rows(), "2");
  EXPECT_EQ(folder.run({"seed", "second"}).exit_status, 3);
}

/// A session that keeps table `a` for itself until the returned function is called.
std::function<void()> locked(const TestDatabase& database) {
  if (database.is_postgresql()) {
    auto session = std::make_shared<PostgresSession>(database.url);
    session->sql("BEGIN; LOCK TABLE a");
    return [session] { session->sql("ROLLBACK"); };
  }
  auto session = std::make_shared<SqliteSession>(database.url.substr(7));
  session->sql("BEGIN IMMEDIATE");
  return [session] { session->sql("ROLLBACK"); };
}

TEST_P(Seeds, give_up_a_lock_that_is_not_to_be_had_and_are_worth_trying_again) {
  folder.run({"up"});
  const auto release = locked(database);
  const Outcome outcome = folder.run({"seed", "--wait", "0", "--json"});
  EXPECT_EQ(outcome.exit_status, 5) << outcome;
  EXPECT_TRUE(contains(outcome.out, "\"code\": \"lock-timeout\""));
  EXPECT_TRUE(contains(outcome.out, "nothing of it is loaded"));
  release();
  EXPECT_EQ(database.value("SELECT count(*) FROM a"), "0");
}

TEST_P(Seeds, wait_for_a_lock_without_keeping_others_waiting) {
  folder.run({"up"});
  const auto release = locked(database);
  RunOptions options;
  options.cwd = folder.path("");
  Process seeding(tradewind_command({"seed"}), options);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  release();
  const auto outcome = given(seeding.wait());
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
  EXPECT_EQ(database.value("SELECT count(*) FROM a"), "3");
}

TEST_P(Seeds, that_end_the_transaction_are_refused) {
  folder.run({"up"});
  folder.write("seeds/020_second.sql",
               "INSERT INTO a VALUES (7, 'x');\nCOMMIT;\nINSERT INTO a VALUES (8, 'x');\n");
  EXPECT_EQ(folder.run({"seed", "second"}).exit_status, 3);
  EXPECT_EQ(rows(), "0");
}

TEST_P(Seeds, are_shown_and_not_sent_by_a_dry_run) {
  folder.run({"up"});
  const Outcome shown = folder.run({"seed", "--dry-run"});
  EXPECT_EQ(shown.exit_status, 0) << shown;
  EXPECT_TRUE(contains(shown.out, "INSERT INTO a VALUES (3, 'x') ON CONFLICT DO NOTHING;"));
  EXPECT_EQ(rows(), "0");
}

TEST_P(Seeds, stay_out_of_what_is_said_to_be_production) {
  folder.run({"up"});
  for (const auto& [variable, value] :
       std::map<std::string, std::string>{{"TRADEWIND_ENV", "production"}, {"APP_ENV", "PROD"}}) {
    const Outcome refused = folder.run({"seed"}, {.env = {{variable, value}}});
    EXPECT_EQ(refused.exit_status, 3) << refused;
    EXPECT_TRUE(contains(refused.err, "looks like production"));
  }
  folder.write("tradewind.toml", "url = \"" + database.url + "\"\nenvironment = \"production\"\n");
  EXPECT_EQ(folder.json({"seed"}, 3)["error"]["code"], "production");
  EXPECT_EQ(rows(), "0");
  EXPECT_EQ(folder.run({"seed", "--force"}).exit_status, 0);
  EXPECT_EQ(rows(), "3");
}

TEST(SeedsByName, stay_out_of_a_database_whose_name_says_production) {
  const Folder folder;
  folder.write("migrations/001_a.up.sql", "CREATE TABLE a (id integer);\n");
  folder.write("seeds/1_one.sql", "INSERT INTO a SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM a);\n");
  for (const std::string name : {"prod.db", "app_live.db", "eu-production-2.sqlite"}) {
    folder.run({"up", "--database", "sqlite:" + name});
    const Outcome refused = folder.run({"seed", "--database", "sqlite:" + name});
    EXPECT_EQ(refused.exit_status, 3) << name;
    EXPECT_TRUE(contains(refused.err, "its name has the word"));
    EXPECT_EQ(folder.sql(name, "SELECT count(*) FROM a")[0][0], "0");
  }
  for (const std::string name : {"products.db", "deliver.db", "alive.db"}) {
    folder.run({"up", "--database", "sqlite:" + name});
    EXPECT_EQ(folder.run({"seed", "--database", "sqlite:" + name}).exit_status, 0) << name;
  }
}

TEST(SeedsByName, look_at_the_name_the_server_knows) {
  auto& cluster = PostgresCluster::shared();
  cluster.sql("postgres", "CREATE DATABASE trades_prod");
  Database database = Database::open(cluster.url("trades_prod"));
  EXPECT_NE(looks_like_production(database), std::nullopt);
  Database other = Database::open(cluster.url("postgres"));
  EXPECT_EQ(looks_like_production(other), std::nullopt);
  EXPECT_NE(looks_like_production(other, "Production"), std::nullopt);
  EXPECT_EQ(looks_like_production(other, "staging"), std::nullopt);
}

TEST(SeedsOfSeveralDatabases, are_in_folders_of_their_names) {
  const Folder folder;
  folder.write_two_databases();
  folder.write("seeds/a/1_x.sql", "INSERT INTO x SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM x);\n");
  folder.run({"up"});
  const Outcome loaded = folder.run({"seed"});
  EXPECT_EQ(loaded.exit_status, 0) << loaded;
  EXPECT_TRUE(contains(loaded.err, "b: left alone: there is no directory seeds/b"));
  EXPECT_EQ(folder.sql("a.db", "SELECT count(*) FROM x")[0][0], "1");
}

TEST(SeedsOfSqlite, are_held_to_foreign_keys) {
  const Folder folder;
  folder.write("tradewind.toml", "url = \"sqlite:app.db\"\n");
  folder.write(
      "migrations/001_a.up.sql",
      "CREATE TABLE a (id INTEGER PRIMARY KEY);\nCREATE TABLE b (a INTEGER REFERENCES a ON DELETE CASCADE);\n"
      "INSERT INTO a VALUES (1);\nINSERT INTO b VALUES (1);\n");
  folder.write("seeds/1_clear.sql", "DELETE FROM a;\n");
  folder.run({"up"});
  EXPECT_EQ(folder.run({"seed"}).exit_status, 0);
  EXPECT_EQ(folder.sql("app.db", "SELECT count(*) FROM b")[0][0], "0");
  folder.write("seeds/1_clear.sql", "INSERT INTO b VALUES (7);\n");
  EXPECT_EQ(folder.run({"seed"}).exit_status, 3);
}

TEST(SeedsOfNobody, are_told_where_to_put_them) {
  const Folder folder;
  folder.write_project();
  folder.run({"up"});
  const Outcome none = folder.run({"seed"});
  EXPECT_EQ(none.exit_status, 2);
  EXPECT_TRUE(contains(none.err, "there is no directory seeds"));
}

}  // namespace
}  // namespace tradewind::test
