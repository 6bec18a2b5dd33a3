#include <tradewind/migrator.hpp>

#include <fmt/format.h>
#include <tradewind/ledger.hpp>
#include <tradewind/project.hpp>

#include "api/database_implementation.hpp"
#include "api/source_implementation.hpp"
#include "base/mapped.hpp"
#include "database/dialect.hpp"
#include "migration/planner.hpp"
#include "migration/repairer.hpp"
#include "migration/runner.hpp"
#include "migration/verifier.hpp"

namespace tradewind {

using migration::Applied;
using migration::Catalogue;
using migration::Draft;

class Migrator::Implementation {
 public:
  Implementation(Database& database, Source source, MigratorOptions options)
      : owner_(database),
        database_(database.implementation()),
        source_(std::move(source)),
        options_(std::move(options)) {}

  database::Connection& connection() { return *database_.connection; }

  Catalogue catalogue() { return source_.implementation().catalogue(connection().dialect().engine()); }

  migration::History history() { return {connection(), options_.history_table}; }

  migration::Runner runner(const Catalogue& catalogue, migration::History& history) {
    return {connection(),
            *database_.grammar,
            catalogue.files(),
            history,
            {.atomic = options_.atomic,
             .durable_each = options_.durable_each,
             .runner_patience = options_.runner_patience,
             .lock_patience = options_.lock_patience,
             .observer = options_.observer,
             .stop = database_.stop}};
  }

  RunResult run(const std::function<Draft(const Catalogue&, const std::vector<Applied>&)>& plan) {
    migration::History rows = history();
    std::optional<Catalogue> files;
    try {
      rows.find();
      const std::vector<Applied> seen = rows.applied();
      files = catalogue();
      const RunResult result =
          runner(*files, rows)
              .run([&](const std::vector<Applied>& applied) { return plan(*files, applied); }, seen);
      update_ledger(result.steps);
      return result;
    } catch (const RunFailed& error) {
      update_ledger(error.applied());
      throw;
    } catch (const Error& error) {
      if (files) update_ledger({}, refused(*files, error));
      throw;
    }
  }

  std::vector<Repair> repair(const Catalogue& catalogue, migration::History& history) {
    const auto tell = [this](std::string_view who) {
      if (options_.observer != nullptr) options_.observer->waiting(who);
    };
    return migration::repair(connection(), catalogue, history, {options_.runner_patience, tell});
  }

  /// The run has come to its end, well or not: the ledger does not change that.
  void update_ledger(const std::vector<Step>& steps, std::vector<RefusedRun> refused = {}) {
    if (options_.ledger.empty()) return;
    try {
      Database ledger = Database::open(options_.ledger);
      tradewind::update_ledger(ledger, owner_,
                               {.name = options_.ledger_name,
                                .history_table = options_.history_table,
                                .steps = steps,
                                .refused = std::move(refused)});
    } catch (const Error& error) {
      if (options_.observer == nullptr) return;
      options_.observer->notice(fmt::format(
          "the ledger {} was not written: {}. The database's own history is complete; the next up "
          "or down writes what the ledger lacks",
          masked(options_.ledger), error.message()));
    }
  }

  const sql::Grammar& grammar() const { return *database_.grammar; }

 private:
  /// What was wrong with a migration's own file before anything was sent.
  static std::vector<RefusedRun> refused(const Catalogue& files, const Error& error) {
    if (error.location().file.empty()) return {};
    for (const migration::Migration& migration : files.all()) {
      for (const std::string* name : {migration.up_file, migration.down_file}) {
        if (name != nullptr && files.files().label(*name) == error.location().file)
          return {{migration.version, error.message()}};
      }
    }
    return {};
  }

  Database& owner_;
  Database::Implementation& database_;
  Source source_;
  MigratorOptions options_;
};

namespace {

Draft draft(const Catalogue& catalogue, const std::vector<Applied>& applied, Direction direction,
            const Target& target) {
  return direction == Direction::up ? plan_up(catalogue, applied, target)
                                    : plan_down(catalogue, applied, target);
}

std::vector<AppliedMigration> plain(const std::vector<const Applied*>& rows) {
  return base::mapped(rows, [](const Applied* row) -> AppliedMigration { return *row; });
}

}  // namespace

Migrator::Migrator(Database& database, Source source, MigratorOptions options)
    : implementation_(std::make_unique<Implementation>(database, std::move(source), std::move(options))) {}
Migrator::Migrator(Migrator&&) noexcept = default;
Migrator& Migrator::operator=(Migrator&&) noexcept = default;
Migrator::~Migrator() = default;

Status Migrator::status() {
  migration::History history = implementation_->history();
  history.find();
  const std::vector<Applied> applied = history.applied_in_full();
  const Catalogue catalogue = implementation_->catalogue();
  const migration::Comparison comparison = migration::compare(catalogue, applied);
  Status status;
  status.applied.assign(applied.begin(), applied.end());
  status.pending = base::mapped(comparison.pending, [](const migration::Migration* pending) {
    return PendingMigration{pending->version, pending->name};
  });
  status.changed = plain(comparison.changed);
  status.missing = plain(comparison.missing);
  status.failed = history.failed();
  return status;
}

Plan Migrator::plan(Direction direction, const Target& target) {
  const Catalogue catalogue = implementation_->catalogue();
  migration::History history = implementation_->history();
  history.find();
  const Draft planned = draft(catalogue, history.applied(), direction, target);
  Plan plan{.steps = {}, .notes = planned.notes};
  for (const migration::LoadedStep& step : implementation_->runner(catalogue, history).load(planned.steps)) {
    plan.steps.push_back(step.result(true));
  }
  return plan;
}

std::vector<Step> Migrator::dry_run(Direction direction, const Target& target) {
  const Catalogue catalogue = implementation_->catalogue();
  migration::History history = implementation_->history();
  history.find();
  const auto plan = [&](const std::vector<Applied>& applied) {
    return draft(catalogue, applied, direction, target);
  };
  return implementation_->runner(catalogue, history).dry_run(plan, history.applied());
}

RunResult Migrator::up(const Target& target) {
  return implementation_->run([&](const Catalogue& catalogue, const std::vector<Applied>& applied) {
    return plan_up(catalogue, applied, target);
  });
}

RunResult Migrator::down(const Target& target) {
  return implementation_->run([&](const Catalogue& catalogue, const std::vector<Applied>& applied) {
    return plan_down(catalogue, applied, target);
  });
}

RunResult Migrator::redo(std::size_t count) {
  return implementation_->run([&](const Catalogue& catalogue, const std::vector<Applied>& applied) {
    return plan_redo(catalogue, applied, count);
  });
}

std::vector<Finding> Migrator::verify() {
  const Catalogue catalogue = implementation_->catalogue();
  migration::History history = implementation_->history();
  return migration::verify(implementation_->connection(), implementation_->grammar(), catalogue, history);
}

std::vector<Repair> Migrator::repair(bool apply) {
  const Catalogue catalogue = implementation_->catalogue();
  migration::History history = implementation_->history();
  return apply ? implementation_->repair(catalogue, history) : migration::to_repair(catalogue, history);
}

std::vector<Step> Migrator::baseline(std::string_view version) {
  const Catalogue catalogue = implementation_->catalogue();
  migration::History history = implementation_->history();
  history.find();
  const std::string last(version);
  const auto plan = [&](const std::vector<Applied>& applied) {
    return plan_baseline(catalogue, applied, last);
  };
  const RunResult result =
      implementation_->runner(catalogue, history).record(plan, history.applied(), "baselined");
  implementation_->update_ledger({});
  return result.steps;
}

void Migrator::create_history() {
  const Catalogue nothing =
      Catalogue::read(std::make_shared<migration::LinkedFiles>("", std::vector<migration::LinkedFile>{}));
  migration::History history = implementation_->history();
  history.find();
  if (!history.exists()) implementation_->runner(nothing, history).create_history();
}

Database init_database(std::string_view url, Source source, const MigratorOptions& options) {
  Database database = Database::open(url, {.pragmas = source.implementation().pragmas()});
  Migrator(database, std::move(source), options).up();
  return database;
}

MigrationCounts run_migrations(std::string_view url, Source source, const MigratorOptions& options) {
  Database database = Database::open(url, {.pragmas = source.implementation().pragmas()});
  MigrationCounts counts;
  try {
    counts.successful = Migrator(database, std::move(source), options).up().steps.size();
  } catch (const RunFailed& error) {
    counts = {.successful = error.applied().size(), .failed = 1, .error = error.message()};
  }
  return counts;
}

StatusCounts get_migration_status(std::string_view url, Source source, const MigratorOptions& options) {
  Database database = Database::open(url, {.read_only = true, .pragmas = source.implementation().pragmas()});
  const Status status = Migrator(database, std::move(source), options).status();
  return {.applied = status.applied.size(), .pending = status.pending.size()};
}

}  // namespace tradewind
