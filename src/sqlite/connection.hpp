#pragma once

#include <memory>

#include "database/open.hpp"

namespace tradewind::sqlite {

/// Opens a SQLite file. Throws ConnectionError, Error.
std::unique_ptr<database::Connection> open(database::OpenSettings settings);

}  // namespace tradewind::sqlite
