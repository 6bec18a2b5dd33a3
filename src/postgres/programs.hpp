/// The server's own programs for copies: pg_dump, pg_restore, psql.
#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/child_process.hpp"
#include "postgres/handle.hpp"

namespace tradewind::postgres {

struct ServerProgram {
  std::string name;  ///< pg_dump
  std::string path;
  std::string version;  ///< 15.8
  int major = 0;
};

/// The oldest one that is not older than `major`, of those in `folder`; without one of those on PATH and in
/// /usr/lib/postgresql/*/bin. Throws Error{unsupported} that names what there is and what is needed.
ServerProgram find_program(std::string_view name, int major, const std::filesystem::path& folder);

/// What a child needs to reach the session's server with the session's rights and the database `name`:
/// nothing of it may be seen by others. Throws Error{configuration} for an option that can't be passed so.
std::vector<std::pair<std::string, std::string>> child_environment(PGconn* session, std::string_view name);

/// Does nothing for status 0; else throws what it says as an error.
void refuse_failure(const ServerProgram& program, const base::ChildOutcome& outcome);

}  // namespace tradewind::postgres
