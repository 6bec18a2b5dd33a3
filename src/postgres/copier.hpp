#pragma once

#include "database/copier.hpp"

namespace tradewind::postgres {

/// Through pg_dump, pg_restore and psql.
const database::Copier& copier();

}  // namespace tradewind::postgres
