#include "migration/session_traces.hpp"

#include "sql/token.hpp"

namespace tradewind::migration {
namespace {

bool mentions(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (std::size_t i = 0; i <= text.size() - word.size(); ++i) {
    if (sql::lower(text[i]) == word.front() && sql::same_word(text.substr(i, word.size()), word)) return true;
  }
  return false;
}

/// Of which there may be millions.
bool is_row(std::string_view text) {
  const std::string_view first = text.substr(0, 6);
  return sql::same_word(first, "insert") || sql::same_word(first, "update") ||
         sql::same_word(first, "delete");
}

}  // namespace

void note_session_traces(const Script& script, database::TransactionSettings& settings) {
  for (const sql::Statement& statement : script.statements()) {
    const std::string_view text = statement.text(script.text());
    if (is_row(text)) continue;
    settings.leaves_temporary = settings.leaves_temporary || mentions(text, "temp");
    settings.leaves_listening = settings.leaves_listening || mentions(text, "listen");
    settings.leaves_prepared = settings.leaves_prepared || mentions(text, "prepare");
    settings.leaves_cursors = settings.leaves_cursors || mentions(text, "hold");
  }
}

}  // namespace tradewind::migration
