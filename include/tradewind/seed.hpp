/// Scripts that are safe to run again: seeds (data loaded on purpose) and roles.
///
///     auto database = tradewind::Database::open(url);
///     for (const auto& loaded : tradewind::seed(database, tradewind::Source::pack_seeds("rtx")))
///       std::cout << loaded.name << ": " << loaded.tables.size() << " tables\n";
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tradewind/database.hpp>
#include <tradewind/source.hpp>

namespace [[gnu::visibility("default")]] tradewind {

/// A line `-- credential: USER PASSWORD ROLE` of a seed: an account for tests that it makes.
struct SeedCredential {
  std::string user;
  std::string password;
  std::string role;
};

/// A table that a seed writes to.
struct SeedTable {
  std::string name;  ///< as the script names it
  std::int64_t rows = 0;
  std::int64_t added = 0;  ///< by this load
};

struct SeedResult {
  std::string name;                     ///< 010_sample_data
  std::string description;              ///< of its header
  std::vector<std::string> statements;  ///< only of a dry run
  std::vector<SeedTable> tables;        ///< in the order in which the script names them
  std::vector<SeedCredential> credentials;
  double elapsed_ms = 0;
};

struct SeedOptions {
  /// One of them: its whole name, its number, or its name without the number. Empty: all, in their order.
  std::string only = {};
  /// Gives the statements and sends nothing.
  bool dry_run = false;
  /// Refuse while one of these migrations is pending.
  std::optional<Source> migrations = {};
  std::string history_table = "schema_migrations";
  /// How long to go on trying for a lock. Each try waits two seconds at most, so that nobody queues up behind
  /// it.
  std::chrono::milliseconds lock_patience{std::chrono::seconds(60)};
};

/// Runs each script in one transaction; one that fails leaves nothing of itself, those before it stay.
/// Throws Error{pending, source_missing, source_empty, unknown_version, statement_failed, ...}.
std::vector<SeedResult> seed(Database& database, const Source& scripts, const SeedOptions& options = {});

/// Why the database looks like production, or nothing: the name of the database, its host or its file has
/// "prod", "production" or "live" as a word, or `environment` says so.
std::optional<std::string> looks_like_production(Database& database, const std::string& environment = {});

}  // namespace tradewind
