/// What a program may set for its whole process, which a library must not.
///
///     int main() {
///       tradewind::turn_off_sqlite_statistics();
///       ...
#pragma once

namespace [[gnu::visibility("default")]] tradewind {

/// SQLite counts the memory that it has in use, under a lock that every allocation takes: a fourteenth of the
/// time that 50 MB of INSERTs need. A program that asks for no such numbers (sqlite3_memory_used(),
/// sqlite3_soft_heap_limit64()) calls this once, before anything in the process has opened a SQLite database;
/// after that it does nothing. Not safe to call while another thread uses SQLite.
/// Source: SQLite's documentation of sqlite3_config(), SQLITE_CONFIG_MEMSTATUS.
void turn_off_sqlite_statistics() noexcept;

}  // namespace tradewind
