/// How a pack's files are laid out: ENGINE/[DATABASE/]migration, and more beside the migrations.
#pragma once

#include <string>
#include <string_view>
#include <tradewind/source.hpp>
#include <vector>

namespace tradewind::cli {

struct PackPlace {
  std::string engine;    ///< "postgresql", "sqlite"; empty for what belongs to no engine
  std::string database;  ///< of a pack of several; else empty
  std::string rest;      ///< the path below: "001_init.up.sql", "seed/010_users.sql"
  bool migration = false;
};

PackPlace place_of(const PackInfo& pack, const PackFile& file);

/// "postgresql" or "sqlite" for what users call them. Throws Error{usage}, also if the pack has no such
/// variant.
std::string engine_named(const PackInfo& pack, const std::string& name);

struct PackTable {
  std::string name;
  std::string comment;
};

/// How many objects of each kind a migration makes.
struct PackCounts {
  std::size_t tables = 0;
  std::size_t indexes = 0;
  std::size_t views = 0;  ///< materialized ones among them
  std::size_t functions = 0;
  std::size_t triggers = 0;

  PackCounts& operator+=(const PackCounts& other);
};

struct PackMigration {
  std::string version;
  std::string engine;
  std::string database;
  std::string description;
  std::vector<PackTable> tables;
  PackCounts counts;
};

/// A seed or a script of roles.
struct PackScript {
  std::string name;
  std::string engine;
  std::string database;
  std::string description;
};

/// Those in `folder`: "seed" or "roles".
std::vector<PackScript> pack_scripts(const PackInfo& pack, const std::vector<PackFile>& files,
                                     std::string_view folder);

/// What a pack's migrations are and which tables they make, read from their files.
std::vector<PackMigration> pack_migrations(const PackInfo& pack, const std::vector<PackFile>& files);

}  // namespace tradewind::cli
