// What the parser of PostgreSQL accepts as a whole is split by the lexer as the parser does it.
#include <pg_query.h>

#include <cctype>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <tradewind/error.hpp>

#include "sql/grammar.hpp"

namespace {

using tradewind::sql::Statement;

/// The parser library alone knows no standard_conforming_strings and no comment between the parts of a
/// literal.
bool beyond_the_parser(const std::string& script) {
  std::string lower;
  for (const char c : script) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const char* word : {"standard_conforming_strings", "stdin", "stdout"}) {
    if (lower.find(word) != std::string::npos) return true;
  }
  for (std::size_t quote = lower.find('\''); quote != std::string::npos;
       quote = lower.find('\'', quote + 1)) {
    const std::size_t next = lower.find_first_not_of(" \t\n\r\f\v", quote + 1);
    if (next != std::string::npos && lower.compare(next, 2, "--") == 0) return true;
  }
  return false;
}

void fail(const char* problem, std::string_view ours, std::string_view theirs) {
  std::fprintf(stderr, "%s\nours:   %.*s\ntheirs: %.*s\n", problem, static_cast<int>(ours.size()),
               ours.data(), static_cast<int>(theirs.size()), theirs.data());
  std::abort();
}

void compare(const std::string& script, const PgQuerySplitResult& parsed) {
  std::vector<Statement> statements;
  try {
    statements = tradewind::sql::postgres_grammar().split(script);
  } catch (const tradewind::Error& error) {
    if (std::string_view(error.what()).find("COPY") == std::string_view::npos)
      fail("refused", error.what(), script);
    return;
  }
  for (const Statement& statement : statements) {
    if (statement.kind == tradewind::sql::Kind::copy_in) return;
  }
  if (statements.size() != static_cast<std::size_t>(parsed.n_stmts)) fail("another number", {}, script);
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const auto begin = static_cast<std::size_t>(parsed.stmts[i]->stmt_location);
    const auto length = static_cast<std::size_t>(parsed.stmts[i]->stmt_len);
    const std::size_t end = length == 0 ? script.size() : begin + length;
    if (statements[i].begin < begin || statements[i].end > end) {
      fail("another range", statements[i].text(script), std::string_view(script).substr(begin, end - begin));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string script(reinterpret_cast<const char*>(data), size);
  if (script.find('\0') != std::string::npos || beyond_the_parser(script)) return 0;
  const PgQuerySplitResult parsed = pg_query_split_with_parser(script.c_str());
  if (parsed.error == nullptr) compare(script, parsed);
  pg_query_free_split_result(parsed);
  return 0;
}
