/// The port's optional capability to copy a whole database to files, and to put a copy into its place.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "database/connection.hpp"
#include "database/open.hpp"

namespace tradewind::database {

/// `what` is under way; `done` of `total`, in the engine's own units, 0 of 0 if that can't be told. Called
/// from any one thread at a time.
using CopyProgress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t total)>;

struct CopyOptions {
  bool plain_sql = false;
  std::chrono::milliseconds patience = std::chrono::seconds(60);  ///< for locks
  unsigned jobs = 1;
  int compression = 1;  ///< 0 to 9
  /// Where the server's programs are; empty: looked for.
  std::filesystem::path programs = {};
  bool no_owner = false;  ///< loads everything as the user who loads it, without grants
  CopyProgress progress = {};
  /// Called by save() if the data is complete before `look` has seen it; may be empty.
  std::function<void(const std::filesystem::path& data)> complete = {};
};

/// What was written.
struct CopyFacts {
  std::string layout;                 ///< what load() needs to be told: "sqlite", "directory", "sql"
  std::string tool;                   ///< with its version: "pg_dump 15.8"
  std::string data;                   ///< the file or folder, below the one given
  std::vector<std::string> settings;  ///< of the database itself, which its data does not hold
};

struct Swapped {
  std::string kept;  ///< what was in the place before, under its new name; empty if there was nothing
  std::vector<std::string> notes;  ///< what people should know
};

/// A database beside the one that it may replace. Dropped in the destructor unless it has taken the place.
class Replica {
 public:
  virtual ~Replica() = default;
  virtual Connection& connection() = 0;
  /// Its name as long as it is none other's.
  virtual std::string name() const = 0;
  /// Ends what uses the other one, keeps that under a dated name, and takes its name, both at once: whatever
  /// happens, either the one or the other is there. connection() is closed. Throws Error, LockTimeout.
  virtual Swapped take_place(std::string_view moment) = 0;
};

/// Stateless; safe to share between threads.
class Copier {
 public:
  virtual ~Copier() = default;

  /// Writes the database, as it is at one moment, to files NAME... in the folder. `look` is given a
  /// connection that sees exactly what is written. Writers go on meanwhile. The files are not flushed to
  /// disk.
  virtual CopyFacts save(const OpenSettings& source, const std::filesystem::path& folder,
                         const std::string& name, const CopyOptions& options,
                         const std::function<void(Connection&)>& look) const = 0;

  /// A new database beside the one of the settings (which need not exist), with what save() wrote.
  virtual std::unique_ptr<Replica> load(const OpenSettings& target, const std::filesystem::path& folder,
                                        const CopyFacts& facts, const CopyOptions& options,
                                        std::string_view moment) const = 0;

  /// A database that take_place() has kept, as one that may take its place again. Throws Error{usage} for
  /// any other name.
  virtual std::unique_ptr<Replica> kept(const OpenSettings& target, const std::string& name) const = 0;

  virtual bool exists(const OpenSettings& target) const = 0;
  /// What the database is called: "trades", "positions.db".
  virtual std::string name_of(const OpenSettings& target) const = 0;
  /// The same for the same database, however its URL is written.
  virtual std::string identity(const OpenSettings& target) const = 0;
  /// Names of databases beside it that an interrupted restore has left.
  virtual std::vector<std::string> left_behind(const OpenSettings& target) const = 0;

  /// Rows of one text each: the tables that hold rows of their own, quoted.
  virtual std::string_view tables() const = 0;
  /// Rows of a text and a number: what is wrong in the rows, so that a copy has it too. Empty: nothing can
  /// be.
  virtual std::string_view flaws() const = 0;
  /// Rows of one text each: what is broken as no copy may be. Empty: the engine has no such check.
  virtual std::string_view damage() const = 0;
  /// One row: the bytes that the database takes.
  virtual std::string_view size() const = 0;
};

}  // namespace tradewind::database
