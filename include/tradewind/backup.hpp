/// Backups that were tried, and the way back.
///
///     auto databases = tradewind::resolve_project({}, tradewind::environment());
///     auto made = tradewind::backup(databases, {.folder = "backups", .verify = true});
///     ...
///     tradewind::restore(tradewind::find_backup("backups", made.name), databases);
///
/// A backup is a folder with the data of every database of a project, each as it was at one moment, and a
/// metadata.json that says what it is. Nothing in it is a password.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/project.hpp>

namespace [[gnu::visibility("default")]] tradewind {

struct BackupFile {
  std::string path;  ///< below the backup's folder
  std::uint64_t size = 0;
  std::string sha256;  ///< 64 hexadecimal digits
};

struct BackupTable {
  std::string name;  ///< quoted where SQL needs it
  std::int64_t rows = 0;
  bool operator==(const BackupTable&) const = default;
};

/// Something that was wrong in the database itself, as often: its backup has it too.
struct BackupFlaw {
  std::string what;
  std::int64_t count = 0;
  bool operator==(const BackupFlaw&) const = default;
};

/// One database of a backup.
struct BackupDatabase {
  std::string name;    ///< of the project
  std::string called;  ///< the database's own name: "trades", "positions.db"
  std::string url;     ///< with the password masked
  /// Two of the same are one database: its server, port and name, or its file's own path.
  std::string identity;
  std::string engine;
  std::string server_version;
  std::string tool;    ///< "pg_dump 15.8"
  std::string layout;  ///< "directory" (pg_dump's), "sqlite" (a database file), "sql" (text)
  std::string data;    ///< the file or folder, below the backup's folder
  std::string history_table;
  std::string history_head;  ///< the newest version applied; empty if there is none
  std::size_t applied = 0;   ///< migrations
  std::string schema;        ///< the file with the schema as data, see schema_from_json()
  std::string fingerprint;   ///< SHA-256 of that file
  std::uint64_t size = 0;    ///< bytes of the database, which its backup takes less of
  std::vector<BackupTable> tables;
  std::vector<BackupFlaw> flaws;
  std::vector<std::string> settings;  ///< of the database itself, as statements
  std::vector<BackupFile> files;
  double elapsed_ms = 0;
};

struct Backup {
  std::string name;  ///< of its folder: 20260114T093012Z_trades
  std::filesystem::path path;
  std::string label;       ///< the name without its time: backups of one label follow each other
  std::string created_at;  ///< UTC, ISO 8601
  std::string created_by;  ///< user@host
  std::string reason;      ///< "asked", "before up", "before restore"
  std::string program;     ///< Tradewind's version
  bool verified = false;   ///< restored into a scratch database, and found the same
  double elapsed_ms = 0;
  std::vector<BackupDatabase> databases;
  /// Why it can't be used; empty for a good one. backups() sees missing files and wrong sizes, check_backup()
  /// changed contents too.
  std::string problem;
  /// Of one that was just made: what people should know.
  std::vector<std::string> notes;

  std::uint64_t stored_size() const noexcept;  ///< bytes of its files
};

/// What is under way.
struct BackupProgress {
  std::string database;
  std::string phase;  ///< "copy", "checksums", "load", "compare"
  std::string what;   ///< a table, for example; may be empty
  std::uint64_t done = 0;
  std::uint64_t total = 0;  ///< 0: not known
};

/// What backup and restore have in common.
struct CopySettings {
  /// Called from one thread at a time, not always the caller's.
  std::function<void(const BackupProgress&)> progress = {};
  /// Set from a signal handler or another thread to stop; may be null. Must outlive the call.
  const std::atomic<bool>* stop = nullptr;
  /// How long PostgreSQL's locks are waited for.
  std::chrono::milliseconds patience = std::chrono::seconds(60);
  unsigned jobs = 0;  ///< that pg_dump and pg_restore work with; 0: as many as processors, up to 4
  std::filesystem::path programs = {};  ///< where pg_dump, pg_restore and psql are; empty: looked for
};

struct BackupOptions : CopySettings {
  std::filesystem::path folder = "backups";  ///< made if it is not there, for its user alone
  std::string label = {};                    ///< empty: the database's name, or the project folder's
  std::string reason = "asked";
  bool verify = false;  ///< restore it into a scratch database and compare rows and schema
  bool plain_sql = false;
  int compression = 3;  ///< 0 to 9: of PostgreSQL's, zstd where pg_dump knows it, else gzip
};

/// All the databases as one set; nothing is left in the folder if one can't be backed up. Writers go on.
/// Throws Error, ConnectionError, LockTimeout.
Backup backup(const std::vector<ProjectDatabase>& databases, const BackupOptions& options);

/// Those in a folder, the newest first, damaged ones with their problem.
std::vector<Backup> backups(const std::filesystem::path& folder);
/// By its name, a part of it that only one has, or its path; empty: the newest good one but those
/// of what a restore replaced. Throws Error{source_missing}, Error{usage} for a name of several.
Backup find_backup(const std::filesystem::path& folder, std::string_view name);
/// The same for these databases: without a name the newest good one that holds each of them.
Backup find_backup(const std::filesystem::path& folder, std::string_view name,
                   const std::vector<ProjectDatabase>& databases);
/// Which database the backup would put into the place of this one, if it is not of the same; else empty.
std::string foreign_origin(const Backup& backup, const ProjectDatabase& database);
/// Reads all of it. Throws Error{bad_file} that names the damaged file.
void check_backup(const Backup& backup, const CopySettings& settings = {});

struct Retention {
  std::optional<int> days = 30;           ///< older ones go
  std::optional<std::size_t> count = {};  ///< of what is left, those beyond the newest so many go
};
/// Removes the label's backups that the policy lets go, and what died while it was made. One goes only if for
/// each database in it a newer good one stays; the one that was `just_made`, by its name, is the newest
/// whatever the clock says. Gives those removed.
std::vector<Backup> remove_old_backups(const std::filesystem::path& folder, const std::string& label,
                                       const Retention& retention, std::string_view just_made = {});

struct RestoreOptions : CopySettings {
  /// Where what is there is backed up to first; empty: it is not.
  std::filesystem::path folder = "backups";
  std::string label = {};
  /// Into another database than the one it was made of.
  bool elsewhere = false;
  /// PostgreSQL: everything belongs to the user who restores, and nobody is granted anything.
  bool no_owner = false;
};

struct RestoredDatabase {
  std::string name;  ///< of the project
  std::string url;   ///< masked
  std::string kept;  ///< what was there before, as it is called now; empty if there was nothing
  std::vector<std::string> notes;
};

struct RestoreResult {
  std::vector<RestoredDatabase> databases;
  std::string backup_before;  ///< the name of the backup of what was there; empty if there was nothing
  double elapsed_ms = 0;
};

/// Checks the backup, backs up what is there, loads each database beside the one there is and compares it
/// with what was backed up; only when all are right they take the place of the old ones, which are kept under
/// dated names. PostgreSQL's sessions are ended; a SQLite file that another process has open is refused.
/// Until the moment of the change, and if anything fails, the old databases stay as they are. Throws Error,
/// ConnectionError, LockTimeout.
RestoreResult restore(const Backup& backup, const std::vector<ProjectDatabase>& databases,
                      const RestoreOptions& options = {});

/// Puts a database that a restore has kept into its place again; the one there is is kept in turn. Throws
/// Error{usage} for a name that no restore of this database gives.
RestoredDatabase bring_back(const ProjectDatabase& database, const std::string& kept,
                            const CopySettings& settings = {});

/// Notes in the database's history that a backup was made; false if it has no history yet.
bool record_backup(Database& database, const std::string& history_table, const std::string& name);

/// What a project says of backups: BACKUP_DIR and TRADEWIND_PG_BIN, then [backup] of its file.
struct BackupProject {
  std::filesystem::path folder;
  std::string label;
  bool before_up = false;
  bool verify = false;
  Retention retention;
  unsigned jobs = 0;
  std::filesystem::path programs;
  std::optional<std::chrono::milliseconds> patience = {};  ///< with locks; the file has no say in it
};
/// Throws Error{configuration} with file, line and column.
BackupProject backup_project(const ProjectOptions& options, const Environment& environment);

}  // namespace tradewind
