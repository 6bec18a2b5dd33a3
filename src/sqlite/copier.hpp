#pragma once

#include "database/copier.hpp"

namespace tradewind::sqlite {

/// Through the online backup.
const database::Copier& copier();

}  // namespace tradewind::sqlite
