#include "ops/doctor.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"
#include "migration/history.hpp"
#include "migration/planner.hpp"

namespace tradewind::ops {
namespace {

using migration::Applied;

class HistoryExamination {
 public:
  HistoryExamination(const migration::History& history, const migration::Catalogue& catalogue)
      : history_(history),
        catalogue_(catalogue),
        applied_(history.applied()),
        comparison_(migration::compare(catalogue, applied_)) {}

  std::vector<Diagnosis> run() {
    find_failures();
    find_half_done();
    find_gaps();
    find_differing_files();
    return std::move(found_);
  }

 private:
  void add(DiagnosisSeverity severity, std::string subject, std::string message, std::string advice) {
    found_.push_back({"history", severity, std::move(subject), std::move(message), std::move(advice)});
  }

  void find_failures() {
    for (const FailedMigration& failed : history_.failed()) {
      add(DiagnosisSeverity::bad, failed.version, fmt::format("it was tried and failed: {}", failed.error),
          "correct the file and run `tradewind up`; `tradewind repair` clears the entry of one that is given "
          "up");
    }
  }

  /// Statements outside a transaction that began and are neither done nor failed.
  void find_half_done() {
    for (const migration::StepRecord& step : history_.steps()) {
      if (step.state != "running") continue;
      add(DiagnosisSeverity::warning, step.version,
          fmt::format("statement {} began and has no end on record: it runs right now, or its run was killed",
                      step.position),
          "if no run is at work, `tradewind up` looks what became of it and goes on");
    }
  }

  void find_gaps() {
    const migration::Late late = migration::late_of(catalogue_, comparison_.pending, applied_);
    for (const migration::Migration* gap : late.migrations)
      add(DiagnosisSeverity::warning, gap->version,
          fmt::format("a gap: it is pending, and {} is applied", late.newest),
          "renumber it, or apply it with `tradewind up --allow-out-of-order`");
    std::vector<std::string> later;
    for (const migration::Migration* pending : comparison_.pending) {
      if (std::find(late.migrations.begin(), late.migrations.end(), pending) == late.migrations.end())
        later.push_back(pending->version);
    }
    if (!later.empty())
      add(DiagnosisSeverity::note, {},
          fmt::format("{} pending: {}", base::counted(later.size(), "migration"), base::listed(later)),
          "`tradewind up` applies what is pending");
  }

  void find_differing_files() {
    for (const Applied* row : comparison_.changed)
      add(DiagnosisSeverity::bad, row->version, "its file was changed after it was applied",
          "put the file back and make a new migration; `tradewind repair` accepts it as it is");
    for (const Applied* row : comparison_.missing)
      add(DiagnosisSeverity::warning, row->version, "it is applied, and its file is gone",
          "bring the file back, or roll it back with `tradewind down --only`, which has its down from the "
          "history");
  }

  const migration::History& history_;
  const migration::Catalogue& catalogue_;
  std::vector<Applied> applied_;
  migration::Comparison comparison_;
  std::vector<Diagnosis> found_;
};

}  // namespace

std::vector<Diagnosis> examine_engine(database::Connection& connection, const database::Examiner& examiner,
                                      const database::ExaminerOptions& options) {
  std::vector<Diagnosis> all;
  for (const database::Check& check : examiner.checks()) {
    try {
      for (Diagnosis& found : check.run(connection, options)) {
        found.check = check.name;
        all.push_back(std::move(found));
      }
    } catch (const Error& error) {
      const bool lacks_right = error.code() == Code::permission;
      all.push_back({std::string(check.name),
                     lacks_right ? DiagnosisSeverity::note : DiagnosisSeverity::bad,
                     {},
                     fmt::format("this could not be looked at: {}", error.message()),
                     lacks_right ? "a user with the role pg_monitor, or the owner, sees it" : error.hint()});
      if (error.code() == Code::connection_lost || error.code() == Code::interrupted) break;
    }
  }
  return all;
}

std::vector<Diagnosis> examine_history(database::Connection& connection, const std::string& history_table,
                                       const migration::Catalogue& catalogue) {
  migration::History history(connection, history_table);
  try {
    history.find();
  } catch (const Error& error) {
    return {{"history", DiagnosisSeverity::bad, history_table, error.message(), error.hint()}};
  }
  if (!history.exists())
    return {{"history", DiagnosisSeverity::note, history_table, "no migration was ever applied here",
             "`tradewind up` applies them; `tradewind baseline` takes over a schema that is there"}};
  return HistoryExamination(history, catalogue).run();
}

}  // namespace tradewind::ops
