#include "ops/copy_check.hpp"

#include <fmt/format.h>
#include <tradewind/error.hpp>
#include <tradewind/schema.hpp>

#include "base/durable_files.hpp"
#include "base/files.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"

namespace tradewind::ops {
namespace {

std::string row_differences(const std::vector<BackupTable>& wanted, const std::vector<BackupTable>& found) {
  std::vector<std::string> texts;
  for (const BackupTable& table : wanted) {
    const auto same =
        std::find_if(found.begin(), found.end(), [&](const auto& t) { return t.name == table.name; });
    if (same == found.end()) {
      texts.push_back(fmt::format("{} is not there", table.name));
    } else if (same->rows != table.rows) {
      texts.push_back(fmt::format("{} has {} rows instead of {}", table.name, same->rows, table.rows));
    }
  }
  for (const BackupTable& table : found) {
    const auto is_it = [&](const auto& t) { return t.name == table.name; };
    if (std::none_of(wanted.begin(), wanted.end(), is_it))
      texts.push_back(fmt::format("{} should not be there", table.name));
  }
  return texts.empty() ? std::string() : base::listed(texts);
}

Error damaged(const Subject& subject, const std::string& what, const Comparison& comparison) {
  return Error(
      Code::verify_failed, fmt::format("the copy of {} is damaged: {}", subject.name, what),
      fmt::format("{}; the database that it was made of may be damaged too: `tradewind verify` tells",
                  comparison.hint));
}

void refuse_broken(const BackupDatabase& wanted, const Subject& subject, database::Connection& connection,
                   const Comparison& comparison) {
  if (!subject.copier->damage().empty()) {
    const database::Rows rows = connection.query(subject.copier->damage());
    if (!rows.empty()) throw damaged(subject, base::printable(rows.text(0, 0)), comparison);
  }
  // What is no text was copied as it is: by its checksum it has no flaw that the database had not.
  if (wanted.layout != "sql") return;
  for (const BackupFlaw& flaw : flaws_of(subject, connection)) {
    const auto& known = wanted.flaws;
    const auto is_it = [&](const BackupFlaw& one) {
      return one.what == flaw.what && one.count >= flaw.count;
    };
    if (std::any_of(known.begin(), known.end(), is_it)) continue;
    throw damaged(subject, fmt::format("{} ({})", base::printable(flaw.what), flaw.count), comparison);
  }
}

bool has(const Difference& difference, std::string_view property) {
  const auto& all = difference.properties;
  return std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.name == property; });
}

/// Why a copy made by the engine's own program can't be the same there; empty if it can.
std::string why_not_copied(const Difference& one) {
  const bool lost = one.change == SchemaChange::only_in_a;
  if (lost && one.kind == "index" && has(one, "invalid"))
    return fmt::format("the index {} was invalid, and is not in the copy", one.name);
  const bool version_alone =
      one.change == SchemaChange::changed && one.properties.size() == 1 && has(one, "version");
  if (one.kind == "extension" && version_alone)
    return fmt::format("the extension {} has version {} instead of {}", one.name,
                       one.properties.front().b.value_or("?"), one.properties.front().a.value_or("?"));
  return {};
}

/// Takes out what a copy can't have, and tells it.
std::vector<std::string> forgiven(std::vector<Difference>& differences, const Comparison& comparison) {
  std::vector<std::string> notes;
  std::erase_if(differences, [&](const Difference& one) {
    if (!comparison.with_grants && (one.kind == "grant" || one.kind == "default grant")) return true;
    std::string why = why_not_copied(one);
    if (why.empty()) return false;
    notes.push_back(std::move(why));
    return true;
  });
  return notes;
}

}  // namespace

std::vector<BackupTable> counted_tables(const Subject& subject, database::Connection& connection) {
  std::vector<BackupTable> tables;
  const database::Rows names = connection.query(subject.copier->tables());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string name(names.text(i, 0));
    const database::Rows rows = connection.query(fmt::format("SELECT count(*) FROM {}", name));
    tables.push_back({name, rows.integer(0, 0)});
  }
  return tables;
}

std::vector<BackupFlaw> flaws_of(const Subject& subject, database::Connection& connection) {
  std::vector<BackupFlaw> flaws;
  if (subject.copier->flaws().empty()) return flaws;
  try {
    const database::Rows rows = connection.query(subject.copier->flaws());
    for (std::size_t i = 0; i < rows.size(); ++i)
      flaws.push_back({std::string(rows.text(i, 0)), rows.integer(i, 1)});
  } catch (const Error& error) {
    // A foreign key may name columns that can't be referred to: that, too, is copied as it is.
    if (error.code() != Code::statement_failed) throw;
    flaws.push_back({error.message(), 1});
  }
  return flaws;
}

std::vector<std::string> left_behind(const Subject& subject) {
  std::vector<std::string> notes;
  try {
    for (const std::string& name : subject.copier->left_behind(subject.settings))
      notes.push_back(fmt::format("an interrupted restore or trial left {} behind: it can be removed", name));
  } catch (const Error& error) {
    // The work itself is done.
    notes.push_back(fmt::format("whether something was left behind could not be seen: {}", error.message()));
  }
  return notes;
}

std::vector<std::string> compare(const Backup& backup, const BackupDatabase& wanted, const Subject& subject,
                                 database::Connection& connection, const CopySettings& settings,
                                 const Comparison& comparison) {
  if (settings.progress) settings.progress({wanted.name, "compare", {}, 0, 0});
  refuse_broken(wanted, subject, connection, comparison);
  const std::string rows = row_differences(wanted.tables, counted_tables(subject, connection));
  if (!rows.empty()) {
    throw Error(Code::verify_failed,
                fmt::format("the restored {} is not what was backed up: {}", wanted.name, rows),
                std::string(comparison.hint));
  }
  const std::string schema = subject.schema(connection);
  if (base::sha256(schema) == wanted.fingerprint) return {};
  auto differences =
      diff(schema_from_json(base::read_file(backup.path / wanted.schema)), schema_from_json(schema));
  std::vector<std::string> notes = forgiven(differences, comparison);
  if (differences.empty()) return notes;
  throw Error(Code::verify_failed,
              fmt::format("the schema of the restored {} is not the one that was backed up", wanted.name),
              fmt::format("{}\n{}", comparison.hint, to_text(differences)));
}

void check_files(const Backup& backup, const std::vector<const BackupDatabase*>& databases,
                 const CopySettings& settings) {
  for (const BackupDatabase* database : databases) {
    for (const BackupFile& file : database->files) {
      const auto told = [&](std::uint64_t done) {
        if (settings.progress) settings.progress({database->name, "checksums", file.path, done, file.size});
      };
      if (base::sha256_of_file(backup.path / file.path, settings.stop, told) == file.sha256) continue;
      throw Error(Code::bad_file,
                  fmt::format("the backup {} is damaged: {} is not what was written", backup.name, file.path),
                  "use another one: `tradewind backups` lists them");
    }
  }
}

}  // namespace tradewind::ops
