/// A store's journal, looked at from outside: what `tradewind journal` shows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] tradewind {

struct JournalTable {
  std::string table;
  std::string operation;  ///< "insert" or "update"
  std::uint64_t records = 0;
};

/// Bytes that were on disk and are no records any more.
struct JournalDamage {
  std::string file;
  std::uint64_t begin = 0;  ///< LSN
  std::uint64_t end = 0;
};

struct JournalReport {
  std::string id;
  std::uint64_t segments = 0;
  std::uint64_t segment_bytes = 0;
  std::uint64_t begin = 0;  ///< LSN of the oldest byte
  std::uint64_t end = 0;    ///< behind the last record
  std::uint64_t records = 0;
  /// Behind the end stands what was being written when the power went. The next opening cuts it off.
  bool torn = false;
  std::vector<JournalTable> tables;
  std::vector<JournalDamage> damages;
  std::vector<std::string> kept;  ///< files with damaged bytes that a salvage has made
};

struct JournalRecord {
  std::uint64_t lsn = 0;
  std::string table;
  std::string operation;
  std::string json;  ///< one object, a member for each column
};
using JournalRecordVisitor = std::function<void(const JournalRecord&)>;

/// Reads a journal over damaged places and changes nothing. `visit`, if given, is told of every record in
/// order. A process may be writing it. Throws Error{source_missing}, Error{source_unreadable},
/// Error{journal_damaged}.
JournalReport inspect_journal(const std::filesystem::path& folder, const JournalRecordVisitor& visit = {});

/// What of a journal lies at an LSN and behind it: what the database does not have yet, if it has the records
/// up to there.
struct JournalBacklog {
  std::string id;
  std::uint64_t journal_bytes = 0;  ///< of its files
  std::uint64_t end = 0;            ///< LSN behind the last record
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;
};

/// Reads all of the journal. Throws as inspect_journal() does.
JournalBacklog journal_backlog(const std::filesystem::path& folder, std::uint64_t lsn);

/// Takes damaged bytes out, keeping them in files beside the journal's, so that it can be opened. The report
/// is of what was damaged. Throws as above, and Error{runner_busy} while a process writes the journal.
JournalReport salvage_journal(const std::filesystem::path& folder);

}  // namespace tradewind
