#pragma once

#include "sql/phrase.hpp"
#include "sql/statement.hpp"

namespace tradewind::sql {

/// What a statement of SQLite is, from its first tokens.
Kind sqlite_kind(Phrase phrase);

/// See Statement::for_session. Some pragmas act on the file, to the same effect however often.
bool sqlite_for_session(Phrase phrase);

}  // namespace tradewind::sql
