#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "database/connection.hpp"

namespace tradewind::postgres {

/// The statements that make the session's database anew, empty, with what pg_dump leaves out: its encoding
/// and locale, then its owner, settings, connection limit, comment and grants. `{database}` stands for its
/// name.
std::vector<std::string> database_settings(database::Connection& connection);

/// Of those, the ones that hold without an owner of its own and grants.
std::vector<std::string> without_owner(const std::vector<std::string>& settings);

/// With the name in its place.
std::string about_database(std::string text, std::string_view name);

}  // namespace tradewind::postgres
