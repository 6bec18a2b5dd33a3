#include "migration/repairer.hpp"

#include <set>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/files.hpp"
#include "database/dialect.hpp"
#include "migration/planner.hpp"

namespace tradewind::migration {
namespace {

/// Rolled back unless it is committed.
class Transaction {
 public:
  explicit Transaction(database::Connection& connection) : connection_(connection) {
    for (const std::string& text : connection.dialect().begin({.only_data = true})) connection.query(text);
  }
  ~Transaction() {
    try {
      if (!committed_) connection_.query("ROLLBACK");
      for (const std::string& text : connection_.dialect().reset_session()) connection_.query(text);
    } catch (const Error&) {
      committed_ = false;  // the session is lost, and the transaction with it
    }
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit() {
    connection_.query(connection_.dialect().commit());
    committed_ = true;
  }

 private:
  database::Connection& connection_;
  bool committed_ = false;
};

}  // namespace

std::vector<Repair> to_repair(const Catalogue& catalogue, History& history) {
  std::vector<Repair> repairs;
  history.find();
  const std::vector<Applied> applied = history.applied();
  for (const Applied* row : compare(catalogue, applied).changed) {
    repairs.push_back({row->version, "accept-checksum",
                       fmt::format("{} -> {}", row->checksum, catalogue.find(row->version)->checksum)});
  }
  for (const FailedMigration& failed : history.failed())
    repairs.push_back({failed.version, "clear-failure", failed.error});
  for (const StepRecord& step : history.steps()) {
    if (step.state != "done") {
      repairs.push_back(
          {step.version, "finish-step",
           fmt::format("statement {} ({}): the next run sends it again", step.position, step.state)});
    }
  }
  return repairs;
}

std::vector<Repair> repair(database::Connection& connection, const Catalogue& catalogue, History& history,
                           const RepairWaiting& waiting) {
  if (to_repair(catalogue, history).empty()) return {};
  const auto lock = connection.lock_runners(history.lock_key(), waiting.patience, waiting.waiting);
  Transaction transaction(connection);
  const std::vector<Repair> repairs = to_repair(catalogue, history);
  std::set<std::string> versions;
  for (const Repair& wanted : repairs) {
    versions.insert(wanted.version);
    if (wanted.action == "accept-checksum")
      history.accept_checksum(wanted.version, catalogue.find(wanted.version)->checksum);
  }
  for (const std::string& version : versions) {
    history.clear_steps(version);
    history.record_event(version, "repaired", base::user_at_host());
  }
  transaction.commit();
  return repairs;
}

}  // namespace tradewind::migration
