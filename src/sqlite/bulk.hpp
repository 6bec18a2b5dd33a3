#pragma once

#include <sqlite3.h>

#include <memory>

#include "database/bulk.hpp"

namespace tradewind::sqlite {

/// Rows by prepared statements. Belongs to the handle, which must outlive it.
std::unique_ptr<database::BulkWriter> bulk_writer(sqlite3* handle);

}  // namespace tradewind::sqlite
