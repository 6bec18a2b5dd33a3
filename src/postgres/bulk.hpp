#pragma once

#include <memory>

#include "database/bulk.hpp"
#include "postgres/libpq.hpp"

namespace tradewind::postgres {

/// Rows by COPY in the binary format. Belongs to the session.
std::unique_ptr<database::BulkWriter> bulk_writer(PGconn* connection);

}  // namespace tradewind::postgres
