/// What is wrong with a database, and what to do about it.
///
///     auto database = tradewind::Database::open(url, {.read_only = true});
///     for (const auto& diagnosis : tradewind::examine(database))
///       if (diagnosis.severity == tradewind::DiagnosisSeverity::bad) page_somebody(diagnosis.message,
///       diagnosis.advice);
///
/// Findings are values, never exceptions; nothing is changed.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/database.hpp>
#include <tradewind/source.hpp>

namespace [[gnu::visibility("default")]] tradewind {

enum class DiagnosisSeverity {
  note,     ///< good to know
  warning,  ///< will or may do harm
  bad,      ///< does harm now
};
std::string_view name(DiagnosisSeverity severity) noexcept;

struct Diagnosis {
  /// "connection", "settings", "locks", "indexes", "history", "schema", ...: stable.
  std::string check;
  DiagnosisSeverity severity = DiagnosisSeverity::note;
  std::string subject;  ///< the table, session, setting; may be empty
  std::string message;  ///< what it is
  std::string advice;   ///< what to do; may be empty
};

struct ExamineOptions {
  /// History and schema are compared with these migrations.
  std::optional<Source> migrations = {};
  std::string history_table = "schema_migrations";
  /// Waiting and transactions that have lasted so long are bad.
  std::chrono::seconds long_time{60};
  /// Also what may take long on a large database: whole tables are read without a limit of time.
  bool deep = false;
  /// The schema is compared with what the migrations make of an empty database, on this server (SQLite: in
  /// memory). Empty: it is not.
  std::string scratch = {};
};

/// Every check; one that can't be done is told as a finding. Throws only what reading the migrations throws.
std::vector<Diagnosis> examine(Database& database, const ExamineOptions& options = {});

}  // namespace tradewind
