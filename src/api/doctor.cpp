#include <tradewind/doctor.hpp>

#include <fmt/format.h>
#include <tradewind/migrator.hpp>
#include <tradewind/schema.hpp>

#include "api/database_implementation.hpp"
#include "api/schema_scratch.hpp"
#include "api/source_implementation.hpp"
#include "base/text.hpp"
#include "ops/doctor.hpp"

namespace tradewind {
namespace {

constexpr std::size_t most_differences = 20;

/// What the migrations that are applied here make of an empty database.
Schema made_by_migrations(const Source& source, const Status& status, const ExamineOptions& options,
                          const std::atomic<bool>* stop) {
  api::ScratchDatabase scratch({.url = options.scratch, .stop = stop});
  for (const AppliedMigration& applied : status.applied)
    Migrator(scratch.database(), source).up({.only = applied.version, .allow_out_of_order = true});
  Schema schema = read_schema(scratch.database());
  scratch.drop();
  return schema;
}

std::string lowered_line(const Difference& difference) {
  std::string text = difference.change == SchemaChange::only_in_a   ? "it is missing"
                     : difference.change == SchemaChange::only_in_b ? "no migration made it"
                                                                    : "it differs:";
  if (difference.change != SchemaChange::changed) return text;
  for (const PropertyDifference& property : difference.properties)
    text += fmt::format(" {} is {} and should be {};", property.name, property.b.value_or("not there"),
                        property.a.value_or("not there"));
  text.pop_back();
  return text;
}

/// Schema mismatch: what is there against what should be.
std::vector<Diagnosis> examine_schema(Database& database, const Source& migrations,
                                      const ExamineOptions& options) {
  const Status status = Migrator(database, migrations, {.history_table = options.history_table}).status();
  if (status.applied.empty()) return {};
  if (!status.missing.empty())
    return {{"schema",
             DiagnosisSeverity::note,
             {},
             "it was not compared: files of applied migrations are gone",
             {}}};
  const Schema expected = made_by_migrations(migrations, status, options, database.implementation().stop);
  const Schema found = read_schema(database, {.history_table = options.history_table});
  std::vector<Diagnosis> diagnoses;
  for (const Difference& difference : diff(expected, found)) {
    if (diagnoses.size() == most_differences) {
      diagnoses.push_back({"schema", DiagnosisSeverity::bad, {}, "and more", "`tradewind diff` shows all"});
      break;
    }
    const bool more = difference.change == SchemaChange::only_in_b;
    diagnoses.push_back({"schema", more ? DiagnosisSeverity::warning : DiagnosisSeverity::bad,
                         difference.kind + " " + difference.name,
                         "schema mismatch: " + lowered_line(difference),
                         more ? "make a migration of it, or drop it"
                              : "`tradewind diff` shows all; bring it back by hand, "
                                "or make a migration that does"});
  }
  return diagnoses;
}

Diagnosis not_looked_at(const char* check, const Error& error) {
  const bool only_a_right = error.code() == Code::permission || error.code() == Code::source_empty ||
                            error.code() == Code::source_missing;
  return {check,
          only_a_right ? DiagnosisSeverity::note : DiagnosisSeverity::bad,
          {},
          fmt::format("this could not be looked at: {}", error.message()),
          error.hint()};
}

}  // namespace

std::string_view name(DiagnosisSeverity severity) noexcept {
  return severity == DiagnosisSeverity::bad       ? "bad"
         : severity == DiagnosisSeverity::warning ? "warning"
                                                  : "note";
}

std::vector<Diagnosis> examine(Database& database, const ExamineOptions& options) {
  Database::Implementation& opened = database.implementation();
  const database::ExaminerOptions how{static_cast<double>(options.long_time.count()), options.deep};
  std::vector<Diagnosis> found = ops::examine_engine(*opened.connection, *opened.examiner, how);
  if (!options.migrations) return found;
  const Source& migrations = *options.migrations;
  const auto add = [&](const char* check, const auto& examination) {
    try {
      for (Diagnosis& diagnosis : examination()) found.push_back(std::move(diagnosis));
    } catch (const Error& error) {
      found.push_back(not_looked_at(check, error));
    }
  };
  add("history", [&] {
    return ops::examine_history(*opened.connection, options.history_table,
                                migrations.implementation().catalogue(database.engine()));
  });
  if (!options.scratch.empty()) add("schema", [&] { return examine_schema(database, migrations, options); });
  return found;
}

}  // namespace tradewind
