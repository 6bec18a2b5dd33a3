#pragma once

#include <filesystem>

#include "database/copier.hpp"
#include "sqlite/handle.hpp"

namespace tradewind::sqlite {

/// Everything as SQL text that sqlite3 reads too. The caller's transaction makes it one moment.
void dump_as_sql(sqlite3* handle, const std::filesystem::path& to, const database::CopyProgress& progress,
                 const std::atomic<bool>* stop);

/// Runs a file of statements, however large. Throws Error with the line.
void run_sql_file(sqlite3* handle, const std::filesystem::path& from, const database::CopyProgress& progress,
                  const std::atomic<bool>* stop);

/// Throws the handle's last error.
[[noreturn]] void fail(sqlite3* handle, std::string_view what);
void execute(sqlite3* handle, const std::string& sql);
std::string value(sqlite3* handle, std::string_view sql);

}  // namespace tradewind::sqlite
