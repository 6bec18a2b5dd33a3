// The same scripts split by the lexer, by the parser of PostgreSQL and by psql with a server.
#include <pg_query.h>
#include <sys/wait.h>

#include <cctype>

#include "corpus.hpp"
#include "split_table.hpp"
#include "support/postgres_cluster.hpp"
#include "support/spawn.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

using sql::Statement;

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::vector<Statement> split(std::string_view script) {
  return sql::postgres_grammar().split(script);
}

/// Each statement lies in the range of the same number, and there are as many.
void expect_within(std::string_view script, const std::vector<Statement>& statements,
                   const std::vector<Range>& ranges) {
  for (std::size_t i = 0; i < std::min(statements.size(), ranges.size()); ++i) {
    const auto [begin, end] = ranges[i];
    ASSERT_TRUE(begin <= statements[i].begin && statements[i].end <= end)
        << "ours:   " << statements[i].text(script) << "\ntheirs: " << script.substr(begin, end - begin);
  }
  EXPECT_EQ(statements.size(), ranges.size());
}

// --- the parser

/// A script as the parser can take it: the data of COPY blank.
std::string without_copy_data(std::string script) {
  for (const Statement& statement : split(script)) {
    if (statement.kind != sql::Kind::copy_in) continue;
    for (std::size_t i = statement.data_begin; i < statement.data_end; ++i) script[i] = ' ';
    script.replace(statement.data_end, 2, "  ");  // the closing line
  }
  return script;
}

std::vector<Range> parsed(const std::string& script) {
  PgQuerySplitResult result = pg_query_split_with_parser(script.c_str());
  std::vector<Range> ranges;
  if (result.error != nullptr) {
    ADD_FAILURE() << result.error->message << " at character " << result.error->cursorpos;
  }
  for (int i = 0; i < result.n_stmts; ++i) {
    const auto begin = static_cast<std::size_t>(result.stmts[i]->stmt_location);
    const auto length = static_cast<std::size_t>(result.stmts[i]->stmt_len);
    ranges.push_back({begin, length == 0 ? script.size() : begin + length});
  }
  pg_query_free_split_result(result);
  return ranges;
}

void expect_as_parsed(const std::string& script) {
  const std::string parseable = without_copy_data(script);
  const auto statements = split(script);
  expect_within(script, statements, parsed(parseable));
  const auto doubts = sql::postgres_grammar().check(script, statements, 16);
  for (const sql::Doubt& doubt : doubts)
    ADD_FAILURE() << doubt.message << ": " << statements[doubt.statement].text(script);
}

TEST(PostgresDifferential, splits_as_the_parser_does) {
  for (const auto& path : corpus("postgres")) {
    // The parser library knows neither the setting nor comments between the parts of a literal.
    if (path.filename() == "settings.sql" || path.filename() == "continued.sql") continue;
    SCOPED_TRACE(path.filename());
    const std::string script = read_file(path);
    expect_as_parsed(script);
    expect_as_parsed(with_carriage_returns(script));
  }
}

/// PostgreSQL's own scripts: catalogs and extensions.
TEST(PostgresDifferential, splits_the_servers_own_scripts_as_the_parser_does) {
  std::size_t count = 0;
  const auto share =
      PostgresCluster::shared().sql("postgres", "SELECT setting FROM pg_config WHERE name = 'SHAREDIR'");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(share.at(0).at(0))) {
    if (entry.path().extension() != ".sql") continue;
    SCOPED_TRACE(entry.path());
    std::string script = read_file(entry.path());
    // The line that keeps an extension's script from being run by psql, and what CREATE EXTENSION fills in.
    for (std::size_t at = script.find("\\echo"); at != std::string::npos; at = script.find("\\echo", at)) {
      script.erase(at, script.find('\n', at) - at);
    }
    for (std::size_t at = script.find("@extowner@"); at != std::string::npos;
         at = script.find("@extowner@", at)) {
      script.replace(at, 10, "owner");
    }
    expect_as_parsed(script);
    ++count;
  }
  EXPECT_GT(count, 3U);
}

// --- psql and a server

constexpr const char* mark = "~#~";

PostgresCluster& logging_cluster() {
  static PostgresCluster cluster(
      {.settings = {"log_statement=all", std::string("log_line_prefix=") + mark + "%a ", "wal_level=logical",
                    "max_prepared_transactions=2"}});
  return cluster;
}

/// What the server got from the application `name`, one entry per message.
Texts logged(const std::string& log, const std::string& name) {
  const std::string head = mark + name + " LOG:  statement: ";
  Texts result;
  for (std::size_t at = log.find(head); at != std::string::npos; at = log.find(head, at)) {
    at += head.size();
    const std::size_t end = std::min(log.find(std::string("\n") + mark, at), log.size());
    std::string text = log.substr(at, end - at);
    // The log indents all lines but the first by a tab.
    for (std::size_t tab = text.find("\n\t"); tab != std::string::npos; tab = text.find("\n\t", tab + 1)) {
      text.erase(tab + 1, 1);
    }
    result.push_back(text);
  }
  return result;
}

Texts run_in_psql(const std::filesystem::path& file, const std::string& name) {
  auto& cluster = logging_cluster();
  const std::string database = cluster.create_database();
  Spawn psql;
  psql.arguments = {"psql", "-X", "-q", "-d", cluster.url(database), "-f", file};
  psql.environment = own_environment();
  psql.environment.push_back("PGAPPNAME=" + name);
  psql.environment.push_back("PGCLIENTENCODING=UTF8");
  int status = -1;
  EXPECT_GT(::waitpid(spawn(psql), &status, 0), 0);
  EXPECT_EQ(status, 0);
  cluster.drop_database(database);
  return logged(cluster.log(), name);
}

/// Where each text lies in the script: psql sends what it read, but for what comes before a statement.
std::vector<Range> located(const std::string& script, const Texts& sent) {
  std::vector<Range> ranges;
  std::size_t at = 0;
  for (const std::string& text : sent) {
    const std::size_t begin = script.find(text, at);
    if (begin == std::string::npos) {
      ADD_FAILURE() << "not in the script from byte " << at << ": " << text;
      return ranges;
    }
    at = begin + text.size();
    // psql sends empty statements too.
    const bool may_be_empty = !std::isalpha(static_cast<unsigned char>(text.front()));
    if (!may_be_empty || !split(text).empty()) ranges.push_back({begin, at});
  }
  return ranges;
}

TEST(PostgresDifferential, splits_as_psql_does) {
  const TempDir folder;
  int number = 0;
  for (const auto& path : corpus("postgres")) {
    if (path.stem().string().starts_with("continued")) continue;  // it reads line by line
    for (const bool carriage_returns : {false, true}) {
      SCOPED_TRACE(path.filename().string() + (carriage_returns ? " with carriage returns" : ""));
      const std::string script = carriage_returns ? with_carriage_returns(read_file(path)) : read_file(path);
      const std::string name = "run" + std::to_string(++number);
      const Texts sent = run_in_psql(folder.write(name + ".sql", script), name);
      expect_within(script, split(script), located(script, sent));
    }
  }
}

// --- the server alone

TEST(PostgresDifferential, splits_continued_literals_as_the_server_reads_them) {
  PostgresSession session(PostgresCluster::shared().url());
  const auto folder = std::filesystem::path(TRADEWIND_SOURCE_DIR) / "tests" / "sql" / "corpus" / "postgres";
  std::vector<Rows> answers;
  for (const char* name : {"continued.sql", "continued_escapes.sql"}) {
    const std::string script = read_file(folder / name);
    for (const std::string& text : texts(sql::postgres_grammar(), script))
      answers.push_back(session.sql(text));
  }
  EXPECT_EQ(answers,
            (std::vector<Rows>{{{"ab';"}}, {{"ac;", "x''y;"}}, {{"a\\"}}, {{"a'b';", "x\\"}}, {{"1"}}}));
}

}  // namespace
}  // namespace tradewind::test
