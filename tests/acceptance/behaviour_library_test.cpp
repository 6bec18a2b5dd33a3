// The library as an application uses it.
// Shows: T4, I4, R4, R10
#include <tradewind/tradewind.hpp>

#include "engine_folder.hpp"

namespace tradewind::test {
namespace {

constexpr EmbeddedFile two_files[] = {
    {"001_a.up.sql", "CREATE TABLE a (id integer);\nINSERT INTO a VALUES (1);\n"},
    {"001_a.down.sql", "DROP TABLE a;\n"},
    {"002_b.up.sql", "CREATE TABLE b (id integer);\n"},
    {"002_b.down.sql", "DROP TABLE b;\n"},
};
constexpr EmbeddedFile broken_files[] = {
    {"001_a.up.sql", "CREATE TABLE a (id integer);\n"},
    {"002_b.up.sql", "CREATE TABLE b (id integer);\nINSERT INTO nowhere VALUES (1);\n"},
    {"003_c.up.sql", "CREATE TABLE c (id integer);\n"},
};

/// Writes down what it hears.
class Diary : public Observer {
 public:
  void step_started(const Step& step, std::size_t index, std::size_t count, std::size_t statements) override {
    say("start " + step.version + " " + name(step.direction), {index, count, statements});
  }
  void statement_done(const Step& step, std::size_t done, std::size_t total) override {
    say("statement " + step.version, {done, total});
  }
  void step_finished(const Step& step, std::size_t index, std::size_t count) override {
    EXPECT_GE(step.execution_time_ms, 0);
    say("finish " + step.version, {index, count});
  }
  void notice(std::string_view text) override { lines.emplace_back(text); }

  Words lines;

 private:
  void say(std::string text, std::initializer_list<std::size_t> numbers) {
    for (const std::size_t number : numbers) text += " " + std::to_string(number);
    lines.push_back(std::move(text));
  }
};

class Library : public OnEachEngine {
 protected:
  Database open() const { return Database::open(database.url); }
};
TRADEWIND_ON_EACH_ENGINE(Library);

TEST_P(Library, an_observer_hears_everything_in_order) {
  Database opened = open();
  Diary diary;
  Migrator migrator(opened, Source::embedded(two_files), {.observer = &diary});
  migrator.up();
  EXPECT_EQ(diary.lines,
            (Words{"start 001_a up 0 2 2", "statement 001_a 1 2", "statement 001_a 2 2", "finish 001_a 0 2",
                   "start 002_b up 1 2 1", "statement 002_b 1 1", "finish 002_b 1 2"}));
  diary.lines.clear();
  migrator.down({.all = true});
  EXPECT_EQ(diary.lines, (Words{"start 002_b down 0 2 1", "statement 002_b 1 1", "finish 002_b 0 2",
                                "start 001_a down 1 2 1", "statement 001_a 1 1", "finish 001_a 1 2"}));
}

TEST_P(Library, a_failed_run_says_what_was_applied) {
  Database opened = open();
  Diary diary;
  Migrator migrator(opened, Source::embedded(broken_files), {.observer = &diary});
  try {
    migrator.up();
    FAIL() << "no error";
  } catch (const RunFailed& error) {
    ASSERT_EQ(error.applied().size(), 1U);
    EXPECT_EQ(error.applied().front().version, "001_a");
    EXPECT_EQ(error.version(), "002_b");
    EXPECT_EQ(error.code(), Code::statement_failed);
    EXPECT_EQ(error.location().line, 2U);
    EXPECT_EQ(error.location().file, "embedded: 002_b.up.sql");
  }
  EXPECT_EQ(diary.lines, (Words{"start 001_a up 0 3 1", "statement 001_a 1 1", "finish 001_a 0 3",
                                "start 002_b up 1 3 2", "statement 002_b 1 2"}));
  EXPECT_EQ(migrator.status().applied.size(), 1U);
  EXPECT_EQ(opened.query("SELECT count(*) FROM a").at(0).at(0), "0") << "the connection goes on working";
}

TEST_P(Library, an_observer_that_throws_ends_the_run_as_a_failure) {
  class Thrower : public Observer {
   public:
    void statement_done(const Step& step, std::size_t, std::size_t) override {
      if (step.version == "002_b") throw Error(Code::interrupted, "enough");
    }
  };
  Thrower thrower;
  Database opened = open();
  {
    Migrator migrator(opened, Source::embedded(two_files), {.observer = &thrower});
    EXPECT_THROW(migrator.up(), Error);
  }
  EXPECT_EQ(opened.query("SELECT 1 + 1").at(0).at(0), "2") << "the same connection goes on working";
  Migrator migrator(opened, Source::embedded(two_files));
  const Status status = migrator.status();
  EXPECT_EQ(status.applied.size() + status.pending.size(), 2U);
  migrator.up();
  EXPECT_TRUE(migrator.status().clean());
  Database other = open();
  Migrator(other, Source::embedded(two_files), {.runner_patience = std::chrono::seconds(1)})
      .down({.all = true});
  EXPECT_EQ(other.query("SELECT count(*) FROM schema_migrations").at(0).at(0), "0") << "nothing is locked";
}

/// Wherever it is called from: between statements, at a notice within libpq, on waiting for a lock.
TEST_P(Library, an_observer_that_throws_anything_anywhere_leaves_the_database_usable) {
  struct Own {};
  class Thrower : public Observer {
   public:
    explicit Thrower(int at) : at_(at) {}
    void step_started(const Step&, std::size_t, std::size_t, std::size_t) override { count(); }
    void statement_done(const Step&, std::size_t, std::size_t) override { count(); }
    void step_finished(const Step&, std::size_t, std::size_t) override { count(); }
    void notice(std::string_view) override { count(); }

   private:
    void count() {
      if (at_-- == 0) throw Own();
    }
    int at_;
  };
  const bool server = database.is_postgresql();
  const std::string text = std::string("CREATE TABLE a (id integer);\nDROP TABLE IF EXISTS nowhere;\n") +
                           (server ? "COPY a FROM stdin;\n1\n\\.\n" : "INSERT INTO a VALUES (1);\n");
  const EmbeddedFile files[] = {
      {"001_a.up.sql", text},
      {"001_a.down.sql", "DROP TABLE a;\n"},
      {"002_b.up.sql", "-- Transaction: off\nCREATE TABLE b (id integer);\nINSERT INTO b VALUES (1);\n"},
      {"002_b.down.sql", "DROP TABLE b;\n"}};
  Database opened = open();
  int thrown = 0;
  for (int at = 0;; ++at, ++thrown) {
    SCOPED_TRACE(at);
    Thrower thrower(at);
    Migrator migrator(opened, Source::embedded(files), {.observer = &thrower});
    bool done = true;
    try {
      migrator.up();
    } catch (const Own&) {
      done = false;
    }
    Migrator quiet(opened, Source::embedded(files));
    quiet.up();
    ASSERT_TRUE(quiet.status().clean());
    EXPECT_EQ(opened.query("SELECT count(*) FROM b").at(0).at(0), "1");
    quiet.down({.all = true});
    if (done) break;
  }
  EXPECT_GE(thrown, 8);
}

TEST_P(Library, results_are_values) {
  Database opened = open();
  Migrator migrator(opened, Source::embedded(two_files));
  EXPECT_EQ(migrator.status().pending.size(), 2U);
  EXPECT_EQ(migrator.plan().steps.at(0).statements,
            (std::vector<std::string>{"CREATE TABLE a (id integer)", "INSERT INTO a VALUES (1)"}));
  EXPECT_GT(migrator.dry_run().at(0).statements.size(), 3U);
  const RunResult result = migrator.up({.count = 1});
  ASSERT_EQ(result.steps.size(), 1U);
  EXPECT_TRUE(result.steps.front().transactional);
  EXPECT_GT(result.elapsed_ms, 0);
  EXPECT_FALSE(migrator.status().clean());
  EXPECT_EQ(migrator.up().steps.size(), 1U);
  EXPECT_TRUE(migrator.up().steps.empty());
  EXPECT_TRUE(migrator.verify().empty());
  EXPECT_TRUE(migrator.repair(false).empty());
  EXPECT_EQ(migrator.redo(2).steps.size(), 4U);
  EXPECT_EQ(migrator.down({.to = "0"}).steps.size(), 2U);
}

TEST_P(Library, an_application_starts_with_its_schema_or_not_at_all) {
  {
    Database ready = init_database(database.url, Source::embedded(two_files));
    EXPECT_EQ(ready.engine(), database.engine);
    EXPECT_EQ(ready.query("SELECT id FROM a WHERE id = $1", {"1"}), (std::vector<Row>{{"1"}}));
  }
  const StatusCounts counts = get_migration_status(database.url, Source::embedded(two_files));
  EXPECT_EQ(counts.applied, 2U);
  EXPECT_EQ(counts.pending, 0U);
  constexpr EmbeddedFile more[] = {two_files[0],
                                   two_files[1],
                                   two_files[2],
                                   two_files[3],
                                   {"003_c.up.sql", "INSERT INTO nowhere VALUES (1);\n"}};
  EXPECT_THROW(init_database(database.url, Source::embedded(more)), RunFailed);
}

TEST_P(Library, runs_are_counted) {
  const MigrationCounts counts = run_migrations(database.url, Source::embedded(broken_files));
  EXPECT_EQ(counts.successful, 1U);
  EXPECT_EQ(counts.failed, 1U);
  EXPECT_NE(counts.error.find("nowhere"), std::string::npos);
  const StatusCounts status = get_migration_status(database.url, Source::embedded(broken_files));
  EXPECT_EQ(status.applied, 1U);
  EXPECT_EQ(status.pending, 2U);
}

TEST_P(Library, makes_the_history_alone_when_asked) {
  Database opened = open();
  Migrator migrator(opened, Source::embedded(two_files));
  migrator.create_history();
  migrator.create_history();
  EXPECT_EQ(database.value("SELECT count(*) FROM schema_migrations"), "0");
  EXPECT_EQ(migrator.status().pending.size(), 2U);
}

TEST_P(Library, a_statement_is_cancelled_on_request) {
  std::atomic<bool> stop = false;
  Database opened = Database::open(database.url, {.stop = &stop});
  constexpr EmbeddedFile endless[] = {{"001_a.up.sql",
                                       "CREATE TABLE a (id integer);\nINSERT INTO a WITH RECURSIVE n (i) AS "
                                       "(SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n;\n"}};
  class Stopper : public Observer {
   public:
    explicit Stopper(std::atomic<bool>& flag) : flag_(flag) {}
    void statement_done(const Step&, std::size_t done, std::size_t) override { flag_ = done == 1; }

   private:
    std::atomic<bool>& flag_;
  };
  Stopper stopper(stop);
  Migrator migrator(opened, Source::embedded(endless), {.observer = &stopper});
  try {
    migrator.up();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::interrupted) << error.what();
  }
  stop = false;
  EXPECT_EQ(migrator.status().applied.size(), 0U);
  EXPECT_TRUE(migrator.status().failed.empty());
}

TEST(LibraryAlone, works_in_memory) {
  Database memory = init_database("sqlite::memory:", Source::pack("titan"));
  EXPECT_EQ(memory.query("SELECT count(*) FROM schema_migrations").at(0).at(0), "2");
  EXPECT_EQ(memory.url(), "sqlite::memory:");
}

TEST(LibraryAlone, refuses_what_it_does_not_know) {
  EXPECT_THROW(Database::open("mysql://localhost/x"), Error);
  EXPECT_THROW(Source::pack("no_such_pack"), Error);
  try {
    Database::open("sqlite:/nowhere/at/all/x.db", {.create = false});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::no_such_database);
  }
}

}  // namespace
}  // namespace tradewind::test
