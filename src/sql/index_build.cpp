#include "sql/index_build.hpp"

#include "sql/leading_tokens.hpp"
#include "sql/phrase.hpp"
#include "sql/postgres_lexer.hpp"

namespace tradewind::sql {
namespace {

constexpr std::size_t longest_name = 63;

/// Cut off as the server does it: never within a character.
void cut(std::string& name) {
  if (name.size() <= longest_name) return;
  std::size_t end = longest_name;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  name.resize(end);
}

/// A name with escapes (U&"...") is left empty: it could be any.
std::string name_of(const Phrase& p) {
  std::string result(p.text());
  if (p.peek().lexeme == Lexeme::word) {
    for (char& c : result) c = lower(c);
  } else if (result.front() == '"') {
    result = result.substr(1, result.size() - 2);
    for (std::size_t at = 0; (at = result.find("\"\"", at)) != std::string::npos; ++at) result.erase(at, 1);
  } else {
    result.clear();
  }
  cut(result);
  return result;
}

/// The last two parts: what may stand before them is the database's own name.
IndexBuild::Name qualified_name(Phrase& p) {
  IndexBuild::Name result;
  do {
    result.schema = std::move(result.name);
    result.name = name_of(p);
    const bool escaped = result.name.empty();
    p.skip();
    if (escaped && p.word("uescape")) p.string();
  } while (p.symbol('.'));
  return result;
}

std::optional<IndexBuild> create(Phrase& p) {
  p.word("unique");
  if (!p.word("index") || !p.word("concurrently")) return std::nullopt;
  IndexBuild build;
  if (p.word("if")) {
    p.word("not");
    p.word("exists");
  }
  if (!p.next_is("on")) build.index = qualified_name(p);
  if (!p.word("on")) return std::nullopt;
  p.word("only");
  build.table = qualified_name(p);
  return build;
}

std::optional<IndexBuild> reindex(Phrase& p) {
  IndexBuild build{.rebuilds = true};
  p.group();
  if (p.word("table")) {
    build.of = IndexBuild::Of::table;
  } else if (p.word("schema")) {
    build.of = IndexBuild::Of::schema;
  } else if (p.word("database") || p.word("system")) {
    build.of = IndexBuild::Of::database;
  } else if (!p.word("index")) {
    return std::nullopt;
  }
  p.word("concurrently");
  if (build.of != IndexBuild::Of::database)
    (build.of == IndexBuild::Of::table ? build.table : build.index) = qualified_name(p);
  return build;
}

}  // namespace

std::optional<IndexBuild> index_build(std::string_view statement) {
  PostgresLexer lexer(statement);
  LeadingTokens tokens;
  for (int i = 0; i < 64; ++i) {
    const Token token = lexer.next();
    if (token.lexeme == Lexeme::end) break;
    tokens.add(token);
  }
  Phrase p(statement, tokens.all());
  if (p.word("create")) return create(p);
  return p.word("reindex") ? reindex(p) : std::nullopt;
}

}  // namespace tradewind::sql
