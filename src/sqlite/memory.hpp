#pragma once

namespace tradewind::sqlite {

/// Has an effect only before SQLite's first use in the process.
void turn_off_statistics() noexcept;

}  // namespace tradewind::sqlite
