#include <tradewind/seed.hpp>

#include <array>
#include <cctype>

#include <fmt/format.h>
#include <tradewind/migrator.hpp>

#include "api/database_implementation.hpp"
#include "api/source_implementation.hpp"
#include "base/mapped.hpp"
#include "base/text.hpp"
#include "ops/seed.hpp"

namespace tradewind {
namespace {

void refuse_pending(Database& database, const SeedOptions& options) {
  if (!options.migrations) return;
  const Status status =
      Migrator(database, *options.migrations, {.history_table = options.history_table}).status();
  if (status.pending.empty()) return;
  const std::vector<std::string> versions = base::mapped(status.pending, &PendingMigration::version);
  throw Error(
      Code::pending,
      fmt::format("{} pending: {}",
                  versions.size() == 1 ? "a migration is"
                                       : fmt::format("{} are", base::counted(versions.size(), "migration")),
                  base::listed(versions)),
      "apply with `tradewind up` first, then run the same command again");
}

/// The directory that is not there is one of scripts, not of migrations.
std::shared_ptr<const migration::Files> files_of(const Source& scripts, const Database& database) {
  try {
    return scripts.implementation().files(database.engine());
  } catch (const Error& error) {
    if (error.code() != Code::source_missing) throw;
    throw Error(Code::source_missing, fmt::format("there is no directory {}", scripts.description()),
                "make it and put scripts NAME.sql there that are safe to run again, or name another one in "
                "tradewind.toml");
  }
}

Step as_step(const SeedResult& result) {
  Step step;
  step.version = result.name;
  step.name = result.description;
  step.execution_time_ms = result.elapsed_ms;
  return step;
}

bool is_live(std::string_view word) {
  constexpr std::array<std::string_view, 3> words = {"prod", "production", "live"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::vector<SeedResult> seed(Database& database, const Source& scripts, const SeedOptions& options) {
  Database::Implementation& opened = database.implementation();
  const auto files = files_of(scripts, database);
  const ops::Seeder seeder(*opened.connection, *opened.grammar, *files, options.lock_patience, opened.stop);
  const std::vector<std::string> names = seeder.chosen(options.only);
  refuse_pending(database, options);
  std::vector<SeedResult> results;
  std::vector<Step> done;
  for (const std::string& name : names) {
    try {
      results.push_back(seeder.load(name, options.dry_run));
    } catch (const Error& error) {
      throw RunFailed(error, done, name);
    }
    done.push_back(as_step(results.back()));
  }
  return results;
}

std::optional<std::string> looks_like_production(Database& database, const std::string& environment) {
  if (is_live(base::lower(environment))) return "the environment or the project's file says so";
  const std::string place = database.implementation().connection->place();
  std::string word;
  for (const char c : place + " ") {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      word += c;
      continue;
    }
    if (is_live(base::lower(word)))
      return fmt::format("its name has the word \"{}\": {}", word, base::printable(base::trimmed(place)));
    word.clear();
  }
  return std::nullopt;
}

}  // namespace tradewind
