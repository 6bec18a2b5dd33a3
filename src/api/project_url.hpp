/// URLs put together from what a project says.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <tradewind/project.hpp>

namespace tradewind::api {

/// A variable that is set to something.
std::optional<std::string> variable(const Environment& environment, const std::string& name);

/// The database that the environment names, if it names one: DATABASE_URL, else DATABASE_TYPE and DB_*.
std::optional<std::string> environment_url(const Environment& environment);

/// `text` with each ${NAME} replaced; what stands for a user or a password in it is percent-encoded. Throws
/// Error{configuration} that names a variable that is not set.
std::string with_variables(std::string_view text, const Environment& environment);

/// A SQLite URL's path, or none for a server's URL and a database in memory.
std::optional<std::filesystem::path> file_path(std::string_view url);
/// The URL with another path; it must have one.
std::string with_path(std::string_view url, const std::filesystem::path& path);

}  // namespace tradewind::api
