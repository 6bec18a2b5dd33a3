#include "sql/string_escapes.hpp"

namespace tradewind::sql {
namespace {

constexpr std::string_view setting = "standard_conforming_strings";

/// A value of a boolean setting that means off: the server takes any unique beginning of false, off and no.
bool means_off(std::string_view value) {
  if (value.size() >= 2 && value.front() == '\'') value = value.substr(1, value.size() - 2);
  if (value == "0") return true;
  for (const std::string_view word : {"false", "off", "no"}) {
    const std::size_t least = word == "off" ? 2 : 1;
    if (value.size() >= least && value.size() <= word.size() &&
        same_word(value, word.substr(0, value.size()))) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool StringEscapes::observe(Phrase phrase, Kind kind) {
  const bool before = now_;
  if (kind == Kind::begin) {
    in_transaction_ = true;
    before_begin_ = session_;
  }
  if (kind == Kind::rollback && in_transaction_) session_ = before_begin_;
  if (kind == Kind::commit || kind == Kind::rollback) {
    in_transaction_ = false;
    now_ = session_;
  }
  if (phrase.word("set")) set(phrase);
  if (phrase.word("reset") && (phrase.word("all") || phrase.word(setting))) now_ = session_ = false;
  if (phrase.word("discard") && phrase.word("all")) now_ = session_ = false;
  return now_ != before;
}

void StringEscapes::set(Phrase phrase) {
  const bool local = phrase.word("local");
  phrase.word("session");
  if (!phrase.word(setting)) return;
  if (!phrase.symbol('=')) phrase.word("to");
  now_ = means_off(phrase.text());
  if (!local) session_ = now_;
}

}  // namespace tradewind::sql
