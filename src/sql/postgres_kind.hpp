#pragma once

#include "sql/phrase.hpp"
#include "sql/statement.hpp"

namespace tradewind::sql {

/// What a statement of PostgreSQL 12 to 18 is, from its first tokens. Where only the catalog could tell
/// (REINDEX of a partitioned table, CALL of a procedure that commits), it is plain.
Kind postgres_kind(Phrase phrase);

/// See Statement::for_session. Not what ends with its transaction, as SET LOCAL does.
bool postgres_for_session(Phrase phrase);

}  // namespace tradewind::sql
