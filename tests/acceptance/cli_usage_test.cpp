// Help, mistakes of the command line and their suggestions.
#include <regex>

#include "cli_folder.hpp"

namespace tradewind::test {
namespace {

TEST(Usage, without_a_command_is_the_help_and_a_usage_error) {
  const Outcome outcome = Folder().run({});
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_TRUE(contains(outcome.out, "Usage: tradewind [options] COMMAND"));
}

/// The commands that the help lists.
Words listed_commands(const std::string& help) {
  Words commands;
  const std::regex entry("\n  ([a-z]+)[^\n]*");
  const std::string list = help.substr(0, help.find("\nOptions"));
  for (std::sregex_iterator at(list.begin(), list.end(), entry); at != std::sregex_iterator(); ++at) {
    commands.push_back((*at)[1]);
  }
  return commands;
}

TEST(Usage, help_lists_every_command_and_is_there_in_every_form) {
  const Folder folder;
  const Outcome help = folder.run({"help"});
  EXPECT_EQ(help.exit_status, 0);
  EXPECT_EQ(help.err, "");
  EXPECT_EQ(folder.run({"--help"}).out, help.out);
  const Words commands = listed_commands(help.out);
  for (const char* command : {"init", "new", "status", "plan", "up", "down", "redo", "verify", "repair",
                              "baseline", "pack", "completion", "version", "help"}) {
    EXPECT_NE(std::find(commands.begin(), commands.end(), command), commands.end()) << command;
  }
  for (const std::string& command : commands) {
    const Outcome own = folder.run({"help", command});
    EXPECT_EQ(own.exit_status, 0) << command;
    EXPECT_TRUE(contains(own.out, "Usage: tradewind " + command));
    EXPECT_TRUE(contains(own.out, "\nExamples\n  "));
    EXPECT_EQ(folder.run({command, "-h"}).out, own.out);
    EXPECT_EQ(folder.run({command, "--help"}).out, own.out);
  }
  EXPECT_TRUE(contains(folder.run({"help", "pack", "show"}).out, "Usage: tradewind pack show PACK"));
}

TEST(Usage, version_is_there_in_both_forms) {
  const Folder folder;
  EXPECT_TRUE(folder.run({"version"}).out.starts_with("tradewind 0."));
  EXPECT_EQ(folder.run({"--version"}).out, folder.run({"version"}).out);
  EXPECT_TRUE(folder.json({"version"}).at("version").is_string());
}

struct Mistake {
  Words arguments;
  std::string message;
  std::string hint;
};

std::ostream& operator<<(std::ostream& stream, const Mistake& mistake) {
  for (const std::string& argument : mistake.arguments) stream << argument << ' ';
  return stream;
}

class Mistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, are_named_with_what_was_meant) {
  const auto& [arguments, message, hint] = GetParam();
  const Folder folder;
  const Outcome outcome = folder.run(arguments);
  EXPECT_EQ(outcome.exit_status, 2) << outcome;
  EXPECT_EQ(outcome.out, "");
  EXPECT_TRUE(contains(outcome.err, "error: " + message));
  EXPECT_TRUE(contains(outcome.err, "hint: " + hint));
  const Json error = folder.json(arguments, 2).at("error");
  EXPECT_EQ(error.at("code"), "usage");
  EXPECT_TRUE(contains(error.at("message"), message));
}

const Mistake mistakes[] = {
    {{"statsu"}, "tradewind has no command \"statsu\"", "did you mean tradewind status?"},
    {{"statsu", "--check"}, "tradewind has no command \"statsu\"", "did you mean tradewind status?"},
    {{"frobnicate"}, "tradewind has no command \"frobnicate\"", "see tradewind --help"},
    {{"--databse", "x.db", "up"}, "tradewind up has no option --databse", "did you mean --database?"},
    {{"up", "--dry-rn"}, "tradewind up has no option --dry-rn", "did you mean --dry-run?"},
    {{"up", "--too", "002_x"}, "tradewind up has no option --too", "did you mean --to?"},
    {{"up", "--url=sqlite:x.db"}, "tradewind up has no option --url", "did you mean --database?"},
    {{"status", "--migrations-dir", "m"},
     "tradewind status has no option --migrations-dir",
     "did you mean --dir?"},
    {{"-x"}, "tradewind has no option -x", "see tradewind --help"},
    {{"status", "up"}, "tradewind status has no use for \"up\"", "see tradewind status --help"},
    {{"pack", "shw", "titan"}, "tradewind pack has no command \"shw\"", "did you mean tradewind pack show?"},
    {{"help", "upp"}, "tradewind has no command \"upp\"", "did you mean tradewind up?"},
    {{"up", "--to"}, "--to needs a value", "see tradewind up --help"},
    {{"up", "--to", "--yes"}, "--to needs a value, and --yes is an option", "see tradewind up --help"},
    {{"up", "--to", "1", "--to", "2"}, "--to is given more than once", "see tradewind up --help"},
    {{"up", "--to", "1", "--only", "2"}, "--to and --only contradict each other", "give one of them"},
    {{"down", "2", "--all"}, "a number and --all contradict each other", "give one of them"},
    {{"up", "002_x"},
     "up takes a number of migrations, not \"002_x\"",
     "for one version write: tradewind up --only 002_x"},
    {{"down", "0"}, "down takes a number of migrations, not \"0\"", "for one version"},
    {{"redo", "-1"}, "redo takes a number of migrations, not \"-1\"", "for one version"},
    {{"plan", "sideways"}, "plan is for up or for down, not for \"sideways\"", "write: tradewind plan up"},
    {{"--database", "x.db", "up", "--wait", "soon"},
     "--wait takes seconds, not \"soon\"",
     "for example --wait 30"},
    {{"--dir", "m", "--pack", "titan", "--database", "x.db", "up"},
     "both --dir and --pack",
     "migrations come from"},
    {{"new"}, "new needs a name", "what the migration does"},
    {{"new", "!!"}, "the name needs a letter or a digit", "what the migration does"},
    {{"baseline"}, "baseline needs a version", "the last one whose tables are there"},
    {{"completion"}, "for which shell?", "bash, zsh or fish"},
    {{"completion", "tcsh"}, "there is no completion for \"tcsh\"", "bash, zsh or fish"},
    {{"pack", "show"}, "which pack?", "there are "},
    {{"pack", "export", "titan", "--engine", "oracle"},
     "pack titan has no variant for \"oracle\"",
     "it is there for"},
};
INSTANTIATE_TEST_SUITE_P(All, Mistakes, ::testing::ValuesIn(mistakes));

TEST(Usage, echoes_no_password_of_a_misplaced_url) {
  const Outcome outcome = Folder().run({"status", "postgresql://me:s3cret/x@host/db", "--json"});
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_TRUE(lacks(outcome.out + outcome.err, "s3cret")) << outcome;
}

TEST(Usage, global_options_stand_before_or_after_the_command) {
  const Folder folder;
  folder.write_project();
  EXPECT_EQ(folder.run({"--database", "sqlite:x.db", "up", "--quiet"}).exit_status, 0);
  const Words before = {"--json", "--database", "sqlite:x.db", "status"};
  const Words after = {"status", "--database=sqlite:x.db", "--json"};
  EXPECT_EQ(folder.run(before).out, folder.run(after).out);
}

TEST(Usage, a_new_migration_may_be_called_as_a_command_is) {
  const Folder folder;
  EXPECT_EQ(folder.run({"new", "init"}).out, "migrations/001_init.up.sql\nmigrations/001_init.down.sql\n");
}

TEST(Usage, help_and_usage_errors_are_one_json_document_too) {
  const Folder folder;
  EXPECT_TRUE(contains(folder.json({"up", "--help"}).at("help"), "Usage: tradewind up"));
  EXPECT_EQ(folder.json({}, 2).at("error").at("code"), "usage");
}

}  // namespace
}  // namespace tradewind::test
