/// The plan that the fault tests break off, and what must hold whatever broke it off: each of its migrations
/// writes an entry into applied_log, so an entry that is missing, half there or there twice tells.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/engines.hpp"
#include "support/program.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {

class FaultPlan {
 public:
  /// Migrations in and outside of transactions. `gated`: with a gate (see Gates) before and after every
  /// statement; PostgreSQL only.
  explicit FaultPlan(std::string_view engine, bool gated = false);

  const std::string& engine() const noexcept { return engine_; }
  const std::vector<std::string>& versions() const noexcept { return versions_; }
  /// Gates are numbered from 1 to this.
  int gates() const noexcept { return gates_; }

  std::vector<std::string> up_command(const std::string& url,
                                      const std::vector<std::string>& more = {}) const;
  Outcome up(const std::string& url, const std::vector<std::string>& more = {}) const;

  std::unique_ptr<TestDatabase> make_database() const;
  /// What a run without faults leaves.
  const std::string& clean_state() const;

  /// Throws std::runtime_error if a migration is half done, or its history row and its work do not go
  /// together. Nothing may be running.
  void require_consistent(const TestDatabase& database) const;
  /// Runs `up` again. Throws std::runtime_error unless it succeeds and leaves what a clean run leaves.
  void require_convergence(const TestDatabase& database) const;
  /// Throws std::runtime_error unless the document of `up --json` and its exit status tell what is applied.
  void require_truth(const TestDatabase& database, const Outcome& outcome) const;

  /// The versions in the history, in the order of application.
  static std::vector<std::string> applied(const TestDatabase& database);

 private:
  std::string engine_;
  TempDir folder_;
  std::vector<std::string> versions_;
  int gates_ = 0;
  mutable std::string clean_state_;
};

/// Schema, data, history and journal as text, without what differs between two clean runs.
std::string state_of(const TestDatabase& database);

/// Waits until no session of the program is left in a PostgreSQL database. Throws if one stays.
void wait_until_alone(const TestDatabase& database);

/// Throws std::runtime_error with the text unless the condition holds.
void require(bool condition, const std::string& text);

}  // namespace tradewind::test
