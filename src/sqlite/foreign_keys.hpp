#pragma once

#include <sqlite3.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace tradewind::sqlite {

/// Rows without their parent, counted by child and parent table: PRAGMA foreign_key_check as data. A
/// migration runs with enforcement off, so what it breaks shows as more of them than before.
using Orphans = std::map<std::pair<std::string, std::string>, std::size_t>;

Orphans orphans(sqlite3* handle);

/// Says what there is more of in `now`; none if nothing.
std::optional<std::string> new_orphans(const Orphans& before, const Orphans& now);

}  // namespace tradewind::sqlite
