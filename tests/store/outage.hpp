#pragma once

#include <chrono>
#include <string_view>

namespace tradewind::test {

/// A bot records some thousand trades a second while the database is away for so long: the server crashes and
/// comes back later, or another process holds the file's write lock. Throws std::runtime_error if a record is
/// not accepted, or not in the database exactly once in the end, or if the bot had to wait.
void store_outage(std::string_view engine, std::chrono::seconds length);

}  // namespace tradewind::test
