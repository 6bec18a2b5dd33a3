#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "database/command.hpp"

namespace tradewind::sqlite {

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
using Handle = std::unique_ptr<sqlite3, Close>;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

/// For a database file that is not there: makes the folder that it will stand in. Throws
/// Error{no_such_database} if the file may not be created, Error{read_only} if the folder can't be.
void prepare_folder(const std::filesystem::path& file, bool create);

/// The name to open a file by that nobody writes to meanwhile. Throws Error{read_only} if a part of the
/// database stands in another file.
std::string unchanging(const std::string& path);

/// Null with an error code left in the handle if it does not parse; null without one if there is nothing but
/// comments.
Prepared prepare(sqlite3* handle, std::string_view text);
void bind(sqlite3_stmt* statement, std::span<const database::Parameter> parameters);

/// The handle's last error as a failure of the command.
database::Failure failure(sqlite3* handle, const database::Tag& tag);

}  // namespace tradewind::sqlite
