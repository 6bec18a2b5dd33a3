/// What `pack show` tells of a pack.
#pragma once

#include "cli/output.hpp"
#include "cli/pack_layout.hpp"

namespace tradewind::cli {

Json to_json(const PackInfo& pack);

class PackDescription {
 public:
  explicit PackDescription(PackInfo pack);

  Json json() const;
  std::string text(const Style& style) const;

 private:
  /// The variants of one migration, for PostgreSQL and for SQLite, as one.
  struct Shown {
    PackMigration migration;
    std::vector<std::string> engines;
  };

  std::vector<Shown> merged() const;
  std::string introduction(const Style& style) const;
  std::string migration_text(const Shown& shown, std::size_t name_width, const Style& style) const;
  std::string scripts_text(const std::vector<PackScript>& scripts, std::string_view title,
                           const Style& style) const;
  std::string start(const Style& style) const;

  PackInfo pack_;
  std::vector<PackMigration> migrations_;
  std::vector<PackScript> seeds_;
  std::vector<PackScript> roles_;
};

}  // namespace tradewind::cli
