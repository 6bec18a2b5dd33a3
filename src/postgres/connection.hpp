#pragma once

#include <memory>

#include "database/open.hpp"

namespace tradewind::postgres {

/// Connects to a server. Throws ConnectionError, Error.
std::unique_ptr<database::Connection> open(database::OpenSettings settings);

}  // namespace tradewind::postgres
