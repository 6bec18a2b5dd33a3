#pragma once

#include <atomic>
#include <functional>
#include <set>

#include <tradewind/maintain.hpp>

#include "database/upkeep.hpp"

namespace tradewind::ops {

/// One run of a policy over one database.
class Maintenance {
 public:
  Maintenance(database::Connection& connection, const database::Upkeep& upkeep,
              const MaintenancePolicy& policy, const MaintainOptions& options, const std::atomic<bool>* stop);
  MaintenanceReport run();

 private:
  struct Retention {
    const RetentionRule* rule;
    database::FoundTable table;
  };
  struct Partitioned {
    const PartitionRule* rule;
    database::FoundTable table;
  };

  void check_policy() const;
  void find_tables();
  database::FoundTable found(const std::string& name, const std::string& column,
                             const std::string& key) const;
  bool wants(MaintenanceTask task) const;
  bool stopping() const { return stop_ != nullptr && stop_->load(std::memory_order_relaxed); }
  void refuse_stop() const;

  void run_task(MaintenanceTask task);
  void delete_old(const Retention& retention);
  void delete_batches(database::OldRows& rows, MaintenanceStep& step);
  void do_work(const database::UpkeepWork& work);
  void execute(const database::UpkeepWork& work, MaintenanceStep& step);
  void undo(const database::UpkeepWork& work);
  /// Plans, and tells what fails as a step of its own.
  void plan_and_do(MaintenanceTask task, const std::string& table,
                   const std::function<std::vector<database::UpkeepWork>()>& plan);
  void timed(MaintenanceStep& step, const std::function<void()>& work);
  void patiently(const std::function<void()>& work);
  void wait_for_standbys();
  /// The text, or nothing if it was given before.
  std::string tell_once(const std::string& text);
  void sleep(std::chrono::milliseconds time) const;

  database::Connection& connection_;
  const database::Upkeep& upkeep_;
  const MaintenancePolicy& policy_;
  const MaintainOptions& options_;
  const std::atomic<bool>* stop_;
  MaintenanceObserver nobody_;
  MaintenanceObserver& observer_;
  std::vector<Retention> retention_;
  std::vector<Partitioned> partitions_;
  std::set<std::string> changed_;
  std::set<std::string> told_;
  MaintenanceReport report_;
};

}  // namespace tradewind::ops
