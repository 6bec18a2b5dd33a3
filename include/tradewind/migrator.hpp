/// Brings a database to the schema that the code expects.
///
///     auto database = tradewind::Database::open("sqlite:trades.db");
///     tradewind::Migrator migrator(database, tradewind::Source::directory("migrations"));
///     migrator.up();
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/database.hpp>
#include <tradewind/error.hpp>
#include <tradewind/observer.hpp>
#include <tradewind/plan.hpp>
#include <tradewind/source.hpp>

namespace [[gnu::visibility("default")]] tradewind {

/// A row of the history.
struct AppliedMigration {
  std::int64_t id = 0;  ///< the order of application
  std::string version;
  std::string name;
  int batch = 0;
  std::string checksum;    ///< SHA-256 of the up text, 64 hexadecimal digits
  std::string applied_at;  ///< UTC, ISO 8601
  std::string applied_by;  ///< user@host
  double execution_time_ms = 0;
};

struct PendingMigration {
  std::string version;
  std::string name;
};

struct FailedMigration {
  std::string version;
  std::string error;
};

struct Status {
  std::vector<AppliedMigration> applied;  ///< in the order of application
  std::vector<PendingMigration> pending;  ///< in the order they would be applied
  std::vector<AppliedMigration> changed;  ///< applied, and the file has another checksum since
  std::vector<AppliedMigration> missing;  ///< applied, and there is no file
  std::vector<FailedMigration> failed;    ///< tried, failed, and not applied; or a down that is half done
  /// All applied and unchanged: what `status --check` asks.
  bool clean() const noexcept {
    return pending.empty() && changed.empty() && missing.empty() && failed.empty();
  }
};

/// What a run did.
struct RunResult {
  std::vector<Step> steps;
  double elapsed_ms = 0;
  std::vector<std::string> notes;
};

/// Something `verify` found.
struct Finding {
  std::string kind;  ///< "changed", "missing", "failed", "verify", "integrity"
  std::string version;
  std::string message;
};

/// What `repair` did or, asked not to, would do.
struct Repair {
  std::string version;
  std::string action;  ///< "accept-checksum", "clear-failure", "finish-step"
  std::string detail;
};

struct MigratorOptions {
  /// Another name for the history table, perhaps with a schema: "audit.migrations". Its companions are
  /// NAME_steps and NAME_events.
  std::string history_table = "schema_migrations";
  /// The whole plan in one transaction.
  bool atomic = false;
  /// Every migration's commit is flushed to disk before the next begins, not only the last one's.
  bool durable_each = false;
  /// How long to wait for another runner before giving up with runner_busy.
  std::chrono::milliseconds runner_patience{std::chrono::minutes(10)};
  /// How long to go on trying when a statement can't get its lock (PostgreSQL's lock_timeout, retried).
  std::chrono::milliseconds lock_patience{std::chrono::seconds(60)};
  /// Receives progress; may be null; must outlive the migrator.
  Observer* observer = nullptr;
  /// The URL of a second record of what ran, across databases: see ledger.hpp. Empty: none.
  std::string ledger = {};
  /// What the ledger calls this database.
  std::string ledger_name = "default";
};

/// Not thread safe, as the database it works on, which must outlive it. Every call leaves the database in
/// a state that the history describes, whatever happens.
class Migrator {
 public:
  Migrator(Database& database, Source source, MigratorOptions options = {});
  Migrator(Migrator&&) noexcept;
  Migrator& operator=(Migrator&&) noexcept;
  ~Migrator();

  /// Reads only; on an empty database says that nothing is applied.
  Status status();
  /// Reads only: what `up` or `down` would do.
  Plan plan(Direction direction = Direction::up, const Target& target = {});
  /// Reads only: everything that `up` or `down` would send, transaction control and history rows included.
  std::vector<Step> dry_run(Direction direction = Direction::up, const Target& target = {});

  /// Applies. Nothing to do is a success with no steps. Throws RunFailed, LockTimeout, ConnectionError,
  /// Error.
  RunResult up(const Target& target = {});
  /// Reverts, by default the last one applied.
  RunResult down(const Target& target = {});
  /// Reverts the last `count` and applies them again, in one plan.
  RunResult redo(std::size_t count = 1);

  /// Checksums, missing files, verify scripts (each in a transaction that is rolled back), integrity.
  std::vector<Finding> verify();
  /// Accepts changed checksums and clears failed entries; with `apply` false only says what it would do.
  std::vector<Repair> repair(bool apply);
  /// Records every migration up to and including `version` as applied, without running it.
  std::vector<Step> baseline(std::string_view version);
  /// Makes the history tables now, rather than with the first `up`.
  void create_history();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// Opens the database, applies every pending migration and gives the connection back: the one call of an
/// application's start-up. Throws when a migration fails, so that the application does not start.
Database init_database(std::string_view url, Source source, const MigratorOptions& options = {});

struct MigrationCounts {
  std::size_t successful = 0;
  std::size_t failed = 0;
  std::string error;  ///< of the failed one
};

/// Applies every pending migration; a failing one is counted, not thrown. Connection errors are thrown.
MigrationCounts run_migrations(std::string_view url, Source source, const MigratorOptions& options = {});

struct StatusCounts {
  std::size_t applied = 0;
  std::size_t pending = 0;
};

StatusCounts get_migration_status(std::string_view url, Source source, const MigratorOptions& options = {});

}  // namespace tradewind
