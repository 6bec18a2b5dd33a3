// The questions of setup, on a terminal: R6.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "operations_folder.hpp"
#include "support/spawn.hpp"

namespace tradewind::test {
namespace {

constexpr const char* interrupt = "\x03";

/// The program on a terminal of its own, at which somebody types.
class Terminal {
 public:
  Terminal(const TempDir& folder, const std::string& arguments) {
    const std::string keys = (folder / "keys").string();
    ::mkfifo(keys.c_str(), 0600);
    // So neither end waits for the other to be opened.
    keyboard_ = Descriptor(::open(keys.c_str(), O_RDWR | O_CLOEXEC));
    RunOptions options;
    options.cwd = folder.path();
    options.env["TERM"] = "xterm";
    options.env["KEYS"] = keys;
    options.env["COMMAND"] =
        "trap : INT; " + tradewind_program() + " " + arguments + "; echo \"exit status $?\"; stty -a";
    process_ = std::make_unique<Process>(
        Words{"sh", "-c", "exec script -qc \"$COMMAND\" /dev/null <\"$KEYS\""}, options);
  }

  /// Waits for the question and types the answer, with Enter unless it is Ctrl-C.
  void answer(const std::string& question, const std::string& keys) {
    ASSERT_TRUE(process_->wait_for_out(question)) << question << " was not asked: " << process_->out();
    const std::string text = keys == interrupt ? keys : keys + "\n";
    ASSERT_TRUE(keyboard_);
    ASSERT_EQ(::write(keyboard_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  /// All that stood on the screen, once it has ended and left the terminal as it was.
  std::string screen() {
    EXPECT_TRUE(process_->wait_for_out("echok")) << process_->out();
    const std::string out = process_->out();
    EXPECT_TRUE(contains(out, " echo "));
    return out;
  }

 private:
  Descriptor keyboard_;
  std::unique_ptr<Process> process_;
};

class SetupOnTerminal : public ::testing::Test {
 protected:
  ~SetupOnTerminal() override {
    cluster.drop_database(name);
    try {
      cluster.sql("postgres", "DROP ROLE IF EXISTS terminal_trial");
    } catch (const SqlError& error) {
      ADD_FAILURE() << error.what();
    }
  }
  bool is_made() const {
    return !cluster.sql("postgres", "SELECT 1 FROM pg_roles WHERE rolname = 'terminal_trial'").empty();
  }
  void say_where(Terminal& terminal) const {
    terminal.answer("host [localhost]: ", "127.0.0.1");
    terminal.answer("port [5432]: ", std::to_string(cluster.port()));
    terminal.answer("database [iftb]: ", name);
    terminal.answer("owns it [iftb]: ", name);
  }

  PostgresCluster& cluster = PostgresCluster::shared();
  const std::string name = "terminal_trial";
  TempDir folder;
};

TEST_F(SetupOnTerminal, asks_with_answers_that_make_sense_and_shows_no_password) {
  Terminal terminal(folder, "--pack iftb setup");
  say_where(terminal);
  terminal.answer("its password (empty for none): ", "typed-Secret");
  terminal.answer("or a URL (not shown while typed) [the user itself]: ", PostgresCluster::password_user);
  terminal.answer("[the user itself]: trader\r\nits password (empty for none): ", PostgresCluster::password);
  terminal.answer("Load the sample data? [y/N] ", "y");
  const std::string screen = terminal.screen();
  EXPECT_TRUE(contains(screen, "exit status 0"));
  EXPECT_TRUE(contains(screen, "postgresql://terminal_trial:***@127.0.0.1:"));
  EXPECT_NE(cluster.sql(name, "SELECT count(*) FROM trades").at(0).at(0), "0");
  for (const char* secret : {"typed-Secret", PostgresCluster::password})
    EXPECT_EQ((screen + folder.read(".env.example") + cluster.log()).find(secret), std::string::npos);
}

TEST_F(SetupOnTerminal, shows_no_password_of_a_url_that_is_typed) {
  Terminal terminal(folder, "--pack iftb setup");
  say_where(terminal);
  terminal.answer("its password (empty for none): ", "typed-Secret");
  terminal.answer("[the user itself]: ",
                  cluster.tcp_url("postgres", PostgresCluster::password_user, PostgresCluster::password));
  terminal.answer("[the user itself]: postgresql://trader:***@127.0.0.1:" + std::to_string(cluster.port()) +
                      "/postgres?sslmode=disable&gssencmode=disable\r\nLoad the sample data? [y/N] ",
                  "");
  const std::string screen = terminal.screen();
  EXPECT_TRUE(contains(screen, "exit status 0"));
  for (const char* secret : {PostgresCluster::password, "correct-Horse"})
    EXPECT_EQ((screen + folder.read(".env.example") + cluster.log()).find(secret), std::string::npos);
}

TEST_F(SetupOnTerminal, ctrl_c_at_a_question_leaves_everything_as_it_was) {
  Terminal terminal(folder, "--pack iftb setup");
  say_where(terminal);
  terminal.answer("its password (empty for none): ", interrupt);
  const std::string screen = terminal.screen();
  EXPECT_TRUE(contains(screen, "nothing was changed"));
  EXPECT_TRUE(contains(screen, "exit status 3"));
  EXPECT_FALSE(folder.has(".env.example"));
}

TEST_F(SetupOnTerminal, ctrl_c_at_the_last_question_is_no_answer_either) {
  Terminal terminal(folder, "--pack iftb setup --database '" + cluster.url(name, name) + "' --admin '" +
                                cluster.url() + "'");
  terminal.answer("Load the sample data? [y/N] ", interrupt);
  const std::string screen = terminal.screen();
  EXPECT_TRUE(contains(screen, "interrupted: nothing was changed"));
  EXPECT_TRUE(contains(screen, "exit status 3"));
  EXPECT_FALSE(is_made());
}

TEST_F(SetupOnTerminal, asks_again_for_an_engine_that_it_does_not_know) {
  Terminal terminal(folder, "--pack titan setup");
  terminal.answer("PostgreSQL or SQLite [", "mysql");
  terminal.answer("\"mysql\" is neither", "SQLite");
  terminal.answer("file [titan.db]: ", "");
  terminal.answer("Load the sample data? [y/N] ", "");
  EXPECT_TRUE(contains(terminal.screen(), "exit status 0"));
  EXPECT_TRUE(folder.has("titan.db"));
}

}  // namespace
}  // namespace tradewind::test
