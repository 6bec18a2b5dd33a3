#pragma once

#include <memory>
#include <string>
#include <tradewind/database.hpp>
#include <tradewind/schema.hpp>

namespace tradewind::api {

/// An empty database that is there as long as this object: SQLite's in memory, PostgreSQL's beside the URL's
/// own.
class ScratchDatabase {
 public:
  /// Throws Error{permission} if the user may not make one.
  explicit ScratchDatabase(const ScratchOptions& options);
  /// Drops it; what fails here is not told.
  ~ScratchDatabase();
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;

  Database& database() { return *database_; }
  /// Drops it. Throws Error with the statement that drops it.
  void drop();

 private:
  void create(const ScratchOptions& options);
  void drop_on_server();

  std::string url_;
  std::string name_;  ///< on a server; else empty
  std::unique_ptr<Database> server_;
  std::unique_ptr<Database> database_;
};

}  // namespace tradewind::api
