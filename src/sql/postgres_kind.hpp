#pragma once

#include "sql/phrase.hpp"
#include "sql/statement.hpp"

namespace tradewind::sql {

/// What a statement of PostgreSQL 12 to 18 is, from its first tokens. Where only the catalog could tell
/// (REINDEX of a partitioned table, CALL of a procedure that commits), it is plain.
Kind postgres_kind(Phrase phrase);

}  // namespace tradewind::sql
