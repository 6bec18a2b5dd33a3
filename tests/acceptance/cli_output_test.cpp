// Terminals, colours, signals, completion, and what is never printed.
#include <csignal>
#include <regex>

#include "cli_folder.hpp"
#include "support/given.hpp"

namespace tradewind::test {
namespace {

constexpr const char* endless =
    "CREATE TABLE t (n INTEGER);\nINSERT INTO t WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM "
    "c) SELECT n FROM c "
    "WHERE n < 0;\n";

TEST(Colours, are_for_terminals_that_want_them) {
  const Folder folder;
  folder.write_project();
  EXPECT_TRUE(lacks(folder.run({"status"}).out, "\x1b"));
  EXPECT_TRUE(contains(folder.run_on_terminal("status").out, "\x1b[33mpending\x1b[0m"));
  EXPECT_TRUE(lacks(folder.run_on_terminal("status --no-color").out, "\x1b"));
  EXPECT_TRUE(lacks(folder.run_on_terminal("status", {.env = {{"NO_COLOR", "1"}}}).out, "\x1b"));
  EXPECT_TRUE(lacks(folder.run_on_terminal("status", {.env = {{"TERM", "dumb"}}}).out, "\x1b"));
}

TEST(Progress, is_live_on_a_terminal) {
  const Folder folder;
  folder.write_project();
  folder.write("migrations/003_slow.up.sql",
               "CREATE TABLE slow (n INTEGER);\nINSERT INTO slow WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL "
               "SELECT n + 1 FROM c "
               "LIMIT 3000000) SELECT max(n) FROM c;\nSELECT 1;\n");
  const Outcome up = folder.run_on_terminal("up");
  EXPECT_EQ(up.exit_status, 0) << up;
  EXPECT_TRUE(std::regex_search(
      up.out, std::regex("\r\x1b\\[K  003_slow  statement [123]/3  \\d+\\.\\ds  \\[3/3\\]")))
      << up;
  EXPECT_TRUE(lacks(folder.run({"redo"}).err, "statement"));
}

TEST(Quiet, leaves_only_errors_and_what_was_asked_for) {
  const Folder folder;
  folder.write_project();
  const Outcome up = folder.run({"up", "--quiet"});
  EXPECT_EQ(up.out + up.err, "");
  EXPECT_TRUE(contains(folder.run({"plan", "down", "-q"}).out, "DROP TABLE"));
  EXPECT_TRUE(contains(folder.run({"up", "--quiet", "--to", "9"}).err, "error: "));
}

TEST(Verbose, says_where_things_come_from) {
  const Folder folder;
  folder.write_project();
  const Outcome up = folder.run({"up", "-v"});
  EXPECT_TRUE(contains(up.err, "migrations from migrations, history in schema_migrations"));
  EXPECT_TRUE(contains(up.err, "  up 002_trades: 2 statements\n"));
}

TEST(Interrupt, cancels_the_statement_and_leaves_a_clean_history) {
  const Folder folder;
  folder.write_project();
  folder.write("migrations/003_endless.up.sql", endless);
  RunOptions options;
  options.cwd = folder.path(".");
  for (const int signal : {SIGINT, SIGTERM}) {
    Process process(tradewind_command({"up", "-v", "--json"}), options);
    ASSERT_TRUE(process.wait_for_err("up 003_endless"));
    process.signal(signal);
    const auto outcome = given(process.wait(std::chrono::seconds(30)));
    EXPECT_EQ(outcome.exit_status, signal == SIGINT ? 4 : 3) << outcome;
    EXPECT_EQ(Json::parse(outcome.out).at("error").at("code"), "interrupted");
    EXPECT_EQ(folder.tables("app.db"), (Words{"accounts", "trades"}));
  }
}

TEST(Output, that_nobody_reads_stops_no_migration) {
  const Folder folder;
  folder.write_project();
  const Outcome up = Program::run(
      {"sh", "-c",
       tradewind_program() + " up --json 2>&1 | true; " + tradewind_program() + " status --check -q"},
      {.cwd = folder.path(".")});
  EXPECT_EQ(up.exit_status, 0) << up;
}

TEST(Output, that_can_not_be_written_is_an_error) {
  const Folder folder;
  folder.write_project();
  const Outcome full =
      Program::run({"sh", "-c", tradewind_program() + " status > /dev/full"}, {.cwd = folder.path(".")});
  EXPECT_EQ(full.exit_status, 3) << full;
  EXPECT_TRUE(contains(full.err, "standard output"));
}

TEST(Output, escapes_what_would_steer_the_terminal) {
  const Folder folder;
  folder.write("tradewind.toml",
               "[database.\"\\u001b[31m\"]\nurl = \"sqlite:a.db\"\n[database.b]\nurl = \"sqlite:b.db\"\n");
  folder.write("migrations/001_x.up.sql", "SELECT 1;\n");
  const Outcome status = folder.run({"status"});
  EXPECT_TRUE(lacks(status.out + status.err, "\x1b"));
  EXPECT_TRUE(contains(status.out, "\\x1b[31m"));
}

TEST(Passwords, appear_nowhere) {
  const Folder folder;
  folder.write_project();
  for (const char* command : {"status", "plan", "up", "down", "verify", "redo", "repair"}) {
    const Outcome outcome =
        folder.run({command, "--database", "postgresql://me:s3cret@127.0.0.1:1/db", "--json", "--verbose"});
    EXPECT_EQ(outcome.exit_status, 5) << outcome;
    EXPECT_TRUE(lacks(outcome.out + outcome.err, "s3cret"));
    EXPECT_EQ(Json::parse(outcome.out).at("databases").at(0).at("url"), "postgresql://me:***@127.0.0.1:1/db");
    EXPECT_EQ(Json::parse(outcome.out).at("databases").at(0).at("engine"), "postgresql");
  }
}

TEST(Environment, comes_from_a_file_too) {
  const Folder folder;
  folder.write_project();
  folder.write(".env", "DATABASE_URL=sqlite:env.db\n");
  EXPECT_EQ(folder.run({"up"}).exit_status, 0);
  EXPECT_TRUE(folder.has("env.db"));
  folder.write(".env", "DATABASE_URL='sqlite:env.db\n");
  const Outcome outcome = folder.run({"up"});
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_TRUE(contains(outcome.err, " --> .env:1:14\n"));
}

TEST(Completion, in_bash_knows_commands_options_and_values) {
  const Folder folder;
  const std::string ask = "source <(" + tradewind_program() +
                          " completion bash)\n"
                          "ask() { COMP_WORDS=(tradewind \"$@\"); COMP_CWORD=$#; COMPREPLY=(); _tradewind; "
                          "echo \"${COMPREPLY[*]}\"; }\n"
                          "ask st; ask up --dr; ask pack ''; ask pack show tit; ask --pack tit; ask plan ''; "
                          "ask completion z; ask up --js\n";
  const Outcome outcome = Program::run({"bash", "-c", ask}, {.cwd = folder.path(".")});
  EXPECT_EQ(outcome.out, "status\n--dry-run\nlist show export\ntitan\ntitan\nup down\nzsh\n--json\n")
      << outcome;
}

TEST(Completion, knows_every_visible_command_in_every_shell) {
  const Folder folder;
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = folder.json({"completion", shell}).at("script");
    EXPECT_EQ(folder.run({"completion", shell}).out, script);
    for (const char* word :
         {"init", "baseline", "export", "dry-run", "allow-out-of-order", "history-table"}) {
      EXPECT_TRUE(contains(script, word)) << shell;
    }
    EXPECT_TRUE(lacks(script, "downgrade")) << shell;
  }
}

}  // namespace
}  // namespace tradewind::test
