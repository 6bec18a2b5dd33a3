#pragma once

#include <filesystem>
#include <optional>

#include "support/spawn.hpp"

namespace tradewind::test {

/// Whom a server runs as: nothing to change unless this is root.
std::optional<Identity> server_identity();

/// The folder with initdb and postgres; throws std::runtime_error if there is none.
std::filesystem::path postgres_programs();

/// The same folder, or a copy of its installation where the server's user can read it, made once per process.
std::filesystem::path readable_programs(const std::filesystem::path& bin);

}  // namespace tradewind::test
