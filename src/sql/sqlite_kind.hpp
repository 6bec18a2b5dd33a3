#pragma once

#include "sql/phrase.hpp"
#include "sql/statement.hpp"

namespace tradewind::sql {

/// What a statement of SQLite is, from its first tokens.
Kind sqlite_kind(Phrase phrase);

}  // namespace tradewind::sql
