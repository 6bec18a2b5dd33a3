#include "sql/sqlite_kind.hpp"

#include <algorithm>
#include <array>

namespace tradewind::sql {
namespace {

// With a value they fail inside a transaction, or do nothing there without a word.
constexpr std::array<std::string_view, 6> outside_with_value{
    {"journal_mode", "synchronous", "page_size", "auto_vacuum", "temp_store", "temp_store_directory"}};

std::string_view unquoted(const Phrase& p) {
  const bool in_quotes = p.peek().lexeme == Lexeme::quoted || p.peek().lexeme == Lexeme::string;
  return in_quotes ? p.text().substr(1, p.text().size() - 2) : p.text();
}

Kind pragma(Phrase& p) {
  Phrase after_schema = p;
  after_schema.skip();
  if (after_schema.symbol('.')) p = after_schema;
  const auto named = [name = unquoted(p)](std::string_view pragma_name) {
    return same_word(name, pragma_name);
  };
  const bool foreign_keys = named("foreign_keys");
  const bool outside = std::any_of(outside_with_value.begin(), outside_with_value.end(), named);
  if (named("wal_checkpoint")) return Kind::outside;
  p.skip();
  const bool has_value = p.symbol('=') || p.symbol('(');
  if (has_value && foreign_keys) return Kind::foreign_keys_pragma;
  return has_value && outside ? Kind::outside : Kind::plain;
}

}  // namespace

Kind sqlite_kind(Phrase p) {
  if (p.word("begin")) return Kind::begin;
  if (p.word("commit") || p.word("end")) return Kind::commit;
  if (p.word("savepoint") || p.word("release")) return Kind::savepoint;
  if (p.word("rollback")) {
    p.word("transaction");
    return p.word("to") ? Kind::savepoint : Kind::rollback;
  }
  if (p.word("vacuum") || p.word("attach") || p.word("detach")) return Kind::outside;
  return p.word("pragma") ? pragma(p) : Kind::plain;
}

bool sqlite_for_session(Phrase p) {
  return p.word("pragma") || p.word("attach") || p.word("detach");
}

}  // namespace tradewind::sql
