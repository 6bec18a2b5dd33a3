#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/seed.hpp>

#include "database/connection.hpp"
#include "database/dialect.hpp"
#include "migration/files.hpp"
#include "migration/script.hpp"
#include "ops/written_tables.hpp"

namespace tradewind::ops {

/// Runs a project's or a pack's repeatable scripts.
class Seeder {
 public:
  Seeder(database::Connection& connection, const sql::Grammar& grammar, const migration::Files& files,
         std::chrono::milliseconds lock_patience, const std::atomic<bool>* stop)
      : connection_(connection),
        grammar_(grammar),
        files_(files),
        lock_patience_(lock_patience),
        stop_(stop) {}

  /// The scripts that `only` means, in the order of their numbers. Throws Error{source_empty,
  /// unknown_version}.
  std::vector<std::string> chosen(std::string_view only) const;
  /// In one transaction, or with `dry_run` not at all. Throws Error with the place in the file.
  SeedResult load(const std::string& file, bool dry_run) const;

 private:
  std::vector<std::string> names() const;
  /// With a lock timeout that grows, until it is done or the patience is over.
  void patiently(const std::function<void(int lock_timeout_ms)>& work) const;
  void look(const database::TransactionSettings& settings, const std::function<void()>& work) const;
  void run(const migration::Script& script, const database::TransactionSettings& settings,
           const std::string& name) const;

  database::Connection& connection_;
  const sql::Grammar& grammar_;
  const migration::Files& files_;
  std::chrono::milliseconds lock_patience_;
  const std::atomic<bool>* stop_;
};

}  // namespace tradewind::ops
