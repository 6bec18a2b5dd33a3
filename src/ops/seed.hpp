#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tradewind/seed.hpp>

#include "database/connection.hpp"
#include "migration/files.hpp"
#include "migration/script.hpp"

namespace tradewind::ops {

/// Runs a project's or a pack's repeatable scripts.
class Seeder {
 public:
  Seeder(database::Connection& connection, const sql::Grammar& grammar, const migration::Files& files)
      : connection_(connection), grammar_(grammar), files_(files) {}

  /// The scripts that `only` means, in the order of their numbers. Throws Error{source_empty,
  /// unknown_version}.
  std::vector<std::string> chosen(std::string_view only) const;
  /// In one transaction, or with `dry_run` not at all. Throws Error with the place in the file.
  SeedResult load(const std::string& file, bool dry_run) const;

 private:
  std::vector<std::string> names() const;

  database::Connection& connection_;
  const sql::Grammar& grammar_;
  const migration::Files& files_;
};

}  // namespace tradewind::ops
