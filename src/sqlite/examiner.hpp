#pragma once

#include "database/examiner.hpp"

namespace tradewind::sqlite {

const database::Examiner& examiner();

}  // namespace tradewind::sqlite
