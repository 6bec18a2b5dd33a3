#include "sqlite/foreign_keys.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "sqlite/handle.hpp"

namespace tradewind::sqlite {
namespace {

std::string column(sqlite3_stmt* statement, int index) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, index));
  return text == nullptr ? std::string() : std::string(text);
}

}  // namespace

Orphans orphans(sqlite3* handle) {
  Orphans result;
  const Prepared check = prepare(handle, "PRAGMA foreign_key_check");
  while (sqlite3_step(check.get()) == SQLITE_ROW) ++result[{column(check.get(), 0), column(check.get(), 2)}];
  return result;
}

std::optional<std::string> new_orphans(const Orphans& before, const Orphans& now) {
  for (const auto& [tables, count] : now) {
    const auto found = before.find(tables);
    const std::size_t old = found == before.end() ? 0 : found->second;
    if (count > old) {
      return fmt::format(
          "{} in {} would refer to rows of {} that are not there (FOREIGN KEY constraint failed)",
          base::counted(count - old, "row"), tables.first, tables.second);
    }
  }
  return std::nullopt;
}

}  // namespace tradewind::sqlite
