#pragma once

#include <string>
#include <string_view>

namespace tradewind::database {

/// A server's URL with another database in it.
std::string with_database(std::string_view url, std::string_view name);

}  // namespace tradewind::database
