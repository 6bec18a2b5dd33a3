#include "sqlite/memory.hpp"

#include <sqlite3.h>

namespace tradewind::sqlite {

void turn_off_statistics() noexcept {
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

}  // namespace tradewind::sqlite
