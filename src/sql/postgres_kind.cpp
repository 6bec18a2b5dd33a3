#include "sql/postgres_kind.hpp"

#include <array>

namespace tradewind::sql {
namespace {

bool is_off(std::string_view value) {
  return value == "0" || same_word(value, "false") || same_word(value, "off") || same_word(value, "no");
}

/// Inside a string literal without escapes, or the word itself.
std::string_view bare(std::string_view value) {
  const bool in_quotes = value.size() >= 2 && value.front() == '\'' && value.back() == '\'';
  return in_quotes ? value.substr(1, value.size() - 2) : value;
}

/// Whether the list of options that comes next, `(name [=] value, ...)`, switches `option` on or off;
/// `otherwise` if it says nothing of it.
bool option(Phrase phrase, std::string_view option_name, bool otherwise) {
  if (!phrase.symbol('(')) return otherwise;
  for (; !phrase.done() && !phrase.peek().is(')'); phrase.skip()) {
    if (!phrase.word(option_name)) continue;
    phrase.symbol('=');
    return !is_off(bare(phrase.text()));
  }
  return otherwise;
}

/// Moves to the options at the end: the group after the last WITH.
bool find_with(Phrase& phrase) {
  for (; !phrase.done(); phrase.skip()) {
    Phrase ahead = phrase;
    if (ahead.word("with") && ahead.peek().is('(')) {
      phrase = ahead;
      return true;
    }
  }
  return false;
}

Kind outside_if(bool condition) {
  return condition ? Kind::outside : Kind::plain;
}

Kind create(Phrase& p) {
  if (p.word("database") || p.word("tablespace")) return Kind::outside;
  if (p.word("subscription")) {
    const bool with = find_with(p);
    return outside_if(!with || (option(p, "connect", true) && option(p, "create_slot", true)));
  }
  p.word("unique");
  return p.word("index") && p.word("concurrently") ? Kind::index_concurrently : Kind::plain;
}

Kind drop(Phrase& p) {
  if (p.word("index") && p.word("concurrently")) return Kind::drop_index_concurrently;
  return outside_if(p.word("database") || p.word("tablespace") || p.word("subscription"));
}

Kind reindex(Phrase& p) {
  const bool concurrently = option(p, "concurrently", false);
  p.group();
  const bool whole = p.word("schema") || p.word("database") || p.word("system");
  if (!whole) p.skip();  // INDEX or TABLE
  if (concurrently || p.word("concurrently")) return Kind::reindex_concurrently;
  return outside_if(whole);
}

Kind alter_table(Phrase& p) {
  if (p.word("if")) p.word("exists");
  p.word("only");
  if (!p.group()) p.name();
  p.symbol('*');
  const bool detaches = p.word("detach") && p.word("partition") && p.name() && p.word("concurrently");
  return detaches ? Kind::detach_concurrently : Kind::plain;
}

Kind alter_subscription(Phrase& p) {
  p.name();
  if (p.word("refresh")) return Kind::outside;
  if (p.word("set") && p.peek().is('(')) {
    // Both change the slot on the publisher, since PostgreSQL 17 and 18.
    return outside_if(option(p, "failover", false) || option(p, "two_phase", false) ||
                      !option(p, "failover", true) || !option(p, "two_phase", true));
  }
  if (!p.word("add")) p.word("drop");
  if (!p.word("publication")) return Kind::plain;
  return outside_if(!find_with(p) || option(p, "refresh", true));
}

Kind alter(Phrase& p) {
  if (p.word("system")) return Kind::outside;
  if (p.word("table")) return alter_table(p);
  if (p.word("subscription")) return alter_subscription(p);
  return outside_if(p.word("database") && p.name() && p.word("set") && p.word("tablespace"));
}

Kind cluster(Phrase& p) {
  p.group();
  p.word("verbose");
  return outside_if(p.done());
}

Kind copy(Phrase& p) {
  p.word("binary");
  if (!p.name()) return Kind::plain;  // COPY (query)
  p.group();
  // FROM stdout means the same to the server.
  return p.word("from") && (p.word("stdin") || p.word("stdout")) ? Kind::copy_in : Kind::plain;
}

Kind commit(Phrase& p) {
  return p.word("prepared") ? Kind::prepare_transaction : Kind::commit;
}

Kind rollback(Phrase& p) {
  if (p.word("prepared")) return Kind::prepare_transaction;
  if (!p.word("work")) p.word("transaction");
  return p.word("to") ? Kind::savepoint : Kind::rollback;
}

struct Lead {
  std::string_view word;
  Kind (*kind)(Phrase&);
};

constexpr std::array<Lead, 17> leads{{
    {"create", create},
    {"alter", alter},
    {"drop", drop},
    {"copy", copy},
    {"begin", [](Phrase&) { return Kind::begin; }},
    {"start", [](Phrase& p) { return p.word("transaction") ? Kind::begin : Kind::plain; }},
    {"commit", commit},
    {"end", commit},
    {"rollback", rollback},
    {"abort", [](Phrase&) { return Kind::rollback; }},
    {"savepoint", [](Phrase&) { return Kind::savepoint; }},
    {"release", [](Phrase&) { return Kind::savepoint; }},
    {"prepare",
     [](Phrase& p) { return p.word("transaction") && p.string() ? Kind::prepare_transaction : Kind::plain; }},
    {"vacuum", [](Phrase&) { return Kind::outside; }},
    {"reindex", reindex},
    {"cluster", cluster},
    {"discard", [](Phrase& p) { return p.word("all") ? Kind::discard_all : Kind::plain; }},
}};

}  // namespace

Kind postgres_kind(Phrase phrase) {
  for (const Lead& lead : leads) {
    if (phrase.word(lead.word)) return lead.kind(phrase);
  }
  return Kind::plain;
}

bool postgres_for_session(Phrase p) {
  if (p.word("set")) return !p.next_is("local") && !p.next_is("transaction") && !p.next_is("constraints");
  if (p.word("select")) {
    if (p.word("pg_catalog") && !p.symbol('.')) return false;
    return p.word("set_config") && p.group() && p.done();
  }
  return p.word("reset") || p.word("listen") || p.word("unlisten") || p.word("load");
}

}  // namespace tradewind::sql
