#include <tradewind/process.hpp>

#include "sqlite/memory.hpp"

namespace tradewind {

void turn_off_sqlite_statistics() noexcept {
  sqlite::turn_off_statistics();
}

}  // namespace tradewind
