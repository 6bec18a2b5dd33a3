#include "sqlite/handle.hpp"

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"

namespace tradewind::sqlite {
namespace {

using database::Failure;

Failure::Kind kind_of(int code, std::string_view message) {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Failure::Kind::lock;
    case SQLITE_INTERRUPT:
      return Failure::Kind::interrupted;
    case SQLITE_READONLY:
      return Failure::Kind::read_only;
    case SQLITE_FULL:
      return Failure::Kind::disk_full;
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return Failure::Kind::permission;
    default:
      break;
  }
  if (message.find("already exists") != std::string_view::npos) return Failure::Kind::already_exists;
  if (message.starts_with("no such ")) return Failure::Kind::not_there;
  return Failure::Kind::statement;
}

}  // namespace

void prepare_folder(const std::filesystem::path& file, bool create) {
  if (!create) {
    throw Error(Code::no_such_database,
                fmt::format("there is no database file {}", base::printable(file.string())),
                "check the path; `tradewind up` makes the file");
  }
  const std::filesystem::path folder = file.parent_path();
  std::error_code failed;
  if (folder.empty() || std::filesystem::exists(folder, failed)) return;
  std::filesystem::create_directories(folder, failed);
  if (failed) {
    throw Error(
        Code::read_only,
        fmt::format("can't make the folder {}: {}", base::printable(folder.string()), failed.message()),
        "make it yourself, or choose another path");
  }
}

std::string unchanging(const std::string& path) {
  for (const char* ending : {"-wal", "-journal"}) {
    std::error_code absent;
    if (const auto size = std::filesystem::file_size(path + ending, absent); absent || size == 0) continue;
    throw Error(
        Code::read_only,
        fmt::format(
            "can't read {0}: a part of it is in {0}{1}, which takes write access to the folder to read",
            base::printable(path), ending),
        "close the programs that have it open, the last one of which writes that part back; or, as a user "
        "who may "
        "write, run `tradewind maintain vacuum` or sqlite3 FILE 'PRAGMA wal_checkpoint(TRUNCATE)'");
  }
  std::string name = "file:";
  for (const char c : path) name += c == '/' ? "/" : base::percent_encoded({&c, 1});
  return name + "?immutable=1";
}

Prepared prepare(sqlite3* handle, std::string_view text) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v3(handle, text.data(), static_cast<int>(text.size()), 0, &statement, nullptr);
  return Prepared(statement);
}

void bind(sqlite3_stmt* statement, std::span<const database::Parameter> parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const int index = sqlite3_bind_parameter_index(statement, fmt::format("${}", i + 1).c_str());
    if (index == 0) continue;
    const database::Parameter& value = parameters[i];
    if (value) {
      sqlite3_bind_text64(statement, index, value->data(), value->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    } else {
      sqlite3_bind_null(statement, index);
    }
  }
}

Failure failure(sqlite3* handle, const database::Tag& tag) {
  Failure result;
  const int code = sqlite3_extended_errcode(handle);
  result.message = sqlite3_errmsg(handle);
  result.kind = kind_of(code, result.message);
  result.tag = tag;
  result.sqlstate = std::to_string(code);
  if (const int offset = sqlite3_error_offset(handle); offset >= 0)
    result.offset = static_cast<std::size_t>(offset);
  return result;
}

}  // namespace tradewind::sqlite
