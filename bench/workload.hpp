#pragma once

#include <filesystem>
#include <string>

namespace tradewind::bench {

/// How an engine spells what the workload needs.
struct Spelling {
  std::string key;      ///< the type of a primary key
  std::string history;  ///< makes the history table, as Tradewind makes it
};
const Spelling& postgres_spelling();
const Spelling& sqlite_spelling();

/// A directory of migrations and one text for a shell that does the same with a history of its own.
struct Workload {
  std::filesystem::path folder;
  std::filesystem::path script;
};

/// `count` migrations of two statements: a table and an index on it. The script has the history table, then
/// for each migration BEGIN, its statements, an INSERT into the history, COMMIT.
Workload many_small(const std::filesystem::path& root, int count, const Spelling& spelling);

/// One migration of `megabytes`: a table and INSERTs of one row each. The script is the same text in one
/// transaction.
Workload one_large(const std::filesystem::path& root, int megabytes, const Spelling& spelling);

}  // namespace tradewind::bench
