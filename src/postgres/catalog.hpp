#pragma once

#include "database/catalog.hpp"

namespace tradewind::postgres {

const database::CatalogReader& catalog_reader();

}  // namespace tradewind::postgres
