#pragma once

#include "database/catalog.hpp"

namespace tradewind::sqlite {

const database::CatalogReader& catalog_reader();

}  // namespace tradewind::sqlite
