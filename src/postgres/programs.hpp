/// The server's own programs for copies: pg_dump, pg_restore, psql.
#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/child_process.hpp"

struct pg_conn;  // libpq's session

namespace tradewind::postgres {

struct ServerProgram {
  std::string name;  ///< pg_dump
  std::string path;
  std::string version;  ///< 15.8
  int major = 0;
};

/// What a program has to do with.
struct Needs {
  int server = 0;          ///< its major version
  int archive = 0;         ///< that of the pg_dump that made what is to be read; 0 for none
  bool any_newer = false;  ///< it sends nothing of its own that an older server does not know

  int least() const { return server > archive ? server : archive; }
  /// The newest that the server gets along with: from 17 on they set what servers before 17 refuse.
  int most() const { return server < 17 && !any_newer ? 16 : 1000; }
};

/// The oldest one that fits; null if none does.
const ServerProgram* fitting(const std::vector<ServerProgram>& programs, const Needs& needs);

/// The oldest one that fits, of those in `folder`; without one of those on PATH and in
/// /usr/lib/postgresql/*/bin. Throws Error{unsupported} that names what there is and what is needed.
ServerProgram find_program(std::string_view name, const Needs& needs, const std::filesystem::path& folder);

/// "pg_dump 15.8" has 15; 0 if there is no number.
int major_of(std::string_view tool);

/// What a child needs to reach the session's server with the session's rights and the database `name`:
/// nothing of it may be seen by others. Throws Error{configuration} for an option that can't be passed so.
std::vector<std::pair<std::string, std::string>> child_environment(pg_conn* session, std::string_view name);

/// Does nothing for status 0; else throws what it says as an error.
void refuse_failure(const ServerProgram& program, const base::ChildOutcome& outcome);

}  // namespace tradewind::postgres
